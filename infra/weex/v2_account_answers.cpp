// Answers about contracts, account, positions, leverage, bills and time (weex-api §8, §9).

#include "infra/weex/v2_codec.hpp"
#include "infra/weex/v2_rows.hpp"

#include <algorithm>

namespace rg::weex::v2 {

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
  const auto units = json::decimal(text);
  return units && *units >= 0 && *units <= kFixedScale
             ? std::optional(static_cast<double>(*units) / static_cast<double>(kFixedScale))
             : std::nullopt;
}

/// One row of `contracts`; fields that no rule needs are not looked at.
struct ContractRow {
  ContractRules rules;
  std::int64_t price_step = 0, last_digit_step = 1, size_step = 0, face_value = 0;
  bool known = false;
  unsigned have = 0;

  bool take(std::string_view key, Value v) {
    const std::string_view text = json::scalar(v);
    if (key == "symbol") {
      const auto symbol = symbol_of(text);
      known = symbol.has_value();
      rules.symbol = symbol.value_or(Symbol{});
      have |= 1;
      return !text.empty();
    }
    if (key == "tick_size") {
      have |= 2;
      return json::assign(price_step, step_of(text));
    }
    if (key == "size_increment") {
      have |= 4;
      return json::assign(size_step, step_of(text));
    }
    if (key == "priceEndStep") {
      const auto units = json::decimal(text);
      last_digit_step = units.value_or(0) / kFixedScale;
      return last_digit_step >= 1 && last_digit_step <= 1000;
    }
    if (key == "contract_val") {
      const auto units = json::decimal(text);
      face_value = units.value_or(-1);
      return face_value >= 0;
    }
    if (key == "minOrderSize") {
      have |= 8;
      return json::assign(rules.min_quantity, json::quantity(text));
    }
    if (key == "maxOrderSize") {
      have |= 16;
      return json::assign(rules.max_quantity, json::quantity(text));
    }
    if (key == "maxPositionSize") {
      return json::assign(rules.max_position, json::quantity(text));
    }
    if (key == "marketOpenLimitSize") {
      return json::assign(rules.max_market_open, json::quantity(text));
    }
    if (key == "makerFeeRate" || key == "takerFeeRate") {
      const auto rate = fraction(text);
      (key.front() == 'm' ? rules.maker_fee : rules.taker_fee) = Ratio(rate.value_or(0.0));
      return rate.has_value();
    }
    if (key == "maxLeverage") {
      const auto units = json::decimal(text);
      rules.max_leverage = static_cast<double>(units.value_or(0) / kFixedScale);
      return rules.max_leverage >= 1.0;
    }
    if (key == "buyLimitPriceRatio") {
      return json::assign(rules.price_band, fraction(text));
    }
    return true;
  }

