// Faults that strike an account: stops that vanish, people who trade by hand.

#include "infra/exchange/exchange_core.hpp"

namespace rg::exchange {

void ExchangeCore::apply_account_faults(AccountIndex a) {
  if (faults_.strikes(FaultKind::stop_vanishes)) {
    std::vector<OrderId> stops;
    for (const auto& [id, order] : account(a).live) {
      if (order.status == OrderStatus::untriggered && order.origin == OrderOrigin::stop_loss) {
        stops.push_back(id);
      }
    }
    if (!stops.empty()) {
      finish(a, stops[faults_.pick(FaultKind::stop_vanishes, stops.size())], OrderStatus::canceled,
             CancelReason::vanished);
    }
  }
  if (faults_.strikes(FaultKind::outside_close)) {
    outside_close(a);
  }
  if (faults_.strikes(FaultKind::outside_order)) {
    outside_order(a);
  }
}

/// One position of the account, at market. Refused when a resting close holds the size.
void ExchangeCore::outside_close(AccountIndex a) {
  std::vector<const PositionRow*> open;
  account(a).ledger.each_open([&](const PositionRow& p) { open.push_back(&p); });
  if (open.empty()) {
    return;
  }
  const PositionRow& p = *open[faults_.pick(FaultKind::outside_close, open.size())];
  NewOrder order;
  order.symbol = p.symbol;
  order.position = p.side;
  order.opens = false;
  order.market = true;
  order.size = SentNumber::parse(p.size.text());
  order.origin = OrderOrigin::outside;
  static_cast<void>(place(a, order, wall_)); // nor does it name a separated position
}

/// The smallest order of some pair. Refused without margin: then nobody could trade either.
void ExchangeCore::outside_order(AccountIndex a) {
  const auto& symbols = market_->symbols();
  NewOrder order;
  order.symbol = symbols[faults_.pick(FaultKind::outside_order, symbols.size())];
  order.position = faults_.pick(FaultKind::outside_order, 2) == 0 ? PositionSide::long_side
                                                                  : PositionSide::short_side;
  order.market = true;
  order.size = SentNumber::parse(rules(order.symbol).min_quantity.text());
  order.origin = OrderOrigin::outside;
  static_cast<void>(place(a, order, wall_));
}

} // namespace rg::exchange
