// Answers and news of the venue. News comes late, twice and out of order; each piece is first
// compared with what is known and only becomes a move when it says something new.

#include "actors/order/desk_internals.hpp"

#include <algorithm>

namespace rg {

namespace {

constexpr std::uint16_t kMaxCloseAttempts = 8;

OrderState ended_by_cancel(const Order& o) {
  return o.expire ? OrderState::expired : OrderState::cancelled;
}

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

// ---- answers to requests that change something
// ------------------------------------------------------

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
    back_off.on_rate_limited(wall_now, answer.retry_after);
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
      move(*o, ended_by_cancel(*o), "cancelled before it was sent");
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

// ---- news
// ------------------------------------------------------------------------------------------

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
    to = order.cancel_wanted ? ended_by_cancel(order) : OrderState::cancelled;
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

ExitReason OrderDesk::State::closing_reason(const Fill& fill, const Order* order,
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
    return ExitReason::guard;
  }
  constexpr double kNear = 0.002;
  const double away = sign_of(fill.position) * (fill.price.to_double() / stop.to_double() - 1.0);
  return away <= kNear ? ExitReason::stop : ExitReason::guard;
}

void OrderDesk::State::count_fill(Order& order, Quantity quantity) {
  order.fills_sum = std::min(order.fills_sum + quantity, order.quantity);
  if (order.is_entry() && order.fills_sum == quantity) {
    checks.executed(order.symbol, order.rule, data_now);
  }
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

void OrderDesk::State::apply_fill(const Fill& fill) {
  RG_ASSERT(fill.quantity.is_positive());
  if (fill.exchange_time < fills_since) {
    return; // of a time before this engine
  }
  if (fill.venue_fill_id != 0 && !fills_seen.insert(fill.venue_fill_id).second) {
    return;
  }
  Order* order = fill.client_id.empty() ? nullptr : find(fill.client_id);
  if (order == nullptr) {
    order = find_venue(fill.venue_order_id);
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
    told.reason_if_closing = closing_reason(fill, order, done);
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

Quantity OrderDesk::State::closing_outstanding(Symbol s) const {
  Quantity sum;
  for (const Order& o : orders) {
    if (o.symbol == s && o.closes() && o.is_live()) {
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
  const Quantity others = closing_outstanding(order.symbol) - order.remaining();
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
  const Duration pause = 250ms * (1U << std::min<unsigned>(order.attempt - 1U, 5U));
  Order& placed_again = orders.emplace_back(next);
  commands.emplace_back(make_event(placed_again, OrderState::intended, OrderState::intended,
                                   data_now, wall_now, "again, for what is left"));
  queue_place(placed_again, wall_now + pause);
}

void OrderDesk::on_answer(const QueryAnswer& answer, Timestamp wall_now) {
  State& s = *state_;
  s.see_wall(wall_now);
  if (const auto* fills = std::get_if<std::vector<Fill>>(&answer.payload)) {
    for (const Fill& f : *fills) {
      s.apply_fill(f);
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
