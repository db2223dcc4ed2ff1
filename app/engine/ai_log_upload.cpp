#include "app/engine/ai_log_upload.hpp"

#include "actors/journal/explanation.hpp"

#include <array>
#include <nlohmann/json.hpp>

namespace rg::app {

namespace {

using Json = nlohmann::ordered_json;

/// The parts of a decision's record that the models were given, and those that came out.
constexpr std::array kInputs{
    "ts_ms", "pair",     "features",       "signal",          "factor_inputs", "equity",     "rule",
    "guard", "drawdown", "gross_leverage", "high_water_mark", "model_hash",    "config_hash"};

const char* role_sentence(OrderRole role) {
  switch (role) {
  case OrderRole::stop:
    return "Protective stop of the position. ";
  case OrderRole::take_profit:
    return "Take-profit of the position. ";
  case OrderRole::reduce:
    return "Part of the position is closed to bring the exposure back under its cap. ";
  case OrderRole::entry:
  case OrderRole::exit:
  case OrderRole::test:
    break;
  }
  return "";
}

const char* stage_of(const OrderEvent& event) {
  const bool protective = event.role == OrderRole::stop || event.role == OrderRole::take_profit ||
                          event.role == OrderRole::reduce;
  return protective ? "Risk Assessment" : "Decision Making";
}

Json order_json(const OrderEvent& event) {
  return {{"client_order_id", event.client_id.text()},
          {"role", to_string(event.role)},
          {"side", to_string(event.side)},
          {"quantity", event.quantity.text()},
          {"price", event.price.is_zero() ? Json("market") : Json(event.price.text())}};
}

} // namespace

bool has_ai_log(const OrderEvent& event) {
  return event.venue_id != 0 && !event.client_id.empty() && event.to != OrderState::rejected;
}

Upload ai_log_upload(const OrderEvent& event, const std::optional<Decision>& decision,
                     std::uint64_t sequence, const std::string& head_hash,
                     const std::string& run_id, const std::string& model) {
  Json input = Json::object(), output = Json::object();
  std::string explanation = role_sentence(event.role);
  if (decision) {
    const Json record = Json::parse(explanation_json(*decision));
    for (const auto& [key, value] : record.items()) {
      const bool given = std::find(kInputs.begin(), kInputs.end(), key) != kInputs.end();
      (given ? input : output)[key] = value;
    }
    explanation += long_explanation(*decision);
  } else {
    explanation += "The position was taken over from outside; this order protects or closes it.";
  }
  input["journal"] = {{"run", run_id}, {"record", sequence}, {"chain_head", head_hash}};
  output["order"] = order_json(event);
  Upload upload;
  upload.decision = event.decision;
  upload.client_id = event.client_id;
  upload.venue_id = event.venue_id;
  upload.head_hash = head_hash;
  upload.stage = stage_of(event);
  upload.model = model;
  upload.input_json = input.dump();
  upload.output_json = output.dump();
  upload.explanation = cut_at_sentence(explanation, kAiLogLength);
  upload.queued = event.wall_time;
  return upload;
}

} // namespace rg::app
