#include "backtests/trade_book.hpp"

#include "messages/support/invariant.hpp"

namespace rg {

void TradeBook::on_fill(const Fill& fill, ExitReason reason) {
  Open& open = open_[fill.symbol.id()];
  open.fees += fill.fee;
  if (fill.opens) {
    if (open.opened.is_zero()) {
      open.entry_time = fill.exchange_time;
    }
    open.opened += fill.quantity;
    open.opened_value += fill.value;
    return;
  }
  open.closed += fill.quantity;
  open.closed_value += fill.value;
  RG_ASSERT(open.closed <= open.opened);
  if (open.closed != open.opened) {
    return;
  }
  Trade t;
  t.symbol = fill.symbol;
  t.side = fill.position;
  t.entry_time = open.entry_time;
  t.exit_time = fill.exchange_time;
  t.quantity = open.opened;
  t.entry_price = open.opened_value.to_double() / open.opened.to_double();
  t.exit_price = open.closed_value.to_double() / open.closed.to_double();
  t.fees = open.fees;
  t.funding = open.funding;
  const Notional gross = fill.position == PositionSide::long_side
                             ? open.closed_value - open.opened_value
                             : open.opened_value - open.closed_value;
  t.pnl = gross - t.fees - t.funding;
  t.exit_reason = reason;
  t.entry_decision = open.decision;
  trades_.push_back(t);
  open = Open{};
}

void TradeBook::on_cash_flow(const CashFlow& flow) {
  if (flow.kind == CashFlowKind::funding) {
    open_[flow.symbol.id()].funding -= flow.amount;
  }
}

} // namespace rg
