// How the simulated venue books a fill, and what it tells of its orders.

#include "backtests/fill_model.hpp"
#include "messages/support/invariant.hpp"

#include <algorithm>

namespace rg {

/// Books money and position, ends the order or trigger that filled, and tells of both.
void FillModel::fill(Book& book, const Execution& e) {
  Position& p = book.positions[static_cast<std::size_t>(e.position)];
  const ContractRules& rules = contracts_[e.symbol.id()];
  Fill f;
  f.symbol = e.symbol;
  f.venue_fill_id = next_fill_++;
  f.venue_order_id = e.venue_id;
  f.client_id = e.client_id;
  f.position = e.position;
  f.side = e.opens ? entry_side(e.position) : exit_side(e.position);
  f.opens = e.opens;
  f.maker = e.maker;
  f.liquidation = e.liquidation;
  f.quantity = e.quantity;
  f.price = e.price;
  // A value between two units is rounded against us: more is paid, less is received.
  f.value = multiply(e.price, e.quantity, f.side == Side::buy ? Rounding::up : Rounding::down);
  f.fee = fee_on(f.value, e.maker ? rules.maker_fee : rules.taker_fee);
  f.exchange_time = e.time;
  if (e.opens) {
    if (p.is_flat()) {
      p.opened = e.time;
    }
    p.quantity += e.quantity;
    p.open_value += f.value;
  } else {
    RG_ASSERT(e.quantity <= p.quantity);
    const Notional part =
        e.quantity == p.quantity
            ? p.open_value
            : Notional::from_raw(fixed::mul_div(p.open_value.raw(), e.quantity.raw(),
                                                p.quantity.raw(), Rounding::nearest));
    f.realised_pnl = e.position == PositionSide::long_side ? f.value - part : part - f.value;
    p.quantity -= e.quantity;
    p.open_value -= part;
    wallet_ += f.realised_pnl;
    book.realised += f.realised_pnl;
  }
  wallet_ -= f.fee;
  book.fees += f.fee;
  book.traded += f.value;
  if (keep_history_) {
    fills_.push_back(f);
  }
  events_.emplace_back(f);

  const auto order = std::find_if(book.orders.begin(), book.orders.end(),
                                  [&](const Resting& r) { return r.venue_id == e.venue_id; });
  if (e.venue_id != 0 && order != book.orders.end()) {
    const PlaceOrder placed = order->order;
    drop_order(book, static_cast<std::size_t>(order - book.orders.begin()), OrderState::filled);
    if (placed.opens && placed.preset_stop.is_positive()) {
      book.triggers.push_back({next_order_++,
                               {{}, placed.symbol, placed.position, e.quantity, placed.preset_stop},
                               e.time});
    }
  }
  const auto trigger = std::find_if(book.triggers.begin(), book.triggers.end(),
                                    [&](const Trigger& t) { return t.venue_id == e.venue_id; });
  if (e.venue_id != 0 && trigger != book.triggers.end()) {
    drop_trigger(book, static_cast<std::size_t>(trigger - book.triggers.begin()),
                 OrderState::filled);
  }
  events_.emplace_back(p);
  count_live();
}

void FillModel::drop_order(Book& book, std::size_t index, OrderState state) {
  const VenueOrder order = listed(book.orders[index], state);
  book.orders.erase(book.orders.begin() + static_cast<std::ptrdiff_t>(index));
  tell(order);
}

void FillModel::drop_trigger(Book& book, std::size_t index, OrderState state) {
  const VenueOrder order = listed(book.triggers[index], state);
  book.triggers.erase(book.triggers.begin() + static_cast<std::ptrdiff_t>(index));
  tell(order);
}

VenueOrder FillModel::listed(const Resting& r, OrderState state) {
  VenueOrder v;
  v.symbol = r.order.symbol;
  v.venue_id = r.venue_id;
  v.client_id = std::string(r.order.client_id.text());
  v.position = r.order.position;
  v.opens = r.order.opens;
  v.state = state;
  v.quantity = r.order.quantity;
  v.filled = state == OrderState::filled ? r.order.quantity : Quantity::zero();
  v.price = r.order.limit;
  v.created = r.created;
  return v;
}

VenueOrder FillModel::listed(const Trigger& t, OrderState state) {
  VenueOrder v;
  v.symbol = t.stop.symbol;
  v.venue_id = t.venue_id;
  v.client_id = std::string(t.stop.client_id.text());
  v.position = t.stop.position;
  v.opens = false;
  v.trigger = true;
  v.state = state;
  v.quantity = t.stop.quantity;
  v.filled = state == OrderState::filled ? t.stop.quantity : Quantity::zero();
  v.trigger_price = t.stop.trigger;
  v.created = t.created;
  return v;
}

void FillModel::tell(const VenueOrder& order) {
  if (keep_history_) {
    history_.push_back(order);
  }
  events_.emplace_back(VenueOrderUpdate{order});
}

void FillModel::count_live() {
  live_ = 0;
  open_mask_ = 0;
  for (const Symbol s : Symbol::all()) {
    const Book& book = books_[s.id()];
    live_ += book.orders.size() + book.triggers.size();
    for (std::size_t side = 0; side < 2; ++side) {
      if (!book.positions[side].is_flat()) {
        open_mask_ |= 1U << (std::size_t{2} * s.id() + side);
        ++live_;
      }
    }
  }
}

FillModel::PairState FillModel::pair_state(Symbol symbol) const {
  const Book& book = books_[symbol.id()];
  Notional result = book.realised - book.fees - book.funding;
  PairState state;
  for (const Position& p : book.positions) {
    if (!p.is_flat()) {
      const Notional value = value_at(p, book.mark);
      state.gross_notional += value.to_double();
      state.net_notional += sign_of(p.side) * value.to_double();
      result += unrealised(p, value);
    }
  }
  state.result = result.to_double();
  return state;
}

FillModel::Exposure FillModel::exposure() const {
  Exposure e;
  Notional equity = wallet_;
  for_each_open([&](const Book& book, const Position& p) {
    const Notional value = value_at(p, book.mark);
    equity += unrealised(p, value);
    e.gross += value.to_double();
    e.net += sign_of(p.side) * value.to_double();
  });
  e.equity = equity.to_double();
  return e;
}

/// What closing would bring or cost at this mark: rounded down for longs, up for shorts.
Notional FillModel::value_at(const Position& p, Price mark) {
  return multiply(mark, p.quantity,
                  p.side == PositionSide::long_side ? Rounding::down : Rounding::up);
}
Notional FillModel::unrealised(const Position& p, Notional value) {
  return p.side == PositionSide::long_side ? value - p.open_value : p.open_value - value;
}

Notional FillModel::equity() const {
  Notional sum = wallet_;
  for_each_open(
      [&](const Book& book, const Position& p) { sum += unrealised(p, value_at(p, book.mark)); });
  return sum;
}

TradingSums FillModel::pair_sums(Symbol symbol) const {
  const Book& book = books_[symbol.id()];
  return {book.traded.to_double(), book.fees.to_double(), book.funding.to_double()};
}

TradingSums FillModel::sums() const {
  Notional traded;
  Notional fees;
  Notional funding;
  for (const Book& book : books_) {
    traded += book.traded;
    fees += book.fees;
    funding += book.funding;
  }
  return {traded.to_double(), fees.to_double(), funding.to_double()};
}

} // namespace rg
