#include "infra/http/view_json.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

namespace rg::http {

namespace {

using Json = nlohmann::ordered_json;

std::string reason_of(const Decision& d) {
  switch (d.outcome) {
  case Outcome::approved:
    return {};
  case Outcome::refused:
    return to_string(d.refusal);
  case Outcome::exit:
  case Outcome::hand_over:
    return to_string(d.exit_reason);
  }
  return {};
}

Json posterior_json(const RegimeEstimate& e) {
  if (!e.posterior_valid) {
    return nullptr;
  }
  return Json{{"trending", e.posterior[0]},
              {"range_bound", e.posterior[1]},
              {"high_volatility", e.posterior[2]}};
}

Json order_json(const OrderEvent& o) {
  return Json{{"client_id", std::string(o.client_id.text())},
              {"venue_id", std::to_string(o.venue_id)},
              {"pair", o.symbol.name()},
              {"decision", o.decision.text()},
              {"role", to_string(o.role)},
              {"side", to_string(o.side)},
              {"state", to_string(o.to)},
              {"quantity", o.quantity.text()},
              {"filled", o.filled.text()},
              {"price", o.price.text()},
              {"ts_ms", o.data_time.ms()},
              {"note", std::string(o.note.data())}};
}

Json fill_json(const Fill& f) {
  return Json{{"venue_fill_id", std::to_string(f.venue_fill_id)},
              {"client_id", std::string(f.client_id.text())},
              {"pair", f.symbol.name()},
              {"side", to_string(f.side)},
              {"quantity", f.quantity.text()},
              {"price", f.price.text()},
              {"fee", f.fee.text()},
              {"maker", f.maker},
              {"realised_pnl", f.realised_pnl.text()},
              {"ts_ms", f.exchange_time.ms()}};
}

template <class Row, class Convert> Json array_of(const std::vector<Row>& rows, Convert convert) {
  Json out = Json::array();
  for (const Row& row : rows) {
    out.push_back(convert(row));
  }
  return out;
}

/// The numbers that the decision was made from.
void add_numbers(Json& j, const Decision& d) {
  const RiskAssessment& risk = d.risk;
  j["stop_price"] = d.stop_price.is_zero() ? Json(nullptr) : Json(d.stop_price.text());
  j["risk_budget"] = risk.risk_budget.text();
  // Full size: what would be lost at the stop equals the budget. Not for exits.
  const double loss_per_unit = risk.stop_distance * d.price.to_double();
  j["full_quantity"] = loss_per_unit > 0.0 && !risk.risk_budget.is_zero()
                           ? Json(risk.risk_budget.to_double() / loss_per_unit)
                           : Json(nullptr);
  j["cooldown_until_ms"] = risk.cooldown_until.ms();
  j["posterior"] = posterior_json(d.regime);
  j["abstention"] = to_string(d.regime.abstention);
  Json features;
  for (std::size_t i = 0; i < kFeatureCount; ++i) {
    features[to_string(static_cast<Feature>(i))] = d.regime.features[i];
  }
  j["features"] = features;
  j["inputs"] = Json{{"fast", d.signal.inputs.fast},
                     {"slow", d.signal.inputs.slow},
                     {"anchor", d.signal.inputs.anchor},
                     {"score", d.signal.inputs.score}};
  j["invalidation"] = d.signal.invalidation;
  j["target"] = d.signal.target;
  j["forecast"] = risk.forecast.valid ? Json{{"rv_forecast", risk.forecast.rv_forecast},
                                             {"rv_baseline", risk.forecast.rv_baseline},
                                             {"p_expansion", risk.forecast.p_expansion},
                                             {"tail_q95", risk.forecast.tail_q95}}
                                      : Json(nullptr);
  j["guard"] = Json{{"level", to_string(d.guard.level)}, {"cause", to_string(d.guard.cause)}};
  j["portfolio"] = Json{{"equity", d.equity.text()},
                        {"high_water_mark", d.high_water_mark.text()},
                        {"drawdown", d.drawdown},
                        {"gross_leverage", d.gross_leverage}};
}

} // namespace

Json decision_to_json(const Decision& d) {
  Json factors;
  for (std::size_t i = 0; i < kFactorCount; ++i) {
    factors[to_string(static_cast<FactorName>(i))] = d.risk.factors.value[i];
  }
  return Json{{"decision", d.id.text()},
              {"pair", d.id.symbol.name()},
              {"ts_ms", d.id.stamp.ms()},
              {"outcome", to_string(d.outcome)},
              {"reason", reason_of(d)},
              {"side", to_string(d.signal.side)},
              {"rule", to_string(d.signal.rule)},
              {"regime", to_string(d.regime.regime)},
              {"confidence", d.regime.confidence},
              {"multiplier", d.risk.multiplier},
              {"factors", factors},
              {"quantity", d.quantity.text()},
              {"price", d.price.text()}};
}

Json decision_rows_to_json(const std::vector<DecisionRow>& rows) {
  return Json{{"decisions", array_of(rows, [](const DecisionRow& row) {
                 Json j = decision_to_json(row.decision);
                 j["sentence"] = row.sentence;
                 j["seq"] = row.sequence;
                 return j;
               })}};
}

Json detail_to_json(const DecisionDetail& detail) {
  Json j = decision_to_json(detail.decision);
  const double distance = detail.decision.risk.stop_distance;
  j["sentence"] = detail.sentence;
  j["stop_distance"] = distance > 0.0 ? Json(distance) : Json(nullptr);
  add_numbers(j, detail.decision);
  j["counterfactuals"] = array_of(detail.counterfactuals, [](const Counterfactual& c) {
    return Json{
        {"factor", to_string(c.factor)}, {"multiplier", c.multiplier}, {"sentence", c.sentence}};
  });
  j["orders"] = array_of(detail.orders, order_json);
  j["fills"] = array_of(detail.fills, fill_json);
  j["ai_log"] = detail.ai_log;
  j["hash"] = detail.hash;
  return j;
}

Json orders_to_json(const std::vector<OrderEvent>& orders) {
  return Json{{"orders", array_of(orders, order_json)}};
}

Json fills_to_json(const std::vector<Fill>& fills) {
  return Json{{"fills", array_of(fills, fill_json)}};
}

Json history_to_json(const PairHistory& h, const std::vector<Fill>& fills) {
  std::vector<PairHistory::Forecast> told; // none while the models warm up
  std::copy_if(h.forecasts.begin(), h.forecasts.end(), std::back_inserter(told),
               [](const auto& f) { return f.forecast.valid; });
  std::vector<Fill> own;
  for (const Fill& f : fills) {
    if (f.symbol == h.symbol) {
      own.push_back(f);
    }
  }
  return Json{
      {"pair", h.symbol.name()},
      {"interval_ms", std::chrono::duration_cast<std::chrono::milliseconds>(h.interval).count()},
      {"bars", array_of(h.bars,
                        [](const Bar& b) {
                          return Json::array({b.open_time.ms(), b.open.text(), b.high.text(),
                                              b.low.text(), b.close.text(), b.volume.text()});
                        })},
      {"regimes", array_of(h.estimates,
                           [](const RegimeEstimate& e) {
                             return Json{{"ts_ms", e.stamp.ms()},
                                         {"regime", to_string(e.regime)},
                                         {"confidence", e.confidence},
                                         {"posterior", posterior_json(e)}};
                           })},
      {"forecasts", array_of(told,
                             [](const PairHistory::Forecast& f) {
                               return Json{{"ts_ms", f.stamp.ms()},
                                           {"rv_forecast", f.forecast.rv_forecast},
                                           {"p_expansion", f.forecast.p_expansion},
                                           {"tail_q95", f.forecast.tail_q95}};
                             })},
      {"guard", array_of(h.guard,
                         [](const GuardState& g) {
                           return Json{{"ts_ms", g.stamp.ms()},
                                       {"level", to_string(g.level)},
                                       {"cause", to_string(g.cause)},
                                       {"evidence", g.evidence},
                                       {"threshold", g.threshold}};
                         })},
      {"stops", array_of(h.stops,
                         [](const PairHistory::StopLevel& s) {
                           return Json{
                               {"ts_ms", s.stamp.ms()},
                               {"price", s.price.is_zero() ? Json(nullptr) : Json(s.price.text())}};
                         })},
      {"fills", array_of(own, fill_json)}};
}

Json equity_to_json(const std::vector<EquityPoint>& points) {
  return Json{{"points", array_of(points, [](const EquityPoint& p) {
                 return Json{{"ts_ms", p.stamp.ms()},
                             {"equity", Notional::from_double(p.equity, Rounding::nearest).text()},
                             {"drawdown", p.drawdown},
                             {"gross_leverage", p.gross_leverage}};
               })}};
}

Json sparks_to_json(const std::vector<PairSpark>& sparks) {
  Json pairs = Json::object();
  for (const PairSpark& spark : sparks) {
    pairs[std::string(spark.symbol.name())] = array_of(spark.points, [](const auto& p) {
      return Json::array({p.stamp.ms(), p.close.text(), to_string(p.regime)});
    });
  }
  return Json{{"pairs", pairs}};
}

Json events_to_json(const std::vector<JournalEvent>& events) {
  return Json{{"events", array_of(events, [](const JournalEvent& e) {
                 return Json{{"seq", e.sequence},           {"ts_ms", e.data_time.ms()},
                             {"wall_ms", e.wall_time.ms()}, {"kind", e.kind},
                             {"subject", e.subject},        {"detail", e.detail}};
               })}};
}

Json engine_runs_to_json(const std::vector<EngineRun>& runs) {
  return Json{{"engine_runs", array_of(runs, [](const EngineRun& r) {
                 return Json{{"run_id", r.run_id},
                             {"wall_ms", r.wall_time.ms()},
                             {"command", r.command},
                             {"model_sha256", r.model_sha256},
                             {"config_sha256", r.config_sha256}};
               })}};
}

Json limit_list_to_json(const std::vector<LimitStatus>& limits) {
  return array_of(limits, [](const LimitStatus& l) {
    const bool accrues = !std::isnan(l.value);
    return Json{{"id", l.id},
                {"name", l.name},
                {"value", accrues ? Json(l.value) : Json(nullptr)},
                {"limit", l.limit},
                {"unit", l.unit},
                {"used", accrues ? Json(l.used()) : Json(nullptr)},
                {"state", to_string(l.state())},
                {"last_bound_ms", l.last_bound ? Json(l.last_bound->ms()) : Json(nullptr)}};
  });
}

} // namespace rg::http
