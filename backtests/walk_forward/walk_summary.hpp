#pragma once
// What all windows together say: intervals, deflated Sharpe ratio, cost sensitivity, and the
// verdict in words.

#include "backtests/evaluation/added_value.hpp"
#include "backtests/statistics/block_bootstrap.hpp"
#include "backtests/statistics/sharpe_tests.hpp"
#include "backtests/walk_forward/window_run.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rg {

/// All windows at one multiple of the costs.
struct CostSummary {
  double multiple = 1.0;
  double mean_window_return = 0.0; ///< each window starts from the initial equity
  std::optional<double> sharpe;    ///< of the pooled daily returns, × √365
  double fees_paid = 0.0;
  std::uint64_t trades = 0;
};

struct WalkSummary {
  std::size_t windows = 0, skipped = 0, days = 0;
  std::size_t winning_windows = 0;
  std::vector<CostSummary> costs;
  BootstrapResult mean_return; ///< of a day, guarded
  BootstrapResult sharpe;      ///< yearly, guarded
  BootstrapResult difference;  ///< mean daily return, guarded − unguarded
  AddedValue added;            ///< ratios of tails and drawdowns, worst days, over the windows
  std::optional<SharpeSample> sample; ///< daily
  std::optional<double> probabilistic_sharpe, deflated_sharpe;
  double trials = 1.0;
  ExplanationCheck explanations;
  bool edge = false;                ///< of the engine after costs
  std::vector<std::string> verdict; ///< sentences
};

/// @param trials  strategies or parameter sets that were tried before this one was chosen: the
/// more,
///                the higher the Sharpe ratio that chance alone would show. Their Sharpe ratios are
///                taken to scatter as estimates of skill-less ones do, with variance 1 / days.
/// Days of one span form one stretch: no block reaches over the end of a span.
[[nodiscard]] WalkSummary summarise(std::span<const WindowResult> windows,
                                    const BootstrapSettings& bootstrap, double trials);

} // namespace rg
