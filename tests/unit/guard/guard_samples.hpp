#pragma once

#include "actors/guard/guard_model.hpp"
#include "tests/support/bar_builders.hpp"

namespace rg::test {

/// One-minute bars of a Gaussian walk, fed to a guard.
class MinuteMarket {
public:
  explicit MinuteMarket(double sigma, std::uint64_t seed = 1, GuardSettings settings = {})
      : guard(Symbol{}, settings), sigma_(sigma), random_(seed) {}

  std::optional<GuardState> minute() {
    return minute_to(price_ * std::exp(sigma_ * random_.normal()));
  }
  std::optional<GuardState> minute_to(double close, double volume = 0.0) {
    // Extremes a little beyond open and close, as a continuous path has them.
    const double reach = 0.4 * sigma_ * std::fabs(random_.normal());
    const double high = std::max(price_, close) * std::exp(reach);
    const double low = std::min(price_, close) * std::exp(-reach);
    const double traded = volume > 0.0 ? volume : 100.0 * std::exp(0.5 * random_.normal());
    const Bar bar = make_bar(Symbol{}, index_++, 1min, price_, high, low, close, traded);
    price_ = close;
    return guard.on_base_bar(bar);
  }
  /// Ordinary minutes; how often the level rose to at least `level`.
  int minutes(int count, GuardLevel level = GuardLevel::halt) {
    int rises = 0;
    for (int i = 0; i < count; ++i) {
      if (const auto changed = minute(); changed && changed->level >= level) {
        ++rises;
      }
    }
    return rises;
  }
  [[nodiscard]] double price() const { return price_; }
  [[nodiscard]] double sigma() const { return sigma_; }
  [[nodiscard]] Timestamp now() const { return kMarketStart + 1min * index_; }

  GuardModel guard;

private:
  double sigma_;
  SeededRandom random_;
  double price_ = 100.0;
  std::int64_t index_ = 0;
};

/// A tick with a last price and an ordinary book around it.
inline Tick tick_at(Timestamp time, double last, double relative_spread = 0.0002,
                    double depth = 50.0, double traded = 1.0) {
  Tick t;
  t.exchange_time = time;
  t.receive_time = time;
  t.last = price_of(last);
  t.mark = t.last;
  t.index = t.last;
  t.best_bid = price_of(last * (1.0 - 0.5 * relative_spread));
  t.best_ask = price_of(last * (1.0 + 0.5 * relative_spread));
  t.bid_depth = Quantity::from_double(depth, Rounding::nearest);
  t.ask_depth = t.bid_depth;
  t.traded = Quantity::from_double(traded, Rounding::nearest);
  return t;
}

/// Ticks a second apart over a Gaussian walk.
class TickMarket {
public:
  explicit TickMarket(double minute_sigma, std::uint64_t seed = 1)
      : guard(Symbol{}, GuardSettings{}), sigma_(minute_sigma), random_(seed) {}
  std::optional<GuardState> second(double drift = 0.0) {
    price_ *= std::exp(drift + sigma_ / std::sqrt(60.0) * random_.normal());
    return guard.on_tick(tick_at(now(), price_, 0.0002, 50.0 + 5.0 * random_.normal(),
                                 std::exp(0.5 * random_.normal())));
  }
  void seconds(int count) {
    for (int i = 0; i < count; ++i) {
      advance();
      static_cast<void>(second());
    }
  }
  void advance() { ++seconds_; }
  [[nodiscard]] Timestamp now() const { return kMarketStart + 1s * seconds_; }
  [[nodiscard]] double price() const { return price_; }

  GuardModel guard;

private:
  double sigma_;
  SeededRandom random_;
  double price_ = 100.0;
  std::int64_t seconds_ = 0;
};

} // namespace rg::test
