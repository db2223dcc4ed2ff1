// Contract rules and balances: both generations tell the same under other names (weex-api §8.2,
// §9.1, §16).

#include "infra/weex/lists.hpp"

#include <algorithm>

namespace rg::weex::wire {

namespace {

using json::Value;

/// 10^-decimals on the 1e-8 grid; decimals may be negative (steps of 10 and 100 exist).
std::optional<std::int64_t> step_of(std::string_view decimals) {
  const auto units = json::decimal(decimals);
  if (!units || *units % kFixedScale != 0) {
    return std::nullopt;
  }
  const std::int64_t places = *units / kFixedScale;
  if (places < -6 || places > 8) {
    return std::nullopt;
  }
  std::int64_t step = 1;
  for (std::int64_t i = places; i < 8; ++i) {
    step *= 10;
  }
  return step;
}

std::optional<double> fraction(std::string_view text) {
  const auto units = json::scientific(text);
  return units && *units >= 0 && *units <= kFixedScale
             ? std::optional(static_cast<double>(*units) / static_cast<double>(kFixedScale))
             : std::nullopt;
}

bool assign_quantity(Quantity& out, std::string_view text) {
  const auto units = json::scientific(text);
  out = Quantity::from_raw(units.value_or(-1));
  return !out.is_negative();
}

/// One row of the contract list; fields that no rule needs are not looked at.
struct ContractRow {
  ContractRules rules;
  std::int64_t price_step = 0, last_digit_step = 1, size_step = 0, face_value = 0;
  std::optional<double> maker_fee, taker_fee;
  bool known = false, foreign = false;
  unsigned have = 0;

  bool take(std::string_view key, Value v) {
    const std::string_view text = json::scalar(v);
    if (key == "symbol") {
      const auto symbol = symbol_of(text);
      known = symbol.has_value();
      rules.symbol = symbol.value_or(Symbol{});
      foreign = !known && !text.empty();
      have |= 1;
      return !text.empty();
    }
    if (key == "tick_size" || key == "pricePrecision") {
      have |= 2;
      return json::assign(price_step, step_of(text));
    }
    if (key == "size_increment" || key == "quantityPrecision") {
      have |= 4;
      return json::assign(size_step, step_of(text));
    }
    if (key == "priceEndStep") {
      const auto units = json::decimal(text);
      last_digit_step = units.value_or(0) / kFixedScale;
      return last_digit_step >= 1 && last_digit_step <= 1000;
    }
    if (key == "contract_val" || key == "contractVal") {
      const auto units = json::scientific(text);
      face_value = units.value_or(-1);
      return face_value >= 0;
    }
    if (key == "minOrderSize") {
      have |= 8;
      return assign_quantity(rules.min_quantity, text);
    }
    if (key == "maxOrderSize") {
      have |= 16;
      return assign_quantity(rules.max_quantity, text);
    }
    if (key == "maxPositionSize") {
      return assign_quantity(rules.max_position, text);
    }
    if (key == "marketOpenLimitSize") {
      return assign_quantity(rules.max_market_open, text);
    }
    if (key == "makerFeeRate" || key == "takerFeeRate") {
      const auto rate = fraction(text);
      (key.front() == 'm' ? maker_fee : taker_fee) = rate;
      return rate.has_value();
    }
    if (key == "maxLeverage") {
      const std::int64_t whole = json::decimal(text).value_or(0) / kFixedScale; // rounded down
      rules.max_leverage = static_cast<double>(whole);
      return rules.max_leverage >= 1.0;
    }
    if (key == "buyLimitPriceRatio") {
      return json::assign(rules.price_band, fraction(text));
    }
    return true;
  }

  /// Our rule where documents and live refusals disagree: the coarser of decimals and face value. A
  /// rate that is not told is the recorded one, never none.
  void finish() {
    const ContractRules& recorded = contract_defaults()[rules.symbol.id()];
    rules.maker_fee = maker_fee ? Ratio(*maker_fee) : recorded.maker_fee;
    rules.taker_fee = taker_fee ? Ratio(*taker_fee) : recorded.taker_fee;
    rules.tick_size = Price::from_raw(price_step * last_digit_step);
    rules.lot_size = Quantity::from_raw(std::max(size_step, face_value));
    rules.min_quantity = std::max(rules.min_quantity, rules.lot_size);
    if (rules.max_market_open.is_zero()) {
      rules.max_market_open = rules.max_quantity;
    }
    if (rules.max_position.is_zero()) {
      rules.max_position = rules.max_quantity;
    }
  }
};

} // namespace

ParseError read_contracts(Value rows, std::vector<ContractRules>& out) {
  ParseError problem = ParseError::none;
  const bool shaped = json::each_element(rows, [&](Value element) {
    ContractRow row;
    bool good = true;
    const bool whole = json::each_field(element, [&](std::string_view key, Value v) {
      good = row.take(key, v) && good;
      return true; // a foreign contract's oddities do not matter, and its name may come last
    });
    if (!whole) {
      problem = ParseError::malformed;
      return false;
    }
    if (row.foreign) {
      return true;
    }
    if (!good || row.have != 31) {
      problem = row.have != 31 ? ParseError::missing_field : ParseError::bad_value;
      return false;
    }
    row.finish();
    out.push_back(row.rules);
    return true;
  });
  if (!shaped && problem == ParseError::none) {
    problem = ParseError::malformed;
  }
  std::sort(out.begin(), out.end(),
            [](const ContractRules& a, const ContractRules& b) { return a.symbol < b.symbol; });
  return problem;
}

ParseError read_assets(Value rows, AccountSnapshot& out) {
  bool found = false;
  ParseError problem = ParseError::none;
  const bool shaped = json::each_element(rows, [&](Value element) {
    bool usdt = false;
    unsigned have = 0;
    Notional equity, available, frozen, unrealised; // all but frozen may be below zero
    const auto take = [&](unsigned bit, Notional& into, Value v) {
      have |= json::assign(into, json::notional(json::scalar(v))) ? bit : 0U;
      return true; // another coin's row may hold anything
    };
    const bool whole = json::each_field(element, [&](std::string_view key, Value v) {
      if (key == "coinName" || key == "asset") {
        usdt = json::same_word(json::scalar(v), "usdt");
        return true;
      }
      if (key == "available" || key == "availableBalance") {
        return take(1, available, v);
      }
      if (key == "equity" || key == "balance") {
        return take(2, equity, v);
      }
      if (key == "frozen") {
        return take(4, frozen, v);
      }
      return key == "unrealizePnl" ? take(8, unrealised, v) : true;
    });
    if (!whole) {
      return false;
    }
    if (usdt) {
      found = true;
      if (have != 15 || frozen.is_negative()) {
        problem = ParseError::bad_value;
        return false;
      }
      // Equity counts unrealised profit and loss in (weex-api §9.1).
      out.wallet_balance = equity - unrealised;
      out.available = available;
      out.frozen = frozen;
      out.unrealised_pnl = unrealised;
    }
    return true;
  });
  if (problem != ParseError::none || shaped) {
    return problem != ParseError::none ? problem
                                       : (found ? ParseError::none : ParseError::missing_field);
  }
  return ParseError::malformed;
}

} // namespace rg::weex::wire
