#include "backtests/report_text.hpp"

#include "backtests/report_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace rg {

namespace {

constexpr const char* kDash = "–";

std::string percent(double x, int decimals = 2) {
  return fmt::format("{:.{}f} %", 100.0 * x, decimals);
}
std::string percent(const std::optional<double>& x, int decimals = 2) {
  return x ? percent(*x, decimals) : kDash;
}
std::string plain(double x, int decimals = 2) {
  return fmt::format("{:.{}f}", x, decimals);
}
std::string plain(const std::optional<double>& x, int decimals = 2) {
  return x ? plain(*x, decimals) : kDash;
}
/// 1,234,567.89
std::string grouped(double x, int decimals = 0) {
  std::string text = fmt::format("{:.{}f}", x, decimals);
  const std::size_t dot = std::min(text.find('.'), text.size());
  const std::size_t first = text[0] == '-' ? 1 : 0;
  for (std::size_t i = dot; i > first + 3;) {
    i -= 3;
    text.insert(i, 1, ',');
  }
  return text;
}
std::string count(std::uint64_t n) {
  return grouped(static_cast<double>(n));
}

/// Characters, not bytes: cells hold a dash of three bytes.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string pad(const std::string& text, std::size_t to, bool left) {
  const std::string space(to > width(text) ? to - width(text) : 0, ' ');
  return left ? text + space : space + text;
}

/// Rows of cells, first column left, the others right.
class Table {
public:
  explicit Table(std::vector<std::string> head) { rows_.push_back(std::move(head)); }
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  [[nodiscard]] std::string text() const {
    std::vector<std::size_t> widths(rows_[0].size(), 0);
    for (const auto& row : rows_) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        widths[i] = std::max(widths[i], width(row[i]));
      }
    }
    std::string out;
    for (std::size_t r = 0; r < rows_.size(); ++r) {
      out += "  ";
      for (std::size_t i = 0; i < rows_[r].size(); ++i) {
        out += pad(rows_[r][i], widths[i], i == 0);
        out += i + 1 < rows_[r].size() ? "   " : "\n";
      }
      if (r == 0) {
        std::size_t total = 3 * (widths.size() - 1);
        for (const std::size_t w : widths) {
          total += w;
        }
        out += "  ";
        for (std::size_t i = 0; i < total; ++i) {
          out += "─";
        }
        out += '\n';
      }
    }
    return out;
  }

private:
  std::vector<std::vector<std::string>> rows_;
};

struct Column {
  std::string name;
  const Metrics* metrics;
};

std::string runs_table(const SpanResult& r) {
  const std::string k =
      r.baselines ? fmt::format("unguarded k={:.3f}", r.baselines->unguarded_scale) : "";
  std::vector<Column> columns{{"guarded", &r.portfolio}, {"no ladder", &r.without_ladder}};
  if (r.baselines) {
    columns.push_back({k, &r.baselines->unguarded.metrics});
    columns.push_back({"unscaled", &r.baselines->unguarded_unscaled.metrics});
    columns.push_back({"buy & hold", &r.baselines->buy_and_hold.metrics});
  }
  std::vector<std::string> head{""};
  for (const Column& c : columns) {
    head.push_back(c.name);
  }
  Table table(head);
  const auto row = [&](const char* name, auto value) {
    std::vector<std::string> cells{name};
    for (const Column& c : columns) {
      cells.push_back(value(*c.metrics));
    }
    table.add(std::move(cells));
  };
  row("total return", [](const Metrics& m) { return percent(m.total_return); });
  row("return a year", [](const Metrics& m) { return percent(m.cagr); });
  row("volatility a year", [](const Metrics& m) { return percent(m.volatility); });
  row("Sharpe", [](const Metrics& m) { return plain(m.sharpe); });
  row("Sortino", [](const Metrics& m) { return plain(m.sortino); });
  row("maximum drawdown", [](const Metrics& m) { return percent(m.max_drawdown); });
  row("CVaR 95 % a day", [](const Metrics& m) { return percent(m.cvar_95); });
  row("trades", [](const Metrics& m) { return count(m.trades); });
  row("won", [](const Metrics& m) { return percent(m.win_rate, 1); });
  row("profit factor", [](const Metrics& m) { return plain(m.profit_factor); });
  row("stops hit", [](const Metrics& m) { return count(m.stops_hit); });
  row("turnover", [](const Metrics& m) { return plain(m.turnover, 1) + " x"; });
  row("fees, USDT", [](const Metrics& m) { return grouped(m.fees_paid, 2); });
  row("funding, USDT", [](const Metrics& m) { return grouped(m.funding_paid, 2); });
  row("time in market", [](const Metrics& m) { return percent(m.time_in_market, 1); });
  row("mean gross leverage",
      [](const Metrics& m) { return plain(m.mean_gross_leverage, 3) + " x"; });
  row("highest gross leverage",
      [](const Metrics& m) { return plain(m.max_gross_leverage, 3) + " x"; });
  return table.text();
}

