// What leaves the desk, when, and in which order: the priority queue against the rate budget.

#include "actors/order/desk_internals.hpp"

#include <algorithm>

namespace rg {

void OrderDesk::State::move(Order& order, OrderState to, std::string_view note) {
  RG_ASSERT(may_move(order.state, to));
  RG_ASSERT(order.filled <= order.quantity);
  const OrderState from = order.state;
  order.state = to;
  commands.emplace_back(make_event(order, from, to, data_now, clock_time(), note));
  if (from == OrderState::queued && to != OrderState::sent) {
    const ClientOrderId id = order.id;
    queue.remove([&id](const QueuedRequest& q) {
      return q.order == id && (q.purpose == Purpose::place || q.purpose == Purpose::place_stop);
    });
  }
  if (is_terminal(to)) {
    ended(order);
  } else if (order.at_venue() && order.cancel_wanted && !order.cancel_acked) {
    queue_cancel(order);
  }
}

/// What follows from the end of an order.
void OrderDesk::State::ended(Order& order) {
  const ClientOrderId id = order.id;
  queue.remove([&id](const QueuedRequest& q) { return q.order == id; });
  if (order.lacks_fills()) {
    plan_search(order, 500ms);
  }
  Protection& g = guard(order.symbol);
  if (order.is_entry() && !g.position.is_flat() && g.look == 0) {
    // Nothing more will be opened: stops that were sized for the whole entry may be too large now.
    const Timestamp soon = wall_now + settings.stop_visibility_lag;
    g.next_look = g.next_look == Timestamp{} ? soon : std::min(g.next_look, soon);
  }
}

void OrderDesk::State::queue_place(Order& order, Timestamp not_before) {
  QueuedRequest q;
  q.id = order.request;
  q.purpose = order.is_stop() ? Purpose::place_stop : Purpose::place;
  q.order = order.id;
  q.symbol = order.symbol;
  q.not_before = not_before;
  if (order.is_stop()) {
    PlaceStop& stop = q.request.emplace<PlaceStop>();
    stop.client_id = order.id;
    stop.symbol = order.symbol;
    stop.position = order.position;
    stop.quantity = order.quantity;
    stop.trigger = order.price;
  } else {
    q.request.emplace<PlaceOrder>(place_request(order));
  }
  move(order, OrderState::queued);
  queue.push(order.is_stop()    ? Priority::stop
             : order.is_entry() ? Priority::entry
                                : Priority::close,
             std::move(q));
}

void OrderDesk::State::queue_cancel(Order& order) {
  if (order.cancel_busy) {
    return;
  }
  order.cancel_busy = true;
  order.next_cancel = Timestamp{};
  QueuedRequest q;
  q.id = next_request();
  q.purpose = Purpose::cancel;
  q.order = order.id;
  q.symbol = order.symbol;
  q.request = CancelOrder{order.id, order.symbol, order.venue_id};
  if (order.cancel_urgent) {
    queue.push_front(Priority::close, std::move(q)); // before the close that waits for it
  } else {
    queue.push(Priority::cancel, std::move(q));
  }
}

void OrderDesk::State::pump() {
  for (std::size_t level = 0; level < kPriorities; ++level) {
    const auto priority = static_cast<Priority>(level);
    const bool protective = is_protective(priority);
    auto& waiting = queue.at(priority);
    for (std::size_t i = 0; i < waiting.size();) {
      if (!back_off.may_send(protective, wall_now) || !budget.may_send(protective, wall_now)) {
        break;
      }
      const Fate fate = fate_of(waiting[i]);
      if (fate == Fate::wait) {
        ++i;
        continue;
      }
      QueuedRequest q = std::move(waiting[i]);
      waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(i));
      if (fate == Fate::send) {
        send(std::move(q), priority);
      } else if (Order* o = find(q.order); o != nullptr && o->state == OrderState::queued) {
        move(*o, o->is_entry() ? OrderState::expired : OrderState::cancelled,
             o->is_entry() ? "waited past its life" : "nothing left to close or protect");
      }
      i = 0; // dropping and sending may have changed the queues
    }
  }
}

/// Whether a waiting request still makes sense now that it could leave.
OrderDesk::State::Fate OrderDesk::State::fate_of(QueuedRequest& q) {
  if (wall_now < q.not_before) {
    return Fate::wait;
  }
  switch (q.purpose) {
  case Purpose::place: {
    const Order* o = find(q.order);
    RG_ASSERT(o != nullptr);
    return o->is_entry() ? fate_of_entry(q) : fate_of_close(q);
  }
  case Purpose::place_stop:
    return fate_of_stop(q);
  case Purpose::cancel: {
    const Order* o = find(q.order);
    return o != nullptr && o->at_venue() ? Fate::send : Fate::drop;
  }
  case Purpose::sweep:
    return guard(q.symbol).sweeping ? Fate::send : Fate::drop;
  case Purpose::cancel_stop:
  case Purpose::kill:
  case Purpose::leverage:
  case Purpose::stray:
    return Fate::send;
  }
  return Fate::drop;
}

OrderDesk::State::Fate OrderDesk::State::fate_of_entry(const QueuedRequest& q) {
  const Order& o = *find(q.order);
  if (data_now >= o.expires) {
    return Fate::drop;
  }
  // The sweep of the last position's trigger orders would take this entry's stop along.
  if (guard(o.symbol).sweeping || rest_down) {
    return Fate::wait;
  }
  return leverage_is_set(o.symbol) ? Fate::send : Fate::wait;
}

