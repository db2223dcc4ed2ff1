// Intents under review: every cap and every switch, in one fixed order, so that the same situation
// always gives the same reason.

#include "actors/portfolio/portfolio_internals.hpp"

#include <algorithm>

namespace rg {

void PortfolioModel::State::complete(Decision& d) const {
  const ExposureTable now = exposure();
  d.equity = now.equity;
  d.high_water_mark = ladder.high_water_mark();
  d.drawdown = ladder.drawdown(now.equity);
  d.gross_leverage =
      now.equity.is_positive() ? now.gross().to_double() / now.equity.to_double() : 1e9;
  d.model_hash = model_hash;
  d.config_hash = config_hash;
}

Verdict PortfolioModel::State::refuse(const OrderIntent& intent, Refusal reason) const {
  RG_ASSERT(reason != Refusal::none);
  Decision d = intent.decision;
  complete(d);
  d.outcome = Outcome::refused;
  d.refusal = reason;
  d.quantity = Quantity::zero();
  return d;
}

/// What stands against any new risk on this pair, whatever the intent: switches, halts, latches.
Refusal PortfolioModel::State::standing_refusal(Symbol symbol) const {
  const PairControl& p = pair(symbol);
  if (latch >= HaltTier::reduce_only || p.latch >= HaltTier::reduce_only) {
    return Refusal::kill_latched;
  }
  if (!reconciled || accounting.has_held(symbol)) {
    return Refusal::not_reconciled;
  }
  if (!p.enabled) {
    return Refusal::pair_disabled;
  }
  if (p.quarantined) {
    return Refusal::quarantined;
  }
  if (p.winding_down) {
    return Refusal::winding_down;
  }
  if (p.paused) {
    return Refusal::pair_paused;
  }
  if (!p.warm) {
    return Refusal::not_warm;
  }
  if (p.guard_level(data_now) >= GuardLevel::halt) {
    return Refusal::guard_not_normal;
  }
  if (p.contract_changed || !contracts[symbol.id()].tradable) {
    return Refusal::contract_changed;
  }
  if (clock_uncertain) {
    return Refusal::clock_uncertain;
  }
  if (ai_log_stuck) {
    return Refusal::ai_log_stuck;
  }
  if (disk_low) {
    return Refusal::disk_low;
  }
  if (ladder.is_halted()) {
    return Refusal::drawdown_halt;
  }
  if (daily_loss.is_hit()) {
    return Refusal::daily_loss;
  }
  return p.unknown_outcome ? Refusal::unknown_order_outcome : Refusal::none;
}

Refusal PortfolioModel::State::entry_refusal(const OrderIntent& intent, const ExposureTable& now,
                                             Timestamp data_time) const {
  const Symbol symbol = intent.decision.id.symbol;
  if (const Refusal standing = standing_refusal(symbol); standing != Refusal::none) {
    return standing;
  }
  const PairControl& p = pair(symbol);
  if (intent.decision.id.stamp.ms() <= p.last_entry_ms) {
    return Refusal::duplicate;
  }
  if (data_time - intent.decision.id.stamp > options.stale_decision) {
    return Refusal::stale_decision;
  }
  if (p.mark.is_zero()) {
    return Refusal::stale_data;
  }
  if (accounting.book(symbol).is_open() || !accounting.opposite(symbol).is_flat()) {
    return Refusal::position_open;
  }
  if (in_flight.has_entry(symbol) || in_flight.is_closing(symbol)) {
    return Refusal::order_pending;
  }
  if (passive_breach || caps.passive_breach(now, correlation).any) {
    return Refusal::passive_breach;
  }
  if (orders_today >= settings.max_orders_per_day) {
    return Refusal::orders_per_day;
  }
  const ContractRules& rules = contracts[symbol.id()];
  if (intent.quantity > rules.max_position) {
    return Refusal::above_maximum;
  }
  const Price worst = worst_price(intent, p.mark, rules);
  return caps.check(now,
                    {symbol, position_side(intent.side),
                     multiply(worst, intent.quantity, Rounding::up),
                     adverse_cost(intent, worst, p.mark, rules)},
                    correlation);
}

Verdict PortfolioModel::State::review_entry(const OrderIntent& intent, Timestamp data_time) {
  // Direction comes from the signal alone; risk and portfolio have no say in it.
  RG_ASSERT(intent.side == intent.decision.signal.side);
  RG_ASSERT(intent.quantity.is_positive());
  const ExposureTable now = exposure();
  if (const Refusal r = entry_refusal(intent, now, data_time); r != Refusal::none) {
    return refuse(intent, r);
  }
  OrderIntent approved = intent;
  Decision& d = approved.decision;
  complete(d);
  d.outcome = Outcome::approved;
  d.refusal = Refusal::none;
  d.quantity = intent.quantity;

  const Symbol symbol = d.id.symbol;
  const PairControl& p = pair(symbol);
  const ContractRules& rules = contracts[symbol.id()];
  InFlight order;
  order.symbol = symbol;
  order.decision = d.id;
  order.side = position_side(intent.side);
  order.quantity = intent.quantity;
  order.worst = worst_price(intent, p.mark, rules);
  order.adverse = adverse_cost(intent, order.worst, p.mark, rules);
  order.rule = d.signal.rule;
  order.regime = d.signal.regime;
  order.stop_price = intent.stop_price;
  order.target = d.signal.target > 0.0 ? Price::from_double(d.signal.target, Rounding::nearest)
                                       : Price::zero();
  in_flight.add(order);
  exposure_changed = true;
  pair(symbol).last_entry_ms = d.id.stamp.ms();
  ++orders_today;
  return ApprovedIntent(approved);
}

/// Several exits may fall on one stamp (guard after rule): the later ones get the next number.
void PortfolioModel::State::number_exit(Decision& d) {
  PairControl& p = pair(d.id.symbol);
  const std::int64_t ms = d.id.stamp.ms();
  if (ms != p.last_exit_ms) {
    p.last_exit_ms = ms;
    p.next_exit_ordinal = d.id.ordinal;
  }
  d.id.ordinal = std::max(d.id.ordinal, p.next_exit_ordinal);
  RG_ASSERT(d.id.ordinal < 255);
  p.next_exit_ordinal = static_cast<std::uint8_t>(d.id.ordinal + 1);
}

/// Reduce-only, so no cap and no switch is asked; never for more than is open and not yet closing.
Verdict PortfolioModel::State::review_close(const OrderIntent& intent, Timestamp /*data_time*/) {
  const Symbol symbol = intent.decision.id.symbol;
  const Position& position = accounting.book(symbol).position;
  if (position.is_flat()) {
    return refuse(intent, Refusal::stale_decision); // closed meanwhile
  }
  RG_ASSERT(intent.side == exit_side(position.side));
  const Quantity closing = in_flight.closing(symbol, position.side);
  if (closing >= position.quantity) {
    return refuse(intent, Refusal::order_pending);
  }
  OrderIntent close = intent;
  const Quantity open = position.quantity - closing;
  close.quantity = intent.kind == IntentKind::exit ? open : std::min(intent.quantity, open);
  return approve_close(close);
}

Decision PortfolioModel::complete_hand_over(Decision decision) {
  RG_ASSERT(decision.outcome == Outcome::hand_over);
  RG_ASSERT(decision.id.kind == DecisionKind::exit);
  state_->complete(decision);
  state_->number_exit(decision);
  return decision;
}

ApprovedIntent PortfolioModel::State::approve_close(OrderIntent intent) {
  Decision& d = intent.decision;
  complete(d);
  d.outcome = Outcome::exit;
  d.refusal = Refusal::none;
  d.quantity = intent.quantity;
  d.id.kind = DecisionKind::exit;
  number_exit(d);
  InFlight order;
  order.symbol = d.id.symbol;
  order.decision = d.id;
  order.kind = intent.kind;
  order.side = position_side(rg::opposite(intent.side));
  order.quantity = intent.quantity;
  in_flight.add(order);
  // What still rests of the entry must not open again what is being closed.
  cancel_entries(d.id.symbol);
  ++orders_today;
  return ApprovedIntent(intent);
}

/// A stop may only come nearer to the price.
Verdict PortfolioModel::State::review_stop_move(const OrderIntent& intent) {
  const PairBook& book = accounting.book(intent.decision.id.symbol);
  if (!book.is_open() || !intent.stop_price.is_positive()) {
    return refuse(intent, Refusal::stale_decision);
  }
  const bool is_long = book.position.side == PositionSide::long_side;
  const bool tighter = book.stop_price.is_zero() || (is_long ? intent.stop_price > book.stop_price
                                                             : intent.stop_price < book.stop_price);
  if (!tighter) {
    return refuse(intent, Refusal::duplicate);
  }
  OrderIntent move = intent;
  complete(move.decision);
  move.side = exit_side(book.position.side);
  move.quantity = book.position.quantity;
  return ApprovedIntent(move);
}

Verdict PortfolioModel::review(const OrderIntent& intent, Timestamp data_time) {
  switch (intent.kind) {
  case IntentKind::entry:
    return state_->review_entry(intent, data_time);
  case IntentKind::exit:
  case IntentKind::reduce:
    return state_->review_close(intent, data_time);
  case IntentKind::move_stop:
    return state_->review_stop_move(intent);
  }
  invariant_broken("an intent of a known kind", __FILE__, __LINE__);
}

std::vector<Refusal> PortfolioModel::blocked_by(Symbol symbol, Timestamp /*data_time*/) const {
  const State& s = *state_;
  std::vector<Refusal> reasons;
  if (const Refusal r = s.standing_refusal(symbol); r != Refusal::none) {
    reasons.push_back(r);
  }
  if (s.passive_breach) {
    reasons.push_back(Refusal::passive_breach);
  }
  if (s.accounting.book(symbol).is_open() || !s.accounting.opposite(symbol).is_flat()) {
    reasons.push_back(Refusal::position_open);
  }
  if (s.in_flight.has_entry(symbol)) {
    reasons.push_back(Refusal::order_pending);
  }
  if (s.orders_today >= s.settings.max_orders_per_day) {
    reasons.push_back(Refusal::orders_per_day);
  }
  return reasons;
}

} // namespace rg
