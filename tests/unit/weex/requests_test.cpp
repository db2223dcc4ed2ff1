// What leaves this machine, byte by byte.

#include "infra/weex/v2_codec.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/weex/padded.hpp"

#include <nlohmann/json.hpp>

namespace rg::weex::test {

namespace {

ClientOrderId client_id(const char* text) {
  return *ClientOrderId::parse(text);
}

Query query(QueryKind kind, std::optional<Symbol> symbol = {}, Timestamp since = {}) {
  Query q;
  q.kind = kind;
  q.all_symbols = !symbol;
  q.symbol = symbol.value_or(Symbol{});
  q.since = since;
  return q;
}

} // namespace

TEST_CASE("orders are spelled as the venue's reference has them", "[unit][weex]") {
  const V2Codec codec;
  PlaceOrder limit{client_id("rg-0001"),
                   kBtc,
                   PositionSide::long_side,
                   true,
                   quantity("0.0001"),
                   price("100000"),
                   false,
                   {}};
  const WireRequest plain = codec.encode(ChangeRequest(limit));
  CHECK(std::string(plain.method) == "POST");
  CHECK(plain.target == "/capi/v2/order/placeOrder");
  CHECK(plain.is_private);
  CHECK(plain.weight == 5);
  CHECK(plain.body ==
        R"({"symbol":"cmt_btcusdt","client_oid":"rg-0001","size":"0.0001","type":"1",)"
        R"("order_type":"0","match_price":"0","price":"100000"})");
  limit.post_only = true;
  limit.preset_stop = price("95000.5");
  limit.position = PositionSide::short_side;
  CHECK(
      codec.encode(ChangeRequest(limit)).body ==
      R"({"symbol":"cmt_btcusdt","client_oid":"rg-0001","size":"0.0001","type":"2","order_type":"1",)"
      R"("match_price":"0","price":"100000","presetStopLossPrice":"95000.5"})");
  PlaceOrder market{client_id("x"), kDoge, PositionSide::short_side, false, quantity("300"), {},
                    true,           {}};
  CHECK(
      codec.encode(ChangeRequest(market)).body ==
      R"({"symbol":"cmt_dogeusdt","client_oid":"x","size":"300","type":"4","order_type":"0","match_price":"1"})");
  market.position = PositionSide::long_side;
  CHECK(codec.encode(ChangeRequest(market)).body.find(R"("type":"3")") != std::string::npos);
}

TEST_CASE("cancels, stops, sweeps and leverage", "[unit][weex]") {
  const V2Codec codec;
  const auto encoded = [&](const ChangeRequest& r) {
    const WireRequest w = codec.encode(r);
    return std::string(w.method) + " " + w.target + " " + w.body + " " + std::to_string(w.weight);
  };
  CHECK(encoded(CancelOrder{{}, kBtc, 596471064624628269}) ==
        R"(POST /capi/v2/order/cancel_order {"orderId":"596471064624628269"} 3)");
  CHECK(encoded(CancelOrder{client_id("rg-7"), kBtc, 0}) ==
        R"(POST /capi/v2/order/cancel_order {"clientOid":"rg-7"} 3)");
  CHECK(encoded(CancelStop{kBtc, 7}) == R"(POST /capi/v2/order/cancel_plan {"orderId":"7"} 3)");
  CHECK(
      encoded(PlaceStop{client_id("s1"), kEth, PositionSide::short_side, quantity("4.7"),
                        price("1947.19")}) ==
      R"(POST /capi/v2/order/placeTpSlOrder {"symbol":"cmt_ethusdt","clientOrderId":"s1",)"
      R"("planType":"loss_plan","triggerPrice":"1947.19","executePrice":"0","size":"4.7","positionSide":"short"} 5)");
  CHECK(
      encoded(CancelAll{false, kEth, true}) ==
      R"(POST /capi/v2/order/cancelAllOrders {"symbol":"cmt_ethusdt","cancelOrderType":"plan"} 50)");
  CHECK(encoded(CancelAll{true, {}, false}) ==
        R"(POST /capi/v2/order/cancelAllOrders {"cancelOrderType":"normal"} 50)");
  CHECK(
      encoded(SetLeverage{kBtc, 5}) ==
      R"(POST /capi/v2/account/leverage {"symbol":"cmt_btcusdt","marginMode":1,"longLeverage":"5","shortLeverage":"5"} 20)");
}

TEST_CASE("questions: paths, parameters, weights, and which are public", "[unit][weex]") {
  const V2Codec codec;
  struct Case {
    Query query;
    PageState page;
    const char* target;
    int weight;
    bool is_private;
  };
  PageState second;
  second.page = 1;
  second.until = ms(1'700'000'000'123);
  const Timestamp since = ms(1'600'000'000'000);
  const Case cases[] = {
      {query(QueryKind::contracts), {}, "/capi/v2/market/contracts", 10, false},
      {query(QueryKind::contracts, kBtc),
       {},
       "/capi/v2/market/contracts?symbol=cmt_btcusdt",
       10,
       false},
      {query(QueryKind::account), {}, "/capi/v2/account/assets", 10, true},
      {query(QueryKind::positions), {}, "/capi/v2/account/position/allPosition", 15, true},
      {query(QueryKind::positions, kEth),
       {},
       "/capi/v2/account/position/singlePosition?symbol=cmt_ethusdt",
       3,
       true},
      {query(QueryKind::open_orders), {}, "/capi/v2/order/current?limit=100&page=0", 2, true},
      {query(QueryKind::open_orders, kBtc), second,
       "/capi/v2/order/current?limit=100&page=1&symbol=cmt_btcusdt", 2, true},
      {query(QueryKind::trigger_orders),
       {},
       "/capi/v2/order/currentPlan?limit=100&page=0",
       3,
       true},
      {query(QueryKind::order_history, kBtc, since), second,
       "/capi/v2/order/"
       "history?pageSize=100&symbol=cmt_btcusdt&createDate=1600000000000&endCreateDate="
       "1700000000123",
       10, true},
      {query(QueryKind::fills), {}, "/capi/v2/order/fills?limit=100", 5, true},
      {query(QueryKind::fills, {}, since), second,
       "/capi/v2/order/fills?limit=100&startTime=1600000000000&endTime=1700000000123", 5, true},
      {query(QueryKind::leverage), {}, "/capi/v2/account/settings", 1, true},
      {query(QueryKind::server_time), {}, "/capi/v2/market/time", 1, false},
  };
  for (const Case& c : cases) {
    const WireRequest w = codec.encode(c.query, c.page);
    CHECK(w.target == c.target);
    CHECK(w.weight == c.weight);
    CHECK(w.is_private == c.is_private);
    CHECK(std::string(w.method) == "GET");
    CHECK(w.body.empty());
  }
  const WireRequest bills = codec.encode(query(QueryKind::bills, {}, since), second);
  CHECK(std::string(bills.method) == "POST");
  CHECK(bills.target == "/capi/v2/account/bills");
  CHECK(bills.body ==
        R"({"coin":"USDT","limit":100,"startTime":1600000000000,"endTime":1700000000123})");
}

TEST_CASE("candles know the venue's nine intervals and no other", "[unit][weex]") {
  using namespace std::chrono_literals;
  const V2Codec codec;
  CHECK(codec.encode_candles(kBtc, 1min, 1000).target ==
        "/capi/v2/market/candles?symbol=cmt_btcusdt&granularity=1m&limit=1000");
  CHECK(codec.encode_candles(kBtc, 24h, 5).target.find("granularity=1d") != std::string::npos);
  CHECK_FALSE(codec.encode_candles(kBtc, 15min, 5).is_private);
  CHECK_THROWS_AS(codec.encode_candles(kBtc, 2min, 5), std::invalid_argument);
  CHECK(codec.encode_history_candles(kBtc, 4h, ms(1'700'000'000'000), 100).target ==
        "/capi/v2/market/"
        "historyCandles?symbol=cmt_btcusdt&granularity=4h&limit=100&endTime=1700000000000");
}

TEST_CASE("AI logs carry ids as integers and at most 1000 characters ended at a sentence",
          "[unit][weex]") {
  const V2Codec codec;
  AiLogUpload log{702345678901234567, "Risk Assessment", "regimeguard",
                  R"({"a":1})",       "no object",       ""};
  std::string sentence = "Exposure was reduced — by half. ";
  while (log.explanation.size() < 3000) {
    log.explanation += sentence;
  }
  const WireRequest w = codec.encode(log);
  CHECK(w.target == "/capi/v2/order/uploadAiLog");
  CHECK(w.body.find(R"("orderId":702345678901234567)") != std::string::npos);
  const auto body = nlohmann::json::parse(w.body);
  CHECK(body["input"]["a"] == 1);
  CHECK(body["output"].is_object());
  const std::string text = body["explanation"];
  const auto characters = std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  });
  CHECK(characters <= 1000);
  CHECK(characters > 900);
  CHECK(text.ends_with("half."));
  log.order_id = 0;
  log.explanation = "a\xff\"b";
  const auto odd = nlohmann::json::parse(codec.encode(log).body); // invalid UTF-8 is replaced
  CHECK(odd["orderId"].is_null());
}

TEST_CASE("socket messages", "[unit][weex]") {
  const V2Codec codec;
  CHECK(codec.subscribe("orders") == R"({"event":"subscribe","channel":"orders"})");
  CHECK(codec.unsubscribe("depth.cmt_btcusdt.15") ==
        R"({"event":"unsubscribe","channel":"depth.cmt_btcusdt.15"})");
  CHECK(codec.pong("1693208170000") == R"({"event":"pong","time":"1693208170000"})");
  CHECK(codec.private_stream_path() == "/v2/ws/private");
  CHECK(codec.private_channels() ==
        std::vector<std::string>{"account", "positions", "fill", "orders"});
  CHECK(codec.public_channels(kBtc) ==
        std::vector<std::string>{"kline.LAST_PRICE.cmt_btcusdt.MINUTE_1", "trades.cmt_btcusdt",
                                 "ticker.cmt_btcusdt", "depth.cmt_btcusdt.15"});
  CHECK_THROWS_AS(make_codec("v9"), std::invalid_argument);
}

} // namespace rg::weex::test
