#include "app/engine/run_report.hpp"

#include "app/commands.hpp"
#include "app/engine/run_csv.hpp"
#include "backtests/forecast_scores.hpp"
#include "backtests/metrics.hpp"
#include "backtests/report_json.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

namespace rg::app {

namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr std::size_t kCurvePoints = 3000;    // a screen has no more columns
constexpr std::size_t kForecastPoints = 1500; // per pair
constexpr std::size_t kRowsShown = 20'000;    // of decisions and trades, the newest
constexpr double kTailLevel = 0.95;
const std::set<std::string, std::less<>> kWords{"pair",    "side",     "regime",
                                                "rule",    "reason",   "exit_reason",
                                                "outcome", "decision", "entry_decision"};

Json field(const RunCsv& csv, std::size_t row, std::size_t column) {
  if (kWords.contains(csv.columns()[column])) {
    return std::string(csv.text(row, column));
  }
  const auto value = csv.number(row, column);
  if (!value) {
    return nullptr;
  }
  // Stamps are whole; a double would print them with a point.
  return csv.columns()[column].ends_with("ts_ms") ? Json(csv.integer(row, column)) : Json(*value);
}

/// {"columns": [..], "rows": [[..]..], "total": n}: the last rows of a table.
Json table(const std::optional<RunCsv>& csv) {
  Json out{{"columns", Json::array()}, {"rows", Json::array()}, {"total", 0}};
  if (!csv) {
    return out;
  }
  out["columns"] = csv->columns();
  out["total"] = csv->rows();
  Json& rows = out["rows"];
  for (std::size_t r = csv->rows() - std::min(csv->rows(), kRowsShown); r < csv->rows(); ++r) {
    Json row = Json::array();
    for (std::size_t c = 0; c < csv->columns().size(); ++c) {
      row.push_back(field(*csv, r, c));
    }
    rows.push_back(std::move(row));
  }
  return out;
}

EquityCurve curve_of(const RunCsv& csv) {
  const std::size_t ts = csv.column("ts_ms"), equity = csv.column("equity"),
                    gross = csv.column("gross_leverage"), net = csv.column("net_leverage");
  EquityCurve curve(true, csv.rows());
  for (std::size_t r = 0; r < csv.rows(); ++r) {
    const double e = csv.number(r, equity).value_or(0.0);
    curve.push(csv.integer(r, ts), e, csv.number(r, gross).value_or(0.0) * e,
               csv.number(r, net).value_or(0.0) * e);
  }
  return curve;
}

/// Every n-th row and, of each stretch, the deepest drawdown: thinning must not hide a loss.
Json thinned(const EquityCurve& curve) {
  const auto& rows = curve.rows();
  const std::size_t step = std::max<std::size_t>(1, 2 * rows.size() / kCurvePoints);
  Json out = Json::array();
  const auto add = [&out](const EquityRow& r) {
    out.push_back(Json::array({r.ts_ms, r.equity, r.drawdown, r.gross_leverage, r.net_leverage}));
  };
  for (std::size_t begin = 0; begin < rows.size(); begin += step) {
    const std::size_t end = std::min(begin + step, rows.size());
    add(rows[begin]);
    const auto deepest = std::max_element(
        rows.begin() + static_cast<std::ptrdiff_t>(begin),
        rows.begin() + static_cast<std::ptrdiff_t>(end),
        [](const EquityRow& a, const EquityRow& b) { return a.drawdown < b.drawdown; });
    if (static_cast<std::size_t>(deepest - rows.begin()) != begin) {
      add(*deepest);
    }
  }
  if (!rows.empty() && out.back()[0] != rows.back().ts_ms) {
    add(rows.back());
  }
  return out;
}

struct PairSums {
  std::uint64_t trades = 0, wins = 0, stops = 0;
  double pnl = 0.0, fees = 0.0, funding = 0.0;
};

/// The trades file, read once: what metrics and the table per pair need.
struct TradesRead {
  std::vector<Trade> trades;
  TradingSums sums;
  std::map<std::string, PairSums> pairs;
  std::map<std::string, std::uint64_t> exits;
};

TradesRead trades_of(const std::optional<RunCsv>& csv) {
  TradesRead out;
  if (!csv) {
    return out;
  }
  const auto column = [&](const char* name) { return csv->column(name); };
  for (std::size_t r = 0; r < csv->rows(); ++r) {
    const auto value = [&](const char* name) { return csv->number(r, column(name)).value_or(0.0); };
    const std::string pair(csv->text(r, column("pair")));
    const std::string reason(csv->text(r, column("exit_reason")));
    Trade trade;
    trade.symbol = Symbol::parse(pair).value_or(Symbol{});
    trade.entry_price = value("entry_price");
    trade.exit_price = value("exit_price");
    trade.quantity = Quantity::from_double(value("quantity"), Rounding::nearest);
    trade.pnl = Notional::from_double(value("pnl"), Rounding::nearest);
    trade.exit_reason = reason == "stop" ? ExitReason::stop : ExitReason::rule; // only stops count
    out.sums.traded += value("quantity") * (value("entry_price") + value("exit_price"));
    out.sums.fees += value("fees");
    out.sums.funding += value("funding");
    PairSums& sums = out.pairs[pair];
    ++sums.trades;
    sums.wins += value("pnl") > 0.0 ? 1U : 0U;
    sums.stops += reason == "stop" ? 1U : 0U;
    sums.pnl += value("pnl");
    sums.fees += value("fees");
    sums.funding += value("funding");
    ++out.exits[reason];
    out.trades.push_back(trade);
  }
  return out;
}

Json pairs_json(const std::map<std::string, PairSums>& pairs) {
  Json out = Json::array();
  for (const auto& [name, p] : pairs) {
    out.push_back(Json{{"pair", name},
                       {"trades", p.trades},
                       {"wins", p.wins},
                       {"stops", p.stops},
                       {"pnl", p.pnl},
                       {"fees", p.fees},
                       {"funding", p.funding}});
  }
  return out;
}

Json counts_by(const std::optional<RunCsv>& csv, const char* filter, const char* wanted,
               const char* name) {
  std::map<std::string, std::uint64_t> counts;
  if (csv) {
    const std::size_t by = csv->column(filter), of = csv->column(name);
    for (std::size_t r = 0; r < csv->rows(); ++r) {
      if (csv->text(r, by) == wanted) {
        ++counts[std::string(csv->text(r, of))];
      }
    }
  }
  return counts;
}

using ForecastsByPair = std::map<std::string, std::vector<ScoredForecast>>;

ForecastsByPair forecasts_of(const std::optional<RunCsv>& csv) {
  ForecastsByPair pairs;
  if (!csv) {
    return pairs;
  }
  const std::size_t ts = csv->column("ts_ms"), pair = csv->column("pair"),
                    rv = csv->column("rv_forecast"), ewma = csv->column("rv_ewma"),
                    realised = csv->column("rv_realised"), p = csv->column("p_expansion"),
                    expansion = csv->column("expansion"), tail = csv->column("tail_q95"),
                    excursion = csv->column("adverse_excursion");
  for (std::size_t r = 0; r < csv->rows(); ++r) {
    ScoredForecast row;
    row.stamp = Timestamp::from_ms(csv->integer(r, ts));
    row.forecast.valid = csv->number(r, rv).has_value();
    row.forecast.rv_forecast = csv->number(r, rv).value_or(0.0);
    row.forecast.p_expansion = csv->number(r, p).value_or(0.0);
    row.forecast.tail_q95 = csv->number(r, tail).value_or(0.0);
    row.rv_ewma = csv->number(r, ewma);
    row.rv_realised = csv->number(r, realised);
    if (const auto happened = csv->number(r, expansion)) {
      row.expansion = *happened > 0.5;
    }
    row.adverse_excursion = csv->number(r, excursion);
    pairs[std::string(csv->text(r, pair))].push_back(row);
  }
  return pairs;
}

Json or_null(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json forecasts_json(const ForecastsByPair& pairs) {
  Json out = Json::object();
  for (const auto& [name, rows] : pairs) {
    const RiskModelScores s = score(rows, kTailLevel);
    Json points = Json::array();
    const std::size_t step = std::max<std::size_t>(1, rows.size() / kForecastPoints);
    for (std::size_t i = 0; i < rows.size(); i += step) {
      const ScoredForecast& r = rows[i];
      points.push_back(
          Json::array({r.stamp.ms(), r.forecast.rv_forecast, or_null(r.rv_realised),
                       r.forecast.p_expansion, r.forecast.tail_q95, or_null(r.adverse_excursion)}));
    }
    out[name] = Json{{"scores",
                      {{"forecasts", rows.size()},
                       {"tail_level", s.tail_level},
                       {"tail_exceedance_rate", or_null(s.tail_exceedance_rate)},
                       {"kupiec_p", or_null(s.kupiec_p)},
                       {"qlike", or_null(s.qlike)},
                       {"qlike_ewma", or_null(s.qlike_ewma)},
                       {"expansion_auc", or_null(s.expansion_auc)},
                       {"expansion_brier_skill", or_null(s.expansion_brier_skill)}}},
                     {"points", std::move(points)}};
  }
  return out;
}

Json span_report(const fs::path& folder, const std::string& name) {
  const auto equity = RunCsv::read((folder / "equity.csv").string());
  if (!equity || equity->rows() == 0) {
    throw UsageError((folder / "equity.csv").string() + ": missing or without rows; is this the "
                                                        "folder of `backtest --out`?");
  }
  const EquityCurve curve = curve_of(*equity);
  const TradesRead read = trades_of(RunCsv::read((folder / "trades.csv").string()));
  const auto decisions = RunCsv::read((folder / "decisions.csv").string());
  Json curves = Json::array();
  curves.push_back(Json{{"name", "guarded"}, {"rows", thinned(curve)}});
  Json baselines = Json::object();
  for (const char* baseline : {"unguarded", "unguarded_unscaled", "buy_and_hold"}) {
    if (const auto csv =
            RunCsv::read((folder / ("equity_" + std::string(baseline) + ".csv")).string());
        csv && csv->rows() > 0) {
      const EquityCurve other = curve_of(*csv);
      curves.push_back(Json{{"name", baseline}, {"rows", thinned(other)}});
      // Without its trades only what follows from the curve is known.
      const Json all = metrics_json(compute_metrics(other, {}, {}));
      for (const char* key :
           {"total_return", "cagr", "volatility", "sharpe", "sortino", "calmar", "max_drawdown",
            "cvar_95", "mean_gross_leverage", "max_gross_leverage"}) {
        baselines[baseline][key] = all.at(key);
      }
    }
  }
  return Json{{"name", name},
              {"from_ms", curve.first().ts_ms},
              {"to_ms", curve.last().ts_ms},
              {"initial_equity", curve.first().equity},
              {"final_equity", curve.last().equity},
              {"metrics", metrics_json(compute_metrics(curve, read.trades, read.sums))},
              {"baselines", baselines},
              {"curves", curves},
              {"pairs", pairs_json(read.pairs)},
              {"exit_reasons", read.exits},
              {"refusals", counts_by(decisions, "outcome", "refused", "reason")},
              {"trades", table(RunCsv::read((folder / "trades.csv").string()))},
              {"decisions", table(decisions)},
              {"forecasts",
               forecasts_json(forecasts_of(RunCsv::read((folder / "forecasts.csv").string())))}};
}

/// A JSON file of the folder; null when absent.
Json json_file(const fs::path& path) {
  std::ifstream in(path);
  if (!in) {
    return nullptr;
  }
  Json parsed = Json::parse(in, nullptr, false);
  if (parsed.is_discarded()) {
    throw UsageError(path.string() + ": is no JSON");
  }
  return parsed;
}

std::vector<fs::path> sorted_folders(const fs::path& folder) {
  std::vector<fs::path> folders;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.is_directory()) {
      folders.push_back(entry.path());
    }
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

/// The folders of a run's spans with their names: the folder itself, or those below it.
std::vector<std::pair<fs::path, std::string>> spans_of(const fs::path& folder) {
  std::vector<std::pair<fs::path, std::string>> spans;
  std::error_code ignored;
  if (fs::exists(folder / "equity.csv", ignored)) {
    spans.emplace_back(folder, "");
    return spans;
  }
  for (const fs::path& sub : sorted_folders(folder)) {
    if (fs::exists(sub / "equity.csv", ignored)) {
      spans.emplace_back(sub, sub.filename().string());
    }
  }
  return spans;
}

Json summary_of(const fs::path& folder) {
  Json row{{"name", folder.filename().string()}};
  try {
    const auto spans = spans_of(folder);
    row["kind"] = fs::exists(folder / "walk_forward.json") ? "walk_forward" : "backtest";
    row["spans"] = spans.size();
    if (!spans.empty()) {
      const auto csv = RunCsv::read((spans.back().first / "equity.csv").string());
      const EquityCurve curve = curve_of(*csv);
      row["from_ms"] = curve.first().ts_ms;
      row["to_ms"] = curve.last().ts_ms;
      row["initial_equity"] = curve.first().equity;
      row["final_equity"] = curve.last().equity;
      row["max_drawdown"] = curve.max_drawdown();
    }
  } catch (const UsageError& e) {
    row["problem"] = e.what();
  }
  return row;
}

} // namespace

nlohmann::ordered_json run_report(const std::string& folder) {
  const fs::path path = fs::path(folder).lexically_normal();
  const fs::path named = path.has_filename() ? path : path.parent_path();
  Json spans = Json::array();
  for (const auto& [span, name] : spans_of(path)) {
    spans.push_back(span_report(span, name));
  }
  Json walk_forward = json_file(path / "walk_forward.json");
  if (spans.empty() && walk_forward.is_null()) {
    throw UsageError(folder + ": holds no run; give the OUT folder of `backtest --out OUT` or of "
                              "`walk-forward --out OUT`");
  }
  return Json{{"name", named.filename().string()},
              {"kind", walk_forward.is_null() ? "backtest" : "walk_forward"},
              {"spans", std::move(spans)},
              {"walk_forward", std::move(walk_forward)}};
}

nlohmann::ordered_json list_run_reports(const std::string& folder) {
  Json runs = Json::array();
  std::error_code ignored;
  for (const fs::path& sub : sorted_folders(folder)) {
    if (!spans_of(sub).empty() || fs::exists(sub / "walk_forward.json", ignored)) {
      runs.push_back(summary_of(sub));
    }
  }
  return Json{{"folder", folder}, {"runs", std::move(runs)}};
}

std::optional<nlohmann::ordered_json> named_run_report(const std::string& folder,
                                                       const std::string& name) {
  const bool plain =
      !name.empty() && name.front() != '.' && name.find_first_of("/\\") == std::string::npos;
  std::error_code ignored;
  if (!plain || !fs::is_directory(fs::path(folder) / name, ignored)) {
    return std::nullopt;
  }
  return run_report((fs::path(folder) / name).string());
}

} // namespace rg::app
