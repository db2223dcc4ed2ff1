#pragma once
// What the journal, the engine and the exchange each say about the book.

#include "tests/e2e/engine/live_engine.hpp"

namespace rg::test {

/// Net position per pair and side from the journal's fills.
inline std::map<std::string, Quantity> positions_of(const std::vector<Fill>& fills) {
  std::map<std::string, Quantity> out;
  for (const Fill& fill : fills) {
    const std::string key = std::string(fill.symbol.name()) + " " + to_string(fill.position);
    out[key] = fill.opens ? out[key] + fill.quantity : out[key] - fill.quantity;
  }
  std::erase_if(out, [](const auto& entry) { return entry.second.is_zero(); });
  return out;
}

inline std::map<std::string, Quantity> positions_of(const Json& rows) {
  std::map<std::string, Quantity> out;
  for (const Json& row : rows) {
    out[row.at("symbol").get<std::string>() + " " + row.at("side").get<std::string>()] =
        Quantity::parse(row.at("quantity").get<std::string>()).value();
  }
  return out;
}

/// In one look: the engine's positions are the exchange's, and under each rests a stop.
inline bool engine_and_exchange_agree(EngineUnderTest& engine) {
  const Json positions = engine.account("positions");
  const Json orders = engine.account("orders");
  const Json status = engine.status();
  if (!status.is_object() || !status.at("reconciled").get<bool>()) {
    return false;
  }
  std::map<std::string, Quantity> ours;
  for (const auto& [name, pair] : status.at("pairs").items()) {
    if (const Json& p = pair.at("position"); p.is_object()) {
      ours[name + " " + p.at("side").get<std::string>()] =
          Quantity::parse(p.at("quantity").get<std::string>()).value();
    }
  }
  bool protected_all = true;
  for (const Json& position : positions) {
    protected_all = protected_all && std::any_of(orders.begin(), orders.end(), [&](const Json& o) {
                      return o.at("trigger").get<bool>() && o.at("symbol") == position.at("symbol");
                    });
  }
  return protected_all && ours == positions_of(positions);
}

} // namespace rg::test
