#include "backtests/evaluation/added_value.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace rg {

namespace {

constexpr std::size_t kWindowDays = 30;
constexpr std::size_t kWorstDays = 10;
constexpr double kTailShare = 0.05;
// The bars of the proof.
constexpr double kRatioBar = 0.90;
constexpr double kWorstDaysBar = 0.7;
constexpr double kLeverageBar = 0.2;
constexpr double kMatchedWithin = 0.01;
constexpr double kTradesBar = 200.0;
constexpr double kHaltedBar = 0.10;
constexpr double kUnscaledBar = 0.5;

/// Largest fall from a high of a path that starts at 1.
double path_drawdown(std::span<const double> returns) {
  double equity = 1.0;
  double high = 1.0;
  double worst = 0.0;
  for (const double r : returns) {
    equity *= 1.0 + r;
    high = std::max(high, equity);
    worst = std::max(worst, 1.0 - equity / high);
  }
  return worst;
}

/// Both runs' days, all spans in a row.
struct PairedDays {
  std::vector<double> guarded, unguarded;
  std::vector<std::size_t> lengths;

  explicit PairedDays(std::span<const SpanComparison> spans) {
    for (const SpanComparison& s : spans) {
      guarded.insert(guarded.end(), s.guarded_returns.begin(), s.guarded_returns.end());
      unguarded.insert(unguarded.end(), s.unguarded_returns.begin(), s.unguarded_returns.end());
      lengths.push_back(s.days.size());
    }
  }
};

std::optional<double> ratio(std::optional<double> a, std::optional<double> b) {
  return a && b && *b > 0.0 ? std::optional(*a / *b) : std::nullopt;
}

void gather(const std::vector<double>& from, std::span<const std::size_t> at,
            std::vector<double>& out) {
  out.resize(at.size());
  std::transform(at.begin(), at.end(), out.begin(), [&](std::size_t i) { return from[i]; });
}

/// Mean over the windows of all stretches together.
std::optional<double> pooled_window_drawdown(std::span<const double> returns,
                                             std::span<const std::size_t> lengths) {
  double sum = 0.0;
  double windows = 0.0;
  std::size_t base = 0;
  for (const std::size_t n : lengths) {
    if (const auto mean = mean_window_drawdown(returns.subspan(base, n), kWindowDays)) {
      const auto count = static_cast<double>(n > kWindowDays ? n - kWindowDays + 1 : 1);
      sum += *mean * count;
      windows += count;
    }
    base += n;
  }
  return windows > 0.0 ? std::optional(sum / windows) : std::nullopt;
}

std::vector<WorstDay> worst_market_days(std::span<const SpanComparison> spans) {
  std::vector<WorstDay> all;
  for (const SpanComparison& s : spans) {
    for (std::size_t i = 0; i < s.days.size(); ++i) {
      if (!std::isnan(s.market_returns[i])) {
        all.push_back(
            {s.name, s.days[i], s.market_returns[i], s.guarded_returns[i], s.unguarded_returns[i]});
      }
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const WorstDay& a, const WorstDay& b) { return a.market < b.market; });
  all.resize(std::min(all.size(), kWorstDays));
  return all;
}

double mean_return(std::span<const SpanComparison> spans, Metrics SpanComparison::*run) {
  double sum = 0.0;
  for (const SpanComparison& s : spans) {
    sum += (s.*run).total_return;
  }
  return spans.empty() ? 0.0 : sum / static_cast<double>(spans.size());
}

std::string day_text(std::int64_t day) {
  const std::chrono::year_month_day ymd{std::chrono::sys_days{std::chrono::days{day}}};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(ymd.year()),
                     static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
}

ProofFigure detailed(ProofFigure figure, std::string detail) {
  figure.detail = std::move(detail);
  return figure;
}

void add_ratio(ProofRow& row, const char* what, const BootstrapResult& r) {
  row.figures.push_back(
      at_most(std::string(what) + ", guarded / unguarded", r.estimate, kRatioBar));
  row.figures.push_back(below(std::string(what) + ", upper 95 % bound of the ratio", r.upper, 1.0));
}

/// A gain is no loss: where the unguarded run did not lose, neither may the guarded one.
ProofFigure worst_days_figure(const AddedValue& pooled) {
  const double guarded = std::max(0.0, -pooled.worst_guarded);
  const double unguarded = std::max(0.0, -pooled.worst_unguarded);
  ProofFigure f;
  f.name = "loss on the ten worst market days, guarded / unguarded";
  f.value = ratio(guarded, unguarded);
  f.bar = fmt::format("<= {:g}", kWorstDaysBar);
  f.holds = !pooled.worst_days.empty() && guarded <= kWorstDaysBar * unguarded;
  f.detail = fmt::format(
      "sums of daily returns {:+.4f} and {:+.4f}{}; the days:", pooled.worst_guarded,
      pooled.worst_unguarded, unguarded > 0.0 ? "" : " (the unguarded run did not lose on them)");
  for (const WorstDay& d : pooled.worst_days) {
    f.detail += fmt::format(" {} ({:+.1f} %)", day_text(d.day), 100.0 * d.market);
  }
  return f;
}

void add_span_figures(ProofRow& row, const SpanComparison& s) {
  const double leverage = s.guarded.mean_gross_leverage;
  row.figures.push_back(at_least(s.name + ": mean gross leverage", leverage, kLeverageBar));
  const double miss =
      leverage > 0.0 ? std::fabs(s.unguarded.mean_gross_leverage / leverage - 1.0) : 0.0;
  row.figures.push_back(
      detailed(at_most(s.name + ": unguarded leverage off by", miss, kMatchedWithin),
               fmt::format("k = {:.5f}", s.scale)));
  row.figures.push_back(
      at_least(s.name + ": trades", static_cast<double>(s.guarded.trades), kTradesBar));
  row.figures.push_back(
      at_most(s.name + ": share of time flat by the ladder", s.halted_share, kHaltedBar));
  row.figures.push_back(detailed(
      reported(s.name + ": daily CVaR(95), guarded / unguarded",
               ratio(s.guarded.cvar_95, s.unguarded.cvar_95)),
      fmt::format("returns {:+.2f} % and {:+.2f} %, maximum drawdown {:.2f} % and {:.2f} %",
                  100.0 * s.guarded.total_return, 100.0 * s.unguarded.total_return,
                  100.0 * s.guarded.max_drawdown, 100.0 * s.unguarded.max_drawdown)));
}

} // namespace

