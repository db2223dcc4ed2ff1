// Coming back after a restart: what the journal knew is looked up at the venue; nothing is sent
// again that may have been sent.

#include "actors/order/desk_internals.hpp"

#include <algorithm>

namespace rg {

void OrderDesk::State::restore_order(const OrderEvent& last, const Decision* decision,
                                     Duration entry_life) {
  const std::uint16_t attempt = attempt_of(last.client_id);
  std::uint16_t& most = restored_attempts[{last.decision, last.role}];
  most = std::max(most, attempt);
  if (last.role == OrderRole::entry) {
    checks.restore_decision(last.decision);
  }
  if (last.role == OrderRole::stop || last.filled.is_positive()) {
    guard(last.symbol).may_have_triggers = true;
  }
  if (is_terminal(last.to)) {
    finished.push_back({last.client_id, last.venue_id, last.decision, last.role, last.symbol,
                        decision != nullptr ? decision->exit_reason : ExitReason::rule});
    return;
  }
  Order o;
  o.id = last.client_id;
  o.decision = last.decision;
  o.role = last.role;
  o.attempt = attempt;
  o.symbol = last.symbol;
  o.side = last.side;
  o.position = position_side(last.role == OrderRole::entry ? last.side : opposite(last.side));
  o.quantity = last.quantity;
  o.filled = last.filled;
  // `fills_sum` starts at nothing: the search has the venue tell the fills again, and those that
  // were booked before the restart only count towards their order.
  o.price = last.price;
  o.state = last.to;
  o.venue_id = last.venue_id;
  o.created_data = last.decision.stamp;
  o.expires = last.decision.stamp + entry_life;
  if (decision != nullptr) {
    o.preset_stop = decision->stop_price;
    o.rule = decision->signal.rule;
    o.exit_reason = decision->exit_reason;
  }
  Order& order = orders.emplace_back(o);
  order.sent_wall = wall_now;
  if (order.is_stop()) { // the look at the position's stops tells
    if (!order.at_venue() && order.state != OrderState::unknown) {
      move(order, OrderState::unknown, "restart: looked up at the venue");
    }
    return;
  }
  if (order.is_entry()) {
    last_entry[order.symbol.id()] = {order.decision, order.preset_stop};
  }
  if (order.state != OrderState::unknown) {
    move(order, OrderState::unknown, "restart: looked up at the venue");
  } else { // told all the same: the new portfolio must count it
    commands.emplace_back(make_event(order, order.state, order.state, data_now, clock_time(),
                                     "restart: still looked for"));
  }
  order.unknown_since = wall_now;
  plan_search(order, Duration::zero());
}

void OrderDesk::restore(const DeskRestore& r) {
  State& s = *state_;
  s.see_wall(r.wall_now);
  s.data_now = std::max(s.data_now, r.data_now);
  s.fills_since = r.fills_since;
  s.fills_seen.insert(r.applied_fills.begin(), r.applied_fills.end());
  s.fills_booked_before.insert(r.applied_fills.begin(), r.applied_fills.end());
  for (const DeskRestore::Execution& e : r.executions) {
    s.checks.executed(e.symbol, e.rule, e.data_time);
  }
  for (const OrderEvent& last : r.orders) {
    const auto d = std::find_if(r.decisions.begin(), r.decisions.end(),
                                [&](const Decision& x) { return x.id == last.decision; });
    s.restore_order(last, d != r.decisions.end() ? &*d : nullptr, r.entry_life);
  }
  for (const DeskRestore::OpenPosition& p : r.positions) {
    s.last_entry[p.position.symbol.id()] = {p.entry_decision, p.stop_price};
    s.opened(p.position.symbol, p.position);
    s.guard(p.position.symbol).next_look = s.wall_now;
  }
  for (const Symbol symbol : Symbol::all()) {
    // A close whose sweep was not finished may have left trigger orders behind.
    if (s.guard(symbol).position.is_flat() && s.guard(symbol).may_have_triggers) {
      s.guard(symbol).sweeping = true;
      s.guard(symbol).next_look = s.wall_now;
    }
  }
  s.run_searches();
  s.run_stop_timers();
  s.settle();
}

} // namespace rg
