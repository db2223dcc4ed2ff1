// Answers of the venue to what was sent and asked.

#include "actors/order/desk_internals.hpp"

#include <algorithm>

namespace rg {

namespace {

constexpr std::uint16_t kMaxCloseAttempts = 8;

} // namespace

Order* OrderDesk::State::find(const ClientOrderId& id) {
  for (Order& o : orders) {
    if (o.id == id) {
      return &o;
    }
  }
  return nullptr;
}

Order* OrderDesk::State::find_venue(VenueOrderId id) {
  for (Order& o : orders) {
    if (id != 0 && o.venue_id == id) {
      return &o;
    }
  }
  return nullptr;
}

// ---- answers to requests that change something ----

void OrderDesk::on_answer(const ChangeAnswer& answer, Timestamp wall_now) {
  State& s = *state_;
  s.see_wall(wall_now);
  const auto found =
      std::find_if(s.on_the_way.begin(), s.on_the_way.end(),
                   [&](const RequestOnTheWay& r) { return r.queued.id == answer.id; });
  if (found == s.on_the_way.end()) {
    s.late_answer(answer);
  } else {
    const RequestOnTheWay request = std::move(*found);
    s.on_the_way.erase(found);
    s.budget.answered(answer.id, s.wall_now);
    s.handle(request, answer);
  }
  s.settle();
}

void OrderDesk::State::handle(const RequestOnTheWay& request, const ChangeAnswer& answer) {
  const QueuedRequest& q = request.queued;
  if (answer.outcome == RequestOutcome::rate_limited) {
    back_off.on_rate_limited(wall_now, request.sent, answer.retry_after);
    requeue(request, answer);
    return;
  }
  if (answer.outcome == RequestOutcome::not_sent) {
    back_off.on_not_sent(wall_now);
    requeue(request, answer);
    return;
  }
  back_off.on_executed();
  const bool unknown = answer.outcome == RequestOutcome::unknown;
  switch (q.purpose) {
  case Purpose::place:
  case Purpose::place_stop:
    placed(request, answer);
    return;
  case Purpose::cancel:
    cancel_answered(request, answer);
    return;
  case Purpose::kill:
    kill_answered(answer);
    return;
  case Purpose::cancel_stop: // whatever the answer: the next look tells
    guard(q.symbol).next_look = wall_now + settings.stop_visibility_lag;
    return;
  case Purpose::sweep: {
    Protection& g = guard(q.symbol);
    g.sweep_busy = false;
    // Stops attached to the last fill may show up late; look when they would have.
    g.next_look = std::max(wall_now, g.last_entry_fill + 2 * settings.stop_visibility_lag);
    return;
  }
  case Purpose::stray: // whatever the answer: the next comparison tells
    return;
  case Purpose::leverage: {
    LeverageState& l = leverage[q.symbol.id()];
    l.set_busy = false;
    l.known = answer.outcome == RequestOutcome::ok ? desired_leverage : unknown ? 0 : l.known;
    if (answer.outcome != RequestOutcome::ok) {
      l.next_try = wall_now + 5s;
    }
    return;
  }
  }
}

/// Not executed: the same request again, under a new request id and with the same client order id.
void OrderDesk::State::requeue(const RequestOnTheWay& request, const ChangeAnswer& answer) {
  QueuedRequest q = request.queued;
  q.id = next_request();
  switch (q.purpose) {
  case Purpose::place:
  case Purpose::place_stop: {
    Order* o = find(q.order);
    if (o == nullptr || o->state != OrderState::sent) {
      return; // news has shown meanwhile that it was executed after all
    }
    o->request = q.id;
    move(*o, OrderState::queued, answer.message);
    if (o->cancel_wanted) {
      move(*o, o->end_by_cancel(), "cancelled before it was sent");
      return;
    }
    break;
  }
  case Purpose::cancel: {
    const Order* o = find(q.order);
    if (o == nullptr || !o->is_live()) {
      return;
    }
    break;
  }
  case Purpose::leverage:
    leverage[q.symbol.id()].set_busy = false;
    return; // asked for again by the entry that needs it
  case Purpose::cancel_stop:
  case Purpose::sweep:
  case Purpose::kill:
  case Purpose::stray:
    break;
  }
  queue.push_front(request.priority, std::move(q));
}

void OrderDesk::State::placed(const RequestOnTheWay& request, const ChangeAnswer& answer) {
  Order* o = find(request.queued.order);
  if (o == nullptr) {
    return;
  }
  if (o->venue_id == 0) {
    o->venue_id = answer.venue_id;
  }
  const bool open = o->state == OrderState::sent || o->state == OrderState::unknown;
  if (open && answer.outcome == RequestOutcome::ok) {
    move(*o, OrderState::acked);
    if (recheck > Duration::zero() && !o->is_stop()) {
      plan_search(*o, recheck);
    }
  } else if (open && answer.outcome == RequestOutcome::rejected) {
    if (o->closes()) {
      // Often it says that there is nothing to close: the fills that we miss will tell.
      ask(next_request(), QueryKind::fills, o->symbol, o->created_data - 1h);
      retry_close(*o, o->remaining());
    }
    move(*o, OrderState::rejected, answer.message);
  } else if (o->state == OrderState::sent && answer.outcome == RequestOutcome::unknown) {
    o->unknown_since = wall_now;
    move(*o, OrderState::unknown, answer.message);
    if (!o->is_stop()) {
      plan_search(*o, Duration::zero());
      run_searches();
    }
  }
  if (o->is_stop()) {
    stop_placed(*o, answer.outcome);
  }
}

/// After our own patience was over. An order that it names is found before the search would have.
void OrderDesk::State::late_answer(const ChangeAnswer& answer) {
  const auto o = std::find_if(orders.begin(), orders.end(),
                              [&](const Order& x) { return x.request == answer.id; });
  if (o == orders.end() || o->state != OrderState::unknown) {
    return;
  }
  if (answer.outcome == RequestOutcome::ok) {
    o->venue_id = o->venue_id == 0 ? answer.venue_id : o->venue_id;
    move(*o, OrderState::acked, "late answer");
  } else if (answer.outcome == RequestOutcome::rejected) {
    move(*o, OrderState::rejected, answer.message);
  }
}

void OrderDesk::State::cancel_answered(const RequestOnTheWay& request, const ChangeAnswer& answer) {
  Order* o = find(request.queued.order);
  if (o == nullptr) {
    return;
  }
  o->cancel_busy = false;
  if (!o->is_live()) {
    return;
  }
  switch (answer.outcome) {
  case RequestOutcome::ok:
    // How much was filled before is told by news, or looked up.
    o->cancel_acked = true;
    plan_search(*o, 300ms);
    break;
  case RequestOutcome::rejected: // lost the race against a fill, or gone already
    plan_search(*o, Duration::zero());
    o->next_cancel = wall_now + 2s;
    break;
  default:
    plan_search(*o, Duration::zero());
    o->next_cancel = wall_now + 1s;
    break;
  }
  run_searches();
}

void OrderDesk::State::kill_answered(const ChangeAnswer& answer) {
  for (Order& o : orders) {
    if (!o.is_entry() || !o.at_venue() || !o.cancel_wanted || o.cancel_acked) {
      continue;
    }
    const ClientOrderId id = o.id;
    const auto own_cancel = [&id](const QueuedRequest& q) {
      return q.purpose == Purpose::cancel && q.order == id;
    };
    const bool own_on_the_way =
        std::any_of(on_the_way.begin(), on_the_way.end(),
                    [&](const RequestOnTheWay& r) { return own_cancel(r.queued); });
    if (own_on_the_way) {
      continue;
    }
    o.cancel_busy = false;
    if (answer.outcome == RequestOutcome::ok) {
      queue.remove(own_cancel);
      o.cancel_acked = true;
      plan_search(o, 300ms);
    } else {
      queue_cancel(o);
    }
  }
}

Quantity OrderDesk::State::closing_outstanding(Symbol s, PositionSide side) const {
  Quantity sum;
  for (const Order& o : orders) {
    if (o.symbol == s && o.position == side && o.closes() && o.is_live()) {
      sum += o.remaining();
    }
  }
  return sum;
}

/// A close that ended with something left: the rest again, as the next attempt of the same
/// decision. Its first event comes before the old one's last, so that the portfolio sees no pause
/// between.
void OrderDesk::State::retry_close(Order& order, Quantity at_most) {
  const Position& p = guard(order.symbol).position;
  const Quantity open = p.side == order.position ? p.quantity : Quantity::zero();
  const Quantity others = closing_outstanding(order.symbol, order.position) - order.remaining();
  const Quantity q = std::min(at_most, open > others ? open - others : Quantity::zero());
  if (!q.is_positive() || order.attempt >= kMaxCloseAttempts) {
    return;
  }
  Order next;
  next.decision = order.decision;
  next.role = order.role;
  next.attempt = static_cast<std::uint16_t>(order.attempt + 1);
  next.id = derive_client_order_id(instance, next.decision, next.role, next.attempt);
  next.symbol = order.symbol;
  next.side = order.side;
  next.position = order.position;
  next.quantity = q;
  next.rule = order.rule;
  next.exit_reason = order.exit_reason;
  next.created_data = data_now;
  next.request = next_request();
  // Up to 2 s: a close does not get less urgent by failing.
  const Duration pause = 250ms * (1U << std::min<unsigned>(order.attempt - 1U, 3U));
  Order& placed_again = orders.emplace_back(next);
  commands.emplace_back(make_event(placed_again, OrderState::intended, OrderState::intended,
                                   data_now, clock_time(), "again, for what is left"));
  queue_place(placed_again, wall_now + pause);
}

void OrderDesk::on_answer(const QueryAnswer& answer, Timestamp wall_now) {
  State& s = *state_;
  s.see_wall(wall_now);
  if (const auto* fills = std::get_if<std::vector<Fill>>(&answer.payload)) {
    // Venues list them in either direction; the books want them as they happened.
    std::vector<Fill> in_order = *fills;
    std::stable_sort(in_order.begin(), in_order.end(), [](const Fill& a, const Fill& b) {
      return a.exchange_time != b.exchange_time ? a.exchange_time < b.exchange_time
                                                : a.venue_fill_id < b.venue_fill_id;
    });
    for (const Fill& f : in_order) {
      if (!s.is_in_taken_book(f)) {
        s.apply_fill(f);
      }
    }
  }
  if (const auto* settings = std::get_if<std::vector<LeverageSetting>>(&answer.payload)) {
    for (const LeverageSetting& l : *settings) {
      // Only a setting that holds for both sides counts as known to be right.
      s.leverage[l.symbol.id()].known = l.long_leverage == l.short_leverage ? l.long_leverage : -1;
    }
  }
  for (LeverageState& l : s.leverage) {
    if (l.query != 0 && l.query == answer.id) {
      l.query = 0;
      l.next_try = l.known == 0 ? s.wall_now + 5s : Timestamp{};
    }
  }
  for (const Symbol symbol : Symbol::all()) {
    if (s.guard(symbol).look != 0 && s.guard(symbol).look == answer.id) {
      s.look_answer(symbol, answer);
    }
  }
  for (Order& o : s.orders) {
    if (o.search.stage != OrderSearch::Stage::idle && o.search.query == answer.id) {
      s.search_answer(o, answer);
      break;
    }
  }
  s.settle();
}

} // namespace rg