std::optional<double> mean_window_drawdown(std::span<const double> daily_returns,
                                           std::size_t length) {
  if (daily_returns.empty() || length == 0) {
    return std::nullopt;
  }
  if (daily_returns.size() <= length) {
    return path_drawdown(daily_returns);
  }
  const std::size_t windows = daily_returns.size() - length + 1;
  double sum = 0.0;
  for (std::size_t i = 0; i < windows; ++i) {
    sum += path_drawdown(daily_returns.subspan(i, length));
  }
  return sum / static_cast<double>(windows);
}

AddedValue pool_added_value(std::span<const SpanComparison> spans,
                            const BootstrapSettings& settings) {
  AddedValue out;
  const PairedDays days(spans);
  std::vector<double> guarded;
  std::vector<double> unguarded;
  out.cvar_ratio = block_bootstrap(days.lengths, settings, [&](std::span<const std::size_t> at) {
    gather(days.guarded, at, guarded);
    gather(days.unguarded, at, unguarded);
    return ratio(conditional_value_at_risk(guarded, kTailShare),
                 conditional_value_at_risk(unguarded, kTailShare));
  });
  out.drawdown_ratio =
      block_bootstrap(days.lengths, settings, [&](std::span<const std::size_t> at) {
        gather(days.guarded, at, guarded);
        gather(days.unguarded, at, unguarded);
        return ratio(pooled_window_drawdown(guarded, days.lengths),
                     pooled_window_drawdown(unguarded, days.lengths));
      });
  out.worst_days = worst_market_days(spans);
  for (const WorstDay& d : out.worst_days) {
    out.worst_guarded += d.guarded;
    out.worst_unguarded += d.unguarded;
  }
  out.guarded_return = mean_return(spans, &SpanComparison::guarded);
  out.unguarded_return = mean_return(spans, &SpanComparison::unguarded);
  return out;
}

