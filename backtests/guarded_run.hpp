#pragma once
// The guarded run: the whole engine over one span, and the record of what it did. What does not
// depend on the account (signals, the rules' exits, forecasts) is kept for the baselines and
// scores.

#include "actors/trading_core.hpp"
#include "backtests/equity_curve.hpp"
#include "backtests/execution_rules.hpp"
#include "backtests/funding_schedule.hpp"
#include "backtests/metrics.hpp"
#include "backtests/span.hpp"
#include "messages/settings/settings.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace rg {

/// What every run of a span shares.
struct RunInputs {
  const EngineSettings& settings;
  std::shared_ptr<const ModelParameters> model;
  const ContractTable& contracts;
  const FillParameters& costs;
  const FundingSchedule& funding;
  Notional initial_equity;
  bool keep_rows = true; ///< rows of the equity curves, for files
};

/// Called now and then with the rows done; may be empty.
using Progress = std::function<void(std::size_t rows_done)>;

/// Equity, trades and sums of one run.
struct RunResult {
  EquityCurve curve;
  std::vector<Trade> trades;
  TradingSums sums;
  std::uint64_t liquidations = 0;
};

/// A Signal that a run could act on.
struct SignalRecord {
  std::uint32_t row = 0;
  Signal signal;
  double full_size =
      0.0; ///< notional / equity at multiplier 1: risk_per_trade / stop distance; 0 = none
};

/// The rules' exits after one pipeline bar, for a position of each rule and side, however long
/// held.
struct ExitTable {
  static constexpr std::uint8_t kNone = 0xFF;
  struct Cell {
    std::uint8_t reason = kNone;  ///< ExitReason before the time limit
    std::uint32_t time_limit = 0; ///< bars held from which the answer is ExitReason::time
  };
  std::array<Cell, 4> cells{}; ///< 2 · (rule − trend) + side
  [[nodiscard]] std::optional<ExitReason> at(Rule rule, PositionSide side,
                                             std::uint32_t bars_held) const;
  [[nodiscard]] static ExitTable probe(const StrategyModel& strategy,
                                       const StrategySettings& settings);
};

/// One closed pipeline bar, in the order in which the engine saw them.
struct StepRecord {
  std::uint32_t row = 0;
  Symbol symbol;
  bool tradable = false;    ///< warm and past --from: decisions allowed
  std::int32_t signal = -1; ///< index into signals
  ExitTable exits;
};

/// Forecasts and the bar they were made at, for forecasts.csv and the scores.
struct ForecastRecord {
  Timestamp stamp;
  bool recorded = false; ///< past warm-up and --from: a row of forecasts.csv
  std::int64_t slot = 0; ///< open time / interval
  double close = 0.0, high = 0.0, low = 0.0;
  RiskForecast forecast;
};

struct GuardedRun {
  RunResult result;
  std::vector<Decision> decisions;
  std::vector<SignalRecord> signals;
  std::vector<StepRecord> steps;
  std::array<std::vector<ForecastRecord>, Symbol::kCount> forecasts;
  std::array<EquityCurve, Symbol::kCount>
      pair_curves; ///< initial equity plus the pair's own result
  std::array<TradingSums, Symbol::kCount> pair_sums;
  std::array<std::uint64_t, Symbol::kCount> guard_changes{};
  bool ladder_acted = false;
  std::uint64_t halted_rows = 0; ///< recorded rows at which the ladder's hard rung held
};

/// @param ladder  false: the drawdown ladder's hard rung never binds.
/// @param keep_records  false: only `result` and `ladder_acted` are filled.
[[nodiscard]] GuardedRun run_guarded(const Span& span, const RunInputs& inputs, bool ladder,
                                     bool keep_records, const Progress& progress);

} // namespace rg
