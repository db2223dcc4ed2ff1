// What a normal order must satisfy, with the venue's texts.

#include "infra/exchange/exchange_core.hpp"
#include "infra/exchange/refusals.hpp"

namespace rg::exchange {

namespace {

bool on_step(const SentNumber& n, std::int64_t step) {
  return n.valid && n.units > 0 && n.units % step == 0;
}

Refusal off_step(const char* what, const char* current, std::int64_t step,
                 const std::string& text) {
  return invalid_argument(std::string("The order ") + what +
                          " must be greater than 0 and matches the stepSize '" +
                          fixed::format(step) + "' requirement. " + current + " is '" + text + "'");
}

} // namespace

std::int64_t ExchangeCore::fee_units(Symbol s, bool maker) const {
  const ContractRules& r = rules(s);
  return fixed::from_double((maker ? r.maker_fee : r.taker_fee).value(), Rounding::nearest);
}

Notional ExchangeCore::margin_needed(const Account& acc, Symbol s, PositionSide side,
                                     Notional value) const {
  return margin_of(value, leverage_units(acc, s, side)) + exact_fee(value, fee_units(s, false));
}

std::optional<Refusal> ExchangeCore::validate_presets(const NewOrder& o, Price reference) const {
  const std::int64_t tick = rules(o.symbol).tick_size.raw();
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
    return invalid_argument(std::string("The ") + (is_long ? "buy long" : "sell short") +
                            " order " + name + " param triggerPrice must be " +
                            (above ? "greater" : "less") + " than price " + reference.text() +
                            ". Current order open " + word + " param trigger price is " + n.text);
  };
  if (auto refusal = check(o.preset_take_profit, "tp", "take profit", true)) {
    return refusal;
  }
  return check(o.preset_stop_loss, "sl", "stop loss", false);
}

std::optional<Refusal> ExchangeCore::validate_close(const Account& acc, const NewOrder& o) const {
  if (acc.ledger.is_separated(o.symbol)) {
    return position_not_named();
  }
  const PositionRow& p = acc.ledger.position(o.symbol, o.position);
  Quantity promised;
  for (const auto& [id, order] : acc.live) {
    if (order.symbol == o.symbol && order.position == o.position && !order.opens &&
        order.status != OrderStatus::untriggered) {
      promised += order.remaining();
    }
  }
  if (p.size.is_zero()) {
    return failed_precondition("The position to close does not exist");
  }
  if (Quantity::from_raw(o.size.units) + promised > p.size) {
    return failed_precondition("The position available to close is not enough");
  }
  return std::nullopt;
}

std::optional<Refusal> ExchangeCore::validate_open(const Account& acc, const NewOrder& o) const {
  const ContractRules& r = rules(o.symbol);
  const auto size = Quantity::from_raw(o.size.units);
  if (o.market && size > r.max_market_open) {
    return invalid_argument("The market order size must not be greater than '" +
                            r.max_market_open.text() + "'. Current size is '" + o.size.text + "'");
  }
  if (acc.ledger.held(o.symbol, o.position) + size > r.max_position) {
    return failed_precondition("The position size exceeds the limit '" + r.max_position.text() +
                               "'");
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
    return not_enough_margin();
  }
  return std::nullopt;
}

std::optional<Refusal> ExchangeCore::validate(const Account& acc, const NewOrder& o) const {
  if (!may_place(o.symbol, o.opens)) {
    return pair_not_permitted();
  }
  const ContractRules& r = rules(o.symbol);
  if (!on_step(o.size, r.lot_size.raw()) || o.size.units < r.min_quantity.raw()) {
    return off_step("size", "Current size", r.lot_size.raw(), o.size.text);
  }
  if (o.size.units > r.max_quantity.raw()) {
    Refusal refusal =
        invalid_argument("The order size must not be greater than '" + r.max_quantity.text() +
                         "'. Current size is '" + o.size.text + "'");
    refusal.kind = RefusalKind::too_large;
    return refusal;
  }
  if (!o.market && !on_step(o.price, r.tick_size.raw())) {
    return off_step("price", "Current price", r.tick_size.raw(), o.price.text);
  }
  if (o.margin_mode && *o.margin_mode != acc.ledger.margin_mode(o.symbol)) {
    return invalid_argument("The order margin mode does not match the margin mode of the symbol");
  }
  if (!o.client_oid.empty() && acc.find_live(o.client_oid) != nullptr) {
    return invalid_argument("The client order id '" + o.client_oid + "' is already in use");
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

} // namespace rg::exchange
