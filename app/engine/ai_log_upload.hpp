#pragma once
// What is uploaded about an order: made from the journal's records and nothing else. Pure.

#include "infra/outbox/upload_queue.hpp"
#include "messages/decision/decision.hpp"
#include "messages/orders/order_event.hpp"

#include <optional>
#include <string>

namespace rg::app {

/// An order that the venue knows by now; others have no log.
[[nodiscard]] bool has_ai_log(const OrderEvent& event);

/// @param decision  behind the order; empty for one that was adopted from somebody else.
/// @param head_hash  of the order's record, which is the chain's head when it was written.
/// @param model  name and hash of the model in force.
[[nodiscard]] Upload ai_log_upload(const OrderEvent& event, const std::optional<Decision>& decision,
                                   std::uint64_t sequence, const std::string& head_hash,
                                   const std::string& run_id, const std::string& model);

} // namespace rg::app
