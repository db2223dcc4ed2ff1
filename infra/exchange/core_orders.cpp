// Normal orders: matching against the book, fills.

#include "infra/exchange/exchange_core.hpp"

#include <algorithm>

namespace rg::exchange {

Result<OrderId, Refusal> ExchangeCore::place(AccountIndex a, const NewOrder& o, Timestamp wall) {
  wall_ = wall;
  Account& acc = account(a);
  if (auto refusal = validate(acc, o)) {
    return fail(std::move(*refusal));
  }
  Order order;
  order.client_oid = o.client_oid;
  order.symbol = o.symbol;
  order.position = o.position;
  order.opens = o.opens;
  order.market = o.market;
  order.tif = o.market ? TimeInForce::ioc : o.tif;
  order.margin_mode = acc.ledger.margin_mode(o.symbol);
  order.size = Quantity::from_raw(o.size.units);
  order.price = o.market ? Price{} : Price::from_raw(o.price.units);
  order.preset_take_profit = Price::from_raw(o.opens ? o.preset_take_profit.units : 0);
  order.preset_stop_loss = Price::from_raw(o.opens ? o.preset_stop_loss.units : 0);
  order.preset_take_profit_source = o.preset_take_profit_source;
  order.preset_stop_loss_source = o.preset_stop_loss_source;
  order.origin = o.origin;
  const OrderId id = accept(a, std::move(order));
  enter_market(a, id);
  return id;
}

OrderId ExchangeCore::accept(AccountIndex a, Order order) {
  Account& acc = account(a);
  if (!order.client_oid.empty() && !acc.used_client_oids.insert(order.client_oid).second) {
    ++acc.repeated_client_oids;
  }
  const OrderId id = next_id();
  order.id = id;
  if (order.opens && acc.ledger.is_separated(order.symbol)) {
    order.opened_by = id;
  }
  order.created = order.updated = now_;
  order.maker_fee_units = fee_units(order.symbol, true);
  order.taker_fee_units = fee_units(order.symbol, false);
  emit(a, CoreEvent::Cause::order, order);
  acc.live.emplace(id, std::move(order));
  return id;
}

/// What an aggressor would take, best price first; at equal prices the synthetic level stands
/// first.
std::vector<ExchangeCore::Taken> ExchangeCore::walk(const Order& order, Quantity wanted) const {
  const OrderBook& book = *pairs_[order.symbol.id()].book;
  const Side side = order.side();
  const auto worse = [&](Price price, Price than) {
    return side == Side::buy ? price > than : price < than;
  };
  const auto beyond_limit = [&](Price price) { return !order.market && worse(price, order.price); };
  std::vector<Taken> out;
  const std::vector<OrderBook::Best> clients = book.clients(opposite(side));
  std::size_t client = 0;
  for (std::size_t i = 0; i < OrderBook::kLevels && wanted.is_positive();) {
    const BookLevel level = book.level(side, i);
    const bool have_level = level.price.is_positive();
    if (client < clients.size() && (!have_level || worse(level.price, clients[client].price))) {
      const OrderBook::Best& best = clients[client++];
      if (beyond_limit(best.price)) {
        break;
      }
      const Quantity there = account(best.resting.account).live.at(best.resting.order).remaining();
      out.push_back({best.price, std::min(there, wanted), true, best.resting});
      wanted -= out.back().size;
      continue;
    }
    if (!have_level || beyond_limit(level.price)) {
      break;
    }
    ++i;
    if (level.size.is_positive()) {
      out.push_back({level.price, std::min(level.size, wanted), false, {}});
      wanted -= out.back().size;
    }
  }
  return out;
}

void ExchangeCore::enter_market(AccountIndex a, OrderId id) {
  Account& acc = account(a);
  const Order order = acc.live.at(id);
  const std::vector<Taken> taken = walk(order, order.remaining());
  Quantity reachable;
  for (const Taken& t : taken) {
    reachable += t.size;
  }
  if ((order.tif == TimeInForce::post_only && !taken.empty()) ||
      (order.tif == TimeInForce::fok && reachable < order.remaining())) {
    finish(a, id, OrderStatus::canceled, CancelReason::could_not_fill);
    return;
  }
  for (const Taken& t : taken) {
    const auto it = acc.live.find(id);
    if (it == acc.live.end()) {
      return;
    }
    Quantity size = t.size;
    if (!order.opens) { // never more than the position, whatever else reduced it meanwhile
      size = std::min(size, position_of(a, order).size);
      if (!size.is_positive()) {
        break;
      }
    }
    if (t.client) {
      const auto& others = account(t.resting.account);
      const auto maker = others.live.find(t.resting.order);
      if (maker == others.live.end()) {
        continue;
      }
      if (!maker->second.opens) { // it cannot close more than its position either
        size = std::min(size, position_of(t.resting.account, maker->second).size);
      }
      fill(t.resting.account, t.resting.order, t.price, size, true); // ends it when size is 0
      if (!size.is_positive()) {
        continue;
      }
    } else {
      pairs_[order.symbol.id()].book->take(order.side(), t.price, size);
    }
    if (!order.opens && position_of(a, order).size < size) {
      break; // the account traded with itself and closed the position meanwhile
    }
    fill(a, id, t.price, size, false);
  }
  ++pairs_[order.symbol.id()].book_version;
  const auto it = acc.live.find(id);
  if (it == acc.live.end()) {
    return;
  }
  if (order.tif == TimeInForce::ioc || order.market || order.tif == TimeInForce::fok) {
    finish(a, id, OrderStatus::canceled, CancelReason::could_not_fill);
    return;
  }
  rest(a, it->second);
}

void ExchangeCore::rest(AccountIndex a, Order& order) {
  Account& acc = account(a);
  Pair& pair = pairs_[order.symbol.id()];
  order.status = OrderStatus::open;
  order.updated = now_;
  order.queue_ahead =
      order.filled.is_zero() ? pair.book->queue_at(order.side(), order.price) : Quantity::zero();
  if (order.opens) {
    order.frozen = margin_needed(acc, order.symbol, order.position,
                                 multiply(order.price, order.remaining(), Rounding::up));
    acc.frozen += order.frozen;
  }
  pair.book->add(order.side(), order.price, {a, order.id});
  emit(a, CoreEvent::Cause::order, order);
}

void ExchangeCore::fill(AccountIndex a, OrderId id, Price price, Quantity size, bool maker) {
  Account& acc = account(a);
  Order& order = acc.live.at(id);
  PositionRow& position = position_of(a, order);
  if (!order.opens) {
    size = std::min(size, position.size);
    if (!size.is_positive()) {
      finish(a, id, OrderStatus::canceled, CancelReason::reduce_only);
      return;
    }
  }
  RG_ASSERT(size.is_positive() && size <= order.remaining());
  FillRow row;
  row.id = next_id();
  row.order_id = id;
  row.client_oid = order.client_oid;
  row.symbol = order.symbol;
  row.position = order.position;
  row.opens = order.opens;
  row.maker = maker;
  row.liquidation = order.origin == OrderOrigin::liquidation;
  row.margin_mode = order.margin_mode;
  row.opened_by = order.opened_by;
  row.size = size;
  row.price = price;
  row.value = multiply(price, size, Rounding::nearest); // exact: tick × lot is on the grid
  row.fee = exact_fee(row.value, fee_units(order.symbol, maker));
  row.liquidation_fee =
      row.liquidation ? exact_fee(row.value, options_.liquidation_fee_units) : Notional::zero();
  row.time = now_;
  ++sequence_;
  if (order.opens) {
    acc.ledger.open(order.position, row, position.size.is_zero() ? next_id() : position.id,
                    sequence_);
  } else {
    row.realised = acc.ledger.close(order.position, row, sequence_);
  }
  order.filled += size;
  order.filled_value += row.value;
  order.fee += row.fee;
  order.realised += row.realised;
  order.liquidation_fee += row.liquidation_fee;
  order.latest_fill = price;
  order.max_fill = std::max(order.max_fill, price);
  order.min_fill = order.min_fill.is_zero() ? price : std::min(order.min_fill, price);
  order.updated = now_;
  if (order.frozen.is_positive()) {
    const Notional left = margin_needed(acc, order.symbol, order.position,
                                        multiply(order.price, order.remaining(), Rounding::up));
    const Notional now_frozen = order.remaining().is_zero() ? Notional::zero() : left;
    acc.frozen += now_frozen - order.frozen;
    order.frozen = now_frozen;
  }
  acc.fills.push_back(row);
  const bool is_long = order.position == PositionSide::long_side;
  bill(a,
       order.opens ? (is_long ? BillKind::open_long : BillKind::open_short)
                   : (is_long ? BillKind::close_long : BillKind::close_short),
       order.symbol, row.realised - row.fee - row.liquidation_fee, row.fee);
  ++pairs_[order.symbol.id()].book_version;
  const OrderStatus after = order.remaining().is_zero() ? OrderStatus::filled : order.status;
  const bool has_presets = order.opens && (order.preset_take_profit.is_positive() ||
                                           order.preset_stop_loss.is_positive());
  if (after == OrderStatus::filled) {
    finish(a, id, OrderStatus::filled, CancelReason::none);
  } else {
    emit(a, CoreEvent::Cause::order, order);
  }
  emit(a, CoreEvent::Cause::order, row);
  emit(a, CoreEvent::Cause::order, position);
  emit(a, CoreEvent::Cause::order, CoreEvent::Collateral{});
  if (has_presets) {
    attach_exits(a, id, size, wall_);
  }
  if (!row.opens && !options_.attached_exits_persist && position.size.is_zero()) {
    std::vector<OrderId> attached;
    for (const auto& [other, o] : acc.live) {
      if (o.parent != 0 && o.symbol == row.symbol && o.position == row.position &&
          o.opened_by == row.opened_by) {
        attached.push_back(other);
      }
    }
    for (const OrderId other : attached) {
      finish(a, other, OrderStatus::canceled, CancelReason::reduce_only);
    }
  }
}

void ExchangeCore::finish(AccountIndex a, OrderId id, OrderStatus status, CancelReason reason) {
  RG_ASSERT(is_final(status));
  Account& acc = account(a);
  auto node = acc.live.extract(id);
  RG_ASSERT(!node.empty());
  Order& order = node.mapped();
  if (order.status == OrderStatus::open) {
    pairs_[order.symbol.id()].book->remove(order.side(), order.price, id);
    ++pairs_[order.symbol.id()].book_version;
  }
  if (order.status == OrderStatus::untriggered) {
    --pairs_[order.symbol.id()].waiting_triggers;
  }
  acc.frozen -= order.frozen;
  order.frozen = {};
  order.status = status;
  order.cancel_reason = reason;
  order.updated = now_;
  emit(a, CoreEvent::Cause::order, order);
  acc.done_index.emplace(id, acc.done.size());
  acc.done.push_back(std::move(order));
}

} // namespace rg::exchange
