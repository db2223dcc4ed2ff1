#include "infra/exchange/venue_changes.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace rg::exchange {

namespace {

using Element = simdjson::dom::element;

struct BadChange {
  std::string what;
};

std::string_view text_of(Element e, std::string_view key) {
  std::string_view text;
  if (e.get(text) != simdjson::SUCCESS) {
    throw BadChange{std::string(key) + ": a text is needed"};
  }
  return text;
}

double number_of(Element e, std::string_view key, double low, double high) {
  double value = 0.0;
  if (e.get(value) != simdjson::SUCCESS || !(value >= low && value <= high)) {
    throw BadChange{std::string(key) + ": a number from " + std::to_string(low) + " to " +
                    std::to_string(high) + " is needed"};
  }
  return value;
}

/// Exact numbers travel as text.
template <class Value> Value positive(Element e, std::string_view key) {
  const auto value = Value::parse(text_of(e, key));
  if (!value || !value->is_positive()) {
    throw BadChange{std::string(key) + R"(: a text such as "0.01", greater than 0, is needed)"};
  }
  return *value;
}

Ratio fee_of(Element e, std::string_view key) {
  constexpr double kMost = 0.1;
  const auto value = Notional::parse(text_of(e, key));
  const double fee = value ? value->to_double() : 1.0;
  if (!(fee >= -kMost && fee <= kMost)) {
    throw BadChange{std::string(key) + R"(: a text such as "0.0008", within ±0.1, is needed)"};
  }
  return Ratio{fee};
}

ContractStatus status_of(Element e) {
  const std::string_view word = text_of(e, "status");
  for (const ContractStatus s :
       {ContractStatus::trading, ContractStatus::reduce_only, ContractStatus::suspended}) {
    if (word == to_string(s)) {
      return s;
    }
  }
  throw BadChange{"status: trading, reduce_only or suspended is needed"};
}

bool begins(Element e) {
  const std::string_view word = text_of(e, "maintenance");
  if (word != "begin" && word != "end") {
    throw BadChange{"maintenance: begin or end is needed"};
  }
  return word == "begin";
}

std::optional<CashMove> cash_move_of(std::string_view key) {
  constexpr std::array<std::string_view, 4> kWords{"deposit", "withdraw", "transfer_in",
                                                   "transfer_out"};
  const auto at = std::find(kWords.begin(), kWords.end(), key);
  return at == kWords.end() ? std::nullopt
                            : std::optional(static_cast<CashMove>(at - kWords.begin()));
}

/// What the keys of one object add up to.
struct Reading {
  std::optional<ContractChange> contract;
  std::optional<MaintenanceChange> maintenance;
  std::optional<CashChange> cash;
  bool has_symbol = false, has_amount = false;
  std::optional<Duration> at;
};

bool read_contract_field(ContractChange& c, std::string_view key, Element value) {
  if (key == "tick_size") {
    c.tick_size = positive<Price>(value, key);
  } else if (key == "size_step") {
    c.lot_size = positive<Quantity>(value, key);
  } else if (key == "min_size") {
    c.min_quantity = positive<Quantity>(value, key);
  } else if (key == "max_size") {
    c.max_quantity = positive<Quantity>(value, key);
  } else if (key == "max_position") {
    c.max_position = positive<Quantity>(value, key);
  } else if (key == "max_market_open") {
    c.max_market_open = positive<Quantity>(value, key);
  } else if (key == "maker_fee") {
    c.maker_fee = fee_of(value, key);
  } else if (key == "taker_fee") {
    c.taker_fee = fee_of(value, key);
  } else if (key == "max_leverage") {
    c.max_leverage = number_of(value, key, 1.0, 1000.0);
  } else if (key == "status") {
    c.status = status_of(value);
  } else {
    return false;
  }
  return true;
}

void read_field(Reading& r, std::string_view key, Element value) {
  if (key == "at_s") {
    r.at = std::chrono::duration_cast<Duration>(
        std::chrono::duration<double>(number_of(value, key, 0.0, 1e9)));
  } else if (key == "symbol") {
    const auto symbol = Symbol::parse(text_of(value, key));
    if (!symbol) {
      throw BadChange{"symbol: one of the eight contracts is needed"};
    }
    r.contract = r.contract.value_or(ContractChange{});
    r.contract->symbol = *symbol;
    r.has_symbol = true;
  } else if (key == "maintenance") {
    r.maintenance = MaintenanceChange{begins(value)};
  } else if (key == "account") {
    r.cash = r.cash.value_or(CashChange{});
    r.cash->account = static_cast<AccountIndex>(number_of(value, key, 0.0, 1e6));
  } else if (const auto move = cash_move_of(key)) {
    if (r.has_amount) {
      throw BadChange{std::string(key) + ": one movement of money per change"};
    }
    r.cash = r.cash.value_or(CashChange{});
    r.cash->move = *move;
    r.cash->amount = positive<Notional>(value, key);
    r.has_amount = true;
  } else {
    ContractChange change = r.contract.value_or(ContractChange{});
    if (!read_contract_field(change, key, value)) {
      throw BadChange{std::string(key) +
                      ": unknown key (at_s; symbol with tick_size, size_step, min_size, max_size, "
                      "max_position, max_market_open, maker_fee, taker_fee, max_leverage, status; "
                      "maintenance; account with deposit, withdraw, transfer_in, transfer_out)"};
    }
    r.contract = change;
  }
}

TimedChange read_change(Element root, bool timed) {
  simdjson::dom::object object;
  if (root.get(object) != simdjson::SUCCESS) {
    throw BadChange{R"(an object such as {"symbol": "BTC", "taker_fee": "0.001"} is needed)"};
  }
  Reading r;
  for (const auto& [key, value] : object) {
    read_field(r, key, value);
  }
  if (timed != r.at.has_value()) {
    throw BadChange{timed ? "at_s is missing" : "at_s: only in a schedule"};
  }
  if (int{r.contract.has_value()} + int{r.maintenance.has_value()} + int{r.cash.has_value()} != 1) {
    throw BadChange{"a change is either of a contract, of maintenance or of an account's money"};
  }
  const Duration at = r.at.value_or(Duration{});
  if (r.contract) {
    if (!r.has_symbol) {
      throw BadChange{"symbol is missing"};
    }
    return {at, *r.contract};
  }
  if (r.cash) {
    if (!r.has_amount) {
      throw BadChange{"deposit, withdraw, transfer_in or transfer_out is missing"};
    }
    return {at, *r.cash};
  }
  return {at, *r.maintenance};
}

template <class Read>
auto guarded(std::string_view json, const std::string& where, Read&& read)
    -> Result<decltype(read(std::declval<Element>())), InputError> {
  simdjson::dom::parser parser;
  Element root;
  const auto error = parser.parse(simdjson::padded_string(json)).get(root);
  if (error != simdjson::SUCCESS) {
    return fail(
        InputError{where, 0, std::string("not valid JSON: ") + simdjson::error_message(error)});
  }
  try {
    return read(root);
  } catch (const BadChange& bad) {
    return fail(InputError{where, 0, bad.what});
  }
}

} // namespace

std::string_view to_string(ContractStatus s) {
  constexpr std::array<std::string_view, 3> kWords{"trading", "reduce_only", "suspended"};
  return kWords[static_cast<std::size_t>(s)];
}

Result<VenueChange, InputError> parse_change(std::string_view json, const std::string& where) {
  return guarded(json, where, [](Element root) { return read_change(root, false).change; });
}

Result<std::vector<TimedChange>, InputError> parse_changes(std::string_view json,
                                                           const std::string& where) {
  return guarded(json, where, [](Element root) {
    simdjson::dom::array array;
    if (root.get(array) != simdjson::SUCCESS) {
      throw BadChange{"changes: an array of objects is needed"};
    }
    std::vector<TimedChange> out;
    for (const Element e : array) {
      try {
        out.push_back(read_change(e, true));
      } catch (const BadChange& bad) {
        throw BadChange{"changes[" + std::to_string(out.size()) + "]: " + bad.what};
      }
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const TimedChange& a, const TimedChange& b) { return a.at < b.at; });
    return out;
  });
}

} // namespace rg::exchange
