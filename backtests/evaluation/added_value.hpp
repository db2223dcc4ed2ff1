#pragma once
// What the AI adds: the guarded run against the same signals at the same mean exposure, pooled over
// spans, with paired block-bootstrap bounds.

#include "backtests/evaluation/proof_row.hpp"
#include "backtests/evaluation/span_comparison.hpp"
#include "backtests/statistics/block_bootstrap.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rg {

/// One of the worst market days, and what both runs did on it.
struct WorstDay {
  std::string span;
  std::int64_t day = 0; ///< UTC, since 1970
  double market = 0.0, guarded = 0.0, unguarded = 0.0;
};

struct AddedValue {
  BootstrapResult cvar_ratio;       ///< daily CVaR(95), guarded / unguarded
  BootstrapResult drawdown_ratio;   ///< mean drawdown of the 30-day windows, likewise
  std::vector<WorstDay> worst_days; ///< ten, worst first
  double worst_guarded = 0.0, worst_unguarded = 0.0;   ///< sums of daily returns on them
  double guarded_return = 0.0, unguarded_return = 0.0; ///< pooled: Σ final / Σ initial − 1
};

/// Pools the days of all spans. Each span is a stretch of its own: no block, no window reaches over
/// its end. CVaR is over all days together; the window drawdown is the mean, over every start day
/// of every span, of the maximum drawdown of 30 consecutive days (a shorter span is one window).
[[nodiscard]] AddedValue pool_added_value(std::span<const SpanComparison> spans,
                                          const BootstrapSettings& settings);

/// Mean over every window of `length` days of the largest fall from a high inside the window. The
/// window's start counts as its first high. Empty for no days.
[[nodiscard]] std::optional<double> mean_window_drawdown(std::span<const double> daily_returns,
                                                         std::size_t length);

/// The rows "what the AI adds" and "against unguarded_unscaled" of the proof.
[[nodiscard]] ProofRow added_value_row(std::span<const SpanComparison> spans,
                                       const AddedValue& pooled);
[[nodiscard]] ProofRow unscaled_row(std::span<const SpanComparison> spans);

} // namespace rg
