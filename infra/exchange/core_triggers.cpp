// Orders that wait for a price: trigger orders, take-profits and stop-losses, attached or placed.

#include "infra/exchange/exchange_core.hpp"
#include "infra/exchange/refusals.hpp"

#include <algorithm>

namespace rg::exchange {

namespace {

constexpr OrderId kAttachedIdDistance = 1024; // as recorded on the venue (weex-api §10.1)

std::optional<Refusal> check_number(const SentNumber& n, std::int64_t step, const char* what) {
  if (n.valid && n.units > 0 && n.units % step == 0) {
    return std::nullopt;
  }
  return invalid_argument(
      std::string("The order ") + what + " must be greater than 0 and matches the stepSize '" +
      fixed::format(step) + "' requirement. Current " + what + " is '" + n.text + "'");
}

} // namespace

bool ExchangeCore::reached(const Order& o, Price last, Price mark) {
  const Price p = o.trigger_source == TriggerSource::mark ? mark : last;
  return o.fires_above ? p >= o.trigger_price : p <= o.trigger_price;
}

Result<OrderId, Refusal> ExchangeCore::place_trigger(AccountIndex a, const NewTrigger& t,
                                                     Timestamp wall) {
  wall_ = wall;
  Account& acc = account(a);
  if (!may_place(t.symbol, t.opens)) {
    return fail(pair_not_permitted());
  }
  const ContractRules& r = rules(t.symbol);
  if (auto refusal = check_number(t.size, r.lot_size.raw(), "size")) {
    return fail(*refusal);
  }
  if (auto refusal = check_number(t.trigger_price, r.tick_size.raw(), "triggerPrice")) {
    return fail(*refusal);
  }
  const bool limit =
      !t.execute_price.absent() && !(t.execute_price.valid && t.execute_price.units == 0);
  if (limit) {
    if (auto refusal = check_number(t.execute_price, r.tick_size.raw(), "executePrice")) {
      return fail(*refusal);
    }
  }
  if (t.margin_mode && *t.margin_mode != acc.ledger.margin_mode(t.symbol)) {
    return fail(
        invalid_argument("The order margin mode does not match the margin mode of the symbol"));
  }
  if (!t.client_oid.empty() && acc.find_live(t.client_oid) != nullptr) {
    return fail(invalid_argument("The client order id '" + t.client_oid + "' is already in use"));
  }
  const bool exit = t.origin == OrderOrigin::take_profit || t.origin == OrderOrigin::stop_loss;
  if (!t.opens && acc.ledger.is_separated(t.symbol)) {
    return fail(position_not_named());
  }
  if (exit && acc.ledger.position(t.symbol, t.position).size.is_zero()) {
    return fail(failed_precondition("The position to close does not exist"));
  }
  if (t.opens) {
    NewOrder entry;
    entry.symbol = t.symbol;
    entry.position = t.position;
    entry.preset_take_profit = t.preset_take_profit;
    entry.preset_stop_loss = t.preset_stop_loss;
    const Price at = Price::from_raw(limit ? t.execute_price.units : t.trigger_price.units);
    if (auto refusal = validate_presets(entry, at)) {
      return fail(*refusal);
    }
  }
  Order order;
  order.client_oid = t.client_oid;
  order.symbol = t.symbol;
  order.position = t.position;
  order.opens = t.opens;
  order.market = !limit;
  order.tif = limit ? TimeInForce::gtc : TimeInForce::ioc;
  order.margin_mode = acc.ledger.margin_mode(t.symbol);
  order.size = Quantity::from_raw(t.size.units);
  order.price = Price::from_raw(limit ? t.execute_price.units : 0);
  order.origin = t.origin;
  order.conditional = true;
  order.trigger_price = Price::from_raw(t.trigger_price.units);
  order.trigger_source = t.source;
  order.take_profit_word = t.take_profit_word;
  order.preset_take_profit = Price::from_raw(t.opens ? t.preset_take_profit.units : 0);
  order.preset_stop_loss = Price::from_raw(t.opens ? t.preset_stop_loss.units : 0);
  order.preset_take_profit_source = t.preset_take_profit_source;
  order.preset_stop_loss_source = t.preset_stop_loss_source;
  const Price reference = t.source == TriggerSource::mark ? marks_[t.symbol.id()] : last(t.symbol);
  // Exits know their side by meaning; trigger orders fire on the far side of where they were
  // placed.
  const bool is_long = t.position == PositionSide::long_side;
  order.fires_above =
      exit ? is_long == (t.origin == OrderOrigin::take_profit) : order.trigger_price > reference;
  order.status = OrderStatus::untriggered;
  order.listed_from_wall = wall;
  const OrderId id = accept(a, std::move(order));
  ++pairs_[t.symbol.id()].waiting_triggers;
  if (exit && reached(acc.live.at(id), last(t.symbol), marks_[t.symbol.id()])) {
    fire(a, id); // the price is already beyond: it acts at once
  }
  return id;
}

Result<OrderId, Refusal> ExchangeCore::modify_trigger(AccountIndex a, OrderId id,
                                                      const SentNumber& trigger_price,
                                                      const SentNumber& execute_price,
                                                      std::optional<TriggerSource> source,
                                                      Timestamp wall) {
  wall_ = wall;
  Account& acc = account(a);
  const auto it = acc.live.find(id);
  if (it == acc.live.end() || it->second.status != OrderStatus::untriggered ||
      it->second.listed_from_wall > wall) {
    return fail(no_such_order());
  }
  Order& order = it->second;
  const std::int64_t tick = rules(order.symbol).tick_size.raw();
  if (auto refusal = check_number(trigger_price, tick, "triggerPrice")) {
    return fail(*refusal);
  }
  const bool limit = !execute_price.absent() && !(execute_price.valid && execute_price.units == 0);
  if (limit) {
    if (auto refusal = check_number(execute_price, tick, "executePrice")) {
      return fail(*refusal);
    }
  }
  order.trigger_price = Price::from_raw(trigger_price.units);
  order.trigger_source = source.value_or(order.trigger_source);
  if (!execute_price.absent()) {
    order.market = !limit;
    order.tif = limit ? TimeInForce::gtc : TimeInForce::ioc;
    order.price = Price::from_raw(limit ? execute_price.units : 0);
  }
  if (order.origin == OrderOrigin::conditional) {
    order.fires_above = order.trigger_price > last(order.symbol);
  }
  order.updated = now_;
  emit(a, CoreEvent::Cause::order, order);
  if (reached(order, last(order.symbol), marks_[order.symbol.id()])) {
    fire(a, id);
  }
  return id;
}

/// Attached exits: one take-profit and one stop-loss per entry, growing with its fills. They act
/// from now on, but are listed only after the venue's lag.
void ExchangeCore::attach_exits(AccountIndex a, OrderId parent, Quantity size, Timestamp wall) {
  Account& acc = account(a);
  std::vector<OrderId> grown;
  for (auto& [id, order] : acc.live) {
    if (order.parent == parent && order.status == OrderStatus::untriggered) {
      order.size += size;
      order.updated = now_;
      emit(a, CoreEvent::Cause::order, order);
      grown.push_back(id);
    }
  }
  if (!grown.empty()) {
    return;
  }
  const Order entry = *acc.find(parent);
  const OrderId first = next_id();
  last_id_ = first + kAttachedIdDistance;
  const bool both = entry.preset_take_profit.is_positive() && entry.preset_stop_loss.is_positive();
  const auto add = [&](OrderId id, OrderId sibling, Price trigger, OrderOrigin origin) {
    Order order;
    order.id = id;
    order.symbol = entry.symbol;
    order.position = entry.position;
    order.opens = false;
    order.market = true;
    order.tif = TimeInForce::ioc;
    order.margin_mode = entry.margin_mode;
    order.opened_by = entry.opened_by;
    order.size = size;
    order.origin = origin;
    order.conditional = true;
    order.trigger_price = trigger;
    order.trigger_source = origin == OrderOrigin::take_profit ? entry.preset_take_profit_source
                                                              : entry.preset_stop_loss_source;
    order.fires_above =
        (entry.position == PositionSide::long_side) == (origin == OrderOrigin::take_profit);
    order.parent = parent;
    order.sibling = both ? sibling : 0;
    order.listed_from_wall = wall + options_.listing_lag;
    order.status = OrderStatus::untriggered;
    order.created = order.updated = now_;
    order.maker_fee_units = fee_units(order.symbol, true);
    order.taker_fee_units = fee_units(order.symbol, false);
    ++pairs_[order.symbol.id()].waiting_triggers;
    emit(a, CoreEvent::Cause::order, order);
    acc.live.emplace(id, std::move(order));
  };
  if (entry.preset_take_profit.is_positive()) {
    add(first, first + kAttachedIdDistance, entry.preset_take_profit, OrderOrigin::take_profit);
  }
  if (entry.preset_stop_loss.is_positive()) {
    add(first + kAttachedIdDistance, first, entry.preset_stop_loss, OrderOrigin::stop_loss);
  }
}

void ExchangeCore::fire_triggers(Symbol s, Price last, Price mark) {
  for (AccountIndex a = 0; a < accounts_.size(); ++a) {
    std::vector<OrderId> due;
    for (const auto& [id, order] : account(a).live) {
      if (order.status == OrderStatus::untriggered && order.symbol == s &&
          reached(order, last, mark)) {
        due.push_back(id);
      }
    }
    for (const OrderId id : due) {
      if (const auto it = account(a).live.find(id); // a sibling may have ended it
          it != account(a).live.end() && it->second.status == OrderStatus::untriggered) {
        fire(a, id);
      }
    }
  }
}

void ExchangeCore::fire(AccountIndex a, OrderId id) {
  Account& acc = account(a);
  Order& order = acc.live.at(id);
  RG_ASSERT(order.status == OrderStatus::untriggered);
  if (order.sibling != 0 && acc.live.contains(order.sibling)) {
    finish(a, order.sibling, OrderStatus::canceled, CancelReason::sibling_fired);
  }
  --pairs_[order.symbol.id()].waiting_triggers;
  order.status = OrderStatus::pending;
  order.trigger_time = now_;
  order.updated = now_;
  const PositionRow& position = position_of(a, order);
  if (!order.opens) {
    if (position.size.is_zero()) {
      finish(a, id, OrderStatus::canceled, CancelReason::reduce_only);
      return;
    }
    order.size = std::min(order.size, position.size); // never more than there is to close
  } else {
    const Price price = order.market ? last(order.symbol) : order.price;
    const Notional value = multiply(price, order.size, Rounding::up);
    if (margin_needed(acc, order.symbol, order.position, value) >
        acc.ledger.available(marks_, acc.frozen)) {
      finish(a, id, OrderStatus::canceled, CancelReason::margin);
      return;
    }
  }
  emit(a, CoreEvent::Cause::order, order);
  enter_market(a, id);
}

} // namespace rg::exchange