namespace {

ProofPlot growth_plot(const SpanComparison& s) {
  ProofPlot plot;
  plot.title = s.name + ": growth of 1";
  plot.y_label = "equity / initial";
  plot.x_is_day = true;
  const auto curve = [&](const char* name, const std::vector<double>& returns) {
    ProofPlot::Series series{name, {}, {}};
    double equity = 1.0;
    for (std::size_t i = 0; i < returns.size(); ++i) {
      equity *= 1.0 + returns[i];
      series.x.push_back(static_cast<double>(s.days[i]));
      series.y.push_back(equity);
    }
    plot.series.push_back(std::move(series));
  };
  curve("guarded", s.guarded_returns);
  curve("unguarded, matched", s.unguarded_returns);
  return plot;
}

/// Where the resampled ratios lie, as shares of twenty classes.
ProofPlot spread_plot(const char* title, const BootstrapResult& r) {
  constexpr std::size_t kClasses = 20;
  ProofPlot plot;
  plot.title = title;
  plot.x_label = "guarded / unguarded";
  plot.y_label = "share of resamples";
  if (r.values.empty()) {
    return plot;
  }
  const double low = quantile_of_sorted(r.values, 0.005);
  const double width =
      std::max(1e-9, (quantile_of_sorted(r.values, 0.995) - low) / static_cast<double>(kClasses));
  ProofPlot::Series series{"resamples", {}, std::vector<double>(kClasses, 0.0)};
  for (const double v : r.values) {
    const double at = std::clamp((v - low) / width, 0.0, static_cast<double>(kClasses) - 1.0);
    series.y[static_cast<std::size_t>(at)] += 1.0 / static_cast<double>(r.values.size());
  }
  for (std::size_t i = 0; i < kClasses; ++i) {
    plot.categories.push_back(fmt::format("{:.2f}", low + width * (static_cast<double>(i) + 0.5)));
  }
  plot.series.push_back(std::move(series));
  return plot;
}

} // namespace

ProofRow added_value_row(std::span<const SpanComparison> spans, const AddedValue& pooled) {
  ProofRow row;
  row.id = "added-value";
  row.title = "What the AI adds, against the same signals at matched exposure";
  add_ratio(row, "daily CVaR(95)", pooled.cvar_ratio);
  add_ratio(row, "mean 30-day-window drawdown", pooled.drawdown_ratio);
  row.figures.push_back(worst_days_figure(pooled));
  row.figures.push_back(
      detailed(at_least("pooled total return, guarded − unguarded",
                        pooled.guarded_return - pooled.unguarded_return, 0.0),
               fmt::format("{:+.3f} % and {:+.3f} %", 100.0 * pooled.guarded_return,
                           100.0 * pooled.unguarded_return)));
  for (const SpanComparison& s : spans) {
    row.spans.push_back(s.name);
    add_span_figures(row, s);
    row.plots.push_back(growth_plot(s));
  }
  row.plots.push_back(spread_plot("bootstrap of the daily CVaR ratio", pooled.cvar_ratio));
  row.plots.push_back(spread_plot("bootstrap of the window drawdown ratio", pooled.drawdown_ratio));
  return row;
}

ProofRow unscaled_row(std::span<const SpanComparison> spans) {
  ProofRow row;
  row.id = "unscaled";
  row.title = "Maximum drawdown against the same signals at full risk budget";
  for (const SpanComparison& s : spans) {
    row.spans.push_back(s.name);
    row.figures.push_back(
        detailed(at_most(s.name + ": maximum drawdown, guarded / unguarded_unscaled",
                         ratio(s.guarded.max_drawdown, s.unscaled.max_drawdown), kUnscaledBar),
                 fmt::format("{:.2f} % and {:.2f} %", 100.0 * s.guarded.max_drawdown,
                             100.0 * s.unscaled.max_drawdown)));
  }
  return row;
}

} // namespace rg
