#include "backtests/evaluation/span_comparison.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <limits>

namespace rg {

namespace {

constexpr std::int64_t kDayMs = 86'400'000;

/// Last close of each of the given days; 0 where the pair has no bar that day.
std::vector<double> daily_closes(const SpanPair& pair, std::span<const std::int64_t> days) {
  std::vector<double> closes(days.size(), 0.0);
  for (const Bar& bar : pair.bars) {
    const std::int64_t day = bar.close_time().ms() / kDayMs;
    const auto at = std::lower_bound(days.begin(), days.end(), day);
    if (at != days.end() && *at == day) {
      closes[static_cast<std::size_t>(at - days.begin())] = bar.close.to_double();
    }
  }
  return closes;
}

} // namespace

std::vector<double> daily_market_returns(const Span& span, std::span<const std::int64_t> days) {
  std::vector<double> sum(days.size(), 0.0);
  std::vector<int> count(days.size(), 0);
  for (const SpanPair& pair : span.pairs()) {
    const std::vector<double> closes = daily_closes(pair, days);
    for (std::size_t i = 1; i < days.size(); ++i) {
      if (closes[i] > 0.0 && closes[i - 1] > 0.0 && days[i] == days[i - 1] + 1) {
        sum[i] += closes[i] / closes[i - 1] - 1.0;
        ++count[i];
      }
    }
  }
  for (std::size_t i = 0; i < days.size(); ++i) {
    sum[i] = count[i] > 0 ? sum[i] / count[i] : std::numeric_limits<double>::quiet_NaN();
  }
  return sum;
}

SpanComparison compare_span(const Span& span, const RunInputs& inputs, const GuardedRun& guarded) {
  const RunResult& run = guarded.result;
  SpanComparison c;
  c.name = span.name();
  c.from = span.start();
  c.to = span.end();
  c.guarded = compute_metrics(run.curve, run.trades, run.sums);
  c.halted_share =
      static_cast<double>(guarded.halted_rows) / static_cast<double>(run.curve.count());
  const RunResult unscaled = run_unguarded(span, inputs, guarded, {true, 0.0});
  c.unscaled = compute_metrics(unscaled.curve, unscaled.trades, unscaled.sums);
  const double target = c.guarded.mean_gross_leverage;
  const ScaledRun matched = run_matched(
      span, inputs, guarded, target, guess_scale(guarded, target, c.unscaled.mean_gross_leverage));
  c.unguarded = compute_metrics(matched.result.curve, matched.result.trades, matched.result.sums);
  c.scale = matched.scale;
  c.days = run.curve.days();
  c.guarded_returns = run.curve.daily_returns();
  c.unguarded_returns = matched.result.curve.daily_returns();
  RG_ASSERT(c.days.size() == c.guarded_returns.size());
  RG_ASSERT(c.days.size() == c.unguarded_returns.size());
  c.market_returns = daily_market_returns(span, c.days);
  return c;
}

} // namespace rg
