// Exits that the portfolio orders itself: ladder, daily loss, guard kill, operator, passive breach.

#include "actors/portfolio/portfolio_internals.hpp"

#include <algorithm>

namespace rg {

namespace {

// A close that did not come through is tried again at this pace until the pair is flat. The desk
// below retries what the venue turned down by itself; the shell sweeps and says so from the third
// try on.
constexpr Duration kFirstPause = 1s, kPause = 2s; // wall (backtests: data time)
constexpr std::uint32_t kQuickTries = 2;
// Exits do not expire; the desk wants a stamp all the same.
constexpr Duration kExitLife = 24h;

} // namespace

/// Closes what is open now; entries on their way are cancelled, and what they still fill is caught
/// by standing_flatten() for as long as the cause stands.
void PortfolioModel::State::want_flat(Symbol s, ExitReason reason) {
  cancel_entries(s);
  if (accounting.book(s).is_open() && !pair(s).flatten) { // the first reason stands
    pair(s).flatten = reason;
  }
}

std::optional<ExitReason> PortfolioModel::State::standing_flatten(Symbol s) const {
  if (ladder.is_halted() || daily_loss.is_hit()) {
    return ExitReason::ladder;
  }
  const PairControl& p = pair(s);
  if (latch == HaltTier::flatten || p.latch == HaltTier::flatten ||
      p.guard_level(data_now) == GuardLevel::kill || p.quarantined) {
    return ExitReason::guard;
  }
  return std::nullopt;
}

void PortfolioModel::State::want_all_flat(ExitReason reason) {
  for (const Symbol s : Symbol::all()) {
    want_flat(s, reason);
  }
}

OrderIntent PortfolioModel::State::close_intent(const Position& position, IntentKind kind,
                                                Quantity quantity, ExitReason reason,
                                                Timestamp now) const {
  const Symbol s = position.symbol;
  const PairBook& book = accounting.book(s);
  const PairControl& p = pair(s);
  OrderIntent intent;
  intent.kind = kind;
  intent.side = exit_side(position.side);
  intent.quantity = quantity;
  intent.expires = now + kExitLife;
  intent.post_only = false;
  Decision& d = intent.decision;
  d.id = {s, now, DecisionKind::exit, 0};
  d.outcome = Outcome::exit;
  d.exit_reason = reason;
  d.signal.symbol = s;
  d.signal.stamp = now;
  d.signal.side = intent.side;
  d.signal.rule = book.entry_rule;
  d.signal.regime = p.regime.regime;
  d.regime = p.regime;
  d.guard = p.guard;
  d.price = p.mark;
  return intent;
}

void PortfolioModel::State::pursue_flat(Timestamp now) {
  data_now = std::max(data_now, now);
  for (std::uint32_t rest = accounting.open_mask(); rest != 0; rest &= rest - 1) {
    const Symbol s = Symbol::from_id(static_cast<std::uint8_t>(__builtin_ctz(rest)));
    PairControl& p = pair(s);
    if (!p.flatten) {
      p.flatten = standing_flatten(s);
    }
    const Position& position = accounting.book(s).position;
    const Quantity open = position.quantity;
    const Quantity closing = in_flight.closing(s, position.side);
    if (!p.flatten || closing >= open || pace() < p.next_flatten_try) {
      continue;
    }
    actions.push_back(
        approve_close(close_intent(position, IntentKind::exit, open - closing, *p.flatten, now)));
    p.next_flatten_try = pace() + (p.flatten_tries < kQuickTries ? kFirstPause : kPause);
    ++p.flatten_tries;
  }
}

/// The engine keeps one position per pair, with its stop. What somebody else opened on the other
/// side has none, and nobody here decided it.
void PortfolioModel::State::pursue_opposite(Timestamp now) {
  for (std::uint32_t rest = accounting.opposite_mask(); rest != 0; rest &= rest - 1) {
    const Symbol s = Symbol::from_id(static_cast<std::uint8_t>(__builtin_ctz(rest)));
    PairControl& p = pair(s);
    const Position& position = accounting.opposite(s);
    const bool wanted = options.close_opposite || p.flatten || standing_flatten(s);
    const Quantity closing = in_flight.closing(s, position.side);
    if (!wanted || closing >= position.quantity || pace() < p.next_opposite_try) {
      continue;
    }
    OrderIntent intent = close_intent(position, IntentKind::exit, position.quantity - closing,
                                      ExitReason::guard, std::max(data_now, now));
    intent.opposite = true;
    actions.push_back(approve_close(intent));
    p.next_opposite_try = pace() + kPause;
  }
}

/// Shrinks the pair to `keep` of what is open, rounded to more reduction; what would be left below
/// the contract's minimum goes too.
void PortfolioModel::State::reduce(Symbol s, double keep, Timestamp now) {
  const Position& position = accounting.book(s).position;
  if (pair(s).flatten || in_flight.closing(s, position.side).is_positive()) {
    return; // already shrinking
  }
  const ContractRules& rules = contracts[s.id()];
  const Quantity open = position.quantity;
  Quantity stays = Quantity::from_double(open.to_double() * keep, Rounding::down)
                       .to_step(rules.lot_size, Rounding::down);
  if (stays < rules.min_quantity) {
    stays = Quantity::zero();
  }
  const Quantity goes = open - std::min(stays, open);
  if (goes.is_positive()) {
    const IntentKind kind = stays.is_zero() ? IntentKind::exit : IntentKind::reduce;
    actions.push_back(approve_close(close_intent(position, kind, goes, ExitReason::ladder, now)));
  }
}

std::vector<ApprovedIntent> PortfolioModel::take_actions() {
  return std::exchange(state_->actions, {});
}

std::vector<Symbol> PortfolioModel::take_entry_cancellations() {
  std::vector<Symbol> out;
  for (std::uint32_t rest = std::exchange(state_->cancel_mask, 0U); rest != 0; rest &= rest - 1) {
    out.push_back(Symbol::from_id(static_cast<std::uint8_t>(__builtin_ctz(rest))));
  }
  return out;
}

void PortfolioModel::flatten_all(ExitReason reason, Timestamp data_time) {
  state_->want_all_flat(reason);
  state_->pursue_flat(data_time);
  state_->pursue_opposite(data_time);
}

void PortfolioModel::flatten(Symbol symbol, ExitReason reason, Timestamp data_time) {
  state_->want_flat(symbol, reason);
  state_->pursue_flat(data_time);
  state_->pursue_opposite(data_time);
}

} // namespace rg
