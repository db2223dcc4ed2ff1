#pragma once
// The guarded run of one span beside the same signals without the AI, day by day.

#include "backtests/baselines.hpp"
#include "backtests/metrics.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace rg {

struct SpanComparison {
  std::string name;
  Timestamp from, to;
  Metrics guarded, unguarded, unscaled;
  double scale = 0.0;        ///< k of the matched run
  double halted_share = 0.0; ///< of the rows, flat by the drawdown ladder
  // One entry per UTC day of the span, in order.
  std::vector<std::int64_t> days; ///< since 1970
  std::vector<double> guarded_returns, unguarded_returns;
  /// Equal-weight mean close-to-close return of the pairs that have a close on this day and the day
  /// before; NaN where none has.
  std::vector<double> market_returns;
};

/// Runs `unguarded_unscaled` and the matched `unguarded` beside a finished guarded run.
[[nodiscard]] SpanComparison compare_span(const Span& span, const RunInputs& inputs,
                                          const GuardedRun& guarded);

/// Market returns of the given UTC days. A close stamped 00:00 opens the new day, as for equity.
[[nodiscard]] std::vector<double> daily_market_returns(const Span& span,
                                                       std::span<const std::int64_t> days);

} // namespace rg
