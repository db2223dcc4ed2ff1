// The order itself: attempts through PreTradeChecks, RateBudget and BackOff, as the desk asks them.

#include "actors/order/pre_trade_checks.hpp"
#include "actors/order/rate_budget.hpp"
#include "actors/order/stop_keeper.hpp"
#include "app/controls/probe_kit.hpp"

namespace rg::app::probes {

namespace {

DeskSituation fresh(Timestamp now = start_of_probe() + 15min) {
  DeskSituation s;
  s.data_now = now;
  s.mark = price(kPrice);
  s.mark_time = now;
  return s;
}

const ContractRules& rules() {
  return contract_defaults()[kPair.id()];
}

/// A limit at the mark itself: within any collar.
OrderIntent sound() {
  return entry(kPair, 0.1);
}

Attempt as_attempt(Refusal r) {
  return r == Refusal::none ? Attempt{true, "passed"} : Attempt{false, to_string(r)};
}

Attempt attempt(const EngineSettings& s, const OrderIntent& intent,
                const DeskSituation& now = fresh(), const ContractRules& contract = rules()) {
  return as_attempt(PreTradeChecks(s.order).check(intent, contract, now));
}

/// A limit this far above or below the mark, on the tick.
OrderIntent limit_at(double relative) {
  OrderIntent i = entry(kPair, 0.1);
  i.limit = price(kPrice * (1.0 + relative)).to_step(rules().tick_size, Rounding::nearest);
  return i;
}

} // namespace

ControlEvidence order_quantity(const EngineSettings& s) {
  OrderIntent most = sound(), more = sound();
  most.quantity = rules().max_quantity;
  more.quantity = rules().max_quantity + rules().lot_size;
  return {attempt(s, most), attempt(s, more)};
}

ControlEvidence order_minimum(const EngineSettings& s) {
  ContractRules contract = rules();
  contract.min_quantity = contract.lot_size + contract.lot_size;
  OrderIntent least = sound(), less = sound();
  least.quantity = contract.min_quantity;
  less.quantity = contract.lot_size;
  return {attempt(s, least, fresh(), contract), attempt(s, less, fresh(), contract)};
}

ControlEvidence tick_and_lot(const EngineSettings& s) {
  OrderIntent off = sound();
  off.limit = Price::from_raw(off.limit.raw() + 1);
  return {attempt(s, sound()), attempt(s, off)};
}

ControlEvidence price_collar(const EngineSettings& s) {
  return {attempt(s, limit_at(-0.5 * s.order.price_collar)),
          attempt(s, limit_at(-1.5 * s.order.price_collar))};
}

ControlEvidence price_band(const EngineSettings& s) {
  EngineSettings wide = s;
  wide.order.price_collar = 0.9; // ours held away: the contract's own band is asked
  const double band = rules().price_band;
  return {attempt(wide, limit_at(0.5 * band)), attempt(wide, limit_at(1.5 * band))};
}

ControlEvidence stale_decision(const EngineSettings& s) {
  OrderIntent i = sound();
  i.expires = i.decision.id.stamp + 100 * s.order.stale_decision;
  const Timestamp edge = i.decision.id.stamp + s.order.stale_decision;
  return {attempt(s, i, fresh(edge)), attempt(s, i, fresh(edge + 1ms))};
}

ControlEvidence stale_mark(const EngineSettings& s) {
  DeskSituation old = fresh();
  old.mark_time = old.data_now - s.order.stale_decision - 1ms;
  return {attempt(s, sound()), attempt(s, sound(), old)};
}

ControlEvidence duplicate(const EngineSettings& s) {
  PreTradeChecks checks(s.order);
  const OrderIntent first = sound();
  const Refusal before = checks.check(first, rules(), fresh());
  checks.accepted(first, fresh().data_now);
  OrderIntent again = first; // another stamp, the same order
  again.decision.id.stamp = first.decision.id.stamp + 1ms;
  const Refusal after = checks.check(again, rules(), fresh());
  return {as_attempt(before), as_attempt(after)};
}

ControlEvidence repeated_executions(const EngineSettings& s) {
  PreTradeChecks checks(s.order);
  const OrderIntent i = sound();
  Refusal last_allowed = Refusal::none;
  for (std::uint32_t n = 0; n < s.order.repeated_executions; ++n) {
    last_allowed = checks.check(i, rules(), fresh());
    checks.executed(kPair, Rule::trend, fresh().data_now);
  }
  const Refusal beyond = checks.check(i, rules(), fresh());
  return {as_attempt(last_allowed), as_attempt(beyond)};
}

ControlEvidence self_cross(const EngineSettings& s) {
  DeskSituation resting = fresh();
  resting.own_best_ask = sound().limit;
  return {attempt(s, sound()), attempt(s, sound(), resting)};
}

ControlEvidence request_rate(const EngineSettings& s) {
  RateBudget budget(s.order.requests_per_second, s.order.reserved_for_protection);
  const Timestamp now = start_of_probe();
  ControlEvidence evidence{{true, "sent"}, {true, "sent"}};
  for (int i = 0; i < s.order.requests_per_second; ++i) {
    evidence.within.allowed = evidence.within.allowed && budget.may_send(true, now);
    budget.sent(static_cast<RequestId>(i) + 1);
  }
  if (!budget.may_send(true, now)) {
    evidence.beyond = {false, "held back"};
  }
  return evidence;
}

ControlEvidence protective_reserve(const EngineSettings& s) {
  RateBudget budget(s.order.requests_per_second, s.order.reserved_for_protection);
  const Timestamp now = start_of_probe();
  const int for_entries = s.order.requests_per_second - s.order.reserved_for_protection;
  ControlEvidence evidence{{true, "sent"}, {true, "sent"}};
  for (int i = 0; i < for_entries; ++i) {
    evidence.within.allowed = evidence.within.allowed && budget.may_send(false, now);
    budget.sent(static_cast<RequestId>(i) + 1);
  }
  // An entry waits; what protects still goes.
  if (!budget.may_send(false, now) && budget.may_send(true, now)) {
    evidence.beyond = {false, "held back"};
  }
  return evidence;
}

ControlEvidence back_off(const EngineSettings&) {
  BackOff calm, told_off;
  const Timestamp now = start_of_probe();
  told_off.on_rate_limited(now, now, {});
  const auto attempt_with = [&](const BackOff& b) {
    return b.may_send(false, now) ? Attempt{true, "sent"} : Attempt{false, "held back"};
  };
  return {attempt_with(calm), attempt_with(told_off)};
}

/// A position that its stops do not cover whole calls for another stop.
ControlEvidence stop_cover(const EngineSettings&) {
  Position position;
  position.symbol = kPair;
  position.quantity = rules().lot_size + rules().lot_size;
  const auto with = [&](Quantity covered) {
    const RestingStop stop{1, covered, price(95.0)};
    const StopPlan plan = plan_stops(position, price(95.0), Quantity::zero(), {stop});
    return plan.missing.is_positive() ? Attempt{false, "stop placed"} : Attempt{true, "covered"};
  };
  return {with(position.quantity), with(rules().lot_size)};
}

} // namespace rg::app::probes
