// The numbers of a decision, for machines.

#include "actors/journal/explanation.hpp"
#include "actors/journal/explanation_words.hpp"
#include "actors/journal/json_text.hpp"

namespace rg {

namespace {

std::string factors_json(const RiskFactors& factors) {
  JsonObject json;
  for (std::size_t i = 0; i < kFactorCount; ++i) {
    json.number(to_string(static_cast<FactorName>(i)), factors.value[i]);
  }
  return json.end();
}

std::string counterfactuals_json(const Decision& d) {
  std::string out = "[";
  for (const Counterfactual& c : counterfactuals(d)) {
    JsonObject json;
    json.text("factor", to_string(c.factor));
    json.number("value", d.risk.factors[c.factor]);
    json.number("multiplier_without", c.multiplier);
    json.text("text", c.sentence);
    out += out.size() > 1 ? "," : "";
    out += json.end();
  }
  return out + "]";
}

std::string posterior_json(const RegimeEstimate& regime) {
  if (!regime.posterior_valid) {
    return "null";
  }
  JsonObject json;
  for (std::size_t i = 0; i < kRegimeCount; ++i) {
    json.number(to_string(static_cast<Regime>(i)), regime.posterior[i]);
  }
  return json.end();
}

std::string features_json(const RegimeEstimate& regime) {
  JsonObject json;
  for (std::size_t i = 0; i < kFeatureCount; ++i) {
    json.number(to_string(static_cast<Feature>(i)), regime.features[i]);
  }
  return json.end();
}

std::string inputs_json(const Signal& signal) {
  JsonObject json;
  json.number("fast", signal.inputs.fast);
  json.number("slow", signal.inputs.slow);
  json.number("anchor", signal.inputs.anchor);
  json.number("score", signal.inputs.score);
  json.number("entry", signal.entry);
  json.number("invalidation", signal.invalidation);
  json.number("target", signal.target);
  return json.end();
}

std::string forecast_json(const RiskForecast& forecast) {
  if (!forecast.valid) {
    return "null";
  }
  JsonObject json;
  json.number("rv_forecast", forecast.rv_forecast);
  json.number("rv_ewma", forecast.rv_ewma);
  json.number("rv_baseline", forecast.rv_baseline);
  json.number("p_expansion", forecast.p_expansion);
  json.number("tail_q95", forecast.tail_q95);
  return json.end();
}

std::string guard_json(const GuardState& guard) {
  JsonObject json;
  json.text("level", to_string(guard.level));
  json.text("cause", to_string(guard.cause));
  json.number("evidence", guard.evidence);
  json.number("threshold", guard.threshold);
  json.number("exposure_factor", guard.exposure_factor);
  return json.end();
}

std::string inputs_json(const RiskInputs& inputs) {
  JsonObject json;
  json.number("drawdown", inputs.drawdown);
  json.number("trade_intensity", inputs.trade_intensity);
  json.number("relative_spread", inputs.relative_spread);
  json.number("depth_ratio", inputs.depth_ratio);
  json.number("jump_share", inputs.jump_share);
  json.number("cluster_share", inputs.cluster_share);
  return json.end();
}

std::string hash_text(const std::array<std::uint8_t, 8>& bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += kHex[byte >> 4U];
    text += kHex[byte & 0xFU];
  }
  return text;
}

void add_risk(JsonObject& json, const Decision& d) {
  const bool assessed = has_factors(d);
  if (assessed) {
    json.number("multiplier", d.risk.multiplier);
    json.raw("factors", factors_json(d.risk.factors));
    json.raw("factor_inputs", inputs_json(d.risk.inputs));
  } else {
    json.null("multiplier");
    json.null("factors");
    json.null("factor_inputs");
  }
  json.raw("counterfactuals", counterfactuals_json(d));
  json.raw("forecast", forecast_json(d.risk.forecast));
  const bool entry = d.outcome == Outcome::approved || d.outcome == Outcome::refused;
  if (entry && d.risk.stop_distance > 0.0) {
    json.number("stop_distance", d.risk.stop_distance);
    json.text("stop_adjustment",
              d.risk.stop_adjustment == StopAdjustment::tightened ? "tightened" : "calibrated");
  } else {
    json.null("stop_distance");
    json.null("stop_adjustment");
  }
  json.raw("risk_budget", d.risk.risk_budget.text());
  json.raw("risk_quantity", d.risk.quantity.text());
  if (d.risk.cooldown_until > d.id.stamp) {
    json.integer("cooldown_until_ms", d.risk.cooldown_until.ms());
  } else {
    json.null("cooldown_until_ms");
  }
  json.boolean("suspended", d.risk.suspended);
}

} // namespace

std::string explanation_json(const Decision& d) {
  JsonObject json;
  json.text("decision", d.id.text());
  json.integer("ts_ms", d.id.stamp.ms());
  json.text("pair", d.id.symbol.name());
  json.text("outcome", to_string(d.outcome));
  if (d.outcome == Outcome::refused) {
    json.text("refusal", to_string(d.refusal));
  } else {
    json.null("refusal");
  }
  if (d.outcome == Outcome::exit || d.outcome == Outcome::hand_over) {
    json.text("exit_reason", to_string(d.exit_reason));
  } else {
    json.null("exit_reason");
  }
  json.text("text", explanation_text(d));
  json.text("regime", to_string(d.regime.regime));
  json.number("confidence", d.regime.confidence);
  json.raw("posterior", posterior_json(d.regime));
  json.raw("features", features_json(d.regime));
  json.number("log_likelihood", d.regime.log_likelihood);
  json.text("abstention", to_string(d.regime.abstention));
  json.text("rule", to_string(d.signal.rule));
  json.text("side", to_string(d.signal.side));
  json.raw("signal", inputs_json(d.signal));
  add_risk(json, d);
  json.raw("quantity", d.quantity.text());
  json.raw("price", d.price.text());
  json.raw("stop_price", d.stop_price.text());
  json.raw("guard", guard_json(d.guard));
  json.raw("equity", d.equity.text());
  json.raw("high_water_mark", d.high_water_mark.text());
  json.number("drawdown", d.drawdown);
  json.number("gross_leverage", d.gross_leverage);
  json.text("model_hash", hash_text(d.model_hash));
  json.text("config_hash", hash_text(d.config_hash));
  return json.end();
}

} // namespace rg
