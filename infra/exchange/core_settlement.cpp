// What the venue does by itself: funding and liquidation.

#include "infra/exchange/exchange_core.hpp"

#include <algorithm>
#include <array>

namespace rg::exchange {

void ExchangeCore::settle_funding() {
  std::array<std::int64_t, Symbol::kCount> rates{};
  for (const Symbol s : market_->symbols()) {
    rates[s.id()] = fixed::from_double(market_->funding_rate(s, now_), Rounding::nearest);
  }
  for (AccountIndex a = 0; a < accounts_.size(); ++a) {
    Ledger& ledger = account(a).ledger;
    bool any = false;
    ledger.each_open([&](PositionRow& p) {
      const auto id = p.symbol.id();
      const Notional received = ledger.settle_funding(p, marks_[id], rates[id], now_);
      bill(a, BillKind::funding, p.symbol, received, {});
      emit(a, CoreEvent::Cause::funding, p);
      any = true;
    });
    if (any) {
      emit(a, CoreEvent::Cause::funding, CoreEvent::Collateral{});
    }
  }
}

Notional ExchangeCore::maintenance_margin(Notional mark_value) const {
  return exact_fee(mark_value, options_.maintenance_units);
}

/// An isolated position that no longer carries itself, not even with what it may append.
bool ExchangeCore::is_due(AccountIndex a, PositionRow& p) {
  Account& acc = account(a);
  const Price mark = marks_[p.symbol.id()];
  const Notional value = Ledger::mark_value(p, mark);
  const Notional left = p.isolated_margin + Ledger::unrealised(p, mark);
  const Notional needed = maintenance_margin(value);
  if (left > needed) {
    return false;
  }
  const std::int64_t leverage = leverage_units(acc, p);
  const Notional more =
      std::min(available(a), leverage > 0 ? margin_of(value, leverage) : Notional::zero());
  if (!p.auto_append || left + more <= needed) {
    return true;
  }
  acc.ledger.adjust_isolated(p, more);
  bill(a, BillKind::margin_out, p.symbol, -more, {});
  return false;
}

void ExchangeCore::liquidate_where_due() {
  for (AccountIndex a = 0; a < accounts_.size(); ++a) {
    Ledger& ledger = account(a).ledger;
    const Notional cross_value = ledger.cross_mark_value(marks_);
    const bool cross_due =
        cross_value.is_positive() && ledger.cross_equity(marks_) <= maintenance_margin(cross_value);
    std::vector<const PositionRow*> doomed;
    ledger.each_open([&](PositionRow& p) {
      if (p.margin_mode == MarginMode::cross ? cross_due : is_due(a, p)) {
        doomed.push_back(&p);
      }
    });
    if (!doomed.empty()) {
      liquidate(a, doomed);
    }
  }
}

void ExchangeCore::liquidate(AccountIndex a, const std::vector<const PositionRow*>& positions) {
  Account& acc = account(a);
  bill(a, BillKind::liquidation_start, std::nullopt, {}, {});
  for (const PositionRow* p : positions) {
    std::vector<OrderId> ids;
    for (const auto& [id, order] : acc.live) {
      if (order.symbol == p->symbol) {
        ids.push_back(id);
      }
    }
    for (const OrderId id : ids) {
      finish(a, id, OrderStatus::canceled, CancelReason::liquidation);
    }
    force_close(a, acc.ledger.position(p->symbol, p->side, p->opened_by));
  }
  const Notional covered = acc.ledger.cover_shortfall();
  bill(a, BillKind::liquidation_end, std::nullopt, covered, {});
  emit(a, CoreEvent::Cause::order, CoreEvent::Collateral{});
}

/// Market close through the whole book; what even the last level cannot take goes at its price.
void ExchangeCore::force_close(AccountIndex a, PositionRow& position) {
  Order order = closing_order(position, OrderOrigin::liquidation);
  const Side side = order.side();
  const OrderBook& book = *pairs_[position.symbol.id()].book;
  const Price worst = book.level(side, OrderBook::kLevels - 1).price;
  const Quantity size = order.size;
  const std::vector<Taken> taken = walk(order, size);
  Quantity reachable;
  for (const Taken& t : taken) {
    reachable += t.size;
  }
  const OrderId id = accept(a, std::move(order));
  if (reachable >= size) {
    enter_market(a, id);
    return;
  }
  const Price fallback =
      taken.empty() ? last(position.symbol) : std::max(worst, Price::from_raw(1));
  for (const Taken& t : taken) {
    if (!t.client) {
      pairs_[position.symbol.id()].book->take(side, t.price, t.size);
      fill(a, id, t.price, t.size, false);
    }
  }
  if (const auto it = account(a).live.find(id); it != account(a).live.end()) {
    fill(a, id, fallback, it->second.remaining(), false);
  }
}

} // namespace rg::exchange
