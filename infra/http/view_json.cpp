#include "infra/http/view_json.hpp"

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
                 return j;
               })}};
}

Json detail_to_json(const DecisionDetail& detail) {
  Json j = decision_to_json(detail.decision);
  const double distance = detail.decision.risk.stop_distance;
  j["sentence"] = detail.sentence;
  j["stop_distance"] = distance > 0.0 ? Json(distance) : Json(nullptr);
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
                          return Json::array({b.open_time.ms(), b.open.to_double(),
                                              b.high.to_double(), b.low.to_double(),
                                              b.close.to_double(), b.volume.to_double()});
                        })},
      {"regimes", array_of(h.estimates,
                           [](const RegimeEstimate& e) {
                             return Json{{"ts_ms", e.stamp.ms()},
                                         {"regime", to_string(e.regime)},
                                         {"confidence", e.confidence},
                                         {"posterior", posterior_json(e)}};
                           })},
      {"forecasts", array_of(h.forecasts,
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
      {"fills", array_of(own, fill_json)}};
}

Json equity_to_json(const std::vector<EquityPoint>& points) {
  return Json{{"points", array_of(points, [](const EquityPoint& p) {
                 return Json{{"ts_ms", p.stamp.ms()},
                             {"equity", p.equity},
                             {"drawdown", p.drawdown},
                             {"gross_leverage", p.gross_leverage}};
               })}};
}

Json limits_to_json(const std::vector<LimitStatus>& limits) {
  return Json{{"limits", array_of(limits, [](const LimitStatus& l) {
                 return Json{
                     {"id", l.id},
                     {"name", l.name},
                     {"value", l.value},
                     {"limit", l.limit},
                     {"unit", l.unit},
                     {"used", l.used()},
                     {"state", to_string(l.state())},
                     {"last_bound_ms", l.last_bound ? Json(l.last_bound->ms()) : Json(nullptr)}};
               })}};
}

} // namespace rg::http
