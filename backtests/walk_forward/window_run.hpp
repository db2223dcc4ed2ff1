#pragma once
// One fit and the windows it trades.

#include "backtests/evaluation/explanation_proof.hpp"
#include "backtests/evaluation/span_comparison.hpp"
#include "backtests/forecast_scores.hpp"
#include "backtests/training/train_model.hpp"
#include "backtests/walk_forward/walk_windows.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rg {

/// The guarded run of a window at some multiple of the costs.
struct CostRun {
  double multiple = 1.0; ///< of fees, half spread and impact
  double total_return = 0.0, max_drawdown = 0.0, fees_paid = 0.0;
  std::uint64_t trades = 0;
  std::vector<double> returns; ///< per UTC day
};

/// What a finished window leaves behind; written to a file, so that a later run need not repeat it.
struct WindowResult {
  WalkWindow window;
  std::string inputs_sha256;          ///< of everything that the result depends on
  std::optional<std::string> skipped; ///< why there is no model: too little earlier data
  std::string model_sha256;
  std::vector<std::string> fitted_on;
  std::uint64_t observations = 0; ///< feature rows of the fit
  SpanComparison comparison;      ///< at the costs as they are
  std::vector<CostRun> costs;
  RiskModelScores scores; ///< pooled over the pairs
  ExplanationCheck explanations;
};

/// Settings, costs and funding that every window shares.
struct WalkInputs {
  const EngineSettings& settings;
  const FillParameters& costs;
  std::uint64_t seed = 1;
  std::vector<double> cost_multiples{0.5, 1.0, 2.0}; ///< 1 is always run
};

/// Fees of every contract times `multiple`, and the slippage likewise.
[[nodiscard]] ContractTable scaled_fees(const ContractTable& contracts, double multiple);
[[nodiscard]] FillParameters scaled_slippage(const FillParameters& costs, double multiple);

/// Fits on what had closed by `until`, nothing else.
/// @param folders  judged and training folders, any order.
[[nodiscard]] Result<TrainedModel, InputError>
fit_window(std::span<const CandleFolder* const> folders, Timestamp until, const WalkInputs& inputs,
           const TrainingProgress& progress);

/// Trades the window of its folder with the model; the bars before it warm the engine.
[[nodiscard]] Result<WindowResult, InputError>
run_window(const CandleFolder& folder, const FundingSchedule& funding, const WalkWindow& window,
           const std::shared_ptr<const ModelParameters>& model, const WalkInputs& inputs);

} // namespace rg