OrderDesk::State::Fate OrderDesk::State::fate_of_close(QueuedRequest& q) {
  Order& o = *find(q.order);
  const Position& p = guard(o.symbol).position;
  const bool own_side = !p.is_flat() && p.side == o.position;
  if (own_side == o.opposite) {
    return Fate::drop;
  }
  if (!o.opposite && o.quantity > p.quantity) { // something else closed a part meanwhile
    o.quantity = p.quantity;
    std::get<PlaceOrder>(q.request).quantity = p.quantity;
  }
  return Fate::send;
}

OrderDesk::State::Fate OrderDesk::State::fate_of_stop(QueuedRequest& q) {
  Order& o = *find(q.order);
  const Position& p = guard(o.symbol).position;
  if (p.is_flat() || p.side != o.position) {
    return Fate::drop;
  }
  if (o.quantity > p.quantity) {
    o.quantity = p.quantity;
    std::get<PlaceStop>(q.request).quantity = p.quantity;
  }
  return Fate::send;
}

bool OrderDesk::State::rests_at_venue(Symbol s) const {
  return std::any_of(orders.begin(), orders.end(), [&](const Order& o) {
    return o.symbol == s && o.is_live() && o.state >= OrderState::sent;
  });
}

/// Asks for the leverage when it is not known and sets it when it differs, both without the entry
/// that waits for it. The venue refuses the change while orders rest on the pair.
bool OrderDesk::State::leverage_is_set(Symbol s) {
  LeverageState& l = leverage[s.id()];
  if (desired_leverage == 0 || l.known == desired_leverage) {
    return true;
  }
  if (wall_now < l.next_try || l.set_busy) {
    return false;
  }
  if (l.known == 0) {
    if (l.query == 0) {
      l.query = next_request();
      l.asked = wall_now;
      ask(l.query, QueryKind::leverage, s);
    }
    return false;
  }
  if (!rests_at_venue(s) && budget.may_send(false, wall_now)) {
    l.set_busy = true;
    QueuedRequest q;
    q.id = next_request();
    q.purpose = Purpose::leverage;
    q.symbol = s;
    q.request = SetLeverage{s, desired_leverage};
    send(std::move(q), Priority::entry);
  }
  return false;
}

void OrderDesk::State::send(QueuedRequest q, Priority p) {
  RG_ASSERT(budget.may_send(is_protective(p), wall_now));
  budget.sent(q.id);
  ++sent_total;
  commands.emplace_back(SendRequest{q.id, q.request});
  if (q.purpose == Purpose::place || q.purpose == Purpose::place_stop) {
    Order* o = find(q.order);
    RG_ASSERT(o != nullptr);
    o->sent_wall = wall_now;
    // The event follows the request: protective orders leave first and are journalled beside.
    move(*o, OrderState::sent);
  }
  on_the_way.push_back({std::move(q), p, wall_now});
}

void OrderDesk::State::ask(RequestId id, QueryKind kind, Symbol symbol, Timestamp since) {
  Query query;
  query.kind = kind;
  query.all_symbols = false;
  query.symbol = symbol;
  query.since = since;
  commands.emplace_back(AskVenue{id, query});
}

/// The gateway promises one answer per request; should it fail to, the outcome is unknown.
void OrderDesk::State::time_out_requests() {
  const Duration patience = settings.request_timeout + 1s;
  for (std::size_t i = 0; i < on_the_way.size();) {
    if (wall_now - on_the_way[i].sent < patience) {
      ++i;
      continue;
    }
    const RequestOnTheWay request = std::move(on_the_way[i]);
    on_the_way.erase(on_the_way.begin() + static_cast<std::ptrdiff_t>(i));
    budget.answered(request.queued.id, wall_now);
    ChangeAnswer answer;
    answer.id = request.queued.id;
    answer.outcome = RequestOutcome::unknown;
    answer.message = "no answer";
    handle(request, answer);
    i = 0;
  }
  for (LeverageState& l : leverage) {
    if (l.query != 0 && wall_now - l.asked >= patience) {
      l.query = 0;
    }
  }
}

Timestamp OrderDesk::State::compute_next_wall() const {
  Timestamp next;
  const auto at = [&next](Timestamp t) {
    if (t != Timestamp{} && (next == Timestamp{} || t < next)) {
      next = t;
    }
  };
  const Duration patience = settings.request_timeout + 1s;
  for (std::size_t level = 0; level < kPriorities; ++level) {
    const bool protective = is_protective(static_cast<Priority>(level));
    for (const QueuedRequest& q : queue.at(static_cast<Priority>(level))) {
      const Timestamp slot = budget.next_slot(protective, wall_now);
      // Zero: only an answer can free a slot. A request that may leave now but did not waits for
      // something else (sweep, leverage), which has a wake of its own.
      if (slot != Timestamp{}) {
        const Timestamp t = std::max({slot, back_off.until(protective), q.not_before});
        at(t > wall_now ? t : Timestamp{});
      }
    }
  }
  for (const RequestOnTheWay& r : on_the_way) {
    at(r.sent + patience);
  }
  for (const LeverageState& l : leverage) {
    at(l.query != 0 ? l.asked + patience : Timestamp{});
    at(l.next_try > wall_now ? l.next_try : Timestamp{});
  }
  for (const Order& o : orders) {
    at(o.next_cancel);
    at(o.search.stage == OrderSearch::Stage::idle ? o.search.next_round
                                                  : o.search.asked + patience);
  }
  for (const Protection& g : protection) {
    at(g.look != 0 ? g.look_asked + patience : g.next_look);
    at(g.alarmed ? Timestamp{} : g.deadline);
  }
  return next;
}

} // namespace rg
