#include "backtests/walk_forward/walk_summary.hpp"

#include <fmt/core.h>

#include <cmath>

namespace rg {

namespace {

constexpr double kYear = 365.0;
/// Share of chance that a deflated Sharpe ratio may leave.
constexpr double kDeflatedBar = 0.95;

/// Windows with a result.
std::vector<const WindowResult*> finished(std::span<const WindowResult> windows) {
  std::vector<const WindowResult*> out;
  for (const WindowResult& w : windows) {
    if (!w.skipped) {
      out.push_back(&w);
    }
  }
  return out;
}

/// Days of both runs, windows of one span one after another.
struct PooledDays {
  std::vector<double> guarded, unguarded;
  std::vector<std::size_t> lengths; ///< per span

  explicit PooledDays(std::span<const WindowResult* const> windows) {
    const std::string* span = nullptr;
    for (const WindowResult* w : windows) {
      if (span == nullptr || *span != w->window.span) {
        lengths.push_back(0);
        span = &w->window.span;
      }
      const SpanComparison& c = w->comparison;
      guarded.insert(guarded.end(), c.guarded_returns.begin(), c.guarded_returns.end());
      unguarded.insert(unguarded.end(), c.unguarded_returns.begin(), c.unguarded_returns.end());
      lengths.back() += c.days.size();
    }
  }
};

double mean_at(const std::vector<double>& values, std::span<const std::size_t> at) {
  double sum = 0.0;
  for (const std::size_t i : at) {
    sum += values[i];
  }
  return sum / static_cast<double>(at.size());
}

std::optional<double> yearly_sharpe(std::span<const double> returns) {
  const auto sample = sharpe_sample(returns);
  return sample ? std::optional(sample->sharpe * std::sqrt(kYear)) : std::nullopt;
}

void add_intervals(WalkSummary& s, const PooledDays& days, const BootstrapSettings& settings) {
  using Indices = std::span<const std::size_t>;
  s.mean_return = block_bootstrap(days.lengths, settings, [&](Indices at) {
    return at.empty() ? std::nullopt : std::optional(mean_at(days.guarded, at));
  });
  s.difference = block_bootstrap(days.lengths, settings, [&](Indices at) {
    return at.empty() ? std::nullopt
                      : std::optional(mean_at(days.guarded, at) - mean_at(days.unguarded, at));
  });
  std::vector<double> drawn;
  s.sharpe = block_bootstrap(days.lengths, settings, [&](Indices at) {
    drawn.clear();
    for (const std::size_t i : at) {
      drawn.push_back(days.guarded[i]);
    }
    return yearly_sharpe(drawn);
  });
}

void add_costs(WalkSummary& s, std::span<const WindowResult* const> windows) {
  if (windows.empty()) {
    return;
  }
  for (std::size_t k = 0; k < windows.front()->costs.size(); ++k) {
    CostSummary c;
    std::vector<double> days;
    for (const WindowResult* w : windows) {
      const CostRun& run = w->costs[k];
      c.multiple = run.multiple;
      c.mean_window_return += run.total_return / static_cast<double>(windows.size());
      c.fees_paid += run.fees_paid;
      c.trades += run.trades;
      days.insert(days.end(), run.returns.begin(), run.returns.end());
    }
    c.sharpe = yearly_sharpe(days);
    s.costs.push_back(c);
  }
}

std::string bounds(const BootstrapResult& r, double scale) {
  const auto text = [&](const std::optional<double>& x) {
    return x ? fmt::format("{:+.3f}", *x * scale) : std::string("n/a");
  };
  return fmt::format("{} (95 % bounds {} and {})", text(r.estimate), text(r.lower), text(r.upper));
}

void judge_edge(WalkSummary& s) {
  const bool positive = s.mean_return.lower && *s.mean_return.lower > 0.0;
  const bool beyond_chance = s.deflated_sharpe && *s.deflated_sharpe >= kDeflatedBar;
  s.edge = positive && beyond_chance;
  const std::string figures =
      fmt::format("mean daily return {} %, deflated Sharpe ratio {} after {:g} trials",
                  bounds(s.mean_return, 100.0),
                  s.deflated_sharpe ? fmt::format("{:.3f}", *s.deflated_sharpe) : "n/a", s.trials);
  if (!s.edge) {
    s.verdict.push_back("No evidence of edge: " + figures + ".");
    return;
  }
  const bool robust =
      !s.costs.empty() && s.costs.back().multiple > 1.0 && s.costs.back().mean_window_return > 0.0;
  s.verdict.push_back(fmt::format("Evidence of edge{}: {}.",
                                  robust ? ", also at the highest costs tried"
                                         : ", which does not survive the highest costs tried",
                                  figures));
}

void judge_ai(WalkSummary& s) {
  const BootstrapResult& tail = s.added.cvar_ratio;
  const BootstrapResult& drawdown = s.added.drawdown_ratio;
  const bool less = tail.upper && *tail.upper < 1.0;
  s.verdict.push_back(fmt::format(
      "Against the same signals at the same mean exposure, smaller daily tails are {}: CVaR(95) "
      "ratio {}, 30-day drawdown ratio {}; difference of mean daily returns {} %.",
      less ? "shown" : "not shown", bounds(tail, 1.0), bounds(drawdown, 1.0),
      bounds(s.difference, 100.0)));
}

} // namespace

WalkSummary summarise(std::span<const WindowResult> windows, const BootstrapSettings& bootstrap,
                      double trials) {
  WalkSummary s;
  s.trials = trials;
  const std::vector<const WindowResult*> done = finished(windows);
  s.windows = done.size();
  s.skipped = windows.size() - done.size();
  if (done.empty()) {
    s.verdict.push_back("No evidence of edge: no window could be run.");
    return s;
  }
  std::vector<SpanComparison> comparisons;
  for (const WindowResult* w : done) {
    comparisons.push_back(w->comparison);
    s.winning_windows += w->comparison.guarded.total_return > 0.0 ? 1U : 0U;
    s.explanations.add(w->explanations);
  }
  const PooledDays days(done);
  s.days = days.guarded.size();
  add_intervals(s, days, bootstrap);
  add_costs(s, done);
  s.added = pool_added_value(comparisons, bootstrap);
  s.sample = sharpe_sample(days.guarded);
  if (s.sample) {
    s.probabilistic_sharpe = probabilistic_sharpe(*s.sample, 0.0);
    s.deflated_sharpe = deflated_sharpe(*s.sample, trials, 1.0 / static_cast<double>(s.days));
  }
  judge_edge(s);
  judge_ai(s);
  return s;
}

} // namespace rg
