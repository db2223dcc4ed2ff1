// An account's money and what its owner ends: bills, cancels, closing of whole positions.

#include "infra/exchange/exchange_core.hpp"
#include "infra/exchange/refusals.hpp"

namespace rg::exchange {

AccountIndex ExchangeCore::add_account(Notional deposit) {
  const auto index = static_cast<AccountIndex>(accounts_.size());
  accounts_.push_back(
      std::make_unique<Account>(options_.orders_per_second, options_.weight_per_ten_seconds));
  accounts_.back()->created = now_;
  if (deposit.is_positive()) {
    transfer(index, deposit);
  }
  return index;
}

void ExchangeCore::transfer(AccountIndex a, Notional amount) {
  move_cash(a, amount.is_negative() ? BillKind::transfer_out : BillKind::transfer_in, amount);
}

void ExchangeCore::move_cash(AccountIndex a, BillKind kind, Notional amount) {
  Ledger& ledger = account(a).ledger;
  const bool outside = kind == BillKind::deposit || kind == BillKind::withdraw;
  outside ? ledger.deposit(amount) : ledger.transfer(amount);
  bill(a, kind, std::nullopt, amount, {});
  emit(a, amount.is_negative() ? CoreEvent::Cause::withdrawal : CoreEvent::Cause::deposit,
       CoreEvent::Collateral{});
}

void ExchangeCore::bill(AccountIndex a, BillKind kind, std::optional<Symbol> symbol,
                        Notional amount, Notional fee) {
  Account& acc = account(a);
  acc.bills.push_back({next_id(), kind, symbol.has_value(), symbol.value_or(Symbol{}), amount, fee,
                       acc.ledger.collateral(), now_});
}

// ---- cancels ----

Result<OrderId, Refusal> ExchangeCore::cancel(AccountIndex a, OrderId id, bool triggers,
                                              Timestamp wall) {
  wall_ = wall;
  Account& acc = account(a);
  const auto it = acc.live.find(id);
  if (it == acc.live.end() || (it->second.status == OrderStatus::untriggered) != triggers ||
      it->second.listed_from_wall > wall) {
    return fail(no_such_order());
  }
  if (!triggers && faults_.strikes(FaultKind::cancel_race, it->second.symbol.name())) {
    fill(a, id, it->second.price, it->second.remaining(), true);
    return fail(no_such_order());
  }
  finish(a, id, OrderStatus::canceled, CancelReason::user);
  return id;
}

std::vector<OrderId> ExchangeCore::cancel_all(AccountIndex a, std::optional<Symbol> symbol,
                                              bool triggers, Timestamp wall) {
  std::vector<OrderId> ids, canceled;
  for (const auto& [id, order] : account(a).live) {
    if ((order.status == OrderStatus::untriggered) == triggers && order.listed_from_wall <= wall &&
        (!symbol || order.symbol == *symbol)) {
      ids.push_back(id);
    }
  }
  for (const OrderId id : ids) {
    if (cancel(a, id, triggers, wall)) {
      canceled.push_back(id);
    }
  }
  return canceled;
}

std::vector<ClosedPosition>
ExchangeCore::close_positions(AccountIndex a, std::optional<Symbol> symbol, Timestamp wall) {
  wall_ = wall;
  std::vector<PositionRow> wanted;
  account(a).ledger.each_open([&](const PositionRow& p) {
    if (!symbol || *symbol == p.symbol) {
      wanted.push_back(p);
    }
  });
  std::vector<ClosedPosition> out;
  for (const PositionRow& position : wanted) {
    if (!may_place(position.symbol, false)) {
      out.push_back({position.id, 0, pair_not_permitted().message});
      continue;
    }
    const OrderId id = accept(a, closing_order(position, OrderOrigin::close_all));
    enter_market(a, id);
    out.push_back({position.id, id, ""});
  }
  return out;
}

/// The whole position at market.
Order ExchangeCore::closing_order(const PositionRow& position, OrderOrigin origin) {
  Order order;
  order.symbol = position.symbol;
  order.position = position.side;
  order.opens = false;
  order.market = true;
  order.tif = TimeInForce::ioc;
  order.margin_mode = position.margin_mode;
  order.opened_by = position.opened_by;
  order.size = position.size;
  order.origin = origin;
  return order;
}

} // namespace rg::exchange
