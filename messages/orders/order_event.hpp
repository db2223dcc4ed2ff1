#pragma once

#include "messages/units/ids.hpp"
#include "messages/units/notional.hpp"
#include "messages/units/price.hpp"
#include "messages/units/quantity.hpp"
#include "messages/units/side.hpp"

#include <array>
#include <cstdint>

namespace rg {

/// Life of an order (design §9).
enum class OrderState : std::uint8_t {
  intended,
  journalled,
  queued,
  sent,
  acked,
  partially_filled,
  filled,
  cancelled,
  rejected,
  expired,     // terminal
  unknown,     // outcome not known; searched for
  written_off, // terminal: unknown for longer than anything can be pending
};
[[nodiscard]] const char* to_string(OrderState s);
[[nodiscard]] constexpr bool is_terminal(OrderState s) {
  return s == OrderState::filled || s == OrderState::cancelled || s == OrderState::rejected ||
         s == OrderState::expired || s == OrderState::written_off;
}

/// One transition of one order, as the order desk saw it; journalled.
struct OrderEvent {
  Symbol symbol;
  ClientOrderId client_id;
  DecisionId decision;
  OrderRole role = OrderRole::entry;
  OrderState from = OrderState::intended;
  OrderState to = OrderState::intended;
  Timestamp data_time; ///< newest data stamp when it happened
  Timestamp wall_time;
  VenueOrderId venue_id = 0; ///< 0 = not known yet
  Side side = Side::buy;
  Quantity quantity, filled;
  Price price; ///< limit or trigger; 0 = market
  std::array<char, 96>
      note{}; ///< venue's message or our reason, cut; zero-terminated; never a secret
};

/// An execution at the venue.
struct Fill {
  Symbol symbol;
  VenueFillId venue_fill_id =
      0; ///< the venue's own id (`tradeId`); counts once, whatever channel told it
  VenueOrderId venue_order_id = 0;
  ClientOrderId client_id; ///< empty when the venue did not tell or the order is foreign
  PositionSide position = PositionSide::long_side;
  Side side = Side::buy;
  bool opens = true; ///< opens or closes the position
  bool maker = false;
  bool liquidation = false;
  Quantity quantity;       ///< > 0
  Price price;             ///< nearest on the 1e-8 grid; `value` is exact
  Notional value;          ///< price × quantity
  Notional fee;            ///< > 0 = paid
  Notional realised_pnl;   ///< as the venue counts it; 0 for opens
  Timestamp exchange_time; ///< data time
};

} // namespace rg
