#pragma once
// What a venue answers and tells, in our words.

#include "messages/account/account_snapshot.hpp"
#include "messages/market/tick.hpp"
#include "messages/orders/order_event.hpp"
#include "messages/settings/contract_rules.hpp"
#include "messages/units/ids.hpp"
#include "messages/venue/requests.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace rg {

enum class RequestOutcome : std::uint8_t {
  ok,
  rejected,     ///< the venue said no; final
  rate_limited, ///< 429; not executed
  not_sent,     ///< never left this machine; safe to send again
  unknown,      ///< time-out, reset or 5xx after the bytes left: may or may not have been executed
};
[[nodiscard]] const char* to_string(RequestOutcome o);

struct ChangeAnswer {
  RequestId id = 0;
  RequestOutcome outcome = RequestOutcome::ok;
  VenueOrderId venue_id = 0; ///< of the placed order or stop
  int code = 0;              ///< venue's error code; 0 = none
  std::string message;       ///< venue's message, cut; never a secret
  Duration retry_after{};    ///< rate_limited: when told
};

/// An order as the venue lists it.
struct VenueOrder {
  Symbol symbol;
  VenueOrderId venue_id = 0;
  std::string client_id; ///< as the venue gives it; may be empty or foreign
  PositionSide position = PositionSide::long_side;
  bool opens = true;
  bool trigger = false;                 ///< stop or take-profit waiting for its trigger
  OrderState state = OrderState::acked; ///< acked, partially_filled, filled, cancelled, rejected
  Quantity quantity, filled;
  Price price; ///< limit; 0 = market
  Price trigger_price;
  Timestamp created; ///< data time
};
struct LeverageSetting {
  Symbol symbol;
  int long_leverage = 0, short_leverage = 0;
};
struct ServerTime {
  Timestamp server, sent, received; ///< wall
};
struct QueryAnswer {
  RequestId id = 0;
  Query query;
  RequestOutcome outcome = RequestOutcome::ok;
  std::string message;
  std::variant<std::monostate, std::vector<ContractRules>, AccountSnapshot, std::vector<Position>,
               std::vector<VenueOrder>, std::vector<Fill>, std::vector<LeverageSetting>,
               std::vector<CashFlow>, ServerTime>
      payload;
};

/// Private-stream news about one order.
struct VenueOrderUpdate {
  VenueOrder order;
};
/// State of the links to the venue.
enum class Link : std::uint8_t { public_stream, private_stream, rest };
struct LinkEvent {
  Link link = Link::rest;
  bool up = false;
  Timestamp wall_time;
};

/// Candles fetched by REST, oldest first, the forming one included as last.
struct CandleAnswer {
  Symbol symbol;
  Duration interval{};
  RequestOutcome outcome = RequestOutcome::ok;
  std::string message;
  std::vector<CandleRow> rows;
};

} // namespace rg
