#pragma once
// Everything the exchange keeps of one account.

#include "infra/exchange/ledger.hpp"
#include "infra/exchange/rate_limits.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace rg::exchange {

/// An uploaded AI log, as received.
struct AiLog {
  OrderId order = 0; ///< 0 = none
  std::string stage, model, input_json, output_json, explanation;
  Timestamp wall_time;
};

struct Account {
  Account(std::uint32_t orders_per_second, std::uint32_t weight_budget)
      : order_limit(orders_per_second), weight(weight_budget) {}

  Ledger ledger;
  std::map<OrderId, Order> live; ///< resting and waiting orders
  std::vector<Order> done;       ///< final ones, in the order in which they ended
  std::map<OrderId, std::size_t> done_index;
  std::vector<FillRow> fills; ///< oldest first
  std::vector<Bill> bills;    ///< oldest first
  std::vector<AiLog> ai_logs;
  std::set<std::string> used_client_oids;
  std::uint64_t repeated_client_oids = 0; ///< orders placed under an id that was used before
  Notional frozen;                        ///< Σ frozen of resting opening orders
  std::uint64_t version = 46'000;         ///< of private messages
  Timestamp created;
  bool demo = false; ///< opened by demo-trading calls; no part of the exchange's counts
  OrderRateLimit order_limit;
  WeightBudget weight;

  [[nodiscard]] const Order* find(OrderId id) const {
    if (const auto it = live.find(id); it != live.end()) {
      return &it->second;
    }
    if (const auto it = done_index.find(id); it != done_index.end()) {
      return &done[it->second];
    }
    return nullptr;
  }
  [[nodiscard]] const Order* find_live(std::string_view client_oid) const {
    for (const auto& [id, order] : live) {
      if (order.client_oid == client_oid) {
        return &order;
      }
    }
    return nullptr;
  }
  [[nodiscard]] bool has_live_orders(Symbol s) const {
    for (const auto& [id, order] : live) {
      if (order.symbol == s) {
        return true;
      }
    }
    return false;
  }
};

} // namespace rg::exchange
