// Leverage, margin mode and the margin of a position.

#include "infra/exchange/exchange_core.hpp"
#include "infra/exchange/refusals.hpp"

namespace rg::exchange {

std::optional<Refusal> ExchangeCore::set_leverage(AccountIndex a, Symbol s, MarginMode mode,
                                                  std::int64_t long_units,
                                                  std::int64_t short_units) {
  Account& acc = account(a);
  const auto most = fixed::from_double(rules(s).max_leverage, Rounding::nearest);
  if (long_units > most || short_units > most) {
    return Refusal{RefusalKind::leverage_limit, "Leverage cannot exceed the limit"};
  }
  if (long_units < kFixedScale || short_units < kFixedScale) {
    return invalid_argument("The leverage must not be less than 1");
  }
  if (mode != acc.ledger.margin_mode(s)) {
    return invalid_argument("The margin mode does not match the margin mode of the symbol");
  }
  if (mode == MarginMode::cross && long_units != short_units) {
    return invalid_argument("The long leverage and the short leverage must be equal in cross mode");
  }
  if (acc.has_live_orders(s)) {
    return failed_precondition("The leverage cannot be changed while there are open orders on " +
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
  acc.ledger.each_open([&](const PositionRow& p) {
    if (p.margin_mode == MarginMode::cross) {
      needed += acc.ledger.position_margin(p, marks_[p.symbol.id()]);
    }
  });
  if (needed + acc.frozen > acc.ledger.cross_equity(marks_) && row.cross < before.cross) {
    row = before;
    return not_enough_margin();
  }
  return std::nullopt;
}

std::optional<Refusal> ExchangeCore::set_modes(AccountIndex a, Symbol s, MarginMode mode,
                                               bool separated) {
  Account& acc = account(a);
  if (mode == acc.ledger.margin_mode(s) && separated == acc.ledger.is_separated(s)) {
    return std::nullopt;
  }
  if (acc.has_live_orders(s)) {
    return failed_precondition("The margin mode cannot be changed while there are open orders on " +
                               std::string(s.name()));
  }
  bool holds = false;
  acc.ledger.each_open([&](const PositionRow& p) { holds = holds || p.symbol == s; });
  if (holds) {
    return failed_precondition("The margin mode cannot be changed while there is a position on " +
                               std::string(s.name()));
  }
  acc.ledger.set_margin_mode(s, mode);
  acc.ledger.set_separated(s, separated);
  return std::nullopt;
}

PositionRow* ExchangeCore::find_position(AccountIndex a, std::uint64_t position_id) {
  PositionRow* found = nullptr;
  account(a).ledger.each_open([&](PositionRow& p) { found = p.id == position_id ? &p : found; });
  return found;
}

std::optional<Refusal> ExchangeCore::adjust_margin(AccountIndex a, std::uint64_t position_id,
                                                   Notional amount) {
  PositionRow* p = find_position(a, position_id);
  if (p == nullptr || p->margin_mode != MarginMode::isolated) {
    return no_such_position();
  }
  Account& acc = account(a);
  if (amount.is_positive() && amount > acc.ledger.available(marks_, acc.frozen)) {
    return not_enough_margin();
  }
  const Notional least =
      margin_of(Ledger::mark_value(*p, marks_[p->symbol.id()]), leverage_units(acc, *p));
  if (amount.is_negative() && p->isolated_margin + amount < least) {
    return failed_precondition("The isolated margin cannot be less than the position needs");
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
    return no_such_position();
  }
  p->auto_append = on;
  emit(a, CoreEvent::Cause::order, *p);
  return std::nullopt;
}

} // namespace rg::exchange
