// Public market endpoints of v2 (weex-api §8).

#include "infra/exchange/market_figures.hpp"
#include "infra/exchange/rest_pieces.hpp"
#include "infra/exchange/v2_endpoints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace rg::exchange::v2 {

using namespace std::chrono_literals;

namespace {

void write_ticker(JsonWriter& out, const ExchangeCore& core, Symbol s) {
  const DayStats& day = core.candles(s).day();
  const auto asks = core.depth(s, Side::sell, 1), bids = core.depth(s, Side::buy, 1);
  const int places = price_places(s);
  const PairStep& q = core.quote(s);
  out.begin_object()
      .text("symbol", s.name())
      .decimal("last", core.last(s), places)
      .decimal("best_ask", asks.empty() ? Price{} : asks[0].price, places)
      .decimal("best_bid", bids.empty() ? Price{} : bids[0].price, places)
      .decimal("high_24h", day.high, places)
      .decimal("low_24h", day.low, places)
      .decimal("volume_24h", day.turnover)
      .stamp_text("timestamp", core.data_now());
  out.key("priceChangePercent").decimal(day_change(core, s), 6);
  out.decimal("base_volume", day.volume)
      .decimal("markPrice", q.mark, places)
      .decimal("indexPrice", q.index)
      .end_object();
}

void write_candle(JsonWriter& out, const Candle& c, Symbol s) {
  const int places = price_places(s);
  out.begin_array()
      .stamp_text(c.open_time)
      .decimal(c.open, places)
      .decimal(c.high, places)
      .decimal(c.low, places)
      .decimal(c.close, places)
      .decimal(c.volume)
      .decimal(c.turnover)
      .end_array();
}

void write_candles(Call& call, Symbol s, std::vector<Candle> rows) {
  if (call.options.candles_newest_first) {
    std::reverse(rows.begin(), rows.end());
  }
  call.out.begin_array();
  for (const Candle& c : rows) {
    write_candle(call.out, c, s);
  }
  call.out.end_array();
}

CandleInterval granularity(const Call& call) {
  const auto interval = granularity_of(call.in.required("granularity"));
  if (!interval) {
    throw parameter_invalid("granularity");
  }
  return *interval;
}

CandlePrice price_type(const Call& call) {
  const std::string word = call.in.text("priceType").value_or("LAST");
  if (word == "LAST") {
    return CandlePrice::last;
  }
  if (word == "MARK") {
    return CandlePrice::mark;
  }
  if (word == "INDEX") {
    return CandlePrice::index;
  }
  throw parameter_invalid("priceType");
}

constexpr Timestamp kForever = Timestamp::from_ms(9'000'000'000'000);

} // namespace

void get_time(Call& call) {
  const std::int64_t ms = call.wall.ms();
  const std::chrono::sys_time<std::chrono::milliseconds> t{std::chrono::milliseconds{ms}};
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{t - day};
  call.out.begin_object()
      .text("epoch", fmt::format("{}.{:03}", ms / 1000, ms % 1000))
      .text("iso",
            fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", int(date.year()),
                        unsigned(date.month()), unsigned(date.day()), time.hours().count(),
                        time.minutes().count(), time.seconds().count(), time.subseconds().count()))
      .integer("timestamp", ms)
      .end_object();
}

void get_contracts(Call& call) {
  const auto only = call.in.symbol(call.core);
  JsonWriter& out = call.out;
  out.begin_array();
  for (const Symbol s : call.core.symbols()) {
    if ((only && *only != s) || call.core.status(s) == ContractStatus::suspended) {
      continue;
    }
    const ContractRules& r = call.core.rules(s);
    // Steps of 10 and 100 have no decimals to count: the field goes negative there (weex-api §8.2).
    const int decimals = signed_places_of(r.lot_size.raw());
    out.begin_object()
        .text("symbol", s.name())
        .text("underlying_index", s.base_coin())
        .text("quote_currency", "USDT")
        .text("coin", "USDT")
        .decimal("contract_val", r.lot_size);
    out.key("delivery")
        .begin_array()
        .text("00:00:00")
        .text("08:00:00")
        .text("16:00:00")
        .end_array();
    out.text("size_increment", std::to_string(decimals))
        .text("tick_size", std::to_string(places_of(r.tick_size.raw())))
        .boolean("forwardContractFlag", true)
        .integer("priceEndStep", 1)
        .integer("minLeverage", 1)
        .integer("maxLeverage", static_cast<int>(r.max_leverage));
    const auto ratio = fixed::from_double(r.price_band, Rounding::nearest);
    out.key("buyLimitPriceRatio").decimal(ratio).key("sellLimitPriceRatio").decimal(ratio);
    out.key("makerFeeRate").decimal(fixed::from_double(r.maker_fee.value(), Rounding::nearest));
    out.key("takerFeeRate").decimal(fixed::from_double(r.taker_fee.value(), Rounding::nearest));
    out.decimal("minOrderSize", r.min_quantity)
        .decimal("maxOrderSize", r.max_quantity)
        .decimal("maxPositionSize", r.max_position)
        .decimal("marketOpenLimitSize", r.max_market_open)
        .end_object();
  }
  out.end_array();
}

