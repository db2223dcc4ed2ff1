#include "actors/portfolio/accounting.hpp"

#include <algorithm>

namespace rg {

namespace {

// A venue tells at most the last days' fills again; a snapshot carries this many ids.
constexpr std::size_t kSnapshotIds = 4096;

template <class T> std::vector<T> last_of(const std::vector<T>& all) {
  const std::size_t n = std::min(all.size(), kSnapshotIds);
  return {all.end() - static_cast<std::ptrdiff_t>(n), all.end()};
}

/// Entry value of what leaves. The last close takes what is left, so that nothing stays behind from
/// rounding.
Notional closed_part(const Position& p, Quantity closed) {
  return closed == p.quantity
             ? p.open_value
             : Notional::from_raw(fixed::mul_div(p.open_value.raw(), closed.raw(), p.quantity.raw(),
                                                 Rounding::nearest));
}

} // namespace

Notional unrealised_pnl(const Position& position, Price mark) {
  if (position.is_flat() || mark.is_zero()) {
    return Notional::zero();
  }
  if (position.side == PositionSide::long_side) {
    return multiply(mark, position.quantity, Rounding::down) - position.open_value;
  }
  return position.open_value - multiply(mark, position.quantity, Rounding::up);
}

bool Accounting::fits(const Fill& fill) const {
  const Position& p = books_[fill.symbol.id()].position;
  if (fill.opens) {
    return p.is_flat() || p.side == fill.position;
  }
  return !p.is_flat() && p.side == fill.position && fill.quantity <= p.quantity;
}

FillEffect Accounting::apply(const Fill& fill, ExitReason reason_if_closing,
                             const EntryOrigin& origin) {
  RG_ASSERT(fill.quantity.is_positive());
  RG_ASSERT(!fill.value.is_negative());
  FillEffect effect;
  if (fill.venue_fill_id != 0) { // 0 = booked by reconciliation, not told by the venue
    if (!fills_seen_.insert(fill.venue_fill_id).second) {
      return effect;
    }
    recent_fills_.push_back(fill.venue_fill_id);
  }
  const Held incoming{fill, fill.liquidation ? ExitReason::liquidation : reason_if_closing, origin};
  if (!place(incoming, effect)) {
    held_.push_back(incoming);
    return effect;
  }
  release_held(fill.symbol, effect);
  return effect;
}

/// False: it fits nothing yet.
bool Accounting::place(const Held& held, FillEffect& effect) {
  if (is_opposite(held.fill, held.origin)) {
    book_opposite(held.fill);
    effect.applied = true;
    return true;
  }
  if (!fits(held.fill)) {
    return false;
  }
  book_fill(held, effect);
  return true;
}

/// Somebody else's opening fill against our side, or a close of what he opened. One of ours that
/// does not fit comes early, and waits.
bool Accounting::is_opposite(const Fill& fill, const EntryOrigin& origin) const {
  const Position& ours = books_[fill.symbol.id()].position;
  const Position& other = opposite_[fill.symbol.id()];
  const bool against_ours = !ours.is_flat() && ours.side != fill.position;
  const bool with_other = !other.is_flat() && other.side == fill.position;
  if (fill.opens) {
    const bool foreign = origin.decision == DecisionId{} && fill.client_id.empty();
    return foreign && (against_ours || (ours.is_flat() && with_other));
  }
  return with_other && (ours.is_flat() || against_ours) && fill.quantity <= other.quantity;
}

void Accounting::book_opposite(const Fill& fill) {
  Position& p = opposite_[fill.symbol.id()];
  PairAccount& totals = books_[fill.symbol.id()].totals;
  totals.fees += fill.fee;
  ++totals.fills;
  cash_ -= fill.fee;
  if (fill.opens) {
    p.symbol = fill.symbol;
    p.side = fill.position;
    p.opened = p.is_flat() ? fill.exchange_time : p.opened;
    p.quantity += fill.quantity;
    p.open_value += fill.value;
  } else {
    const Notional part = closed_part(p, fill.quantity);
    const Notional realised =
        p.side == PositionSide::long_side ? fill.value - part : part - fill.value;
    p.quantity -= fill.quantity;
    p.open_value -= part;
    totals.realised += realised;
    cash_ += realised;
  }
  set_opposite(fill.symbol, p);
}

void Accounting::set_opposite(Symbol s, const Position& position) {
  opposite_[s.id()] = position.is_flat() ? Position{} : position;
  const std::uint32_t bit = 1U << s.id();
  opposite_mask_ = position.is_flat() ? (opposite_mask_ & ~bit) : (opposite_mask_ | bit);
}

void Accounting::book_fill(const Held& held, FillEffect& effect) {
  effect.applied = true;
  if (held.fill.opens) {
    open(held.fill, held.origin, effect);
  } else {
    close(held.fill, held.reason, effect);
  }
  PairBook& book = books_[held.fill.symbol.id()];
  ++book.totals.fills;
  const std::uint32_t bit = 1U << held.fill.symbol.id();
  open_mask_ = book.is_open() ? (open_mask_ | bit) : (open_mask_ & ~bit);
}

/// Each booked fill may make an earlier arrival fit; arrival order is kept among those that do.
void Accounting::release_held(Symbol symbol, FillEffect& effect) {
  for (std::size_t i = 0; i < held_.size();) {
    const Held held = held_[i];
    if (held.fill.symbol == symbol && place(held, effect)) {
      held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(i));
      i = 0;
    } else {
      ++i;
    }
  }
}

