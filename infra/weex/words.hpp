#pragma once
// The words and digits of both generations (weex-api §7): digits or words, any case, in every
// answer.

#include "infra/weex/json_reader.hpp"
#include "messages/orders/order_event.hpp"
#include "messages/units/side.hpp"

#include <optional>
#include <string_view>

namespace rg::weex::wire {

struct OrderType {
  PositionSide position = PositionSide::long_side;
  bool opens = true;
  bool forced = false; ///< liquidation or deleveraging by the venue
};

/// "open_long", "CLOSE_SHORT", "burst_liquidate_long", "1" … "10".
[[nodiscard]] std::optional<OrderType> order_type(std::string_view word);
/// "LONG", "Short".
[[nodiscard]] std::optional<PositionSide> position_side(std::string_view word);
/// "BUY", "sell".
[[nodiscard]] std::optional<Side> side(std::string_view word);
/// An order of unknown status counts as alive: it must not drop out of the exposure.
[[nodiscard]] OrderState order_state(std::string_view word, Quantity filled);
/// Side and opening or closing from the pair of words that fills and order pushes carry.
[[nodiscard]] inline bool opens(PositionSide position, Side side) {
  return side == entry_side(position);
}
/// Waits for its trigger.
[[nodiscard]] bool is_untriggered(std::string_view status);

} // namespace rg::weex::wire
