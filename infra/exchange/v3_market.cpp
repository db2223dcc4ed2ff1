// Contracts, book, trades and candles of v3 (weex-api §16).

#include "infra/exchange/market_figures.hpp"
#include "infra/exchange/rest_pieces.hpp"
#include "infra/exchange/v3_endpoints.hpp"

#include <algorithm>

namespace rg::exchange::v3 {

namespace {

constexpr Timestamp kForever = Timestamp::from_ms(9'000'000'000'000);

void write_contract(JsonWriter& out, Symbol s, const ContractRules& r) {
  const std::string size_decimals = std::to_string(signed_places_of(r.lot_size.raw()));
  out.begin_object()
      .text("symbol", s.compact())
      .text("baseAsset", s.base_coin())
      .text("quoteAsset", "USDT")
      .text("marginAsset", "USDT")
      .text("pricePrecision", std::to_string(places_of(r.tick_size.raw())))
      .text("quantityPrecision", size_decimals)
      .text("baseAssetPrecision", size_decimals)
      .text("quotePrecision", "8")
      .decimal("contractVal", r.lot_size);
  out.key("delivery").begin_array().text("00:00:00").text("08:00:00").text("16:00:00").end_array();
  out.boolean("forwardContractFlag", true)
      .text("minLeverage", "1")
      .text("maxLeverage", std::to_string(static_cast<int>(r.max_leverage)));
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

void write_kline(JsonWriter& out, Symbol s, CandleInterval interval, const Candle& c) {
  const int places = price_places(s);
  const Quantity bought = taker_bought(c, s);
  out.begin_array()
      .integer(c.open_time.ms())
      .decimal(c.open, places)
      .decimal(c.high, places)
      .decimal(c.low, places)
      .decimal(c.close, places)
      .decimal(c.volume)
      .integer(next_slot(interval, c.open_time).ms())
      .decimal(c.turnover)
      .integer(candle_trades(interval, c))
      .decimal(bought)
      .decimal(capped_value(c.close, bought))
      .end_array();
}

void write_klines(Call& call, Symbol s, CandleInterval interval, const std::vector<Candle>& rows) {
  call.out.begin_array();
  for (const Candle& c : rows) {
    write_kline(call.out, s, interval, c);
  }
  call.out.end_array();
}

CandleInterval interval(const Call& call) {
  const auto word = rest_interval_of(call.in.required("interval"));
  if (!word) {
    throw parameter_invalid("interval");
  }
  return *word;
}

/// The latest rows, the forming one included.
void recent_klines(Call& call, CandlePrice price) {
  const Symbol s = call.in.required_symbol(call.core);
  const CandleInterval length = interval(call);
  const auto limit = static_cast<std::size_t>(call.in.integer("limit", 1, 1000).value_or(100));
  write_klines(call, s, length, call.core.candles(s).rows(length, price, limit, {}, kForever));
}

} // namespace

void get_time(Call& call) {
  call.out.begin_object().integer("serverTime", call.wall.ms()).end_object();
}

void get_exchange_info(Call& call) {
  const auto only = call.in.symbol(call.core);
  JsonWriter& out = call.out;
  out.begin_object().key("assets").begin_array();
  for (const Symbol s : call.core.symbols()) {
    out.begin_object().text("asset", s.base_coin()).boolean("marginAvailable", false).end_object();
  }
  out.begin_object().text("asset", "USDT").boolean("marginAvailable", true).end_object();
  out.end_array().key("symbols").begin_array();
  for (const Symbol s : call.core.symbols()) {
    if ((!only || *only == s) && call.core.status(s) != ContractStatus::suspended) {
      write_contract(out, s, call.core.rules(s));
    }
  }
  out.end_array().end_object();
}

void get_trading_symbols(Call& call) {
  call.out.begin_array();
  for (const Symbol s : call.core.symbols()) {
    if (call.core.open_for_entries(s)) {
      call.out.text(s.compact());
    }
  }
  for (const Symbol s : call.core.symbols()) {
    call.out.text(symbol_name(s, true)); // demo trading
  }
  call.out.end_array();
}

void get_depth(Call& call) {
  const Symbol s = call.in.required_symbol(call.core);
  const std::size_t limit = depth_limit(call);
  call.out.begin_object();
  write_levels(call, "bids", s, Side::buy, limit);
  write_levels(call, "asks", s, Side::sell, limit);
  call.out.integer("lastUpdateId", call.core.book_version(s)).end_object();
}

void get_trades(Call& call) {
  const Symbol s = call.in.required_symbol(call.core);
  const auto limit = static_cast<std::size_t>(call.in.integer("limit", 1, 1000).value_or(100));
  auto prints = call.core.prints(s, 0, limit);
  std::reverse(prints.begin(), prints.end());
  call.out.begin_array();
  for (const TradePrint& p : prints) {
    call.out.begin_object()
        .text("id", print_name(p))
        .integer("time", p.time.ms())
        .decimal("price", p.price, price_places(s))
        .decimal("qty", p.size, size_places(s))
        .decimal("quoteQty", multiply(p.price, p.size, Rounding::nearest))
        .boolean("isBestMatch", true)
        .boolean("isBuyerMaker", p.buyer_maker)
        .end_object();
  }
  call.out.end_array();
}

void get_klines(Call& call) {
  recent_klines(call, CandlePrice::last);
}
void get_index_klines(Call& call) {
  recent_klines(call, CandlePrice::index);
}
void get_mark_klines(Call& call) {
  recent_klines(call, CandlePrice::mark);
}

/// Both bounds are inclusive; of what lies between them the newest rows come, at most 100. With a
/// start alone, the rows that follow it.
void get_history_klines(Call& call) {
  const Symbol s = call.in.required_symbol(call.core);
  const CandleInterval length = interval(call);
  const std::string type = call.in.text("priceType").value_or("LAST");
  if (type != "LAST" && type != "MARK" && type != "INDEX") {
    throw parameter_invalid("priceType");
  }
  const CandlePrice price = type == "LAST"   ? CandlePrice::last
                            : type == "MARK" ? CandlePrice::mark
                                             : CandlePrice::index;
  const auto limit = static_cast<std::size_t>(call.in.integer("limit", 1, 100).value_or(100));
  const auto start = call.in.stamp("startTime"), end = call.in.stamp("endTime");
  if (start && end && *start > *end) {
    throw start_after_end();
  }
  const CandleStore& candles = call.core.candles(s);
  write_klines(call, s, length,
               start && !end ? candles.rows_from(length, price, limit, *start)
                             : candles.rows(length, price, limit, start.value_or(Timestamp{}),
                                            end.value_or(kForever)));
}

} // namespace rg::exchange::v3
