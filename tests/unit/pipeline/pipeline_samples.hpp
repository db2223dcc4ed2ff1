#pragma once
// A whole pair pipeline on a lively synthetic path, with a portfolio so simple that it can be
// mirrored: every sized intent is filled at its limit, every exit at its reference price.

#include "actors/pair_pipeline.hpp"
#include "tests/support/bar_builders.hpp"
#include "tests/unit/regime/model_samples.hpp"

#include <vector>

namespace rg::test {

inline std::shared_ptr<const ModelParameters> pipeline_model() {
  ModelParameters m = sample_model();
  m.har.beta = {-0.5, 0.15, 0.25, 0.3, 0.26};
  m.har.residual_variance = 0.6;
  m.expansion.weight = {-2.5, 3.0, 0.2, 0.5, 0.0, 0.1};
  m.tail.weight = {std::log(2.2), 1.0, 0.05, 0.1, 0.1};
  return shared(m);
}

/// One base bar as plain numbers.
struct Candle {
  double open, high, low, close, volume;
};

/// Five-minute candles that trend, range and storm in turn; mean price about 100.
inline std::vector<Candle> lively_path(std::uint64_t seed, int candles) {
  SeededRandom random(seed);
  std::vector<Candle> path;
  double price = 100.0;
  double drift = 0.0, sigma = 0.0006, pull = 0.0, level = price;
  for (int i = 0; i < candles; ++i) {
    if (i % 240 == 0) { // a new phase of twenty hours
      const double kind = random.uniform();
      level = price;
      drift = kind < 0.4 ? (random.uniform() < 0.5 ? 1.0 : -1.0) * 0.00025 : 0.0;
      pull = kind >= 0.4 && kind < 0.85 ? 0.05 : 0.0;
      sigma = kind >= 0.85 ? 0.0024 : 0.0006;
      if (price > 140.0 || price < 70.0) {
        drift = price > 140.0 ? -0.00025 : 0.00025;
        pull = 0.0;
      }
    }
    const double open = price;
    double high = price, low = price;
    for (int step = 0; step < 3; ++step) {
      price *= std::exp(drift / 3.0 - pull / 3.0 * std::log(price / level) +
                        sigma / std::sqrt(3.0) * random.normal());
      high = std::max(high, price);
      low = std::min(low, price);
    }
    path.push_back({open, high, low, price,
                    100.0 * std::exp(0.5 * random.normal()) * (sigma > 0.001 ? 3.0 : 1.0)});
  }
  return path;
}

/// The market as seen through p → c/p: highs become lows.
inline Candle mirrored(const Candle& c, double constant) {
  return {constant / c.open, constant / c.low, constant / c.high, constant / c.close, c.volume};
}

inline Bar candle_bar(const Candle& c, std::int64_t index) {
  return make_bar(Symbol{}, index, 5min, c.open, c.high, c.low, c.close, c.volume);
}

/// A contract so fine that rounding does not blur the comparison of two worlds.
inline ContractRules fine_contract() {
  ContractRules c = contract_defaults()[0];
  c.tick_size = Price::from_raw(1);
  c.lot_size = c.min_quantity = Quantity::from_raw(1);
  c.max_quantity = c.max_position = Quantity::from_raw(std::int64_t{1} << 60);
  return c;
}

/// A pipeline with its make-believe portfolio.
class TinyWorld {
public:
  explicit TinyWorld(EngineSettings settings = {}, const ContractRules& contract = fine_contract())
      : pipeline(Symbol{}, pipeline_model(), settings, contract, 5min) {
    view_.equity = view_.high_water_mark = Notional::from_double(10'000.0, Rounding::nearest);
  }

  std::optional<PipelineStep> bar(const Candle& c) {
    const Bar base = candle_bar(c, index_++);
    view_.as_of = base.close_time();
    pipeline.on_portfolio(view_);
    guard = pipeline.on_base_bar_guard(base);
    auto step = pipeline.on_base_bar(base);
    if (step) {
      settle(*step);
    }
    return step;
  }
  [[nodiscard]] const PositionUpdate& position() const { return position_; }

  PairPipeline pipeline;
  std::optional<GuardState> guard; ///< change with the last bar

private:
  void settle(const PipelineStep& step) {
    const Timestamp now = step.bar.bar.close_time();
    if (step.exit) {
      position_ = PositionUpdate{};
      position_.just_closed = true;
      position_.exit_reason = step.exit->decision.exit_reason;
      position_.data_time = now;
      pipeline.on_position(position_);
    } else if (step.stop) {
      position_.stop_price = step.stop->stop_price;
      position_.just_opened = false;
      pipeline.on_position(position_);
    } else if (step.verdict && position_.position.is_flat()) {
      if (const auto* intent = std::get_if<OrderIntent>(&*step.verdict)) {
        position_ = PositionUpdate{};
        position_.position.side = position_side(intent->side);
        position_.position.quantity = intent->quantity;
        position_.position.opened = now;
        position_.entry_rule = intent->decision.signal.rule;
        position_.entry_regime = intent->decision.signal.regime;
        position_.stop_price = intent->stop_price;
        position_.data_time = now;
        position_.just_opened = true;
        pipeline.on_position(position_);
      }
    }
  }

  PortfolioView view_;
  PositionUpdate position_;
  std::int64_t index_ = 0;
};

} // namespace rg::test
