// Cancels, leverage and margin settings, funding, liquidation, and what people outside do.

#include "infra/exchange/exchange_core.hpp"

#include <algorithm>

namespace rg::exchange {

namespace {

Refusal precondition(std::string text) {
  return {RefusalKind::engine, "FAILED_PRECONDITION: " + std::move(text)};
}
Refusal invalid(std::string text) {
  return {RefusalKind::engine, "INVALID_ARGUMENT: " + std::move(text)};
}
const Refusal kNoOrder{RefusalKind::order_not_found, "Order does not exist"};
const Refusal kNoPosition{RefusalKind::not_found,
                          "FAILED_PRECONDITION: The position does not exist"};

} // namespace

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
  account(a).ledger.transfer(amount);
  const bool in = !amount.is_negative();
  bill(a, in ? BillKind::transfer_in : BillKind::transfer_out, std::nullopt, amount, {});
  emit(a, in ? CoreEvent::Cause::deposit : CoreEvent::Cause::withdrawal, CoreEvent::Collateral{});
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
    return fail(kNoOrder);
  }
  if (!triggers && faults_.strikes(FaultKind::cancel_race, it->second.symbol.name())) {
    fill(a, id, it->second.price, it->second.remaining(), true);
    return fail(kNoOrder);
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
  std::vector<ClosedPosition> out;
  Account& acc = account(a);
  for (const Symbol s : market_->symbols()) {
    for (const PositionSide side : {PositionSide::long_side, PositionSide::short_side}) {
      const PositionRow position = acc.ledger.position(s, side);
      if ((symbol && *symbol != s) || position.size.is_zero()) {
        continue;
      }
      Order order;
      order.symbol = s;
      order.position = side;
      order.opens = false;
      order.market = true;
      order.tif = TimeInForce::ioc;
      order.margin_mode = position.margin_mode;
      order.size = position.size;
      order.origin = OrderOrigin::close_all;
      const OrderId id = accept(a, std::move(order));
      enter_market(a, id);
      out.push_back({position.id, id, ""});
    }
  }
  return out;
}

// ---- settings ----

std::optional<Refusal> ExchangeCore::set_leverage(AccountIndex a, Symbol s, MarginMode mode,
                                                  std::int64_t long_units,
                                                  std::int64_t short_units) {
  Account& acc = account(a);
  const auto most = fixed::from_double(contract_defaults()[s.id()].max_leverage, Rounding::nearest);
  if (long_units > most || short_units > most) {
    return Refusal{RefusalKind::leverage_limit, "Leverage cannot exceed the limit"};
  }
  if (long_units < kFixedScale || short_units < kFixedScale) {
    return invalid("The leverage must not be less than 1");
  }
  if (mode != acc.ledger.margin_mode(s)) {
    return invalid("The margin mode does not match the margin mode of the symbol");
  }
  if (mode == MarginMode::cross && long_units != short_units) {
    return invalid("The long leverage and the short leverage must be equal in cross mode");
  }
  if (acc.has_live_orders(s)) {
    return precondition("The leverage cannot be changed while there are open orders on " +
                        std::string(s.name()));
  }
  LeverageRow& row = acc.ledger.leverage(s);
  const LeverageRow before = row;
  if (mode == MarginMode::cross) {
    row.cross = long_units;
  } else {
    row.isolated_long = long_units;
    row.isolated_short = short_units;
  }
  Notional needed;
  for (const Symbol each : market_->symbols()) {
    for (const PositionSide side : {PositionSide::long_side, PositionSide::short_side}) {
      const PositionRow& p = acc.ledger.position(each, side);
      if (p.margin_mode == MarginMode::cross) {
        needed += acc.ledger.position_margin(p, marks_[each.id()]);
      }
    }
  }
  if (needed + acc.frozen > acc.ledger.cross_equity(marks_) && row.cross < before.cross) {
    row = before;
    return precondition("The order margin available amount not enough");
  }
  return std::nullopt;
}

