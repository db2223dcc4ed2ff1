#pragma once
// Realised quantities of design §15 and the scores of the risk model's forecasts against them. Only
// reports see these: nothing here goes back into a model.

#include "backtests/guarded_run.hpp"
#include "backtests/slot_series.hpp"
#include "backtests/statistics/coverage_tests.hpp"
#include "backtests/statistics/forecast_losses.hpp"

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
  /// ln(trailing volatility over one horizon / over 480 slots), for the one-variable reference
  std::optional<double> log_volatility_ratio;
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

/// ScoredForecast::log_volatility_ratio at index i; n slots make a horizon. Empty where a window
/// holds too many gaps.
[[nodiscard]] std::optional<double> log_volatility_ratio(const SlotSeries& slots, std::size_t i,
                                                         std::size_t n);

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

/// Whether the excursion exceeded the quantile, over windows that do not overlap: each starts no
/// earlier than the one before ends. Rows of one pair in time order; rows without an outcome are
/// passed over.
[[nodiscard]] std::vector<bool> disjoint_exceedances(std::span<const ScoredForecast> rows);

/// Scores over one or several pairs' rows. Windows of one pair must follow in time order; pairs may
/// follow one another.
[[nodiscard]] RiskModelScores score(std::span<const ScoredForecast> rows, double tail_level);

} // namespace rg
