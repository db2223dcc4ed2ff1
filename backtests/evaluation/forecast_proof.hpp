#pragma once
// The rows of the proof that judge the risk model's forecasts on unseen spans: volatility,
// expansion, tail, coverage.

#include "backtests/evaluation/proof_row.hpp"
#include "backtests/evaluation/reference_forecasters.hpp"
#include "backtests/span.hpp"

#include <span>
#include <string>
#include <vector>

namespace rg {

/// One pair's forecasts over one span, with the references' beside them.
struct PairForecasts {
  Symbol symbol;
  std::vector<ScoredForecast> rows;
  std::vector<double> garch_variance; ///< per row; NaN where the pair has no reference
  std::uint64_t good_bars = 0;        ///< pipeline bars after the first 1,000 slots
};

struct SpanForecasts {
  std::string name;
  std::vector<PairForecasts> pairs;
};

[[nodiscard]] SpanForecasts collect_forecasts(const Span& span, const GuardedRun& guarded,
                                              const BarSettings& bars,
                                              const ReferenceForecasters& references);

/// What a row is judged by: n = slots in the horizon.
struct ForecastJudge {
  std::span<const SpanForecasts> spans;
  const ReferenceForecasters& references;
  double tail_level = 0.95;
  std::size_t horizon_slots = 16;
};

/// QLIKE below EWMA and below GARCH(1,1) on 7 of 8 pairs; Diebold–Mariano on the pool: at each
/// stamp the mean loss differential over the pairs, one stretch per span.
[[nodiscard]] ProofRow volatility_row(const ForecastJudge& judge);
/// Pooled AUC, and AUC and Brier score against the one-variable logistic on the same rows.
[[nodiscard]] ProofRow expansion_row(const ForecastJudge& judge);
/// Exceedance, Kupiec on time-disjoint windows, pinball loss against EWMA × constant,
/// Christoffersen.
[[nodiscard]] ProofRow tail_row(const ForecastJudge& judge);
/// Share of the good pipeline bars after warm-up that have a forecast, the worst pair and span.
[[nodiscard]] ProofRow coverage_row(const ForecastJudge& judge);

} // namespace rg
