#include "backtests/walk_forward/window_json.hpp"

#include <cmath>
#include <limits>

namespace rg {

namespace {

using Json = nlohmann::ordered_json;

Json number(double x) {
  return std::isfinite(x) ? Json(x) : Json(nullptr);
}
Json number(const std::optional<double>& x) {
  return x ? number(*x) : Json(nullptr);
}
std::optional<double> optional_of(const Json& j) {
  return j.is_null() ? std::nullopt : std::optional(j.get<double>());
}
Json numbers(const std::vector<double>& values) {
  Json out = Json::array();
  for (const double v : values) {
    out.push_back(number(v));
  }
  return out;
}
std::vector<double> doubles_of(const Json& j) {
  std::vector<double> out;
  for (const Json& v : j) {
    out.push_back(v.is_null() ? std::numeric_limits<double>::quiet_NaN() : v.get<double>());
  }
  return out;
}

/// The figures of a run that summaries need.
Json metrics_of(const Metrics& m) {
  return {{"total_return", number(m.total_return)},
          {"max_drawdown", number(m.max_drawdown)},
          {"cvar_95", number(m.cvar_95)},
          {"sharpe", number(m.sharpe)},
          {"trades", m.trades},
          {"mean_gross_leverage", number(m.mean_gross_leverage)},
          {"time_in_market", number(m.time_in_market)},
          {"fees_paid", number(m.fees_paid)},
          {"funding_paid", number(m.funding_paid)}};
}
Metrics metrics_from(const Json& j) {
  Metrics m;
  m.total_return = j.at("total_return");
  m.max_drawdown = j.at("max_drawdown");
  m.cvar_95 = optional_of(j.at("cvar_95"));
  m.sharpe = optional_of(j.at("sharpe"));
  m.trades = j.at("trades");
  m.mean_gross_leverage = j.at("mean_gross_leverage");
  m.time_in_market = j.at("time_in_market");
  m.fees_paid = j.at("fees_paid");
  m.funding_paid = j.at("funding_paid");
  return m;
}

Json comparison_json(const SpanComparison& c) {
  Json j;
  j["from_ms"] = c.from.ms();
  j["to_ms"] = c.to.ms();
  j["guarded"] = metrics_of(c.guarded);
  j["unguarded"] = metrics_of(c.unguarded);
  j["unguarded"]["scale"] = number(c.scale);
  j["unguarded_unscaled"] = metrics_of(c.unscaled);
  j["halted_share"] = number(c.halted_share);
  j["days"] = c.days;
  j["guarded_returns"] = numbers(c.guarded_returns);
  j["unguarded_returns"] = numbers(c.unguarded_returns);
  j["market_returns"] = numbers(c.market_returns);
  return j;
}
SpanComparison comparison_from(const Json& j, const std::string& name) {
  SpanComparison c;
  c.name = name;
  c.from = Timestamp::from_ms(j.at("from_ms"));
  c.to = Timestamp::from_ms(j.at("to_ms"));
  c.guarded = metrics_from(j.at("guarded"));
  c.unguarded = metrics_from(j.at("unguarded"));
  c.scale = j.at("unguarded").at("scale");
  c.unscaled = metrics_from(j.at("unguarded_unscaled"));
  c.halted_share = j.at("halted_share");
  c.days = j.at("days").get<std::vector<std::int64_t>>();
  c.guarded_returns = doubles_of(j.at("guarded_returns"));
  c.unguarded_returns = doubles_of(j.at("unguarded_returns"));
  c.market_returns = doubles_of(j.at("market_returns"));
  return c;
}

Json scores_json(const RiskModelScores& s) {
  return {{"tail_level", number(s.tail_level)},
          {"tail_exceedance_rate", number(s.tail_exceedance_rate)},
          {"kupiec_p", number(s.kupiec_p)},
          {"qlike", number(s.qlike)},
          {"qlike_ewma", number(s.qlike_ewma)},
          {"expansion_auc", number(s.expansion_auc)},
          {"expansion_brier_skill", number(s.expansion_brier_skill)},
          {"forecasts", s.forecasts}};
}
RiskModelScores scores_from(const Json& j) {
  RiskModelScores s;
  s.tail_level = j.at("tail_level");
  s.tail_exceedance_rate = optional_of(j.at("tail_exceedance_rate"));
  s.kupiec_p = optional_of(j.at("kupiec_p"));
  s.qlike = optional_of(j.at("qlike"));
  s.qlike_ewma = optional_of(j.at("qlike_ewma"));
  s.expansion_auc = optional_of(j.at("expansion_auc"));
  s.expansion_brier_skill = optional_of(j.at("expansion_brier_skill"));
  s.forecasts = j.at("forecasts");
  return s;
}

Json costs_json(const std::vector<CostRun>& costs) {
  Json out = Json::array();
  for (const CostRun& c : costs) {
    out.push_back({{"multiple", number(c.multiple)},
                   {"total_return", number(c.total_return)},
                   {"max_drawdown", number(c.max_drawdown)},
                   {"fees_paid", number(c.fees_paid)},
                   {"trades", c.trades},
                   {"returns", numbers(c.returns)}});
  }
  return out;
}
std::vector<CostRun> costs_from(const Json& j) {
  std::vector<CostRun> out;
  for (const Json& c : j) {
    out.push_back({c.at("multiple"), c.at("total_return"), c.at("max_drawdown"), c.at("fees_paid"),
                   c.at("trades"), doubles_of(c.at("returns"))});
  }
  return out;
}

Json explanations_json(const ExplanationCheck& e) {
  return {{"decisions", e.decisions},
          {"with_factors", e.with_factors},
          {"approved", e.approved},
          {"worst_product_error", number(e.worst_product_error)},
          {"not_reproduced", e.not_reproduced},
          {"first_difference", e.first_difference}};
}
ExplanationCheck explanations_from(const Json& j) {
  ExplanationCheck e;
  e.decisions = j.at("decisions");
  e.with_factors = j.at("with_factors");
  e.approved = j.at("approved");
  e.worst_product_error = j.at("worst_product_error");
  e.not_reproduced = j.at("not_reproduced");
  e.first_difference = j.at("first_difference");
  return e;
}

} // namespace

Json window_json(const WindowResult& r) {
  Json j;
  j["span"] = r.window.span;
  j["from_ms"] = r.window.from.ms();
  j["to_ms"] = r.window.to.ms();
  j["fit_until_ms"] = r.window.fit_until.ms();
  j["inputs_sha256"] = r.inputs_sha256;
  j["skipped"] = r.skipped ? Json(*r.skipped) : Json(nullptr);
  if (r.skipped) {
    return j;
  }
  j["model_sha256"] = r.model_sha256;
  j["fitted_on"] = r.fitted_on;
  j["observations"] = r.observations;
  j["comparison"] = comparison_json(r.comparison);
  j["costs"] = costs_json(r.costs);
  j["scores"] = scores_json(r.scores);
  j["explanations"] = explanations_json(r.explanations);
  return j;
}

std::optional<WindowResult> parse_window(const std::string& text) {
  try {
    const Json j = Json::parse(text);
    WindowResult r;
    r.window.span = j.at("span");
    r.window.from = Timestamp::from_ms(j.at("from_ms"));
    r.window.to = Timestamp::from_ms(j.at("to_ms"));
    r.window.fit_until = Timestamp::from_ms(j.at("fit_until_ms"));
    r.inputs_sha256 = j.at("inputs_sha256");
    if (!j.at("skipped").is_null()) {
      r.skipped = j.at("skipped").get<std::string>();
      return r;
    }
    r.model_sha256 = j.at("model_sha256");
    r.fitted_on = j.at("fitted_on").get<std::vector<std::string>>();
    r.observations = j.at("observations");
    r.comparison = comparison_from(j.at("comparison"), r.window.span);
    r.costs = costs_from(j.at("costs"));
    r.scores = scores_from(j.at("scores"));
    r.explanations = explanations_from(j.at("explanations"));
    return r;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

} // namespace rg