  /// Our rule where documents and live refusals disagree: the coarser of decimals and face value.
  void finish() {
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
    if ((row.have & 1U) != 0 && !row.known) {
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
    Notional equity, available, frozen, unrealised;
    const auto take = [&](unsigned bit, Notional& into, Value v) {
      have |= json::assign(into, json::notional(json::scalar(v))) ? bit : 0U;
      return true; // another coin's row may hold anything
    };
    const bool whole = json::each_field(element, [&](std::string_view key, Value v) {
      if (key == "coinName") {
        usdt = json::same_word(json::scalar(v), "usdt");
        return true;
      }
      if (key == "available") {
        return take(1, available, v);
      }
      if (key == "equity") {
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
      if (have != 15) {
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

ParseError read_positions(Value rows, std::vector<Position>& out) {
  ParseError problem = ParseError::none;
  const bool shaped = json::each_element(rows, [&](Value row) {
    Position position;
    RowUse use = RowUse::take;
    problem = read_position(row, position, use);
    if (problem == ParseError::none && use == RowUse::take && !position.is_flat()) {
      out.push_back(position);
    }
    return problem == ParseError::none;
  });
  std::sort(out.begin(), out.end(), [](const Position& a, const Position& b) {
    return std::pair(a.symbol, a.side) < std::pair(b.symbol, b.side);
  });
  return shaped || problem != ParseError::none ? problem : ParseError::malformed;
}

ParseError read_settings(Value object, std::vector<LeverageSetting>& out) {
  ParseError problem = ParseError::none;
  const bool shaped = json::each_field(object, [&](std::string_view name, Value v) {
    std::int64_t cross = 0;
    const bool whole = json::each_field(v, [&](std::string_view key, Value number) {
      return key != "cross_leverage" || json::assign(cross, json::decimal(json::scalar(number)));
    });
    if (!whole || cross <= 0) {
      problem = ParseError::bad_value;
      return false;
    }
    if (const auto symbol = symbol_of(name)) {
      // A fractional leverage is rounded up: it then differs from the wanted one and is set anew.
      const auto leverage = static_cast<int>((cross + kFixedScale - 1) / kFixedScale);
      out.push_back({*symbol, leverage, leverage});
    }
    return true;
  });
  std::sort(out.begin(), out.end(),
            [](const LeverageSetting& a, const LeverageSetting& b) { return a.symbol < b.symbol; });
  return shaped || problem != ParseError::none ? problem : ParseError::malformed;
}

namespace {

/// Only money that moves without an order; fees and realised results arrive with fills.
std::optional<CashFlowKind> cash_flow_kind(std::string_view business) {
  if (business == "position_funding") {
    return CashFlowKind::funding;
  }
  if (business == "deposit" || business == "transfer_in") {
    return CashFlowKind::deposit;
  }
  if (business == "withdraw" || business == "transfer_out") {
    return CashFlowKind::withdrawal;
  }
  return business.starts_with("tracking_") ? std::optional(CashFlowKind::other) : std::nullopt;
}

struct BillRow {
  CashFlow flow;
  std::optional<CashFlowKind> kind;
  Timestamp time;
  unsigned have = 0;
  bool good = true;
};

bool read_bill(Value row, BillRow& out) {
  return json::each_field(row, [&](std::string_view key, Value v) {
    const std::string_view text = json::scalar(v);
    const auto need = [&](unsigned bit, bool good) {
      out.have |= bit;
      return out.good = out.good && good;
    };
    if (key == "billId") {
      return need(1, json::assign(out.flow.venue_bill_id, json::unsigned_number(text)));
    }
    if (key == "amount") {
      return need(2, json::assign(out.flow.amount, json::notional(text)));
    }
    if (key == "businessType") {
      out.kind = cash_flow_kind(text);
      return need(4, !text.empty());
    }
    if (key == "ctime" || key == "cTime") {
      return need(8, json::assign(out.time, json::stamp(text)));
    }
    if (key == "symbol") {
      out.flow.symbol = symbol_of(text).value_or(Symbol{});
    }
    return true;
  });
}

} // namespace

ParseError read_bills(Value object, std::vector<CashFlow>& out, PageState& page) {
  ParseError problem = ParseError::none;
  bool next = false, fresh = false;
  const bool shaped = json::each_field(object, [&](std::string_view key, Value v) {
    if (key == "hasNextPage") {
      return v.get_bool().get(next) == simdjson::SUCCESS;
    }
    return key != "items" || json::each_element(v, [&](Value element) {
             BillRow row;
             const bool whole = read_bill(element, row);
             if (!whole || row.have != 15) {
               problem = !row.good ? ParseError::bad_value
                                   : (whole ? ParseError::missing_field : ParseError::malformed);
               return false;
             }
             if (page.seen.insert(row.flow.venue_bill_id).second) {
               fresh = true;
               page.until = page.until > Timestamp{} ? std::min(page.until, row.time) : row.time;
               if (row.kind) {
                 row.flow.kind = *row.kind;
                 row.flow.exchange_time = row.time;
                 out.push_back(row.flow);
               }
             }
             return true;
           });
  });
  page.more = next && fresh;
  return shaped || problem != ParseError::none ? problem : ParseError::malformed;
}

ParseError read_server_time(Value object, ServerTime& out) {
  bool good = false;
  const bool shaped = json::each_field(object, [&](std::string_view key, Value v) {
    if (key == "timestamp") {
      good = json::assign(out.server, json::stamp(json::scalar(v)));
      return good;
    }
    return true;
  });
  if (!shaped) {
    return ParseError::malformed;
  }
  return good ? ParseError::none : ParseError::missing_field;
}

} // namespace rg::weex::v2
