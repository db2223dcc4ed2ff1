#include "backtests/report_json.hpp"

#include "messages/support/invariant.hpp"

#include <chrono>
#include <cmath>
#include <cstdio>

namespace rg {

namespace {

using Json = nlohmann::ordered_json;

Json number(double x) {
  return std::isfinite(x) ? Json(x) : Json(nullptr);
}
Json number(const std::optional<double>& x) {
  return x ? number(*x) : Json(nullptr);
}

Json risk_model_json(const RiskModelScores& s) {
  Json j;
  j["tail_level"] = number(s.tail_level);
  j["tail_exceedance_rate"] = number(s.tail_exceedance_rate);
  j["kupiec_p"] = number(s.kupiec_p);
  j["qlike"] = number(s.qlike);
  j["qlike_ewma"] = number(s.qlike_ewma);
  j["expansion_auc"] = number(s.expansion_auc);
  j["expansion_brier_skill"] = number(s.expansion_brier_skill);
  j["forecasts"] = s.forecasts;
  return j;
}

Json pair_json(const PairResult& p) {
  Json j = metrics_json(p.metrics);
  j["bars"] = p.bars;
  j["decisions"] = p.decisions;
  j["approved"] = p.approved;
  j["refused"] = p.refused;
  j["exits"] = p.exits;
  j["guard_changes"] = p.guard_changes;
  j["funding_settlements"] = {{"from_file", p.funding_from_file}, {"default", p.funding_default}};
  return j;
}

} // namespace

Json metrics_json(const Metrics& m) {
  Json j;
  j["total_return"] = number(m.total_return);
  j["cagr"] = number(m.cagr);
  j["volatility"] = number(m.volatility);
  j["sharpe"] = number(m.sharpe);
  j["sortino"] = number(m.sortino);
  j["calmar"] = number(m.calmar);
  j["max_drawdown"] = number(m.max_drawdown);
  j["cvar_95"] = number(m.cvar_95);
  j["trades"] = m.trades;
  j["win_rate"] = number(m.win_rate);
  j["profit_factor"] = number(m.profit_factor);
  j["turnover"] = number(m.turnover);
  j["fees_paid"] = number(m.fees_paid);
  j["funding_paid"] = number(m.funding_paid);
  j["time_in_market"] = number(m.time_in_market);
  j["mean_gross_leverage"] = number(m.mean_gross_leverage);
  j["max_gross_leverage"] = number(m.max_gross_leverage);
  j["stops_hit"] = m.stops_hit;
  return j;
}

Json span_json(const SpanResult& r) {
  Json j;
  j["bars"] = r.bars;
  j["from"] = iso_time(r.from);
  j["to"] = iso_time(r.to);
  j["initial_equity"] = number(r.initial_equity);
  j["final_equity"] = number(r.final_equity);
  j["portfolio"] = metrics_json(r.portfolio);
  j["pairs"] = Json::object();
  for (const PairResult& p : r.pairs) {
    j["pairs"][std::string(p.symbol.name())] = pair_json(p);
  }
  if (r.baselines) {
    Json unguarded = metrics_json(r.baselines->unguarded.metrics);
    unguarded["scale"] = number(r.baselines->unguarded_scale);
    j["baselines"]["unguarded"] = std::move(unguarded);
    j["baselines"]["unguarded_unscaled"] = metrics_json(r.baselines->unguarded_unscaled.metrics);
    j["baselines"]["buy_and_hold"] = metrics_json(r.baselines->buy_and_hold.metrics);
  }
  j["without_ladder"] = metrics_json(r.without_ladder);
  j["risk_model"] = Json::object();
  for (const PairResult& p : r.pairs) {
    if (const auto& scores = r.risk_model[p.symbol.id()]) {
      j["risk_model"][std::string(p.symbol.name())] = risk_model_json(*scores);
    }
  }
  j["risk_model"]["pooled"] = risk_model_json(r.risk_model_pooled);
  j["notes"] = r.notes;
  return j;
}

Json backtest_json(const RunStamp& stamp, std::span<const Json> spans,
                   std::span<const std::string> names, std::uint64_t bars) {
  RG_ASSERT(!spans.empty() && spans.size() == names.size());
  Json j;
  j["run_id"] = stamp.run_id;
  j["config_sha256"] = stamp.config_sha256;
  j["model_sha256"] = stamp.model_sha256;
  j["data_sha256"] = stamp.data_sha256;
  j["funding_source"] = stamp.funding_source;
  j["bars"] = bars;
  j["load_seconds"] = number(stamp.load_seconds);
  j["wall_seconds"] = number(stamp.wall_seconds);
  j["bars_per_second"] = stamp.wall_seconds > 0.0
                             ? number(static_cast<double>(bars) / stamp.wall_seconds)
                             : Json(nullptr);
  if (spans.size() == 1) {
    for (const auto& [key, value] : spans[0].items()) {
      j[key] = value;
    }
    return j;
  }
  for (std::size_t i = 0; i < spans.size(); ++i) {
    j["spans"][names[i]] = spans[i];
  }
  return j;
}

std::string iso_time(Timestamp t) {
  const std::chrono::sys_seconds at{std::chrono::seconds{t.ns() / 1'000'000'000}};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{at - day};
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

} // namespace rg
