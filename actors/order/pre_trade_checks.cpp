#include "actors/order/pre_trade_checks.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

namespace {

bool on_grid(std::int64_t units, std::int64_t step) {
  return step > 0 && units % step == 0;
}

} // namespace

Refusal PreTradeChecks::freshness(const OrderIntent& entry, const DeskSituation& now) const {
  if (now.data_now - entry.decision.id.stamp > settings_.stale_decision ||
      entry.expires <= now.data_now) {
    return Refusal::stale_decision;
  }
  if (now.clock_uncertain) {
    return Refusal::clock_uncertain;
  }
  if (now.public_link_down || now.mark.is_zero() ||
      now.data_now - now.mark_time > settings_.stale_decision) {
    return Refusal::stale_data;
  }
  return now.private_link_down ? Refusal::not_reconciled : Refusal::none;
}

Refusal PreTradeChecks::form(const OrderIntent& entry, const ContractRules& rules) const {
  if (!rules.tradable) {
    return Refusal::contract_changed;
  }
  if (!on_grid(entry.limit.raw(), rules.tick_size.raw()) ||
      !on_grid(entry.stop_price.raw(), rules.tick_size.raw())) {
    return Refusal::off_tick;
  }
  if (!on_grid(entry.quantity.raw(), rules.lot_size.raw())) {
    return Refusal::off_lot;
  }
  if (entry.quantity < rules.min_quantity) {
    return Refusal::below_minimum;
  }
  const Quantity most = entry.limit.is_zero() ? std::min(rules.max_market_open, rules.max_quantity)
                                              : rules.max_quantity;
  return entry.quantity > most ? Refusal::above_maximum : Refusal::none;
}

Refusal PreTradeChecks::repetition(const OrderIntent& entry, const DeskSituation& now) const {
  const std::size_t i = entry.decision.id.symbol.id();
  if (entry.decision.id.stamp.ms() <= last_stamp_ms_[i]) {
    return Refusal::duplicate;
  }
  const Content& last = last_content_[i];
  if (last.at > Timestamp{} && now.data_now - last.at < kDuplicateWindow &&
      last.side == entry.side && last.quantity == entry.quantity && last.limit == entry.limit) {
    return Refusal::duplicate;
  }
  const auto n =
      std::count_if(executions_[i].begin(), executions_[i].end(), [&](const Execution& e) {
        return e.rule == entry.decision.signal.rule &&
               now.data_now - e.at < settings_.repeated_window;
      });
  return n >= static_cast<std::ptrdiff_t>(settings_.repeated_executions)
             ? Refusal::repeated_execution
             : Refusal::none;
}

Refusal PreTradeChecks::check(const OrderIntent& entry, const ContractRules& rules,
                              const DeskSituation& now) const {
  if (const Refusal r = freshness(entry, now); r != Refusal::none) {
    return r;
  }
  if (const Refusal r = form(entry, rules); r != Refusal::none) {
    return r;
  }
  if (!entry.limit.is_zero()) {
    const double distance = std::abs(entry.limit.to_double() / now.mark.to_double() - 1.0);
    constexpr double kRounding = 1e-9; // a price on the collar itself is inside
    if (distance > settings_.price_collar + kRounding) {
      return Refusal::price_collar;
    }
    // The contract's own band: the venue takes no buy above it and no sell below it.
    const bool beyond_band =
        entry.side == Side::buy
            ? entry.limit.to_double() > now.mark.to_double() * (1.0 + rules.price_band + kRounding)
            : entry.limit.to_double() < now.mark.to_double() * (1.0 - rules.price_band - kRounding);
    if (rules.price_band > 0.0 && beyond_band) {
      return Refusal::price_collar;
    }
  }
  if (now.entry_unknown) {
    return Refusal::unknown_order_outcome;
  }
  if (const Refusal r = repetition(entry, now); r != Refusal::none) {
    return r;
  }
  const bool is_market = entry.limit.is_zero();
  const bool crosses =
      entry.side == Side::buy
          ? !now.own_best_ask.is_zero() && (is_market || entry.limit >= now.own_best_ask)
          : !now.own_best_bid.is_zero() && (is_market || entry.limit <= now.own_best_bid);
  if (crosses) {
    return Refusal::self_cross;
  }
  return now.entry_live ? Refusal::order_pending : Refusal::none;
}

void PreTradeChecks::accepted(const OrderIntent& entry, Timestamp data_now) {
  const std::size_t i = entry.decision.id.symbol.id();
  last_stamp_ms_[i] = entry.decision.id.stamp.ms();
  last_content_[i] = {entry.side, entry.quantity, entry.limit, data_now};
}

void PreTradeChecks::executed(Symbol symbol, Rule rule, Timestamp data_time) {
  auto& list = executions_[symbol.id()];
  std::erase_if(list,
                [&](const Execution& e) { return data_time - e.at >= settings_.repeated_window; });
  list.push_back({rule, data_time});
}

void PreTradeChecks::restore_decision(const DecisionId& decision) {
  std::int64_t& last = last_stamp_ms_[decision.symbol.id()];
  last = std::max(last, decision.stamp.ms());
}

} // namespace rg
