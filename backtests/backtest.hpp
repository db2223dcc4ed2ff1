#pragma once
// One span from candles to everything the reports tell of it.

#include "backtests/baselines.hpp"
#include "backtests/forecast_scores.hpp"
#include "backtests/guarded_run.hpp"
#include "backtests/metrics.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace rg {

/// A run with its metrics block.
struct MeasuredRun {
  RunResult run;
  Metrics metrics;
};

struct BaselineResults {
  MeasuredRun unguarded;
  double unguarded_scale = 0.0; ///< k
  MeasuredRun unguarded_unscaled;
  MeasuredRun buy_and_hold;
};

struct PairResult {
  Symbol symbol;
  Metrics metrics; ///< of initial equity plus the pair's own result
  std::uint64_t bars = 0, decisions = 0, approved = 0, refused = 0, exits = 0, guard_changes = 0;
  std::uint64_t funding_from_file = 0, funding_default = 0; ///< settlements inside the span
};

struct SpanResult {
  std::string name;
  std::vector<std::string> notes;
  Timestamp from, to;     ///< open of the first recorded bar, last close
  std::uint64_t bars = 0; ///< base bars through the pipeline, warm-up included
  double initial_equity = 0.0, final_equity = 0.0;
  GuardedRun guarded;
  Metrics portfolio;
  std::vector<PairResult> pairs; ///< by symbol id
  std::optional<BaselineResults> baselines;
  Metrics without_ladder;
  std::vector<ScoredForecast> forecasts;
  std::array<std::optional<RiskModelScores>, Symbol::kCount> risk_model;
  RiskModelScores risk_model_pooled;
};

/// @param with_baselines  unguarded, unguarded_unscaled and buy_and_hold.
[[nodiscard]] SpanResult run_span(const Span& span, const RunInputs& inputs, bool with_baselines,
                                  const Progress& progress);

/// Writes the CSV files of design §15 into `dir`.
[[nodiscard]] Result<bool, InputError> write_span_files(const SpanResult& result,
                                                        const std::string& dir);

} // namespace rg