std::optional<Refusal> ExchangeCore::set_margin_mode(AccountIndex a, Symbol s, MarginMode mode) {
  Account& acc = account(a);
  if (mode == acc.ledger.margin_mode(s)) {
    return std::nullopt;
  }
  if (acc.has_live_orders(s)) {
    return precondition("The margin mode cannot be changed while there are open orders on " +
                        std::string(s.name()));
  }
  for (const PositionSide side : {PositionSide::long_side, PositionSide::short_side}) {
    if (!acc.ledger.position(s, side).size.is_zero()) {
      return precondition("The margin mode cannot be changed while there is a position on " +
                          std::string(s.name()));
    }
  }
  acc.ledger.set_margin_mode(s, mode);
  return std::nullopt;
}

PositionRow* ExchangeCore::find_position(AccountIndex a, std::uint64_t position_id) {
  for (const Symbol s : market_->symbols()) {
    for (const PositionSide side : {PositionSide::long_side, PositionSide::short_side}) {
      PositionRow& p = account(a).ledger.position(s, side);
      if (p.id == position_id && !p.size.is_zero()) {
        return &p;
      }
    }
  }
  return nullptr;
}

std::optional<Refusal> ExchangeCore::adjust_margin(AccountIndex a, std::uint64_t position_id,
                                                   Notional amount) {
  PositionRow* p = find_position(a, position_id);
  if (p == nullptr || p->margin_mode != MarginMode::isolated) {
    return kNoPosition;
  }
  Account& acc = account(a);
  if (amount.is_positive() && amount > acc.ledger.available(marks_, acc.frozen)) {
    return precondition("The order margin available amount not enough");
  }
  const Notional least = margin_of(Ledger::mark_value(*p, marks_[p->symbol.id()]),
                                   acc.ledger.leverage(p->symbol).of(p->margin_mode, p->side));
  if (amount.is_negative() && p->isolated_margin + amount < least) {
    return precondition("The isolated margin cannot be less than the position needs");
  }
  acc.ledger.adjust_isolated(*p, amount);
  bill(a, amount.is_negative() ? BillKind::margin_in : BillKind::margin_out, p->symbol, -amount,
       {});
  emit(a, CoreEvent::Cause::order, *p);
  emit(a, CoreEvent::Cause::order, CoreEvent::Collateral{});
  return std::nullopt;
}

std::optional<Refusal> ExchangeCore::set_auto_append(AccountIndex a, std::uint64_t position_id,
                                                     bool on) {
  PositionRow* p = find_position(a, position_id);
  if (p == nullptr || p->margin_mode != MarginMode::isolated) {
    return kNoPosition;
  }
  p->auto_append = on;
  emit(a, CoreEvent::Cause::order, *p);
  return std::nullopt;
}

// ---- what the venue does by itself ----

void ExchangeCore::settle_funding() {
  for (AccountIndex a = 0; a < accounts_.size(); ++a) {
    Account& acc = account(a);
    bool any = false;
    for (const Symbol s : market_->symbols()) {
      const auto rate = fixed::from_double(market_->funding_rate(s, now_), Rounding::nearest);
      for (const PositionSide side : {PositionSide::long_side, PositionSide::short_side}) {
        PositionRow& p = acc.ledger.position(s, side);
        if (p.size.is_zero()) {
          continue;
        }
        const Notional received = acc.ledger.settle_funding(p, marks_[s.id()], rate, now_);
        bill(a, BillKind::funding, s, received, {});
        emit(a, CoreEvent::Cause::funding, p);
        any = true;
      }
    }
    if (any) {
      emit(a, CoreEvent::Cause::funding, CoreEvent::Collateral{});
    }
  }
}

