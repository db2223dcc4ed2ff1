#include "backtests/walk_forward/walk_report.hpp"

#include "backtests/report_json.hpp"

#include <fmt/core.h>

#include <cmath>

namespace rg {

namespace {

using Json = nlohmann::ordered_json;

Json number(const std::optional<double>& x) {
  return x && std::isfinite(*x) ? Json(*x) : Json(nullptr);
}

Json interval(const BootstrapResult& r) {
  return {{"estimate", number(r.estimate)},
          {"lower_95", number(r.lower)},
          {"upper_95", number(r.upper)}};
}

std::string day(Timestamp t) {
  return iso_time(t).substr(0, 10);
}

std::string plain(const std::optional<double>& x, const char* unit = "") {
  return x && std::isfinite(*x) ? fmt::format("{:+.3f}{}", *x, unit) : "n/a";
}

std::string window_line(const WindowResult& w) {
  const std::string head = fmt::format("{:<20} {} {} {}", w.window.span, day(w.window.from),
                                       day(w.window.to), day(w.window.fit_until));
  if (w.skipped) {
    return head + "  skipped: " + *w.skipped + "\n";
  }
  const SpanComparison& c = w.comparison;
  return head +
         fmt::format(
             " {:>8} {:>+8.2f} {:>+9.2f} {:>7.2f} {:>6} {:>6.2f} {:>7.3f} {:>7.3f}\n",
             w.observations, 100.0 * c.guarded.total_return, 100.0 * c.unguarded.total_return,
             100.0 * c.guarded.max_drawdown, c.guarded.trades, c.guarded.mean_gross_leverage,
             w.scores.tail_exceedance_rate.value_or(0.0), w.scores.expansion_auc.value_or(0.0));
}

Json window_summary(const WindowResult& w) {
  Json j;
  j["span"] = w.window.span;
  j["from"] = iso_time(w.window.from);
  j["to"] = iso_time(w.window.to);
  j["fit_until"] = iso_time(w.window.fit_until);
  j["skipped"] = w.skipped ? Json(*w.skipped) : Json(nullptr);
  if (w.skipped) {
    return j;
  }
  const SpanComparison& c = w.comparison;
  j["model_sha256"] = w.model_sha256;
  j["fitted_on"] = w.fitted_on;
  j["observations"] = w.observations;
  j["guarded"] = metrics_json(c.guarded);
  j["unguarded"] = metrics_json(c.unguarded);
  j["unguarded_unscaled"] = metrics_json(c.unscaled);
  for (const char* run : {"guarded", "unguarded", "unguarded_unscaled"}) {
    // What a window's file does not keep would read as zero.
    for (const char* key : {"cagr", "volatility", "sortino", "calmar", "win_rate", "profit_factor",
                            "turnover", "max_gross_leverage", "stops_hit"}) {
      j[run].erase(key);
    }
  }
  j["tail_exceedance_rate"] = number(w.scores.tail_exceedance_rate);
  j["kupiec_p"] = number(w.scores.kupiec_p);
  j["qlike"] = number(w.scores.qlike);
  j["qlike_ewma"] = number(w.scores.qlike_ewma);
  j["expansion_auc"] = number(w.scores.expansion_auc);
  return j;
}

} // namespace

std::string walk_text(const WalkSummary& s, std::span<const WindowResult> windows) {
  std::string out = fmt::format("{:<20} {:<10} {:<10} {:<10} {:>8} {:>8} {:>9} {:>7} {:>6} {:>6} "
                                "{:>7} {:>7}\n",
                                "span", "from", "to", "fit until", "fit rows", "guarded",
                                "unguarded", "maxDD", "trades", "lever.", "tail", "AUC");
  for (const WindowResult& w : windows) {
    out += window_line(w);
  }
  out += fmt::format("(returns and drawdown in %; each window starts from the initial equity)\n\n"
                     "{} windows, {} with a gain, {} skipped, {} days\n",
                     s.windows, s.winning_windows, s.skipped, s.days);
  if (s.windows > 0) {
    out += fmt::format("  Sharpe ratio, yearly      {} (95 % bounds {} and {})\n",
                       plain(s.sharpe.estimate), plain(s.sharpe.lower), plain(s.sharpe.upper));
    out += fmt::format("  probabilistic Sharpe      {}\n", plain(s.probabilistic_sharpe));
    out += fmt::format("  deflated, {:>4g} trials     {}\n\n", s.trials, plain(s.deflated_sharpe));
    out += "  costs    mean window return    Sharpe    fees paid   trades\n";
    for (const CostSummary& c : s.costs) {
      out += fmt::format("  x {:<6g} {:>17.3f} % {:>9} {:>12.2f} {:>8}\n", c.multiple,
                         100.0 * c.mean_window_return, plain(c.sharpe), c.fees_paid, c.trades);
    }
    out += fmt::format("\n  {} decisions: worst product error {:g}, {} not given again by their "
                       "record\n",
                       s.explanations.decisions, s.explanations.worst_product_error,
                       s.explanations.not_reproduced);
  }
  out += '\n';
  for (const std::string& sentence : s.verdict) {
    out += sentence + "\n";
  }
  return out;
}

Json walk_json(const WalkSummary& s, std::span<const WindowResult> windows) {
  Json j;
  j["windows"] = Json::array();
  for (const WindowResult& w : windows) {
    j["windows"].push_back(window_summary(w));
  }
  Json& pooled = j["pooled"];
  pooled["windows"] = s.windows;
  pooled["skipped"] = s.skipped;
  pooled["winning_windows"] = s.winning_windows;
  pooled["days"] = s.days;
  pooled["mean_daily_return"] = interval(s.mean_return);
  pooled["sharpe"] = interval(s.sharpe);
  pooled["guarded_minus_unguarded"] = interval(s.difference);
  pooled["cvar_ratio"] = interval(s.added.cvar_ratio);
  pooled["drawdown_ratio"] = interval(s.added.drawdown_ratio);
  pooled["probabilistic_sharpe"] = number(s.probabilistic_sharpe);
  pooled["deflated_sharpe"] = number(s.deflated_sharpe);
  pooled["trials"] = s.trials;
  pooled["decisions"] = s.explanations.decisions;
  pooled["worst_product_error"] = s.explanations.worst_product_error;
  pooled["decisions_not_reproduced"] = s.explanations.not_reproduced;
  j["costs"] = Json::array();
  for (const CostSummary& c : s.costs) {
    j["costs"].push_back({{"multiple", c.multiple},
                          {"mean_window_return", c.mean_window_return},
                          {"sharpe", number(c.sharpe)},
                          {"fees_paid", c.fees_paid},
                          {"trades", c.trades}});
  }
  j["edge"] = s.edge;
  j["verdict"] = s.verdict;
  return j;
}

} // namespace rg
