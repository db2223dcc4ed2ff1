#pragma once
// How the exchange's engine words its refusals (weex-api §6).

#include "infra/exchange/venue_types.hpp"

#include <utility>

namespace rg::exchange {

[[nodiscard]] inline Refusal invalid_argument(std::string text) {
  return {RefusalKind::engine, "INVALID_ARGUMENT: " + std::move(text)};
}
[[nodiscard]] inline Refusal failed_precondition(std::string text) {
  return {RefusalKind::engine, "FAILED_PRECONDITION: " + std::move(text)};
}
[[nodiscard]] inline Refusal no_such_order() {
  return {RefusalKind::order_not_found, "Order does not exist"};
}
[[nodiscard]] inline Refusal not_enough_margin() {
  return failed_precondition("The order margin available amount not enough");
}
[[nodiscard]] inline Refusal no_such_position() {
  return {RefusalKind::not_found, "FAILED_PRECONDITION: The position does not exist"};
}
/// Separated mode: which of the positions an order closes must be said, and the documents at hand
/// name no member for it.
[[nodiscard]] inline Refusal position_not_named() {
  return failed_precondition("The position id is required in the 'SEPARATED' separated mode");
}
[[nodiscard]] inline Refusal pair_not_permitted() {
  return {RefusalKind::not_tradable, "Not have permission to trade this pair."};
}

} // namespace rg::exchange
