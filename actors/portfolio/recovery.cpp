// Coming back: the book of before a restart, and the venue's book where it differs from ours.

#include "actors/portfolio/portfolio_internals.hpp"

#include <algorithm>

namespace rg {

PositionUpdate PortfolioModel::State::book_difference(Symbol s, Quantity q, PositionSide side,
                                                      bool opens, Notional value,
                                                      Timestamp data_time) {
  Fill fill; // venue_fill_id 0: the venue never told this one
  fill.symbol = s;
  fill.position = side;
  fill.side = opens ? entry_side(side) : exit_side(side);
  fill.opens = opens;
  fill.quantity = q;
  fill.value = value;
  fill.exchange_time = data_time;
  // Somebody else's hand: a person, or another program on the account.
  const FillEffect effect = accounting.apply(fill, ExitReason::guard, EntryOrigin{});
  PositionUpdate update = update_of(s, data_time);
  update.just_opened = effect.just_opened;
  update.just_closed = effect.just_closed;
  update.exit_reason = effect.exit_reason;
  update.trade_pnl = effect.trade_pnl;
  return update;
}

std::optional<PositionUpdate> PortfolioModel::reconcile(Symbol symbol, const Position& venue,
                                                        Timestamp data_time) {
  State& s = *state_;
  s.exposure_changed = true;
  s.in_flight.drop_ended(symbol);
  std::optional<PositionUpdate> update;
  const auto ours = [&]() -> const Position& { return s.accounting.book(symbol).position; };
  const auto close = [&](Quantity q) {
    const Price mark = s.pair(symbol).mark;
    const Notional value =
        mark.is_zero()
            ? Notional::from_raw(fixed::mul_div(ours().open_value.raw(), q.raw(),
                                                ours().quantity.raw(), Rounding::nearest))
            : multiply(mark, q, Rounding::nearest);
    update = s.book_difference(symbol, q, ours().side, false, value, data_time);
  };
  if (!ours().is_flat() && (venue.is_flat() || venue.side != ours().side)) {
    close(ours().quantity);
  } else if (!ours().is_flat() && venue.quantity < ours().quantity) {
    close(ours().quantity - venue.quantity);
  }
  if (!venue.is_flat() && venue.quantity > ours().quantity) {
    const Quantity q = venue.quantity - ours().quantity;
    const Notional value = std::max(venue.open_value - ours().open_value, Notional::zero());
    update = s.book_difference(symbol, q, venue.side, true, value, data_time);
  }
  s.accounting.drop_held(symbol);
  if (update && update->position.is_flat()) {
    s.pair(symbol).calm();
  }
  return update;
}

bool PortfolioModel::reconcile_opposite(Symbol symbol, const Position& venue) {
  State& s = *state_;
  const Position& known = s.accounting.opposite(symbol);
  const bool same =
      known.quantity == venue.quantity && (venue.is_flat() || known.side == venue.side);
  if (!same) {
    s.accounting.set_opposite(symbol, venue);
    s.exposure_changed = true;
    s.pursue_opposite(s.data_now);
  }
  return !same;
}

Notional PortfolioModel::reconcile_cash(Notional venue_wallet_balance) {
  State& s = *state_;
  const Notional difference = venue_wallet_balance - s.accounting.cash();
  const Notional before = s.equity();
  s.accounting.adjust_cash(difference);
  s.ladder.on_flow(before, before + difference);
  s.daily_loss.on_flow(before, before + difference);
  return difference;
}

PortfolioState PortfolioModel::snapshot() const {
  const State& s = *state_;
  PortfolioState out;
  s.accounting.save(out);
  out.high_water_mark = s.ladder.high_water_mark();
  out.halted_until = s.ladder.halted_until();
  out.day = s.daily_loss.day();
  out.day_opening_equity = s.daily_loss.opening();
  out.daily_loss_hit = s.daily_loss.is_hit();
  out.orders_today = s.orders_today;
  out.latch = s.latch;
  return out;
}

void PortfolioModel::restore(const PortfolioState& state) {
  State& s = *state_;
  s.accounting.load(state);
  s.ladder.restore(state.high_water_mark, state.halted_until);
  s.daily_loss.restore(state.day, state.day_opening_equity, state.daily_loss_hit);
  s.orders_today = state.orders_today;
  s.latch = state.latch;
  for (const PortfolioState::OpenPosition& p : state.positions) {
    s.pair(p.position.symbol).last_entry_ms = p.entry_decision.stamp.ms();
  }
  s.view.equity = s.equity();
  s.view.high_water_mark = state.high_water_mark;
  s.view.drawdown = s.ladder.drawdown(s.view.equity);
  s.exposure_changed = true;
}

} // namespace rg
