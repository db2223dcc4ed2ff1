#include "actors/message_types.hpp"

#include <caf/message.hpp>

namespace rg {

std::string describe_message(const caf::message& message) {
  if (message.match_elements<Fill>()) {
    return "fill " + std::to_string(message.get_as<Fill>(0).venue_fill_id);
  }
  if (message.match_elements<AttributedFill>()) {
    return "fill " + std::to_string(message.get_as<AttributedFill>(0).fill.venue_fill_id);
  }
  if (message.match_elements<PipelineStep>()) {
    const PipelineStep& step = message.get_as<PipelineStep>(0);
    return "step of " + std::string(step.regime.symbol.name()) + " at " +
           std::to_string(step.regime.stamp.ms());
  }
  if (message.match_elements<ApprovedIntent>()) {
    return "approved " + message.get_as<ApprovedIntent>(0).decision().id.text();
  }
  if (message.match_elements<OrderEvent>()) {
    return "event of order " + std::string(message.get_as<OrderEvent>(0).client_id.text());
  }
  if (message.match_elements<VenueOrderUpdate>()) {
    return "news of order " + message.get_as<VenueOrderUpdate>(0).order.client_id;
  }
  if (message.match_elements<ChangeAnswer>()) {
    return "answer to request " + std::to_string(message.get_as<ChangeAnswer>(0).id);
  }
  return "a message of another kind";
}

} // namespace rg
