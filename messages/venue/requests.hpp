#pragma once
// What the order desk asks of a venue, in our words. The venue's own spelling stays inside
// infra/weex.

#include "messages/units/ids.hpp"
#include "messages/units/price.hpp"
#include "messages/units/quantity.hpp"
#include "messages/units/side.hpp"
#include "messages/units/symbol.hpp"
#include "messages/units/timestamp.hpp"

#include <cstdint>
#include <variant>

namespace rg {

// ---- requests that change something (each counts against the order limit) ----

struct PlaceOrder {
  ClientOrderId client_id;
  Symbol symbol;
  PositionSide position = PositionSide::long_side;
  bool opens = true; ///< opens (entry) or closes (exit, reduce)
  Quantity quantity;
  Price limit; ///< 0 = market
  bool post_only = false;
  Price preset_stop; ///< attached stop-loss trigger; 0 = none
};
struct CancelOrder {
  ClientOrderId client_id;
  Symbol symbol;
  VenueOrderId venue_id = 0;
};
/// A stop-loss that closes `quantity` of the position at market when the last price crosses
/// `trigger`.
struct PlaceStop {
  ClientOrderId client_id;
  Symbol symbol;
  PositionSide position = PositionSide::long_side;
  Quantity quantity;
  Price trigger;
};
struct CancelStop {
  Symbol symbol;
  VenueOrderId venue_id = 0;
};
struct CancelAll {
  bool all_symbols = false;
  Symbol symbol;
  bool triggers = false; ///< false: normal orders; true: trigger orders
};
struct SetLeverage {
  Symbol symbol;
  int leverage = 1;
};
using ChangeRequest =
    std::variant<PlaceOrder, CancelOrder, PlaceStop, CancelStop, CancelAll, SetLeverage>;

// ---- questions ----

enum class QueryKind : std::uint8_t {
  contracts,
  account,
  positions,
  open_orders,
  trigger_orders,
  order_history,
  fills,
  leverage,
  bills,
  server_time
};
struct Query {
  QueryKind kind = QueryKind::account;
  bool all_symbols = true;
  Symbol symbol;
  Timestamp since; ///< history, fills, bills: data time; zero = as far as the venue tells
};

using RequestId = std::uint64_t;

} // namespace rg
