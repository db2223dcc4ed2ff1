#include "actors/portfolio/exposure.hpp"

#include <algorithm>

namespace rg {

Quantity InFlight::open_quantity() const {
  const Quantity total = ended ? std::min(final_filled, quantity) : quantity;
  return filled < total ? total - filled : Quantity::zero();
}

void OrdersInFlight::add(const InFlight& order) {
  orders_.push_back(order);
  if (order.kind == IntentKind::entry) {
    last_entries_[order.symbol.id()] = order;
  }
}

void OrdersInFlight::on_event(const OrderEvent& event) {
  if (event.role == OrderRole::stop || event.role == OrderRole::take_profit) {
    return; // stops reserve nothing: they are the position's own way out
  }
  InFlight& last = last_entries_[event.symbol.id()];
  if (event.role == OrderRole::entry && last.decision == event.decision) {
    last.client_id = event.client_id;
  }
  for (InFlight& o : orders_) {
    if (o.decision != event.decision) {
      continue;
    }
    if (event.client_id != o.client_id) {
      // A re-sent reduction carries a new id; news of the attempt before it no longer counts.
      if (!o.client_id.empty() && event.to != OrderState::intended) {
        continue;
      }
      o.client_id = event.client_id;
      o.ended = false;
    }
    if (is_terminal(event.to)) {
      o.ended = true;
      o.final_filled = std::max(o.final_filled, event.filled);
    }
  }
  erase_done();
}

std::optional<InFlight> OrdersInFlight::on_fill(const Fill& fill) {
  const auto ours = [&fill](const InFlight& o) {
    const bool opens = o.kind == IntentKind::entry;
    return o.symbol == fill.symbol && o.side == fill.position && opens == fill.opens;
  };
  const auto by_id = std::find_if(orders_.begin(), orders_.end(), [&](const InFlight& o) {
    return ours(o) && !fill.client_id.empty() && o.client_id == fill.client_id;
  });
  // Venues may leave our id out of a fill: the pair's only entry on that side is then meant.
  const auto by_content = std::find_if(orders_.begin(), orders_.end(), [&](const InFlight& o) {
    return ours(o) && fill.client_id.empty() && fill.opens;
  });
  const auto found = by_id != orders_.end() ? by_id : by_content;
  if (found == orders_.end()) {
    const InFlight& last = last_entries_[fill.symbol.id()];
    const bool late = fill.opens && !fill.client_id.empty() && last.client_id == fill.client_id;
    return late ? std::optional<InFlight>(last) : std::nullopt;
  }
  const InFlight before = *found;
  found->filled += fill.quantity;
  erase_done();
  return before;
}

void OrdersInFlight::erase_done() {
  std::erase_if(orders_, [](const InFlight& o) { return o.ended && o.open_quantity().is_zero(); });
}

void OrdersInFlight::drop(const DecisionId& decision) {
  std::erase_if(orders_, [&](const InFlight& o) { return o.decision == decision; });
}

void OrdersInFlight::drop_ended(Symbol symbol) {
  std::erase_if(orders_, [&](const InFlight& o) { return o.symbol == symbol && o.ended; });
}

void OrdersInFlight::drop_ended_closes(Symbol symbol) {
  std::erase_if(orders_, [&](const InFlight& o) {
    return o.symbol == symbol && o.ended && o.kind != IntentKind::entry;
  });
}

bool OrdersInFlight::knows(const DecisionId& decision) const {
  return std::any_of(orders_.begin(), orders_.end(),
                     [&](const InFlight& o) { return o.decision == decision; });
}

bool OrdersInFlight::has_entry(Symbol symbol) const {
  return std::any_of(orders_.begin(), orders_.end(), [&](const InFlight& o) {
    return o.symbol == symbol && o.kind == IntentKind::entry;
  });
}

Quantity OrdersInFlight::closing(Symbol symbol, PositionSide side) const {
  Quantity sum;
  for (const InFlight& o : orders_) {
    if (o.symbol == symbol && o.side == side && o.kind != IntentKind::entry) {
      sum += o.open_quantity();
    }
  }
  return sum;
}

bool OrdersInFlight::is_closing(Symbol symbol) const {
  return closing(symbol, PositionSide::long_side).is_positive() ||
         closing(symbol, PositionSide::short_side).is_positive();
}

Price worst_price(const OrderIntent& entry, Price mark, const ContractRules& rules) {
  if (entry.limit.is_zero()) {
    return Price::from_double(mark.to_double() * (1.0 + rules.price_band), Rounding::up);
  }
  return entry.side == Side::buy ? entry.limit : std::max(entry.limit, mark);
}

Notional adverse_cost(const OrderIntent& entry, Price worst, Price mark,
                      const ContractRules& rules) {
  const Notional value = multiply(worst, entry.quantity, Rounding::up);
  Notional cost = fee_on(value, rules.taker_fee);
  const Price fill = entry.limit.is_zero() ? worst : entry.limit;
  const PriceDelta loss = entry.side == Side::buy ? fill - mark : mark - fill;
  if (loss > PriceDelta::zero()) {
    cost += multiply(loss, entry.quantity, Rounding::up);
  }
  return cost;
}

} // namespace rg
