// Our requests as v2 spells them (weex-api §8–§12): bodies, targets, weights, socket messages.

#include "infra/weex/v2_codec.hpp"

#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace rg::weex {

namespace {

/// Shortest plain decimal text, without allocating.
struct NumberText {
  explicit NumberText(std::int64_t units) : end(fixed::format_to(chars, units)) {}
  char chars[24];
  const char* end;
  [[nodiscard]] std::string_view text() const {
    return {chars, static_cast<std::size_t>(end - chars)};
  }
};

WireRequest post(const char* path, int weight, std::string body) {
  return {"POST", path, std::move(body), true, weight};
}
WireRequest get(std::string target, int weight, bool is_private = true) {
  return {"GET", std::move(target), {}, is_private, weight};
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

constexpr int kPageRows = 100;

std::string symbol_parameter(const Query& q, const char* before) {
  return q.all_symbols ? std::string() : fmt::format("{}symbol={}", before, q.symbol.name());
}

std::string interval_word(Duration interval) {
  struct Row {
    std::chrono::minutes length;
    const char* word;
  };
  using std::chrono::minutes;
  constexpr Row kRows[] = {{minutes(1), "1m"},    {minutes(5), "5m"},    {minutes(15), "15m"},
                           {minutes(30), "30m"},  {minutes(60), "1h"},   {minutes(240), "4h"},
                           {minutes(720), "12h"}, {minutes(1440), "1d"}, {minutes(10080), "1w"}};
  for (const Row& row : kRows) {
    if (interval == row.length) {
      return row.word;
    }
  }
  throw std::invalid_argument("the venue has no candles of this interval");
}

/// startTime, and endTime where a page ends.
std::string time_range(const Query& q, const PageState& page) {
  std::string out;
  if (q.since > Timestamp{}) {
    out += fmt::format("&startTime={}", q.since.ms());
  }
  if (page.until > Timestamp{}) {
    out += fmt::format("&endTime={}", page.until.ms());
  }
  return out;
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
    return get(fmt::format("/capi/v2/order/current?limit={}&page={}{}", kPageRows, page.page,
                           symbol_parameter(q, "&")),
               2);
  case QueryKind::trigger_orders:
    return get(fmt::format("/capi/v2/order/currentPlan?limit={}&page={}{}", kPageRows, page.page,
                           symbol_parameter(q, "&")),
               3);
  case QueryKind::order_history: {
    std::string target =
        fmt::format("/capi/v2/order/history?pageSize={}{}", kPageRows, symbol_parameter(q, "&"));
    if (q.since > Timestamp{}) {
      target += fmt::format("&createDate={}", q.since.ms());
    }
    if (page.until > Timestamp{}) {
      target += fmt::format("&endCreateDate={}", page.until.ms());
    }
    return get(std::move(target), 10);
  }
  case QueryKind::fills:
    return get(fmt::format("/capi/v2/order/fills?limit={}{}{}", kPageRows, symbol_parameter(q, "&"),
                           time_range(q, page)),
               5);
  case QueryKind::leverage:
    return get("/capi/v2/account/settings" + symbol_parameter(q, "?"), 1);
  case QueryKind::bills: {
    std::string body = fmt::format(R"({{"coin":"USDT","limit":{})", kPageRows);
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

namespace {

/// At most 1000 characters (not bytes) of valid UTF-8, ended at a sentence where there is one in
/// the second half.
std::string cut_explanation(const std::string& text) {
  constexpr std::size_t kMost = 1000;
  std::size_t characters = 0, end = text.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U && ++characters > kMost) {
      end = i;
      break;
    }
  }
  if (end == text.size()) {
    return text;
  }
  const std::size_t sentence = text.rfind(". ", end - 1);
  return text.substr(0,
                     sentence != std::string::npos && sentence + 1 > end / 2 ? sentence + 1 : end);
}

nlohmann::ordered_json object_or_empty(const std::string& text) {
  auto parsed = nlohmann::ordered_json::parse(text, nullptr, false);
  return parsed.is_object() ? parsed : nlohmann::ordered_json::object();
}

} // namespace

WireRequest V2Codec::encode(const AiLogUpload& upload) const {
  nlohmann::ordered_json body;
  if (upload.order_id != 0) {
    body["orderId"] = upload.order_id; // an integer literal: the ids exceed a double
  } else {
    body["orderId"] = nullptr;
  }
  body["stage"] = upload.stage;
  body["model"] = upload.model;
  body["input"] = object_or_empty(upload.input_json);
  body["output"] = object_or_empty(upload.output_json);
  body["explanation"] = cut_explanation(upload.explanation);
  return post("/capi/v2/order/uploadAiLog", 1,
              body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
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

std::unique_ptr<Codec> make_codec(const std::string& api) {
  if (api == "v2") {
    return std::make_unique<V2Codec>();
  }
  throw std::invalid_argument("exchange.api: '" + api + "' is not supported");
}

} // namespace rg::weex
