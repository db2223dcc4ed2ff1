#pragma once
// One order and the life it may lead (design §9). The table says which transitions exist; anything
// else is a bug of ours, not news of the venue: news is filtered by the caller before it becomes a
// move.

#include "messages/decision/signal.hpp"
#include "messages/orders/order_event.hpp"
#include "messages/venue/requests.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace rg {

/// True when the life of an order may go from `from` to `to`.
[[nodiscard]] bool may_move(OrderState from, OrderState to);

/// Looking an order up at the venue: open orders, then history, then fills, then the position, one
/// after the other, so that an order moving from one list to the next is not missed.
struct OrderSearch {
  enum class Stage : std::uint8_t { idle, open_orders, history, fills, position };
  Stage stage = Stage::idle;
  RequestId query = 0;
  Timestamp asked, round_started; ///< wall
  Timestamp next_round;           ///< wall; zero = none planned
  std::uint32_t rounds = 0;       ///< completed without an error
  bool seen = false;              ///< in this round, in any list
  bool wanted = false;            ///< one round although nothing is known to be wrong
  std::optional<Quantity> venue_position;
};

struct Order {
  ClientOrderId id;
  DecisionId decision;
  OrderRole role = OrderRole::entry;
  std::uint16_t attempt = 1;
  Symbol symbol;
  Side side = Side::buy;
  PositionSide position = PositionSide::long_side;
  Quantity quantity;
  Quantity filled;    ///< as news or fills have it, whichever is more
  Quantity fills_sum; ///< Σ of fills told
  Price price;        ///< limit, or trigger of a stop; 0 = market
  Price preset_stop;  ///< entries: attached
  bool post_only = false;
  Rule rule = Rule::none;
  ExitReason exit_reason = ExitReason::rule;
  bool opposite = false;  ///< closes what others hold on the other side
  Timestamp expires;      ///< data time; entries
  Timestamp created_data; ///< data time
  OrderState state = OrderState::intended;
  VenueOrderId venue_id = 0;
  RequestId request = 0; ///< of the placing
  Timestamp sent_wall, unknown_since;

  bool cancel_wanted = false, cancel_urgent = false;
  bool cancel_busy = false;  ///< queued or in flight
  bool cancel_acked = false; ///< the venue took it; the final state is still to be told
  bool expire = false;       ///< its end is to be called expired, not cancelled
  Timestamp next_cancel;     ///< wall; zero = none planned
  OrderSearch search;

  [[nodiscard]] bool is_live() const { return !is_terminal(state); }
  [[nodiscard]] bool is_entry() const { return role == OrderRole::entry; }
  [[nodiscard]] bool closes() const { return role == OrderRole::exit || role == OrderRole::reduce; }
  [[nodiscard]] bool is_stop() const { return role == OrderRole::stop; }
  [[nodiscard]] bool at_venue() const {
    return state == OrderState::acked || state == OrderState::partially_filled;
  }
  [[nodiscard]] OrderState end_by_cancel() const {
    return expire ? OrderState::expired : OrderState::cancelled;
  }
  [[nodiscard]] Quantity remaining() const {
    return filled < quantity ? quantity - filled : Quantity::zero();
  }
  [[nodiscard]] bool lacks_fills() const { return !is_stop() && fills_sum < filled; }
};

/// The event of a move; the note is cut to what the event holds.
[[nodiscard]] OrderEvent make_event(const Order& order, OrderState from, OrderState to,
                                    Timestamp data_now, Timestamp wall_now, std::string_view note);

/// What is asked of the venue for an entry, an exit or a reduce.
[[nodiscard]] PlaceOrder place_request(const Order& order);

/// Attempt number at the end of a derived id; 0 when there is none.
[[nodiscard]] std::uint16_t attempt_of(const ClientOrderId& id);

} // namespace rg
