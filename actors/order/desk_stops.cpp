// Each position has its stop at the venue, seen there, or it is closed. After each look the plan is
// made anew from what the venue lists; nothing is believed because it was once sent.

#include "actors/order/desk_internals.hpp"

#include <algorithm>

namespace rg {

namespace {
constexpr Duration kLookAfterRefusal = 500ms; // wall
} // namespace

void OrderDesk::State::move_stop(const OrderIntent& intent) {
  const Symbol s = intent.decision.id.symbol;
  Protection& g = guard(s);
  const PositionSide side = g.position.side;
  const Price trigger = intent.stop_price;
  const Price mark = marks[s.id()];
  const bool tighter =
      g.wanted.is_zero() || (at_least_as_tight(trigger, g.wanted, side) && trigger != g.wanted);
  // A trigger that the price has passed would fire at once or be turned down.
  const bool passed = !mark.is_zero() && at_least_as_tight(trigger, mark, side);
  const bool on_tick = trigger.raw() % contracts[s.id()].tick_size.raw() == 0;
  if (g.position.is_flat() || !tighter || passed || !on_tick || !trigger.is_positive()) {
    return; // the resting stop stays; the group asks again if it still wants a tighter one
  }
  g.wanted = trigger;
  if (g.look == 0 && wall_now >= g.attach_grace) {
    g.next_look = wall_now;
    run_stop_timers();
  }
}

// ---- the position changes ----

void OrderDesk::State::set_position(Symbol s, const Position& p) {
  Protection& g = guard(s);
  const Position before = g.position;
  if (p.is_flat()) {
    if (!before.is_flat()) {
      closed(s);
    }
    return;
  }
  if (before.is_flat() || before.side != p.side) {
    opened(s, p);
    return;
  }
  g.position = p;
  g.position.symbol = s;
  if (p.quantity > before.quantity) {
    g.attach_grace = wall_now + 2 * settings.stop_visibility_lag;
    if (g.deadline == Timestamp{}) {
      g.deadline = wall_now + settings.stop_verify_within;
    }
  }
  if (p.quantity != before.quantity && g.look == 0) {
    const Timestamp soon = wall_now + settings.stop_visibility_lag;
    g.next_look = g.next_look == Timestamp{} ? soon : std::min(g.next_look, soon);
  }
}

void OrderDesk::State::opened(Symbol s, const Position& p) {
  // Ids of stops go on counting when late fills open the same decision's position once more.
  DecisionId decision = last_entry[s.id()].decision;
  if (decision.stamp == Timestamp{}) { // adopted: ids derive from when it was opened
    decision = {s, p.opened, DecisionKind::exit, 0};
  }
  const auto restored = restored_attempts.find({decision, OrderRole::stop});
  std::uint16_t attempts = guard(s).decision == decision ? guard(s).attempt : std::uint16_t{0};
  if (restored != restored_attempts.end()) {
    attempts = std::max(attempts, restored->second);
  }
  Protection fresh;
  fresh.position = p;
  fresh.position.symbol = s;
  fresh.decision = decision;
  fresh.attempt = attempts;
  fresh.wanted = last_entry[s.id()].stop;
  fresh.next_look = wall_now + settings.stop_visibility_lag;
  fresh.deadline = wall_now + settings.stop_verify_within;
  fresh.attach_grace = wall_now + 2 * settings.stop_visibility_lag;
  fresh.last_entry_fill = wall_now;
  fresh.may_have_triggers = true;
  guard(s) = fresh;
  // A sweep that waits would take the new position's stop; one under way is repaired by the look.
  queue.remove(
      [s](const QueuedRequest& q) { return q.purpose == Purpose::sweep && q.symbol == s; });
}

void OrderDesk::State::closed(Symbol s) {
  Protection& g = guard(s);
  g.position.quantity = Quantity::zero();
  g.position.open_value = Notional::zero();
  g.wanted = Price::zero();
  g.confirmed = Price::zero();
  g.look = 0;
  g.next_look = Timestamp{};
  g.deadline = Timestamp{};
  g.alarmed = false;
  for (Order& o : orders) { // what rests of the entry would open again
    if (o.symbol == s && o.is_entry() && o.is_live()) {
      want_cancel(o, false, false, "the position is closed");
    }
  }
  queue.remove(
      [s](const QueuedRequest& q) { return q.symbol == s && (q.purpose == Purpose::cancel_stop); });
  for (Order& o : orders) {
    if (o.symbol == s && o.is_stop() && o.state == OrderState::queued) {
      move(o, OrderState::cancelled, "the position is closed");
    }
  }
  if (g.may_have_triggers) {
    g.sweeping = true;
    start_sweep(s);
  }
}

void OrderDesk::State::start_sweep(Symbol s) {
  Protection& g = guard(s);
  if (g.sweep_busy) {
    return;
  }
  g.sweep_busy = true;
  QueuedRequest q;
  q.id = next_request();
  q.purpose = Purpose::sweep;
  q.symbol = s;
  q.request = CancelAll{false, s, true};
  queue.push(Priority::cancel, std::move(q));
}

// ---- looking ----

void OrderDesk::look_at_stops(Timestamp wall_now) {
  State& s = *state_;
  s.see_wall(wall_now);
  for (Protection& g : s.protection) {
    if (!g.position.is_flat() && g.look == 0) {
      g.next_look = s.wall_now;
    }
  }
  s.run_stop_timers();
  s.settle();
}

void OrderDesk::State::run_stop_timers() {
  for (const Symbol s : Symbol::all()) {
    Protection& g = guard(s);
    if (g.look != 0 && wall_now - g.look_asked >= settings.request_timeout + 1s) {
      g.look = 0;
      g.next_look = wall_now;
    }
    const bool matters = !g.position.is_flat() || g.sweeping;
    if (!matters) {
      g.next_look = Timestamp{}; // closed and swept meanwhile
    }
    if (matters && g.look == 0 && g.next_look != Timestamp{} && wall_now >= g.next_look) {
      look(s);
    }
    if (!g.position.is_flat() && !g.alarmed && g.deadline != Timestamp{} &&
        wall_now >= g.deadline) {
      alarm(s, "no stop seen at the venue in time");
    }
  }
}

void OrderDesk::State::look(Symbol s) {
  Protection& g = guard(s);
  g.next_look = Timestamp{};
  g.look = next_request();
  g.look_asked = wall_now;
  ask(g.look, QueryKind::trigger_orders, s);
}

void OrderDesk::State::look_answer(Symbol s, const QueryAnswer& answer) {
  Protection& g = guard(s);
  g.look = 0;
  const auto* listed = std::get_if<std::vector<VenueOrder>>(&answer.payload);
  if (answer.outcome != RequestOutcome::ok || listed == nullptr) {
    g.next_look = wall_now + 1s;
    return;
  }
  if (!g.position.is_flat()) {
    judge_stops(s, stops_of(g.position, *listed));
    return;
  }
  if (!g.sweeping) {
    return;
  }
  const bool any_left = std::any_of(listed->begin(), listed->end(), [s](const VenueOrder& o) {
    return o.symbol == s && o.trigger && !is_terminal(o.state);
  });
  if (any_left) {
    start_sweep(s);
  } else {
    g.sweeping = false;
    g.may_have_triggers = false;
    finish_stops(s);
  }
}

/// The events of stops that went with their position.
void OrderDesk::State::finish_stops(Symbol s) {
  for (Order& o : orders) {
    if (o.symbol != s || !o.is_stop() || !o.is_live()) {
      continue;
    }
    if (o.state == OrderState::sent) {
      continue; // its answer is still to come; a look follows it
    }
    move(o, o.state == OrderState::unknown ? OrderState::written_off : OrderState::cancelled,
         "swept after the close");
  }
}

void OrderDesk::State::judge_stops(Symbol s, const std::vector<RestingStop>& resting) {
  Protection& g = guard(s);
  Quantity still_opening;
  for (const Order& o : orders) {
    if (o.symbol == s && o.is_entry() && o.is_live() && o.state >= OrderState::sent) {
      still_opening += o.remaining();
    }
  }
  const bool appearing = stop_still_appearing(s, resting);
  const StopPlan plan = plan_stops(g.position, g.wanted, still_opening, resting);
  const bool turned_down = std::exchange(g.turned_down, false);
  if (plan.covered == g.position.quantity) {
    g.deadline = Timestamp{};
    g.alarmed = false;
  } else if (g.deadline == Timestamp{}) {
    g.deadline = wall_now + settings.stop_verify_within;
  }
  if (plan.missing.is_zero()) {
    if (g.wanted.is_zero()) {
      g.wanted = plan.trigger; // adopted: what was found is what shall be
    }
    if (plan.trigger != g.confirmed) {
      g.confirmed = plan.trigger;
      commands.emplace_back(StopConfirmed{s, plan.trigger});
    }
    cancel_surplus(s, plan.surplus);
    if (g.next_look == Timestamp{} && recheck > Duration::zero()) {
      g.next_look = wall_now + recheck;
    }
    return;
  }
  g.next_look = wall_now + 500ms;
  if (turned_down) {
    alarm(s, "the venue turned the stop down");
    return;
  }
  if (appearing) {
    return;
  }
  if (g.wanted.is_zero()) {
    alarm(s, "an adopted position has no stop");
    return;
  }
  place_stop(s, plan.missing);
}

/// True while a stop that is not listed yet may still turn up by itself: attached to a fresh fill,
/// or placed by us a moment ago. Ours that did not turn up in time are given up here.
bool OrderDesk::State::stop_still_appearing(Symbol s, const std::vector<RestingStop>& resting) {
  bool appearing = wall_now < guard(s).attach_grace;
  for (Order& o : orders) {
    if (o.symbol != s || !o.is_stop() || !o.is_live()) {
      continue;
    }
    const auto listed = std::find_if(resting.begin(), resting.end(), [&](const RestingStop& r) {
      return o.venue_id != 0 ? r.venue_id == o.venue_id
                             : r.trigger == o.price && r.quantity == o.quantity;
    });
    if (listed != resting.end()) {
      if (o.state == OrderState::unknown) {
        o.venue_id = listed->venue_id;
        move(o, OrderState::acked, "found at the venue");
      }
      continue;
    }
    // Short, so that a lost one can be repeated and seen within stop_verify_within.
    const bool patience_over = wall_now - o.sent_wall >= settings.stop_visibility_lag + 500ms;
    if (o.at_venue() && patience_over) {
      move(o, OrderState::cancelled, "no longer listed");
    } else if (o.state == OrderState::unknown && patience_over) {
      move(o, OrderState::written_off, "never seen at the venue");
    } else {
      appearing = true;
    }
  }
  return appearing;
}

void OrderDesk::State::place_stop(Symbol s, Quantity quantity) {
  Protection& g = guard(s);
  Order o;
  o.decision = g.decision;
  o.role = OrderRole::stop;
  o.attempt = ++g.attempt;
  o.id = derive_client_order_id(instance, o.decision, o.role, o.attempt);
  o.symbol = s;
  o.side = exit_side(g.position.side);
  o.position = g.position.side;
  o.quantity = quantity;
  o.price = g.wanted;
  o.created_data = data_now;
  o.sent_wall = wall_now;
  o.request = next_request();
  Order& order = orders.emplace_back(o);
  commands.emplace_back(
      make_event(order, OrderState::intended, OrderState::intended, data_now, clock_time(), {}));
  queue_place(order);
}

void OrderDesk::State::stop_placed(Order& o, RequestOutcome outcome) {
  Protection& g = guard(o.symbol);
  if (g.position.is_flat()) {
    if (g.may_have_triggers || outcome != RequestOutcome::rejected) {
      g.may_have_triggers = true;
      g.sweeping = true; // it came after the close
      g.next_look = wall_now + settings.stop_visibility_lag;
    }
    return;
  }
  if (outcome == RequestOutcome::ok || outcome == RequestOutcome::unknown) {
    g.next_look = wall_now + settings.stop_visibility_lag;
    return;
  }
  if (g.deadline == Timestamp{} && !g.confirmed.is_zero()) {
    g.wanted = g.confirmed; // a move that the venue turned down: the old stop stays
  } else { // "already there" is a refusal too: see what rests before the position is closed
    g.turned_down = true;
    g.next_look = wall_now + kLookAfterRefusal;
  }
}

void OrderDesk::State::alarm(Symbol s, std::string why) {
  Protection& g = guard(s);
  if (!g.alarmed) {
    g.alarmed = true;
    CloseUnprotected unprotected{s, std::move(why)};
    commands.emplace_back(std::move(unprotected));
  }
  if (g.look == 0) { // go on looking: the close may fail too
    const Timestamp soon = wall_now + 1s;
    g.next_look = g.next_look == Timestamp{} ? soon : std::min(g.next_look, soon);
  }
}

void OrderDesk::State::cancel_surplus(Symbol s, const std::vector<VenueOrderId>& surplus) {
  for (const VenueOrderId id : surplus) {
    const auto same = [&](const QueuedRequest& q) {
      const auto* c = std::get_if<CancelStop>(&q.request);
      return c != nullptr && c->venue_id == id;
    };
    const bool under_way = queue.contains(same) ||
                           std::any_of(on_the_way.begin(), on_the_way.end(),
                                       [&](const RequestOnTheWay& r) { return same(r.queued); });
    if (under_way) {
      continue;
    }
    QueuedRequest q;
    q.id = next_request();
    q.purpose = Purpose::cancel_stop;
    q.symbol = s;
    q.request = CancelStop{s, id};
    queue.push(Priority::cancel, std::move(q));
  }
}

} // namespace rg
