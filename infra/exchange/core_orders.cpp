// Normal orders: checks with the venue's texts, matching against the book, fills.

#include "infra/exchange/exchange_core.hpp"

#include <algorithm>

namespace rg::exchange {

namespace {

Refusal invalid(std::string text) {
  return {RefusalKind::engine, "INVALID_ARGUMENT: " + std::move(text)};
}
Refusal precondition(std::string text) {
  return {RefusalKind::engine, "FAILED_PRECONDITION: " + std::move(text)};
}

bool on_step(const SentNumber& n, std::int64_t step) {
  return n.valid && n.units > 0 && n.units % step == 0;
}

Refusal off_step(const char* what, const char* current, std::int64_t step,
                 const std::string& text) {
  return invalid(std::string("The order ") + what +
                 " must be greater than 0 and matches the stepSize '" + fixed::format(step) +
                 "' requirement. " + current + " is '" + text + "'");
}

} // namespace

std::int64_t ExchangeCore::fee_units(Symbol s, bool maker) {
  const ContractRules& rules = contract_defaults()[s.id()];
  return fixed::from_double((maker ? rules.maker_fee : rules.taker_fee).value(), Rounding::nearest);
}

Notional ExchangeCore::margin_needed(const Account& acc, Symbol s, PositionSide side,
                                     Notional value) const {
  return margin_of(value, leverage_units(acc, s, side)) + exact_fee(value, fee_units(s, false));
}

std::optional<Refusal> ExchangeCore::validate_presets(const NewOrder& o, Price reference) const {
  const std::int64_t tick = contract_defaults()[o.symbol.id()].tick_size.raw();
  const bool is_long = o.position == PositionSide::long_side;
  const auto check = [&](const SentNumber& n, const char* word, const char* name,
                         bool profit) -> std::optional<Refusal> {
    if (n.absent()) {
      return std::nullopt;
    }
    const std::string which = std::string("open ") + word + " param triggerPrice";
    if (!on_step(n, tick)) {
      return off_step(which.c_str(), ("Current order " + which).c_str(), tick, n.text);
    }
    const bool above = is_long == profit;
    if (above ? n.units > reference.raw() : n.units < reference.raw()) {
      return std::nullopt;
    }
    return invalid(std::string("The ") + (is_long ? "buy long" : "sell short") + " order " + name +
                   " param triggerPrice must be " + (above ? "greater" : "less") + " than price " +
                   reference.text() + ". Current order open " + word + " param trigger price is " +
                   n.text);
  };
  if (auto refusal = check(o.preset_take_profit, "tp", "take profit", true)) {
    return refusal;
  }
  return check(o.preset_stop_loss, "sl", "stop loss", false);
}

std::optional<Refusal> ExchangeCore::validate_close(const Account& acc, const NewOrder& o) const {
  const PositionRow& p = acc.ledger.position(o.symbol, o.position);
  Quantity promised;
  for (const auto& [id, order] : acc.live) {
    if (order.symbol == o.symbol && order.position == o.position && !order.opens &&
        order.status != OrderStatus::untriggered) {
      promised += order.remaining();
    }
  }
  if (p.size.is_zero()) {
    return precondition("The position to close does not exist");
  }
  if (Quantity::from_raw(o.size.units) + promised > p.size) {
    return precondition("The position available to close is not enough");
  }
  return std::nullopt;
}

std::optional<Refusal> ExchangeCore::validate_open(const Account& acc, const NewOrder& o) const {
  const ContractRules& rules = contract_defaults()[o.symbol.id()];
  const auto size = Quantity::from_raw(o.size.units);
  if (o.market && size > rules.max_market_open) {
    return invalid("The market order size must not be greater than '" +
                   rules.max_market_open.text() + "'. Current size is '" + o.size.text + "'");
  }
  if (acc.ledger.position(o.symbol, o.position).size + size > rules.max_position) {
    return precondition("The position size exceeds the limit '" + rules.max_position.text() + "'");
  }
  Notional value = multiply(Price::from_raw(o.price.units), size, Rounding::up);
  if (o.market) { // what it would cost at the book
    Order probe;
    probe.symbol = o.symbol;
    probe.position = o.position;
    probe.market = true;
    value = {};
    for (const Taken& t : walk(probe, size)) {
      value += multiply(t.price, t.size, Rounding::up);
    }
  }
  const Notional available = acc.ledger.available(marks_, acc.frozen);
  if (margin_needed(acc, o.symbol, o.position, value) > available) {
    return precondition("The order margin available amount not enough");
  }
  return std::nullopt;
}

std::optional<Refusal> ExchangeCore::validate(const Account& acc, const NewOrder& o) const {
  if (!listed(o.symbol)) {
    return Refusal{RefusalKind::not_tradable, "Not have permission to trade this pair."};
  }
  const ContractRules& rules = contract_defaults()[o.symbol.id()];
  if (!on_step(o.size, rules.lot_size.raw()) || o.size.units < rules.min_quantity.raw()) {
    return off_step("size", "Current size", rules.lot_size.raw(), o.size.text);
  }
  if (o.size.units > rules.max_quantity.raw()) {
    return invalid("The order size must not be greater than '" + rules.max_quantity.text() +
                   "'. Current size is '" + o.size.text + "'");
  }
  if (!o.market && !on_step(o.price, rules.tick_size.raw())) {
    return off_step("price", "Current price", rules.tick_size.raw(), o.price.text);
  }
  if (o.margin_mode && *o.margin_mode != acc.ledger.margin_mode(o.symbol)) {
    return invalid("The order margin mode does not match the margin mode of the symbol");
  }
  if (!o.client_oid.empty() && acc.find_live(o.client_oid) != nullptr) {
    return invalid("The client order id '" + o.client_oid + "' is already in use");
  }
  const bool is_long = o.position == PositionSide::long_side;
  const Price reference = !o.market ? Price::from_raw(o.price.units)
                          : is_long ? quote(o.symbol).ask
                                    : quote(o.symbol).bid;
  if (o.opens) {
    if (auto refusal = validate_presets(o, reference)) {
      return refusal;
    }
    return validate_open(acc, o);
  }
  return validate_close(acc, o);
}

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
  order.created = order.updated = now_;
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
      size = std::min(size, acc.ledger.position(order.symbol, order.position).size);
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
        const Symbol s = order.symbol;
        size = std::min(size, others.ledger.position(s, maker->second.position).size);
      }
      fill(t.resting.account, t.resting.order, t.price, size, true); // ends it when size is 0
      if (!size.is_positive()) {
        continue;
      }
    } else {
      pairs_[order.symbol.id()].book->take(order.side(), t.price, size);
    }
    if (!order.opens && acc.ledger.position(order.symbol, order.position).size < size) {
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
  PositionRow& position = acc.ledger.position(order.symbol, order.position);
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
  emit(a, CoreEvent::Cause::order, acc.ledger.position(row.symbol, row.position));
  emit(a, CoreEvent::Cause::order, CoreEvent::Collateral{});
  if (has_presets) {
    attach_exits(a, id, size, wall_);
  }
  if (!row.opens && !options_.attached_exits_persist &&
      acc.ledger.position(row.symbol, row.position).size.is_zero()) {
    std::vector<OrderId> attached;
    for (const auto& [other, o] : acc.live) {
      if (o.parent != 0 && o.symbol == row.symbol && o.position == row.position) {
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
