#include "infra/weex/market_info.hpp"

#include "infra/weex/envelope.hpp"
#include "infra/weex/public_rows.hpp"

#include <algorithm>

namespace rg::weex {

namespace {

using json::Value;

/// Rows of an array, or a single object. `read` returns the problem of its row.
template <class Read> ParseError each_row(Value value, Read read) {
  simdjson::ondemand::json_type type{};
  if (value.type().get(type) != simdjson::SUCCESS) {
    return ParseError::malformed;
  }
  if (type == simdjson::ondemand::json_type::object) {
    return read(value);
  }
  ParseError problem = ParseError::none;
  const bool shaped = json::each_element(value, [&](Value row) {
    problem = read(row);
    return problem == ParseError::none;
  });
  return shaped || problem != ParseError::none ? problem : ParseError::malformed;
}

/// What a row of one symbol has told so far.
struct Row {
  Symbol symbol;
  bool foreign = false, any = false, good = true;

  bool take_symbol(Value v) {
    const std::string_view name = json::scalar(v);
    const auto known = symbol_of(name);
    foreign = !known && !name.empty();
    symbol = known.value_or(symbol);
    return note(!name.empty());
  }
  bool note(bool good_field) {
    good = good && good_field;
    return true;
  }
  /// `text` into `out`; what a foreign row holds does not matter, and its name may come last.
  template <class T> bool take(T& out, const std::optional<T>& value) {
    any = true;
    return note(json::assign(out, value));
  }
  [[nodiscard]] ParseError verdict(bool whole) const {
    if (!whole) {
      return ParseError::malformed;
    }
    if (foreign) {
      return ParseError::none;
    }
    return !good ? ParseError::bad_value : any ? ParseError::none : ParseError::missing_field;
  }
};

ParseError read_prices(Value row, Symbol asked, std::vector<PriceInfo>& out) {
  Row state{.symbol = asked};
  PriceInfo p;
  const bool whole = json::each_field(row, [&](std::string_view key, Value v) {
    const std::string_view text = json::scalar(v);
    if (key == "symbol") {
      return state.take_symbol(v);
    }
    if (key == "last" || key == "lastPrice" || key == "price") {
      return state.take(p.last, json::price_or_zero(text));
    }
    if (key == "markPrice") {
      return state.take(p.mark, json::price_or_zero(text));
    }
    if (key == "indexPrice" || key == "index") {
      return state.take(p.index, json::price_or_zero(text));
    }
    if (key == "best_bid" || key == "bidPrice") {
      return state.take(p.best_bid, json::price_or_zero(text));
    }
    if (key == "best_ask" || key == "askPrice") {
      return state.take(p.best_ask, json::price_or_zero(text));
    }
    if (key == "high_24h" || key == "highPrice") {
      return state.take(p.high, json::price_or_zero(text));
    }
    if (key == "low_24h" || key == "lowPrice") {
      return state.take(p.low, json::price_or_zero(text));
    }
    if (key == "base_volume" || key == "volume") { // v2's page calls it quote; it is base (§17)
      return state.take(p.volume, json::quantity(text));
    }
    if (key == "timestamp" || key == "time" || key == "closeTime") {
      return state.note(json::assign(p.stamp, json::stamp_or_none(v)));
    }
    return true;
  });
  const ParseError verdict = state.verdict(whole);
  if (verdict == ParseError::none && !state.foreign) {
    p.symbol = state.symbol;
    out.push_back(p);
  }
  return verdict;
}

bool read_side(Value rows, std::vector<Level>& out) {
  return json::each_element(rows, [&](Value row) {
    Level level;
    std::size_t index = 0;
    const bool whole = json::each_element(row, [&](Value v) {
      const std::string_view text = json::scalar(v);
      const bool first = index++ == 0;
      return first ? json::assign(level.price, json::price(text))
                   : index > 2 || json::assign(level.size, json::quantity(text));
    });
    out.push_back(level);
    return whole && index >= 2;
  });
}

ParseError read_book(Value object, MarketInfo& out) {
  unsigned seen = 0;
  bool good = true;
  const bool whole = json::each_field(object, [&](std::string_view key, Value v) {
    if (key == "asks" || key == "bids") {
      seen |= key == "asks" ? 1U : 2U;
      return good = read_side(v, key == "asks" ? out.asks : out.bids);
    }
    return true;
  });
  const auto by_price = [](const Level& a, const Level& b) { return a.price < b.price; };
  std::stable_sort(out.asks.begin(), out.asks.end(), by_price);
  std::stable_sort(out.bids.rbegin(), out.bids.rend(), by_price);
  if (!good) {
    return ParseError::bad_value;
  }
  return !whole ? ParseError::malformed : seen == 3 ? ParseError::none : ParseError::missing_field;
}

ParseError read_trade(Value row, std::vector<TradeRow>& out) {
  TradeRow t;
  unsigned seen = 0;
  bool good = true;
  const bool whole = json::each_field(row, [&](std::string_view key, Value v) {
    const std::string_view text = json::scalar(v);
    if (key == "time") {
      seen |= 1;
      good = good && json::assign(t.time, json::stamp(text));
    } else if (key == "price") {
      seen |= 2;
      good = good && json::assign(t.price, json::price(text));
    } else if (key == "size" || key == "qty") {
      seen |= 4;
      good = good && json::assign(t.size, json::quantity(text));
    } else if (key == "isBuyerMaker") {
      seen |= 8;
      good = good && v.get_bool().get(t.seller_took) == simdjson::SUCCESS;
    }
    return good;
  });
  if (!good) {
    return ParseError::bad_value;
  }
  out.push_back(t);
  return !whole ? ParseError::malformed : seen == 15 ? ParseError::none : ParseError::missing_field;
}

/// Rates are fractions below one, with a sign.
std::optional<double> rate(std::string_view text) {
  const auto units = json::scientific(text);
  return units && *units < kFixedScale && -*units < kFixedScale
             ? std::optional(static_cast<double>(*units) / static_cast<double>(kFixedScale))
             : std::nullopt;
}

/// @param settled  of the past: rate and time must both be told
ParseError read_funding(Value row, Symbol asked, bool settled, std::vector<FundingInfo>& out) {
  Row state{.symbol = asked};
  FundingInfo f;
  const bool whole = json::each_field(row, [&](std::string_view key, Value v) {
    const std::string_view text = json::scalar(v);
    if (key == "symbol") {
      return state.take_symbol(v);
    }
    if (key == "fundingRate" || key == "lastFundingRate") {
      f.rate = rate(text);
      state.any = true;
      return state.note(f.rate.has_value());
    }
    if (key == "fundingTime" || key == "nextFundingTime") {
      return state.take(f.time, json::stamp(text));
    }
    if (key == "collectCycle") { // minutes
      const auto minutes = json::unsigned_number(text);
      constexpr std::uint64_t kWeek = std::chrono::minutes(std::chrono::weeks(1)).count();
      const bool good = minutes && *minutes > 0 && *minutes <= kWeek;
      f.cycle = std::chrono::minutes(good ? *minutes : 0);
      return state.note(good);
    }
    return true;
  });
  const ParseError verdict = state.verdict(whole);
  if (verdict == ParseError::none && !state.foreign) {
    if (settled && (!f.rate || f.time == Timestamp{})) {
      return ParseError::missing_field;
    }
    f.symbol = state.symbol;
    out.push_back(f);
  }
  return verdict;
}

ParseError read_interest(Value row, Symbol asked, std::vector<InterestInfo>& out) {
  Row state{.symbol = asked};
  InterestInfo info;
  const bool whole = json::each_field(row, [&](std::string_view key, Value v) {
    const std::string_view text = json::scalar(v);
    if (key == "symbol") {
      return state.take_symbol(v);
    }
    if (key == "base_volume" || key == "openInterest") {
      return state.take(info.open, json::quantity(text));
    }
    if (key == "timestamp" || key == "time") {
      return state.note(json::assign(info.stamp, json::stamp_or_none(v)));
    }
    return true;
  });
  const ParseError verdict = state.verdict(whole);
  if (verdict == ParseError::none && !state.foreign) {
    info.symbol = state.symbol;
    out.push_back(info);
  }
  return verdict;
}

bool is_maker_key(std::string_view key) {
  return key == "maker_fee_rate" || key == "makerCommissionRate";
}
bool is_taker_key(std::string_view key) {
  return key == "taker_fee_rate" || key == "takerCommissionRate";
}

ParseError read_fee_row(json::Object& row, Symbol asked, std::vector<FeeInfo>& out) {
  Row state{.symbol = asked};
  double maker = 0.0, taker = 0.0;
  unsigned seen = 0;
  const bool whole = json::each_field(row, [&](std::string_view key, Value v) {
    if (key == "symbol") {
      return state.take_symbol(v);
    }
    if (is_maker_key(key) || is_taker_key(key)) {
      seen |= is_maker_key(key) ? 1U : 2U;
      return state.take(is_maker_key(key) ? maker : taker, rate(json::scalar(v)));
    }
    return true;
  });
  const ParseError verdict = state.verdict(whole);
  if (verdict != ParseError::none || state.foreign) {
    return verdict;
  }
  out.push_back({state.symbol, Ratio(maker), Ratio(taker)});
  return seen == 3 ? ParseError::none : ParseError::missing_field;
}

/// The list under account.feeSetting.
ParseError read_fee_settings(Value account, Symbol asked, std::vector<FeeInfo>& out) {
  ParseError problem = ParseError::missing_field;
  const bool whole = json::each_field(account, [&](std::string_view key, Value list) {
    if (key != "feeSetting") {
      return true;
    }
    problem = each_row(list, [&](Value row) {
      json::Object object;
      return row.get_object().get(object) == simdjson::SUCCESS ? read_fee_row(object, asked, out)
                                                               : ParseError::malformed;
    });
    return problem == ParseError::none;
  });
  return whole || problem != ParseError::none ? problem : ParseError::malformed;
}

/// v2: {"account":{"feeSetting":[…]}}; v3: one row.
ParseError read_fees(Value value, Symbol asked, std::vector<FeeInfo>& out) {
  json::Object object;
  if (value.get_object().get(object) != simdjson::SUCCESS) {
    return ParseError::malformed;
  }
  ParseError problem = ParseError::none;
  bool nested = false;
  const bool whole = json::each_field(object, [&](std::string_view key, Value v) {
    if (key == "account") {
      nested = true;
      problem = read_fee_settings(v, asked, out);
    }
    return problem == ParseError::none;
  });
  if (nested || !whole) {
    return whole || problem != ParseError::none ? problem : ParseError::malformed;
  }
  return object.reset().error() == simdjson::SUCCESS ? read_fee_row(object, asked, out)
                                                     : ParseError::malformed;
}

ParseError read_payload(InfoKind kind, Symbol asked, Value value, MarketInfo& out) {
  switch (kind) {
  case InfoKind::prices:
    return each_row(value, [&](Value row) { return read_prices(row, asked, out.prices); });
  case InfoKind::book:
    return read_book(value, out);
  case InfoKind::trades: {
    const ParseError problem =
        each_row(value, [&](Value row) { return read_trade(row, out.trades); });
    wire::sort_trades(out.trades);
    return problem;
  }
  case InfoKind::funding:
  case InfoKind::funding_history:
    return each_row(value, [&](Value row) {
      return read_funding(row, asked, kind == InfoKind::funding_history, out.funding);
    });
  case InfoKind::open_interest:
    return each_row(value, [&](Value row) { return read_interest(row, asked, out.interest); });
  case InfoKind::fees:
    return read_fees(value, asked, out.fees);
  }
  return ParseError::malformed;
}

} // namespace

ParseError read_market_info(json::Parser& parser, InfoKind kind, Symbol asked,
                            std::string_view text, MarketInfo& out, VenueError& error) {
  out = MarketInfo{};
  bool read = false;
  wire::Envelope envelope = wire::open_envelope(parser, text, [&](Value value) {
    read = true;
    return read_payload(kind, asked, value, out);
  });
  error = std::move(envelope.error);
  ParseError problem = envelope.problem;
  if (problem == ParseError::none && error.code == 0 && !read) {
    problem = ParseError::missing_field;
  }
  if (problem != ParseError::none) {
    out = MarketInfo{};
  }
  return problem;
}

} // namespace rg::weex
