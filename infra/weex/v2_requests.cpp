// Our requests as v2 spells them (weex-api §8–§12): bodies, targets, weights, socket messages.

#include "infra/weex/request_text.hpp"
#include "infra/weex/v2_codec.hpp"

#include <fmt/format.h>

#include <iterator>
#include <stdexcept>

namespace rg::weex {

using namespace wire;

namespace {

std::string symbol_parameter(const Query& q, const char* before) {
  return q.all_symbols ? std::string() : fmt::format("{}symbol={}", before, q.symbol.name());
}

/// "1" open long, "2" open short, "3" close long, "4" close short.
char type_digit(PositionSide position, bool opens) {
  const bool is_long = position == PositionSide::long_side;
  return opens ? (is_long ? '1' : '2') : (is_long ? '3' : '4');
}

WireRequest encode_change(const PlaceOrder& o) {
  fmt::memory_buffer body;
  const auto out = std::back_inserter(body);
  const bool market = o.limit.is_zero();
  fmt::format_to(
      out,
      R"({{"symbol":"{}","client_oid":"{}","size":"{}","type":"{}","order_type":"{}","match_price":"{}")",
      o.symbol.name(), o.client_id.text(), NumberText(o.quantity.raw()).text(),
      type_digit(o.position, o.opens), o.post_only && !market ? '1' : '0', market ? '1' : '0');
  if (!market) {
    fmt::format_to(out, R"(,"price":"{}")", NumberText(o.limit.raw()).text());
  }
  if (o.preset_stop.is_positive()) {
    fmt::format_to(out, R"(,"presetStopLossPrice":"{}")", NumberText(o.preset_stop.raw()).text());
  }
  body.push_back('}');
  return post("/capi/v2/order/placeOrder", 5, fmt::to_string(body));
}

WireRequest encode_change(const CancelOrder& c) {
  return post("/capi/v2/order/cancel_order", 3,
              c.venue_id != 0 ? fmt::format(R"({{"orderId":"{}"}})", c.venue_id)
                              : fmt::format(R"({{"clientOid":"{}"}})", c.client_id.text()));
}

WireRequest encode_change(const PlaceStop& s) {
  return post(
      "/capi/v2/order/placeTpSlOrder", 5,
      fmt::format(
          R"({{"symbol":"{}","clientOrderId":"{}","planType":"loss_plan","triggerPrice":"{}",)"
          R"("executePrice":"0","size":"{}","positionSide":"{}"}})",
          s.symbol.name(), s.client_id.text(), NumberText(s.trigger.raw()).text(),
          NumberText(s.quantity.raw()).text(), to_string(s.position)));
}

WireRequest encode_change(const CancelStop& c) {
  // camelCase: the same call with order_id is refused (weex-api §10.11).
  return post("/capi/v2/order/cancel_plan", 3, fmt::format(R"({{"orderId":"{}"}})", c.venue_id));
}

WireRequest encode_change(const CancelAll& c) {
  const char* const kind = c.triggers ? "plan" : "normal";
  return post("/capi/v2/order/cancelAllOrders", 50,
              c.all_symbols ? fmt::format(R"({{"cancelOrderType":"{}"}})", kind)
                            : fmt::format(R"({{"symbol":"{}","cancelOrderType":"{}"}})",
                                          c.symbol.name(), kind));
}

WireRequest encode_change(const SetLeverage& l) {
  return post(
      "/capi/v2/account/leverage", 20,
      fmt::format(R"({{"symbol":"{}","marginMode":1,"longLeverage":"{}","shortLeverage":"{}"}})",
                  l.symbol.name(), l.leverage, l.leverage));
}

} // namespace

WireRequest V2Codec::encode(const ChangeRequest& request) const {
  return std::visit([](const auto& r) { return encode_change(r); }, request);
}

WireRequest V2Codec::encode(const Query& q, const PageState& page) const {
  switch (q.kind) {
  case QueryKind::contracts:
    return get("/capi/v2/market/contracts" + symbol_parameter(q, "?"), 10, false);
  case QueryKind::account:
    return get("/capi/v2/account/assets", 10);
  case QueryKind::positions:
    return q.all_symbols
               ? get("/capi/v2/account/position/allPosition", 15)
               : get("/capi/v2/account/position/singlePosition" + symbol_parameter(q, "?"), 3);
  case QueryKind::open_orders:
    return get(fmt::format("/capi/v2/order/current?limit={}&page={}{}", kRowsPerPage, page.page,
                           symbol_parameter(q, "&")),
               2);
  case QueryKind::trigger_orders:
    return get(fmt::format("/capi/v2/order/currentPlan?limit={}&page={}{}", kRowsPerPage, page.page,
                           symbol_parameter(q, "&")),
               3);
  case QueryKind::order_history: {
    std::string target =
        fmt::format("/capi/v2/order/history?pageSize={}{}", kRowsPerPage, symbol_parameter(q, "&"));
    if (q.since > Timestamp{}) {
      target += fmt::format("&createDate={}", q.since.ms());
    }
    if (page.until > Timestamp{}) {
      target += fmt::format("&endCreateDate={}", page.until.ms());
    }
    return get(std::move(target), 10);
  }
  case QueryKind::fills:
    return get(fmt::format("/capi/v2/order/fills?limit={}{}{}", kRowsPerPage,
                           symbol_parameter(q, "&"), time_range(q, page)),
               5);
  case QueryKind::leverage:
    return get("/capi/v2/account/settings" + symbol_parameter(q, "?"), 1);
  case QueryKind::bills: {
    std::string body = fmt::format(R"({{"coin":"USDT","limit":{})", kRowsPerPage);
    if (!q.all_symbols) {
      body += fmt::format(R"(,"symbol":"{}")", q.symbol.name());
    }
    if (q.since > Timestamp{}) {
      body += fmt::format(R"(,"startTime":{})", q.since.ms());
    }
    if (page.until > Timestamp{}) {
      body += fmt::format(R"(,"endTime":{})", page.until.ms());
    }
    return post("/capi/v2/account/bills", 5, body + "}");
  }
  case QueryKind::server_time:
    return get("/capi/v2/market/time", 1, false);
  }
  throw std::invalid_argument("unknown question to the venue");
}

WireRequest V2Codec::encode_candles(Symbol symbol, Duration interval, int limit) const {
  return get(fmt::format("/capi/v2/market/candles?symbol={}&granularity={}&limit={}", symbol.name(),
                         interval_word(interval), limit),
             1, false);
}

WireRequest V2Codec::encode_history_candles(Symbol symbol, Duration interval, Timestamp end,
                                            int limit) const {
  return get(
      fmt::format("/capi/v2/market/historyCandles?symbol={}&granularity={}&limit={}&endTime={}",
                  symbol.name(), interval_word(interval), limit, end.ms()),
      5, false);
}

WireRequest V2Codec::encode(InfoKind kind, Symbol symbol) const {
  const auto ask = [symbol](const char* path, const char* rest, int weight) {
    return get(fmt::format("/capi/v2/market/{}?symbol={}{}", path, symbol.name(), rest), weight,
               false);
  };
  switch (kind) {
  case InfoKind::prices:
    return ask("ticker", "", 1);
  case InfoKind::book:
    return ask("depth", "&limit=15", 1);
  case InfoKind::trades:
    return ask("trades", "&limit=20", 5);
  case InfoKind::funding:
    return ask("currentFundRate", "", 1);
  case InfoKind::funding_history:
    return ask("getHistoryFundRate", "&limit=10", 5);
  case InfoKind::open_interest:
    return ask("open_interest", "", 2);
  case InfoKind::fees:
    return get("/capi/v2/account/getAccounts", 5);
  }
  throw std::invalid_argument("unknown question about a market");
}

WireRequest V2Codec::encode_modes_question() const {
  return get("/capi/v2/account/getAccount?coin=USDT", 1);
}

/// The margin mode is required, so both always go along: 1 cross, 3 isolated; 1 combined, 2 apart.
WireRequest V2Codec::encode(const PairModes& wanted) const {
  return post("/capi/v2/account/position/changeHoldModel", 50,
              fmt::format(R"({{"symbol":"{}","marginMode":{},"separatedMode":{}}})",
                          wanted.symbol.name(), wanted.cross ? 1 : 3, wanted.combined ? 1 : 2));
}

WireRequest V2Codec::encode_trigger_history(Symbol symbol, const PageState& page) const {
  return get(fmt::format("/capi/v2/order/historyPlan?symbol={}&pageSize={}{}", symbol.name(),
                         kRowsPerPage, time_range({}, page)),
             10);
}

WireRequest V2Codec::encode(const AiLogUpload& upload) const {
  return post("/capi/v2/order/uploadAiLog", 1, ai_log_body(upload));
}

std::vector<std::string> V2Codec::private_channels() const {
  return {"account", "positions", "fill", "orders"};
}

std::vector<std::string> V2Codec::public_channels(Symbol symbol) const {
  return {fmt::format("kline.LAST_PRICE.{}.MINUTE_1", symbol.name()),
          fmt::format("trades.{}", symbol.name()), fmt::format("ticker.{}", symbol.name()),
          depth_channel(symbol)};
}

std::string V2Codec::depth_channel(Symbol symbol) const {
  return fmt::format("depth.{}.15", symbol.name());
}

std::string V2Codec::subscribe(std::string_view channel) const {
  return fmt::format(R"({{"event":"subscribe","channel":"{}"}})", channel);
}
std::string V2Codec::unsubscribe(std::string_view channel) const {
  return fmt::format(R"({{"event":"unsubscribe","channel":"{}"}})", channel);
}
std::string V2Codec::pong(std::string_view ping_time) const {
  return fmt::format(R"({{"event":"pong","time":"{}"}})", ping_time);
}

} // namespace rg::weex
