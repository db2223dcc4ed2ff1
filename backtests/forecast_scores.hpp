#pragma once
// Realised quantities of design §15 and the scores of the risk model's forecasts against them. Only
// reports see these: nothing here goes back into a model.

#include "backtests/guarded_run.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rg {

/// One row of forecasts.csv: what was forecast at a pipeline bar's close, and what came of it.
struct ScoredForecast {
  Timestamp stamp;
  Symbol symbol;
  RiskForecast forecast;
  std::optional<double> rv_ewma; ///< √(n s²), the definition's own recursion
  // Empty where the next n slots hold a gap or lie beyond the data.
  std::optional<double> rv_realised; ///< √(Σ r² over the next n slots)
  std::optional<bool> expansion; ///< rv_realised > 1.5 √(n · mean r² of the trailing 480 slots)
  std::optional<double> adverse_excursion; ///< max(ln(high/close), −ln(low/close)) over the next n
};

inline constexpr Duration kForecastHorizon = std::chrono::hours{4};

/// @param bars  every good pipeline bar of one pair, oldest first (recorded or not).
/// @param interval  of the pipeline bars; divides the horizon.
/// @return  one row per recorded bar.
[[nodiscard]] std::vector<ScoredForecast> score_forecasts(std::span<const ForecastRecord> bars,
                                                          Symbol symbol, Duration interval);

/// The risk_model block. Empty where undefined (nothing realised, one class only).
struct RiskModelScores {
  double tail_level = 0.95;
  std::optional<double> tail_exceedance_rate; ///< share of rows with adverse_excursion > tail_q95
  std::optional<double> kupiec_p;             ///< on windows that do not overlap
  std::optional<double> qlike, qlike_ewma;    ///< mean of s²/h − ln(s²/h) − 1
  std::optional<double> expansion_auc;
  std::optional<double> expansion_brier_skill; ///< 1 − Brier / Brier of the rows' own base rate
  std::uint64_t forecasts = 0;                 ///< rows
};

/// Scores over one or several pairs' rows. Windows of one pair must follow in time order; pairs may
/// follow one another.
[[nodiscard]] RiskModelScores score(std::span<const ScoredForecast> rows, double tail_level);

/// Likelihood-ratio test (Kupiec 1995) that exceedances come at rate `level_missed`; p of χ²(1).
[[nodiscard]] std::optional<double> kupiec_p(std::uint64_t exceedances, std::uint64_t windows,
                                             double level_missed);
/// Probability that an event's forecast lies above a non-event's, ties counting half.
[[nodiscard]] std::optional<double> area_under_curve(std::vector<std::pair<double, bool>> scored);

} // namespace rg
