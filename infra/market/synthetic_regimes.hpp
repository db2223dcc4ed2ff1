#pragma once
// The hidden truth of the synthetic market: which regime each pair is in, minute by minute.

#include "infra/market/random_stream.hpp"
#include "infra/market/synthetic_shape.hpp"
#include "messages/decision/regime_estimate.hpp"
#include "messages/units/symbol.hpp"
#include "messages/units/timestamp.hpp"

#include <array>
#include <vector>

namespace rg {

/// A pair entered `regime` at `from` (data time, a whole minute).
struct RegimeSwitch {
  Symbol symbol;
  Timestamp from;
  Regime regime = Regime::range_bound;
};

/// Semi-Markov chains, one per pair and one for the market as a whole. Dwell times are a minimum
/// plus a gamma variate, so a regime lasts hours, never minutes. Pairs lean towards the market's
/// regime, and the market's turn to high volatility drags about half of them along within twenty
/// minutes; yet at most four pairs share one regime, so that some pair always trends or ranges.
class SyntheticRegimes {
public:
  SyntheticRegimes(std::uint64_t seed, const std::vector<Symbol>& symbols, Timestamp start,
                   const SyntheticShape& shape);

  /// Moves to the minute that begins at `minute`; true in `entered()` for pairs that switched
  /// there.
  void roll(Timestamp minute);

  [[nodiscard]] Regime regime(Symbol s) const { return pairs_[s.id()].regime; }
  [[nodiscard]] Regime market_regime() const { return market_.regime; }
  [[nodiscard]] bool entered(Symbol s) const { return pairs_[s.id()].entered; }
  [[nodiscard]] const std::vector<RegimeSwitch>& switches() const { return switches_; }

private:
  struct Chain {
    Regime regime = Regime::range_bound;
    Timestamp until;
    bool entered = false;
  };
  [[nodiscard]] Duration draw_dwell(Regime regime, RandomStream& random) const;
  [[nodiscard]] Regime draw_next(Regime from, RandomStream& random, bool of_pair) const;
  [[nodiscard]] bool crowded(Regime regime) const;
  void enter(Symbol s, Regime regime, Timestamp minute);
  void follow_market(Timestamp minute);

  const SyntheticShape& shape_;
  std::vector<Symbol> symbols_;
  Chain market_;
  std::array<Chain, Symbol::kCount> pairs_{};
  RandomStream market_random_;
  std::vector<RandomStream> pair_random_;
  std::vector<RegimeSwitch> switches_;
};

} // namespace rg
