#include "actors/order/order_lifecycle.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace rg {

namespace {

constexpr std::size_t kStates = static_cast<std::size_t>(OrderState::written_off) + 1;

constexpr std::uint16_t bit(OrderState s) {
  return static_cast<std::uint16_t>(1U << static_cast<unsigned>(s));
}
template <class... S> constexpr std::uint16_t to(S... states) {
  return static_cast<std::uint16_t>((0U | ... | bit(states)));
}

using enum OrderState;

/// Row: from; bits: to. In the order of the enumeration.
constexpr std::array<std::uint16_t, kStates> kMoves{
    // intended: an entry waits for the journal; protective orders are queued at once
    to(journalled, queued, cancelled, expired, unknown),
    // journalled
    to(queued, cancelled, expired, unknown),
    // queued: news of an order thought unsent (a refused request that was executed) is believed
    to(sent, cancelled, expired, unknown, acked, partially_filled, filled),
    // sent: back to queued only when the venue says that it did not execute, or it never left
    to(queued, acked, partially_filled, filled, cancelled, rejected, expired, unknown),
    // acked
    to(partially_filled, filled, cancelled, rejected, expired, unknown),
    // partially_filled: each further fill is a move of its own
    to(partially_filled, filled, cancelled, expired, unknown),
    // filled, cancelled, rejected, expired: final
    0, 0, 0, 0,
    // unknown: searched for
    to(acked, partially_filled, filled, cancelled, rejected, expired, written_off),
    // written_off: final
    0};

} // namespace

bool may_move(OrderState from, OrderState next) {
  return (kMoves[static_cast<std::size_t>(from)] & bit(next)) != 0;
}

OrderEvent make_event(const Order& order, OrderState from, OrderState next, Timestamp data_now,
                      Timestamp wall_now, std::string_view note) {
  OrderEvent e;
  e.symbol = order.symbol;
  e.client_id = order.id;
  e.decision = order.decision;
  e.role = order.role;
  e.from = from;
  e.to = next;
  e.data_time = data_now;
  e.wall_time = wall_now;
  e.venue_id = order.venue_id;
  e.side = order.side;
  e.quantity = order.quantity;
  e.filled = order.filled;
  e.price = order.price;
  const std::size_t n = std::min(note.size(), e.note.size() - 1); // a zero ends it
  std::copy_n(note.begin(), n, e.note.begin());
  return e;
}

PlaceOrder place_request(const Order& order) {
  PlaceOrder request;
  request.client_id = order.id;
  request.symbol = order.symbol;
  request.position = order.position;
  request.opens = order.is_entry();
  request.quantity = order.quantity;
  request.limit = order.price;
  request.post_only = order.post_only;
  request.preset_stop = order.preset_stop;
  return request;
}

std::uint16_t attempt_of(const ClientOrderId& id) {
  const std::string_view text = id.text();
  const std::size_t last = text.find_last_not_of("0123456789");
  std::uint16_t attempt = 0;
  if (last != std::string_view::npos && last + 1 < text.size()) {
    std::from_chars(text.data() + last + 1, text.data() + text.size(), attempt);
  }
  return attempt;
}

} // namespace rg
