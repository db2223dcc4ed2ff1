#pragma once
// A seeded market that behaves like eight correlated perpetual contracts: three regimes with known
// truth, stochastic volatility, jumps, volume clustering, mean reversion in ranges, drifts in
// trends.

#include "infra/market/market_process.hpp"
#include "infra/market/synthetic_regimes.hpp"

#include <memory>

namespace rg {

struct SyntheticOptions {
  std::uint64_t seed = 1;
  Timestamp start = Timestamp::from_ms(1'735'689'600'000); ///< 2025-01-01 00:00 UTC; a whole minute
  std::uint32_t history_minutes = 15'000 + 960; ///< 1,000 pipeline bars of 15 minutes and a reserve
  std::vector<Symbol> symbols;                  ///< empty = all eight
  MarketPace pace = MarketPace::brisk;
};

/// The model, per pair i and minute t (log prices x, minutes as the unit of time):
///
///   dx = σ_i·(√ρ·dF + √(1−ρ)·dZ_i) + drift + jumps
///   σ_i = calm volatility × regime multiplier × exp(h_i),  h_i an Ornstein–Uhlenbeck process
///   drift = ±k·σ in trends (legs of hours; about two of three follow the market's direction),
///           −θ·(x − level) in ranges (half-life 30–80 minutes around a slowly wandering level),
///           none in high volatility, where σ is 2.2–3.4 times as large and jumps are frequent.
///
/// That is the brisk pace. At the natural pace trends run in channels (a pull towards a moving
/// level), and high volatility has one-sided bursts; numbers in synthetic_shape.cpp.
///
/// Volume is log-normal with slow and fast components, and rises with |dx|. Quotes straddle the
/// price by half a spread that widens, and levels that thin out, with volatility. Prices are
/// shifted so that each pair starts at its level of early 2025.
class SyntheticMarket final : public MarketProcess {
public:
  explicit SyntheticMarket(const SyntheticOptions& options);
  ~SyntheticMarket() override;

  [[nodiscard]] const std::vector<Symbol>& symbols() const override;
  [[nodiscard]] Timestamp now() const override;
  [[nodiscard]] const std::vector<Bar>& history(Symbol symbol) const override;
  [[nodiscard]] PairStep opening(Symbol symbol) const override;
  [[nodiscard]] bool advance(Duration length, MarketStep& out) override;
  [[nodiscard]] double funding_rate(Symbol symbol, Timestamp settlement) const override;

  /// The truth: the regime of this minute, and every switch since the start of the history.
  [[nodiscard]] Regime regime(Symbol symbol) const;
  [[nodiscard]] const std::vector<RegimeSwitch>& switches() const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace rg