void get_ticker(Call& call) {
  write_ticker(call.out, call.core, call.in.required_symbol(call.core));
}

void get_tickers(Call& call) {
  call.out.begin_array();
  for (const Symbol s : call.core.symbols()) {
    write_ticker(call.out, call.core, s);
  }
  call.out.end_array();
}

void get_depth(Call& call) {
  const Symbol s = call.in.required_symbol(call.core);
  const std::size_t limit = depth_limit(call);
  call.out.begin_object();
  write_levels(call, "asks", s, Side::sell, limit);
  write_levels(call, "bids", s, Side::buy, limit);
  call.out.stamp_text("timestamp", call.core.data_now()).end_object();
}

void get_trades(Call& call) {
  const Symbol s = call.in.required_symbol(call.core);
  const auto limit = static_cast<std::size_t>(call.in.integer("limit", 1, 1000).value_or(100));
  auto prints = call.core.prints(s, 0, limit);
  std::reverse(prints.begin(), prints.end());
  call.out.begin_array();
  for (const TradePrint& p : prints) {
    call.out.begin_object()
        .text("ticketId", print_name(p))
        .integer("time", p.time.ms())
        .decimal("price", p.price, price_places(s))
        .decimal("size", p.size)
        .decimal("value", multiply(p.price, p.size, Rounding::nearest))
        .text("symbol", s.name())
        .boolean("isBestMatch", true)
        .boolean("isBuyerMaker", p.buyer_maker)
        .decimal("contractVal", call.core.rules(s).lot_size)
        .end_object();
  }
  call.out.end_array();
}

void get_candles(Call& call) {
  const Symbol s = call.in.required_symbol(call.core);
  const CandleInterval interval = granularity(call);
  const CandlePrice price = price_type(call);
  const auto limit = static_cast<std::size_t>(call.in.integer("limit", 1, 1000).value_or(100));
  write_candles(call, s, call.core.candles(s).rows(interval, price, limit, {}, kForever));
}

void get_history_candles(Call& call) {
  const Symbol s = call.in.required_symbol(call.core);
  const CandleInterval interval = granularity(call);
  const CandlePrice price = price_type(call);
  const auto limit = static_cast<std::size_t>(call.in.integer("limit", 1, 100).value_or(100));
  // A time that is no time is as if it were not given; the end wins when both are.
  const auto lenient = [&](std::string_view name) -> std::optional<Timestamp> {
    try {
      return call.in.stamp(name);
    } catch (const Error&) {
      return std::nullopt;
    }
  };
  const auto start = lenient("startTime"), end = lenient("endTime");
  const CandleStore& candles = call.core.candles(s);
  if (start && !end) {
    write_candles(call, s, candles.rows_from(interval, price, limit, *start));
    return;
  }
  write_candles(call, s, candles.rows(interval, price, limit, {}, end.value_or(kForever)));
}

void get_index(Call& call) {
  const Symbol s = call.in.required_symbol(call.core);
  call.out.begin_object()
      .text("symbol", s.name())
      .decimal("index", index_or_mark(call, s))
      .stamp_text("timestamp", call.core.data_now())
      .end_object();
}

void get_open_interest(Call& call) {
  const Symbol s = call.in.required_symbol(call.core);
  const Quantity base = open_interest(call.core, s);
  call.out.begin_array()
      .begin_object()
      .text("symbol", s.name())
      .decimal("base_volume", base)
      .decimal("target_volume", capped_value(call.core.last(s), base))
      .stamp_text("timestamp", call.core.data_now())
      .end_object()
      .end_array();
}

void get_current_fund_rate(Call& call) {
  const auto only = call.in.symbol(call.core);
  call.out.begin_array();
  for (const Symbol s : call.core.symbols()) {
    if (only && *only != s) {
      continue;
    }
    call.out.begin_object().text("symbol", s.name());
    call.out.key("fundingRate").decimal(funding_units(call.core, s, call.core.next_funding()));
    call.out.integer("collectCycle", kFundingCycleMinutes)
        .integer("timestamp", call.core.data_now().ms())
        .end_object();
  }
  call.out.end_array();
}

void get_funding_time(Call& call) {
  const Symbol s = call.in.required_symbol(call.core);
  call.out.begin_object()
      .text("symbol", s.name())
      .integer("fundingTime", call.core.next_funding().ms())
      .end_object();
}

void get_history_fund_rate(Call& call) {
  const Symbol s = call.in.required_symbol(call.core);
  const std::int64_t limit = call.in.integer("limit", 1, 100).value_or(10);
  call.out.begin_array();
  Timestamp at = call.core.next_funding() - 8h;
  for (std::int64_t i = 0; i < limit; ++i, at = at - 8h) {
    call.out.begin_object().text("symbol", s.name());
    call.out.key("fundingRate").decimal(funding_units(call.core, s, at));
    call.out.integer("fundingTime", at.ms()).end_object();
  }
  call.out.end_array();
}

} // namespace rg::exchange::v2
