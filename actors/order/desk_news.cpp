// News of orders and fills. It comes late, twice and out of order; each piece is first compared
// with what is known and only becomes a move when it says something new.

#include "actors/order/desk_internals.hpp"

#include <algorithm>

namespace rg {

void OrderDesk::State::apply(Order& order, const VenueOrder& news, std::string_view note) {
  if (order.venue_id == 0) {
    order.venue_id = news.venue_id;
  }
  const Quantity filled = std::max(order.filled, std::min(news.filled, order.quantity));
  const bool grew = filled > order.filled;
  OrderState to = news.state;
  if (to == OrderState::acked && filled.is_positive()) {
    to = OrderState::partially_filled;
  }
  if (to == OrderState::filled || filled == order.quantity) {
    to = OrderState::filled;
  } else if (to == OrderState::cancelled) {
    to = order.cancel_wanted ? order.end_by_cancel() : OrderState::cancelled;
  }
  order.filled = to == OrderState::filled && !order.is_stop() ? order.quantity : filled;
  const bool repeats = to == order.state && !(to == OrderState::partially_filled && grew);
  const bool goes_back = to == OrderState::acked && order.state == OrderState::partially_filled;
  if (!order.is_live() || repeats || goes_back || !may_move(order.state, to)) {
    if (order.lacks_fills() && order.search.next_round == Timestamp{}) {
      plan_search(order, 500ms);
    }
    return;
  }
  if (order.closes() && is_terminal(to) && to != OrderState::filled) {
    retry_close(order, order.remaining());
  }
  if (to == OrderState::rejected && order.state == OrderState::partially_filled) {
    to = OrderState::cancelled; // a part was executed, so it was not refused
  }
  move(order, to, note);
  if (order.lacks_fills()) {
    plan_search(order, 500ms);
  }
}

void OrderDesk::on_order(const VenueOrderUpdate& update, Timestamp wall_now) {
  State& s = *state_;
  s.see_wall(wall_now);
  const VenueOrder& news = update.order;
  Order* o = nullptr;
  if (const auto id = ClientOrderId::parse(news.client_id)) {
    o = s.find(*id);
  }
  if (o == nullptr) {
    o = s.find_venue(news.venue_id);
  }
  if (o != nullptr && o->symbol == news.symbol && o->state >= OrderState::queued) {
    s.apply(*o, news);
  }
  if (news.trigger) {
    Protection& g = s.guard(news.symbol);
    // A stop appeared, fired or vanished: see what is there.
    if (!g.position.is_flat() && g.look == 0 && is_terminal(news.state)) {
      g.next_look = s.wall_now;
      s.run_stop_timers();
    }
  }
  s.settle();
}

void OrderDesk::on_fill(const Fill& fill, Timestamp wall_now) {
  State& s = *state_;
  s.see_wall(wall_now);
  s.apply_fill(fill);
  s.settle();
}

/// By whom a position was closed; empty when nothing of ours explains it.
std::optional<ExitReason> OrderDesk::State::closing_reason(const Fill& fill, const Order* order,
                                                           const FinishedOrder* done) const {
  if (fill.liquidation) {
    return ExitReason::liquidation;
  }
  if (order != nullptr || done != nullptr) {
    const OrderRole role = order != nullptr ? order->role : done->role;
    if (role == OrderRole::stop) {
      return ExitReason::stop;
    }
    return order != nullptr ? order->exit_reason : done->exit_reason;
  }
  // Attached stops become orders of the venue's own making. A close at or beyond the stop is theirs
  // (a little before it too: the fill may be better than the trigger); any other is somebody's
  // hand.
  const Protection& g = protection[fill.symbol.id()];
  const Price stop = g.confirmed.is_zero() ? g.wanted : g.confirmed;
  if (stop.is_zero()) {
    return std::nullopt;
  }
  constexpr double kNear = 0.002;
  const double away = sign_of(fill.position) * (fill.price.to_double() / stop.to_double() - 1.0);
  return away <= kNear ? std::optional(ExitReason::stop) : std::nullopt;
}

void OrderDesk::State::count_fill(Order& order, Quantity quantity) {
  order.fills_sum = std::min(order.fills_sum + quantity, order.quantity);
  if (order.fills_sum <= order.filled || !order.is_live()) {
    order.filled = std::max(order.filled, order.fills_sum);
    return; // the order's own news was faster
  }
  order.filled = order.fills_sum;
  const OrderState to =
      order.filled == order.quantity ? OrderState::filled : OrderState::partially_filled;
  if (may_move(order.state, to)) {
    move(order, to);
  }
}

Order* OrderDesk::State::order_of(const Fill& fill) {
  Order* order = fill.client_id.empty() ? nullptr : find(fill.client_id);
  return order != nullptr ? order : find_venue(fill.venue_order_id);
}

/// Venues name a fill's order by their own id, and an order that was just sent, or is searched for,
/// has none yet: such a fill waits for it. Once the search has read orders and history and not seen
/// the order there, the fill is not its.
bool OrderDesk::State::comes_early(const Fill& fill) const {
  return fill.client_id.empty() && !fill.liquidation &&
         std::any_of(orders.begin(), orders.end(), [&](const Order& o) {
           const bool ruled_out = o.search.stage >= OrderSearch::Stage::fills && !o.search.seen;
           return o.symbol == fill.symbol && o.position == fill.position && !o.is_stop() &&
                  o.is_entry() == fill.opens && o.venue_id == 0 && !ruled_out &&
                  (o.state == OrderState::sent || o.state == OrderState::unknown);
         });
}

/// A question may bring up what an order that we do not know did before the venue's book was taken
/// for ours: somebody else's, or ours of a lost journal. The stream tells only what is new.
bool OrderDesk::State::is_in_taken_book(const Fill& fill) {
  return fill.exchange_time <= book_taken && order_of(fill) == nullptr &&
         std::none_of(finished.begin(), finished.end(), [&](const FinishedOrder& f) {
           return (fill.venue_order_id != 0 && f.venue_id == fill.venue_order_id) ||
                  (!fill.client_id.empty() && f.id == fill.client_id);
         });
}

void OrderDesk::State::apply_early_fills() {
  for (std::size_t i = 0; i < early_fills.size();) {
    if (order_of(early_fills[i]) == nullptr && comes_early(early_fills[i])) {
      ++i;
      continue;
    }
    const Fill fill = early_fills[i];
    early_fills.erase(early_fills.begin() + static_cast<std::ptrdiff_t>(i));
    apply_fill(fill);
    i = 0;
  }
}

void OrderDesk::State::apply_fill(const Fill& fill) {
  RG_ASSERT(fill.quantity.is_positive());
  if (fill.exchange_time < fills_since) {
    return; // of a time before this engine
  }
  Order* order = order_of(fill);
  if (order == nullptr && !fills_seen.contains(fill.venue_fill_id) && comes_early(fill)) {
    const bool waits = std::any_of(early_fills.begin(), early_fills.end(), [&](const Fill& f) {
      return f.venue_fill_id == fill.venue_fill_id;
    });
    if (!waits) {
      early_fills.push_back(fill);
    }
    return;
  }
  if (fill.venue_fill_id != 0 && !fills_seen.insert(fill.venue_fill_id).second) {
    if (fills_booked_before.erase(fill.venue_fill_id) > 0 && order != nullptr) {
      count_fill(*order, fill.quantity);
    }
    return;
  }
  if (order != nullptr && order->is_entry() && order->fills_sum.is_zero()) {
    checks.executed(order->symbol, order->rule, data_now);
  }
  const auto past = std::find_if(finished.rbegin(), finished.rend(), [&](const FinishedOrder& f) {
    return (!fill.client_id.empty() && f.id == fill.client_id) ||
           (fill.venue_order_id != 0 && f.venue_id == fill.venue_order_id);
  });
  const FinishedOrder* done = order == nullptr && past != finished.rend() ? &*past : nullptr;

  AttributedFill told{fill, ExitReason::rule};
  if (order != nullptr || done != nullptr) {
    told.fill.client_id = order != nullptr ? order->id : done->id;
  }
  if (!fill.opens) {
    const auto reason = closing_reason(fill, order, done);
    told.external_close = !reason;
    told.reason_if_closing = reason.value_or(ExitReason::guard);
  }
  commands.emplace_back(told);

  Protection& g = guard(fill.symbol);
  Position p = g.position;
  if (fill.opens && (p.is_flat() || p.side == fill.position)) {
    p.side = fill.position;
    p.opened = p.is_flat() ? fill.exchange_time : p.opened;
    p.quantity += fill.quantity;
    p.open_value += fill.value;
  } else if (!fill.opens && p.side == fill.position) {
    p.quantity -= std::min(fill.quantity, p.quantity);
  }
  if (fill.opens) {
    g.last_entry_fill = wall_now;
    g.may_have_triggers = true;
  }
  if (order != nullptr) {
    if (order->venue_id == 0) {
      order->venue_id = fill.venue_order_id;
    }
    count_fill(*order, fill.quantity);
  }
  set_position(fill.symbol, p);
}

void OrderDesk::on_position(const Position& position, Timestamp wall_now) {
  State& s = *state_;
  s.see_wall(wall_now);
  s.set_position(position.symbol, position);
  s.settle();
}

void OrderDesk::on_link(const LinkEvent& event) {
  State& s = *state_;
  switch (event.link) {
  case Link::public_stream:
    s.public_down = !event.up;
    return;
  case Link::rest:
    s.rest_down = !event.up;
    return;
  case Link::private_stream:
    break;
  }
  const bool back = s.private_down && event.up;
  s.private_down = !event.up;
  if (!back) {
    return;
  }
  s.see_wall(event.wall_time);
  // News was lost while the stream was down: look everything up that may have moved.
  for (Order& o : s.orders) {
    if (o.at_venue() && !o.is_stop()) {
      o.search.wanted = true;
      s.plan_search(o, Duration::zero());
    }
  }
  for (const Symbol symbol : Symbol::all()) {
    if (!s.guard(symbol).position.is_flat()) {
      s.guard(symbol).next_look = s.wall_now;
    }
  }
  s.run_searches();
  s.settle();
}

} // namespace rg