std::string pairs_table(const SpanResult& r) {
  Table table({"pair", "bars", "signals", "approved", "refused", "trades", "won", "stops",
               "result, USDT", "fees", "in market", "guard"});
  for (const PairResult& p : r.pairs) {
    table.add({std::string(p.symbol.name()), count(p.bars), count(p.approved + p.refused),
               count(p.approved), count(p.refused), count(p.metrics.trades),
               percent(p.metrics.win_rate, 1), count(p.metrics.stops_hit),
               grouped(p.metrics.total_return * r.initial_equity, 2),
               grouped(p.metrics.fees_paid, 2), percent(p.metrics.time_in_market, 1),
               count(p.guard_changes)});
  }
  return table.text();
}

std::string risk_table(const SpanResult& r) {
  Table table({"forecasts over 4 h", "made", "beyond the tail", "Kupiec p", "QLIKE", "EWMA's",
               "expansion AUC", "Brier skill"});
  const auto add = [&](const std::string& name, const RiskModelScores& s) {
    table.add({name, count(s.forecasts), percent(s.tail_exceedance_rate), plain(s.kupiec_p, 3),
               plain(s.qlike, 3), plain(s.qlike_ewma, 3), plain(s.expansion_auc, 3),
               plain(s.expansion_brier_skill, 3)});
  };
  for (const PairResult& p : r.pairs) {
    if (const auto& scores = r.risk_model[p.symbol.id()]) {
      add(std::string(p.symbol.name()), *scores);
    }
  }
  add("all", r.risk_model_pooled);
  return table.text();
}

/// "stop 12, rule 7": most frequent first, names break ties.
std::string tally(const std::map<std::string, std::uint64_t>& counts) {
  std::vector<std::pair<std::string, std::uint64_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string out;
  for (const auto& [name, n] : sorted) {
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", name, count(n));
  }
  return out.empty() ? "none" : out;
}

std::string reasons(const SpanResult& r) {
  std::map<std::string, std::uint64_t> refusals;
  std::map<std::string, std::uint64_t> exits;
  for (const Decision& d : r.guarded.decisions) {
    if (d.outcome == Outcome::refused) {
      ++refusals[to_string(d.refusal)];
    }
  }
  for (const Trade& t : r.guarded.result.trades) {
    ++exits[to_string(t.exit_reason)];
  }
  return fmt::format("  refused because  {}\n  trades ended by  {}\n", tally(refusals),
                     tally(exits));
}

std::string tinted(const std::string& text, double sign, bool colour) {
  if (!colour || sign == 0.0) {
    return text;
  }
  return fmt::format("\x1b[{}m{}\x1b[0m", sign > 0.0 ? 32 : 31, text);
}

} // namespace

std::string span_text(const SpanResult& r, bool colour) {
  std::string out = fmt::format("\n{}   {} to {}   {} base bars, {} pairs\n", r.name,
                                iso_time(r.from).substr(0, 10), iso_time(r.to).substr(0, 10),
                                count(r.bars), r.pairs.size());
  out += fmt::format("equity {} to {} USDT ({}){}\n\n", grouped(r.initial_equity, 2),
                     grouped(r.final_equity, 2),
                     tinted(percent(r.portfolio.total_return), r.portfolio.total_return, colour),
                     r.guarded.ladder_acted ? ", the drawdown ladder acted" : "");
  out += fmt::format("{}\n{}\n{}\n{}", runs_table(r), pairs_table(r), reasons(r), risk_table(r));
  for (const std::string& note : r.notes) {
    out += fmt::format("  note: {}\n", note);
  }
  return out;
}

} // namespace rg