void Accounting::open(const Fill& fill, const EntryOrigin& origin, FillEffect& effect) {
  PairBook& book = books_[fill.symbol.id()];
  if (!book.is_open()) {
    const PairAccount totals = book.totals;
    book = PairBook{};
    book.totals = totals;
    book.position.symbol = fill.symbol;
    book.position.side = fill.position;
    book.position.opened = fill.exchange_time;
    book.entry_decision = origin.decision;
    book.entry_rule = origin.rule;
    book.entry_regime = origin.regime;
    book.stop_price = origin.stop_price;
    book.target = origin.target;
    effect.just_opened = true;
  }
  book.position.quantity += fill.quantity;
  book.position.open_value += fill.value;
  book.opened += fill.quantity;
  book.opened_value += fill.value;
  book.fees += fill.fee;
  book.totals.fees += fill.fee;
  cash_ -= fill.fee;
}

void Accounting::close(const Fill& fill, ExitReason reason, FillEffect& effect) {
  PairBook& book = books_[fill.symbol.id()];
  Position& p = book.position;
  RG_ASSERT(fill.quantity <= p.quantity);
  const Notional part = closed_part(p, fill.quantity);
  const Notional realised =
      p.side == PositionSide::long_side ? fill.value - part : part - fill.value;
  p.quantity -= fill.quantity;
  p.open_value -= part;
  book.closed += fill.quantity;
  book.closed_value += fill.value;
  book.fees += fill.fee;
  book.totals.fees += fill.fee;
  book.totals.realised += realised;
  cash_ += realised - fill.fee;
  if (p.is_flat()) {
    finish_trade(book, fill, reason, effect);
  }
}

void Accounting::finish_trade(PairBook& book, const Fill& last, ExitReason reason,
                              FillEffect& effect) {
  RG_ASSERT(book.position.open_value.is_zero());
  RG_ASSERT(book.opened == book.closed);
  Trade trade;
  trade.symbol = last.symbol;
  trade.side = book.position.side;
  trade.entry_time = book.position.opened;
  trade.exit_time = last.exchange_time;
  trade.quantity = book.opened;
  trade.entry_price = book.opened_value.to_double() / book.opened.to_double();
  trade.exit_price = book.closed_value.to_double() / book.closed.to_double();
  trade.fees = book.fees;
  trade.funding = book.funding;
  const Notional gross = trade.side == PositionSide::long_side
                             ? book.closed_value - book.opened_value
                             : book.opened_value - book.closed_value;
  trade.pnl = gross - trade.fees - trade.funding;
  trade.exit_reason = reason;
  trade.entry_decision = book.entry_decision;
  trades_.push_back(trade);
  ++book.totals.trades;
  effect.just_closed = true;
  effect.exit_reason = reason;
  effect.trade_pnl = trade.pnl;
}

bool Accounting::apply(const CashFlow& flow) {
  if (flow.venue_bill_id != 0) {
    if (!bills_seen_.insert(flow.venue_bill_id).second) {
      return false;
    }
    recent_bills_.push_back(flow.venue_bill_id);
  }
  cash_ += flow.amount;
  if (flow.kind == CashFlowKind::funding) {
    PairBook& book = books_[flow.symbol.id()];
    book.totals.funding -= flow.amount;
    if (book.is_open()) { // funding told after the close stays out of the finished trade
      book.funding -= flow.amount;
    }
  }
  return true;
}

bool Accounting::has_held(Symbol s) const {
  return std::any_of(held_.begin(), held_.end(), [s](const Held& h) { return h.fill.symbol == s; });
}

void Accounting::drop_held(Symbol s) {
  std::erase_if(held_, [s](const Held& h) { return h.fill.symbol == s; });
}

void Accounting::save(PortfolioState& into) const {
  into.cash = cash_;
  for (const PairBook& b : books_) {
    if (b.is_open()) {
      into.positions.push_back({b.position, b.entry_decision, b.entry_rule, b.entry_regime,
                                b.stop_price, b.target, b.opened, b.closed, b.opened_value,
                                b.closed_value, b.fees, b.funding});
    }
  }
  for (const Position& p : opposite_) {
    if (!p.is_flat()) {
      into.opposites.push_back(p);
    }
  }
  into.applied_fills = last_of(recent_fills_);
  for (const Held& h : held_) { // not booked: the venue must tell these again
    std::erase(into.applied_fills, h.fill.venue_fill_id);
  }
  into.applied_bills = last_of(recent_bills_);
}

void Accounting::load(const PortfolioState& from) {
  cash_ = from.cash;
  for (const PortfolioState::OpenPosition& o : from.positions) {
    RG_ASSERT(o.position.quantity.is_positive());
    RG_ASSERT(o.opened - o.closed == o.position.quantity);
    PairBook& b = books_[o.position.symbol.id()];
    b.position = o.position;
    b.entry_decision = o.entry_decision;
    b.entry_rule = o.entry_rule;
    b.entry_regime = o.entry_regime;
    b.stop_price = o.stop_price;
    b.target = o.target;
    b.opened = o.opened;
    b.closed = o.closed;
    b.opened_value = o.opened_value;
    b.closed_value = o.closed_value;
    b.fees = o.fees;
    b.funding = o.funding;
    open_mask_ |= 1U << o.position.symbol.id();
  }
  for (const Position& p : from.opposites) {
    set_opposite(p.symbol, p);
  }
  recent_fills_ = from.applied_fills;
  recent_bills_ = from.applied_bills;
  fills_seen_.insert(recent_fills_.begin(), recent_fills_.end());
  bills_seen_.insert(recent_bills_.begin(), recent_bills_.end());
}

} // namespace rg
