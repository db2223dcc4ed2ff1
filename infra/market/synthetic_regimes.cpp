#include "infra/market/synthetic_regimes.hpp"

#include <algorithm>

namespace rg {

namespace {

constexpr double kLeanToMarket = 2.0; // weight of the market's own regime, if allowed
constexpr double kDraggedShare = 0.5; // pairs that follow the market into high volatility
constexpr double kDragMinutes = 20.0;
constexpr std::size_t kMaxShare = 4; // pairs in one regime at a time

std::size_t index_of(Regime r) {
  return static_cast<std::size_t>(r);
}

Duration minutes(double m) {
  return std::chrono::minutes{static_cast<std::int64_t>(m)};
}

} // namespace

SyntheticRegimes::SyntheticRegimes(std::uint64_t seed, const std::vector<Symbol>& symbols,
                                   Timestamp start, const SyntheticShape& shape)
    : shape_(shape), symbols_(symbols), market_random_(seed, 1) {
  for (std::uint64_t id = 0; id < Symbol::kCount; ++id) {
    pair_random_.emplace_back(seed, 100 + id);
  }
  market_.regime = Regime::range_bound;
  market_.until = start + draw_dwell(market_.regime, market_random_);
  for (const Symbol s : symbols_) {
    RandomStream& random = pair_random_[s.id()];
    Regime first = random.chance(0.5) ? Regime::trending : Regime::range_bound;
    if (crowded(first)) {
      first = first == Regime::trending ? Regime::range_bound : Regime::trending;
    }
    enter(s, first, start);
  }
}

Duration SyntheticRegimes::draw_dwell(Regime regime, RandomStream& random) const {
  const SyntheticShape::Dwell& d = shape_.dwell[index_of(regime)];
  const double gamma = random.exponential() + random.exponential();
  return minutes(60.0 * (d.min_hours + d.gamma_scale_hours * gamma));
}

bool SyntheticRegimes::crowded(Regime regime) const {
  const auto share = std::count_if(symbols_.begin(), symbols_.end(), [&](Symbol s) {
    return pairs_[s.id()].until > Timestamp{} && pairs_[s.id()].regime == regime;
  });
  return static_cast<std::size_t>(share) >= kMaxShare;
}

Regime SyntheticRegimes::draw_next(Regime from, RandomStream& random, bool of_pair) const {
  std::array<double, kRegimeCount> weight = shape_.next[index_of(from)];
  if (of_pair) {
    weight[index_of(market_.regime)] *= kLeanToMarket;
    for (std::size_t i = 0; i < kRegimeCount; ++i) {
      weight[i] = crowded(static_cast<Regime>(i)) ? 0.0 : weight[i];
    }
  }
  const double total = weight[0] + weight[1] + weight[2];
  if (total <= 0.0) {
    return from;
  }
  double u = random.uniform() * total;
  for (std::size_t i = 0; i + 1 < kRegimeCount; ++i) {
    if (u < weight[i]) {
      return static_cast<Regime>(i);
    }
    u -= weight[i];
  }
  return weight[2] > 0.0 ? Regime::high_volatility : Regime::range_bound;
}

void SyntheticRegimes::enter(Symbol s, Regime regime, Timestamp minute) {
  Chain& chain = pairs_[s.id()];
  chain.regime = regime;
  chain.until = minute + draw_dwell(regime, pair_random_[s.id()]);
  chain.entered = true;
  switches_.push_back({s, minute, regime});
}

void SyntheticRegimes::follow_market(Timestamp minute) {
  for (const Symbol s : symbols_) {
    RandomStream& random = pair_random_[s.id()];
    const bool dragged = random.chance(kDraggedShare);
    const Duration lag = minutes(kDragMinutes * random.uniform());
    Chain& chain = pairs_[s.id()];
    if (dragged && chain.regime != Regime::high_volatility) {
      chain.until =
          std::min(chain.until, minute + lag); // it switches then; the lean decides where to
    }
  }
}

void SyntheticRegimes::roll(Timestamp minute) {
  if (minute >= market_.until) {
    market_.regime = draw_next(market_.regime, market_random_, false);
    market_.until = minute + draw_dwell(market_.regime, market_random_);
    if (market_.regime == Regime::high_volatility) {
      follow_market(minute);
    }
  }
  for (const Symbol s : symbols_) {
    Chain& chain = pairs_[s.id()];
    chain.entered = false;
    if (minute < chain.until) {
      continue;
    }
    const Regime next = draw_next(chain.regime, pair_random_[s.id()], true);
    if (next == chain.regime) { // every other regime is crowded: stay a while longer
      chain.until = minute + std::chrono::hours{1};
      continue;
    }
    enter(s, next, minute);
  }
}

} // namespace rg