void ExchangeCore::liquidate_where_due() {
  const auto maintenance = [&](Notional mark_value) {
    return exact_fee(mark_value, options_.maintenance_units);
  };
  for (AccountIndex a = 0; a < accounts_.size(); ++a) {
    Account& acc = account(a);
    if (acc.ledger.flat()) {
      continue;
    }
    std::vector<const PositionRow*> doomed;
    const Notional cross_value = acc.ledger.cross_mark_value(marks_);
    const bool cross_due =
        cross_value.is_positive() && acc.ledger.cross_equity(marks_) <= maintenance(cross_value);
    for (const Symbol s : market_->symbols()) {
      for (const PositionSide side : {PositionSide::long_side, PositionSide::short_side}) {
        PositionRow& p = acc.ledger.position(s, side);
        if (p.size.is_zero()) {
          continue;
        }
        if (p.margin_mode == MarginMode::cross) {
          if (cross_due) {
            doomed.push_back(&p);
          }
          continue;
        }
        const Price mark = marks_[s.id()];
        const Notional left = p.isolated_margin + Ledger::unrealised(p, mark);
        const Notional needed = maintenance(Ledger::mark_value(p, mark));
        if (left > needed) {
          continue;
        }
        const Notional more =
            std::min(acc.ledger.available(marks_, acc.frozen),
                     acc.ledger.leverage(s).of(p.margin_mode, side) > 0
                         ? margin_of(Ledger::mark_value(p, mark),
                                     acc.ledger.leverage(s).of(p.margin_mode, side))
                         : Notional::zero());
        if (p.auto_append && left + more > needed) {
          acc.ledger.adjust_isolated(p, more);
          bill(a, BillKind::margin_out, s, -more, {});
          continue;
        }
        doomed.push_back(&p);
      }
    }
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
    force_close(a, acc.ledger.position(p->symbol, p->side));
  }
  const Notional covered = acc.ledger.cover_shortfall();
  bill(a, BillKind::liquidation_end, std::nullopt, covered, {});
  emit(a, CoreEvent::Cause::order, CoreEvent::Collateral{});
}

/// Market close through the whole book; what even the last level cannot take goes at its price.
void ExchangeCore::force_close(AccountIndex a, PositionRow& position) {
  Order order;
  order.symbol = position.symbol;
  order.position = position.side;
  order.opens = false;
  order.market = true;
  order.tif = TimeInForce::ioc;
  order.margin_mode = position.margin_mode;
  order.size = position.size;
  order.origin = OrderOrigin::liquidation;
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

/// Faults that strike an account: stops that vanish, people who trade by hand.
void ExchangeCore::apply_account_faults(AccountIndex a) {
  Account& acc = account(a);
  if (faults_.strikes(FaultKind::stop_vanishes)) {
    std::vector<OrderId> stops;
    for (const auto& [id, order] : acc.live) {
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
    std::vector<const PositionRow*> open;
    for (const Symbol s : market_->symbols()) {
      for (const PositionSide side : {PositionSide::long_side, PositionSide::short_side}) {
        if (!acc.ledger.position(s, side).size.is_zero()) {
          open.push_back(&acc.ledger.position(s, side));
        }
      }
    }
    if (!open.empty()) {
      const PositionRow& p = *open[faults_.pick(FaultKind::outside_close, open.size())];
      NewOrder order;
      order.symbol = p.symbol;
      order.position = p.side;
      order.opens = false;
      order.market = true;
      order.size = SentNumber::parse(p.size.text());
      order.origin = OrderOrigin::outside;
      static_cast<void>(place(a, order, wall_)); // refused when a resting close holds the size
    }
  }
  if (faults_.strikes(FaultKind::outside_order)) {
    const auto& symbols = market_->symbols();
    NewOrder order;
    order.symbol = symbols[faults_.pick(FaultKind::outside_order, symbols.size())];
    order.position = faults_.pick(FaultKind::outside_order, 2) == 0 ? PositionSide::long_side
                                                                    : PositionSide::short_side;
    order.market = true;
    order.size = SentNumber::parse(contract_defaults()[order.symbol.id()].min_quantity.text());
    order.origin = OrderOrigin::outside;
    static_cast<void>(
        place(a, order, wall_)); // refused without margin: then nobody could trade either
  }
}

} // namespace rg::exchange
