// How time passes at the simulated venue: bars, stops, settlements, ends.

#include "backtests/fill_model.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <utility>

namespace rg {

FillModel::FillModel(const FillParameters& costs, const ContractTable& contracts,
                     FundingSchedule funding, Notional wallet, bool keep_history)
    : costs_(costs), contracts_(contracts), funding_(std::move(funding)), wallet_(wallet),
      keep_history_(keep_history) {
  for (const Symbol s : Symbol::all()) {
    for (const PositionSide side : {PositionSide::long_side, PositionSide::short_side}) {
      Position& p = books_[s.id()].positions[static_cast<std::size_t>(side)];
      p.symbol = s;
      p.side = side;
    }
  }
}

void FillModel::restore(const std::vector<Position>& positions, std::uint64_t first_id) {
  RG_ASSERT(now_ == Timestamp{} && first_id > 0);
  next_order_ = first_id;
  next_fill_ = first_id;
  next_bill_ = first_id;
  for (const Position& p : positions) {
    Book& book = books_[p.symbol.id()];
    book.positions[static_cast<std::size_t>(p.side)] = p;
    // Until a price is known, the entry's own: the account is worth what it was bought for.
    if (!p.is_flat() && book.mark.is_zero()) {
      book.mark =
          Price::from_double(p.open_value.to_double() / p.quantity.to_double(), Rounding::nearest);
    }
  }
  count_live();
}

void FillModel::advance(Timestamp stamp, std::span<const VenueBar> bars) {
  RG_ASSERT(stamp > now_);
  if (next_settlement_ == Timestamp{}) {
    next_settlement_ = funding_.next_after(bars.empty() ? stamp : bars.front().bar->open_time);
  }
  settle_funding(stamp, false);
  for (const VenueBar& b : bars) {
    Book& book = books_[b.bar->symbol.id()];
    book.bar = b.bar;
    book.previous_mark = book.mark.is_zero() ? b.bar->open : book.mark;
    if (live_ != 0) {
      work_bar(book, *b.bar);
    }
    book.mark = b.bar->close;
  }
  now_ = stamp;
  if (open_mask_ != 0) {
    check_liquidation(stamp);
  }
  settle_funding(stamp, true);
  for (const VenueBar& b : bars) {
    Book& book = books_[b.bar->symbol.id()];
    book.bar = nullptr;
    if (b.last) {
      end_pair(book, *b.bar);
    }
  }
}

void FillModel::work_bar(Book& book, const Bar& bar) {
  if (!book.orders.empty()) {
    fill_market_orders(book, bar);
  }
  if (!book.triggers.empty()) {
    trigger_stops(book, bar, true);
  }
  if (!book.orders.empty()) {
    fill_limits(book, bar, true);
  }
  if (!book.triggers.empty()) {
    trigger_stops(book, bar, false); // before targets when the bar holds both
  }
  if (!book.orders.empty()) {
    fill_limits(book, bar, false);
  }
}

void FillModel::fill_market_orders(Book& book, const Bar& bar) {
  for (std::size_t i = 0; i < book.orders.size();) {
    const Resting r = book.orders[i];
    const PlaceOrder& o = r.order;
    const Side side = o.opens ? entry_side(o.position) : exit_side(o.position);
    // A limit that may take and stands beyond the open trades there at once, but never beyond
    // itself.
    const bool marketable = !o.post_only && !o.limit.is_zero() &&
                            (side == Side::buy ? bar.open < o.limit : bar.open > o.limit);
    if (!o.limit.is_zero() && !marketable) {
      ++i;
      continue;
    }
    const Position& held = book.positions[static_cast<std::size_t>(o.position)];
    const Quantity quantity = o.opens ? o.quantity : std::min(o.quantity, held.quantity);
    if (quantity.is_zero()) {
      drop_order(book, i, OrderState::cancelled); // nothing left to close
      continue;
    }
    Price price = taker_price(costs_, contracts_[bar.symbol.id()], side, bar.open, quantity, bar);
    if (marketable) {
      price = side == Side::buy ? std::min(price, o.limit) : std::max(price, o.limit);
    }
    fill(book, {r.venue_id, o.client_id, o.symbol, o.position, o.opens, false, false, quantity,
                price, bar.open_time});
  }
}

void FillModel::fill_limits(Book& book, const Bar& bar, bool opens) {
  for (std::size_t i = 0; i < book.orders.size();) {
    const Resting r = book.orders[i];
    const PlaceOrder& o = r.order;
    const Side side = o.opens ? entry_side(o.position) : exit_side(o.position);
    if (o.opens != opens || o.limit.is_zero() || !trades_through(side, o.limit, bar)) {
      ++i;
      continue;
    }
    const Position& held = book.positions[static_cast<std::size_t>(o.position)];
    const Quantity quantity = o.opens ? o.quantity : std::min(o.quantity, held.quantity);
    if (quantity.is_zero()) {
      drop_order(book, i, OrderState::cancelled);
      continue;
    }
    fill(book, {r.venue_id, o.client_id, o.symbol, o.position, o.opens, true, false, quantity,
                o.limit, bar.close_time()});
  }
}

/// @param at_open  only stops that the bar's open has already jumped over; else the whole bar
/// counts.
void FillModel::trigger_stops(Book& book, const Bar& bar, bool at_open) {
  for (std::size_t i = 0; i < book.triggers.size();) {
    const Trigger t = book.triggers[i];
    const PositionSide side = t.stop.position;
    const bool jumped =
        side == PositionSide::long_side ? bar.open <= t.stop.trigger : bar.open >= t.stop.trigger;
    if (at_open ? !jumped : !reaches_stop(side, t.stop.trigger, bar)) {
      ++i;
      continue;
    }
    const Position& held = book.positions[static_cast<std::size_t>(side)];
    const Quantity quantity = std::min(t.stop.quantity, held.quantity);
    // A position that this bar opened cannot close before it.
    const Timestamp when = std::max(jumped ? bar.open_time : bar.close_time(), held.opened);
    if (quantity.is_zero()) {
      drop_trigger(book, i, OrderState::cancelled); // fired with nothing to close
      continue;
    }
    const Price from = stop_reference(side, t.stop.trigger, bar);
    const Price price =
        taker_price(costs_, contracts_[bar.symbol.id()], exit_side(side), from, quantity, bar);
    fill(book, {t.venue_id, t.stop.client_id, bar.symbol, side, false, false, false, quantity,
                price, when});
  }
}

/// Settlements before `stamp`, or at it when inclusive. The notional is taken at the last close.
void FillModel::settle_funding(Timestamp stamp, bool inclusive) {
  while (next_settlement_ < stamp || (inclusive && next_settlement_ == stamp)) {
    for (const Symbol s : Symbol::all()) {
      Book& book = books_[s.id()];
      for (const Position& p : book.positions) {
        if (p.is_flat()) {
          continue;
        }
        const double signed_rate = sign_of(p.side) * funding_.rate(s, next_settlement_);
        const Notional value = multiply(book.mark, p.quantity, Rounding::up);
        const Notional paid = multiply(value, Ratio{signed_rate}, Rounding::up);
        if (paid.is_zero()) {
          continue;
        }
        wallet_ -= paid;
        book.funding += paid;
        CashFlow flow{CashFlowKind::funding, s, -paid, next_settlement_, next_bill_++};
        if (keep_history_) {
          bills_.push_back(flow);
        }
        events_.emplace_back(flow);
      }
    }
    next_settlement_ = next_settlement_ + funding_.interval();
  }
}

void FillModel::end_pair(Book& book, const Bar& bar) {
  while (!book.orders.empty()) {
    drop_order(book, 0, OrderState::cancelled);
  }
  for (const Position& held : book.positions) {
    if (held.is_flat()) {
      continue;
    }
    const Side side = exit_side(held.side);
    const Price price =
        taker_price(costs_, contracts_[bar.symbol.id()], side, bar.close, held.quantity, bar);
    fill(book, {0,
                {},
                bar.symbol,
                held.side,
                false,
                false,
                false,
                held.quantity,
                price,
                bar.close_time()});
  }
  while (!book.triggers.empty()) {
    drop_trigger(book, 0, OrderState::cancelled);
  }
  book.mark = bar.close;
  count_live();
}

} // namespace rg
