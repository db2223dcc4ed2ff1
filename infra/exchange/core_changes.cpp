// What changes at the venue while clients trade there (venue_changes.hpp).

#include "infra/exchange/exchange_core.hpp"
#include "infra/exchange/refusals.hpp"

namespace rg::exchange {

namespace {

template <class Value> void take(const std::optional<Value>& from, Value& into) {
  into = from.value_or(into);
}

bool is_power_of_ten(std::int64_t units) {
  while (units % 10 == 0) {
    units /= 10;
  }
  return units == 1;
}

ContractRules changed(ContractRules rules, const ContractChange& c) {
  take(c.tick_size, rules.tick_size);
  take(c.lot_size, rules.lot_size);
  take(c.min_quantity, rules.min_quantity);
  take(c.max_quantity, rules.max_quantity);
  take(c.max_position, rules.max_position);
  take(c.max_market_open, rules.max_market_open);
  take(c.maker_fee, rules.maker_fee);
  take(c.taker_fee, rules.taker_fee);
  take(c.max_leverage, rules.max_leverage);
  return rules;
}

} // namespace

std::optional<Refusal> ExchangeCore::apply(const VenueChange& change_wanted) {
  return std::visit([this](const auto& c) { return change(c); }, change_wanted);
}

std::size_t ExchangeCore::apply_due_changes() {
  std::size_t refused = 0;
  while (const auto due = faults_.take_due_change()) {
    refused += apply(*due) ? 1 : 0;
  }
  return refused;
}

/// Orders that rest keep their price and size, whatever the new steps are; entries are cancelled
/// when the contract is no longer open for them.
std::optional<Refusal> ExchangeCore::change(const ContractChange& c) {
  if (!listed(c.symbol)) {
    return pair_not_permitted();
  }
  const ContractRules rules = changed(this->rules(c.symbol), c);
  if (!is_power_of_ten(rules.tick_size.raw()) || !is_power_of_ten(rules.lot_size.raw())) {
    return invalid_argument("steps must be powers of ten: the protocol counts their decimals");
  }
  if (rules.min_quantity.raw() % rules.lot_size.raw() != 0 ||
      rules.min_quantity > rules.max_quantity) {
    return invalid_argument("the least size must be a multiple of the step and within the largest");
  }
  Pair& pair = pairs_[c.symbol.id()];
  pair.rules = rules;
  pair.status = c.status.value_or(pair.status);
  pair.book->set_steps(rules.tick_size, rules.lot_size, pair.last);
  put_on_grid(c.symbol, pair.step);
  pair.book->set_quotes(pair.step.bid, pair.step.ask, pair.step.level_size, steps_);
  ++pair.book_version;
  if (open_for_entries(c.symbol)) {
    return std::nullopt;
  }
  for (AccountIndex a = 0; a < accounts_.size(); ++a) {
    std::vector<OrderId> entries;
    for (const auto& [id, order] : account(a).live) {
      if (order.symbol == c.symbol && order.opens) {
        entries.push_back(id);
      }
    }
    for (const OrderId id : entries) {
      finish(a, id, OrderStatus::canceled, CancelReason::venue);
    }
  }
  return std::nullopt;
}

std::optional<Refusal> ExchangeCore::change(const MaintenanceChange& c) {
  maintenance_ = c.begins;
  return std::nullopt;
}

std::optional<Refusal> ExchangeCore::change(const CashChange& c) {
  if (c.account >= accounts_.size()) {
    return invalid_argument("no such account");
  }
  const bool out = c.move == CashMove::withdraw || c.move == CashMove::transfer_out;
  if (out && c.amount > available(c.account)) {
    return failed_precondition("The available amount not enough");
  }
  constexpr std::array<BillKind, 4> kKinds{BillKind::deposit, BillKind::withdraw,
                                           BillKind::transfer_in, BillKind::transfer_out};
  move_cash(c.account, kKinds[static_cast<std::size_t>(c.move)], out ? -c.amount : c.amount);
  return std::nullopt;
}

} // namespace rg::exchange
