// Our requests as v3 spells them (weex-api §16): bodies, targets, weights, socket messages. Where
// the sources name different weights the larger one counts.

#include "infra/weex/request_text.hpp"
#include "infra/weex/v3_channels.hpp"
#include "infra/weex/v3_codec.hpp"

#include <fmt/format.h>

#include <iterator>
#include <stdexcept>

namespace rg::weex {

using namespace wire;

namespace {

/// userTrades looks back seven days at most.
constexpr Duration kFillsWindow = std::chrono::hours(24 * 7);

WireRequest drop(std::string target, int weight) { // parameters stand in the query and are signed
  return {"DELETE", std::move(target), {}, true, weight};
}

const char* side_word(PositionSide position, bool opens) {
  return (position == PositionSide::long_side) == opens ? "BUY" : "SELL";
}
const char* position_word(PositionSide position) {
  return position == PositionSide::long_side ? "LONG" : "SHORT";
}

/// A close is told by side and positionSide; reduceOnly is not reliable here.
WireRequest encode_change(const PlaceOrder& o) {
  fmt::memory_buffer body;
  const auto out = std::back_inserter(body);
  const bool market = o.limit.is_zero();
  fmt::format_to(
      out,
      R"({{"symbol":"{}","side":"{}","positionSide":"{}","type":"{}","quantity":"{}","newClientOrderId":"{}")",
      o.symbol.compact(), side_word(o.position, o.opens), position_word(o.position),
      market ? "MARKET" : "LIMIT", NumberText(o.quantity.raw()).text(), o.client_id.text());
  if (!market) {
    fmt::format_to(out, R"(,"price":"{}","timeInForce":"{}")", NumberText(o.limit.raw()).text(),
                   o.post_only ? "POST_ONLY" : "GTC");
  }
  if (o.preset_stop.is_positive()) {
    fmt::format_to(out, R"(,"slTriggerPrice":"{}","SlWorkingType":"CONTRACT_PRICE")",
                   NumberText(o.preset_stop.raw()).text());
  }
  body.push_back('}');
  return post("/capi/v3/order", 5, fmt::to_string(body));
}

WireRequest encode_change(const CancelOrder& c) {
  return drop(c.venue_id != 0
                  ? fmt::format("/capi/v3/order?orderId={}", c.venue_id)
                  : fmt::format("/capi/v3/order?origClientOrderId={}", c.client_id.text()),
              3);
}

WireRequest encode_change(const PlaceStop& s) {
  return post("/capi/v3/placeTpSlOrder", 5,
              fmt::format(R"({{"symbol":"{}","clientAlgoId":"{}","planType":"STOP_LOSS",)"
                          R"("triggerPrice":"{}","triggerPriceType":"CONTRACT_PRICE",)"
                          R"("executePrice":"0","quantity":"{}","positionSide":"{}"}})",
                          s.symbol.compact(), s.client_id.text(),
                          NumberText(s.trigger.raw()).text(), NumberText(s.quantity.raw()).text(),
                          position_word(s.position)));
}

WireRequest encode_change(const CancelStop& c) {
  return drop(fmt::format("/capi/v3/algoOrder?orderId={}", c.venue_id), 3);
}

WireRequest encode_change(const CancelAll& c) {
  std::string target = c.triggers ? "/capi/v3/algoOpenOrders" : "/capi/v3/allOpenOrders";
  if (!c.all_symbols) {
    target += fmt::format("?symbol={}", c.symbol.compact());
  }
  return drop(std::move(target), 10);
}

WireRequest encode_change(const SetLeverage& l) {
  return post("/capi/v3/account/leverage", 20,
              fmt::format(R"({{"symbol":"{}","marginType":"CROSSED","crossLeverage":"{}"}})",
                          l.symbol.compact(), l.leverage));
}

std::string symbol_parameter(const Query& q, const char* before) {
  return q.all_symbols ? std::string() : fmt::format("{}symbol={}", before, q.symbol.compact());
}

/// Pages of all lists end where the last one began: how v3 counts pages is not documented.
std::string list_target(const char* path, const Query& q, const PageState& page) {
  return fmt::format("/capi/v3/{}?limit={}{}{}", path, kRowsPerPage, symbol_parameter(q, "&"),
                     time_range(q, page));
}

/// The first page asks for the newest fills whatever `since` is: a range that reaches back further
/// than the window is refused, and no clock is here to tell. Later pages reach as far as allowed.
std::string fills_target(const Query& q, const PageState& page) {
  Query range = q;
  range.since = Timestamp{};
  if (page.until > Timestamp{} && q.since > Timestamp{}) {
    range.since = std::max(q.since, page.until - kFillsWindow);
  }
  return list_target("userTrades", range, page);
}

} // namespace

WireRequest V3Codec::encode(const ChangeRequest& request) const {
  return std::visit([](const auto& r) { return encode_change(r); }, request);
}

WireRequest V3Codec::encode(const Query& q, const PageState& page) const {
  switch (q.kind) {
  case QueryKind::contracts:
    return get("/capi/v3/market/exchangeInfo" + symbol_parameter(q, "?"), 1, false);
  case QueryKind::account:
    return get("/capi/v3/account/balance", 10);
  case QueryKind::positions:
    return q.all_symbols
               ? get("/capi/v3/account/position/allPosition", 15)
               : get("/capi/v3/account/position/singlePosition" + symbol_parameter(q, "?"), 3);
  case QueryKind::open_orders:
    return get(list_target("openOrders", q, page), 10);
  case QueryKind::trigger_orders:
    return get(list_target("openAlgoOrders", q, page), 3);
  case QueryKind::order_history:
    return get(list_target("order/history", q, page), 10);
  case QueryKind::fills:
    return get(fills_target(q, page), 5);
  case QueryKind::leverage:
    return get("/capi/v3/account/symbolConfig" + symbol_parameter(q, "?"), 10);
  case QueryKind::bills: {
    std::string body = fmt::format(R"({{"asset":"USDT","limit":{})", kRowsPerPage);
    if (!q.all_symbols) {
      body += fmt::format(R"(,"symbol":"{}")", q.symbol.compact());
    }
    if (q.since > Timestamp{}) {
      body += fmt::format(R"(,"startTime":{})", q.since.ms());
    }
    if (page.until > Timestamp{}) {
      body += fmt::format(R"(,"endTime":{})", page.until.ms());
    }
    return post("/capi/v3/account/income", 5, body + "}");
  }
  case QueryKind::server_time:
    return get("/capi/v3/market/time", 1, false);
  }
  throw std::invalid_argument("unknown question to the venue");
}

WireRequest V3Codec::encode_candles(Symbol symbol, Duration interval, int limit) const {
  return get(fmt::format("/capi/v3/market/klines?symbol={}&interval={}&limit={}", symbol.compact(),
                         interval_word(interval), limit),
             1, false);
}

WireRequest V3Codec::encode_history_candles(Symbol symbol, Duration interval, Timestamp end,
                                            int limit) const {
  return get(fmt::format("/capi/v3/market/historyKlines?symbol={}&interval={}&limit={}&endTime={}",
                         symbol.compact(), interval_word(interval), limit, end.ms()),
             5, false);
}

WireRequest V3Codec::encode(InfoKind kind, Symbol symbol) const {
  const auto ask = [symbol](const char* path, const char* rest, int weight) {
    return get(fmt::format("/capi/v3/market/{}?symbol={}{}", path, symbol.compact(), rest), weight,
               false);
  };
  switch (kind) {
  case InfoKind::prices:
    return ask("ticker/24hr", "", 40);
  case InfoKind::book:
    return ask("depth", "&limit=15", 1);
  case InfoKind::trades:
    return ask("trades", "&limit=20", 5);
  case InfoKind::funding:
    return ask("premiumIndex", "", 1);
  case InfoKind::funding_history:
    return ask("fundingRate", "&limit=10", 5);
  case InfoKind::open_interest:
    return ask("openInterest", "", 2);
  case InfoKind::fees:
    return get(fmt::format("/capi/v3/account/commissionRate?symbol={}", symbol.compact()), 10);
  }
  throw std::invalid_argument("unknown question about a market");
}

WireRequest V3Codec::encode_modes_question() const {
  return get("/capi/v3/account/symbolConfig", 10);
}

WireRequest V3Codec::encode(const PairModes& wanted) const {
  return post("/capi/v3/account/marginType", 50,
              fmt::format(R"({{"symbol":"{}","marginType":"{}","separatedType":"{}"}})",
                          wanted.symbol.compact(), wanted.cross ? "CROSSED" : "ISOLATED",
                          wanted.combined ? "COMBINED" : "SEPARATED"));
}

WireRequest V3Codec::encode_trigger_history(Symbol symbol, const PageState& page) const {
  Query query;
  query.all_symbols = false;
  query.symbol = symbol;
  return get(list_target("allAlgoOrders", query, page), 10);
}

WireRequest V3Codec::encode(const AiLogUpload& upload) const {
  return post("/capi/v3/order/uploadAiLog", 1, ai_log_body(upload));
}

std::vector<std::string> V3Codec::private_channels() const {
  return {"account", "positions", "fill", "orders"};
}

std::vector<std::string> V3Codec::public_channels(Symbol symbol) const {
  return {v3::public_channel(FrameKind::candles, symbol),
          v3::public_channel(FrameKind::trades, symbol),
          v3::public_channel(FrameKind::ticker, symbol), depth_channel(symbol)};
}

std::string V3Codec::depth_channel(Symbol symbol) const {
  return v3::public_channel(FrameKind::depth, symbol);
}

std::string V3Codec::subscribe(std::string_view channel) const {
  return fmt::format(R"({{"id":"{}","method":"SUBSCRIBE","params":["{}"]}})",
                     v3::number_of(channel), channel);
}
std::string V3Codec::unsubscribe(std::string_view channel) const {
  return fmt::format(R"({{"id":"{}","method":"UNSUBSCRIBE","params":["{}"]}})",
                     v3::number_of(channel) + v3::kUnsubscribe, channel);
}
std::string V3Codec::pong(std::string_view ping_time) const {
  return fmt::format(R"({{"id":"{}","method":"PONG"}})", ping_time);
}

} // namespace rg::weex
