// What leaves for the v3 venue, byte for byte.

#include "infra/weex/signer.hpp"
#include "infra/weex/v3_codec.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/weex/padded.hpp"

namespace rg::weex::test {

namespace {

const V3Codec kCodec;

WireRequest ask(QueryKind kind, const PageState& page = {}, Timestamp since = {}) {
  Query query;
  query.kind = kind;
  query.since = since;
  return kCodec.encode(query, page);
}
PlaceOrder entry() {
  PlaceOrder order;
  order.client_id = *ClientOrderId::parse("rg0000aa-btc-1735690500000-s-e1");
  order.symbol = kBtc;
  order.quantity = quantity("0.0001");
  order.limit = price("100000");
  return order;
}

} // namespace

TEST_CASE("v3: an entry names side, position side, type and client id", "[unit][weex][v3]") {
  PlaceOrder order = entry();
  order.post_only = true;
  order.preset_stop = price("95000.5");
  const WireRequest r = kCodec.encode(order);
  CHECK(std::string(r.method) == "POST");
  CHECK(r.target == "/capi/v3/order");
  CHECK(r.weight == 5);
  CHECK(
      r.body ==
      R"({"symbol":"BTCUSDT","side":"BUY","positionSide":"LONG","type":"LIMIT","quantity":"0.0001",)"
      R"("newClientOrderId":"rg0000aa-btc-1735690500000-s-e1","price":"100000",)"
      R"("timeInForce":"POST_ONLY","slTriggerPrice":"95000.5","SlWorkingType":"CONTRACT_PRICE"})");
}

TEST_CASE("v3: each of the four directions is a pair of words, never reduceOnly",
          "[unit][weex][v3]") {
  struct Case {
    PositionSide position;
    bool opens;
    const char* words;
  };
  for (const Case& c :
       {Case{PositionSide::long_side, true, R"("side":"BUY","positionSide":"LONG")"},
        Case{PositionSide::short_side, true, R"("side":"SELL","positionSide":"SHORT")"},
        Case{PositionSide::long_side, false, R"("side":"SELL","positionSide":"LONG")"},
        Case{PositionSide::short_side, false, R"("side":"BUY","positionSide":"SHORT")"}}) {
    PlaceOrder order = entry();
    order.position = c.position;
    order.opens = c.opens;
    order.limit = Price{};
    order.post_only = true; // means nothing for a market order
    const std::string body = kCodec.encode(order).body;
    INFO(body);
    CHECK(body.find(c.words) != std::string::npos);
    CHECK(body.find(R"("type":"MARKET")") != std::string::npos);
    CHECK(body.find("reduceOnly") == std::string::npos);
    CHECK(body.find("timeInForce") == std::string::npos);
    CHECK(body.find("\"price\"") == std::string::npos);
  }
}

TEST_CASE("v3: our client ids fit the venue's pattern", "[unit][weex][v3]") {
  // The pattern of the document: [\.A-Z\:/a-z0-9_-]{1,36}
  const auto fits = [](std::string_view id) {
    return !id.empty() && id.size() <= 36 && std::all_of(id.begin(), id.end(), [](unsigned char c) {
      return std::isalnum(c) != 0 ||
             std::string_view(".:/_-").find(static_cast<char>(c)) != std::string_view::npos;
    });
  };
  CHECK(ClientOrderId::kMaxLength == 36);
  for (const char* id : {"rg0000aa-btc-1735690500000-s-e1", "rg_9-x"}) {
    CHECK(fits(ClientOrderId::parse(id)->text()));
  }
  CHECK_FALSE(ClientOrderId::parse(std::string(37, 'a')));
  CHECK_FALSE(ClientOrderId::parse("a b"));
}

TEST_CASE("v3: cancels and sweeps are DELETE with signed queries", "[unit][weex][v3]") {
  CancelOrder cancel;
  cancel.venue_id = 702345678901234567;
  const WireRequest r = kCodec.encode(cancel);
  CHECK(std::string(r.method) == "DELETE");
  CHECK(r.target == "/capi/v3/order?orderId=702345678901234567");
  CHECK(r.body.empty());
  const Signer signer(Secret("rg-demo-secret-0123456789abcdef"));
  CHECK(signer.sign("1765423487896", r.method, r.target, r.body).text() ==
        "s1NrvSZPC3B85RpYTgvHG8QV/TvoWoIQSRSzN8IJHyE=");
  cancel = {*ClientOrderId::parse("rg-1"), kBtc, 0};
  CHECK(kCodec.encode(cancel).target == "/capi/v3/order?origClientOrderId=rg-1");
  CHECK(kCodec.encode(CancelStop{kBtc, 9}).target == "/capi/v3/algoOrder?orderId=9");
  CHECK(kCodec.encode(CancelAll{true, {}, false}).target == "/capi/v3/allOpenOrders");
  CHECK(kCodec.encode(CancelAll{false, kEth, false}).target ==
        "/capi/v3/allOpenOrders?symbol=ETHUSDT");
  CHECK(kCodec.encode(CancelAll{false, kEth, true}).target ==
        "/capi/v3/algoOpenOrders?symbol=ETHUSDT");
}

TEST_CASE("v3: stops and leverage", "[unit][weex][v3]") {
  PlaceStop stop;
  stop.client_id = *ClientOrderId::parse("rg-s");
  stop.symbol = kDoge;
  stop.position = PositionSide::short_side;
  stop.quantity = quantity("300");
  stop.trigger = price("0.0931");
  const WireRequest r = kCodec.encode(stop);
  CHECK(r.target == "/capi/v3/placeTpSlOrder");
  CHECK(r.body == R"({"symbol":"DOGEUSDT","clientAlgoId":"rg-s","planType":"STOP_LOSS",)"
                  R"("triggerPrice":"0.0931","triggerPriceType":"CONTRACT_PRICE",)"
                  R"("executePrice":"0","quantity":"300","positionSide":"SHORT"})");
  const WireRequest l = kCodec.encode(SetLeverage{kEth, 5});
  CHECK(l.target == "/capi/v3/account/leverage");
  CHECK(l.body == R"({"symbol":"ETHUSDT","marginType":"CROSSED","crossLeverage":"5"})");
}

TEST_CASE("v3: questions, their weights and their pages", "[unit][weex][v3]") {
  CHECK(ask(QueryKind::contracts).target == "/capi/v3/market/exchangeInfo");
  CHECK_FALSE(ask(QueryKind::contracts).is_private);
  CHECK(ask(QueryKind::account).target == "/capi/v3/account/balance");
  CHECK(ask(QueryKind::positions).weight == 15);
  CHECK(ask(QueryKind::leverage).target == "/capi/v3/account/symbolConfig");
  CHECK(ask(QueryKind::server_time).target == "/capi/v3/market/time");
  CHECK(ask(QueryKind::open_orders).target == "/capi/v3/openOrders?limit=100");
  CHECK(ask(QueryKind::trigger_orders).target == "/capi/v3/openAlgoOrders?limit=100");
  PageState second;
  second.page = 1;
  second.until = ms(1'764'400'000'000);
  CHECK(ask(QueryKind::order_history, second, ms(1'764'000'000'000)).target ==
        "/capi/v3/order/history?limit=100&startTime=1764000000000&endTime=1764400000000");
  CHECK(ask(QueryKind::bills, second).body ==
        R"({"asset":"USDT","limit":100,"endTime":1764400000000})");
  CHECK(kCodec.encode_candles(kBtc, std::chrono::minutes(1), 20).target ==
        "/capi/v3/market/klines?symbol=BTCUSDT&interval=1m&limit=20");
  CHECK(kCodec.encode_history_candles(kBtc, std::chrono::hours(4), second.until, 100).target ==
        "/capi/v3/market/historyKlines?symbol=BTCUSDT&interval=4h&limit=100&endTime=1764400000000");
}

TEST_CASE("v3: fills are asked from the newest back, seven days at a time", "[unit][weex][v3]") {
  const Timestamp since = ms(1'760'000'000'000);
  CHECK(ask(QueryKind::fills, {}, since).target == "/capi/v3/userTrades?limit=100");
  PageState page;
  page.page = 1;
  page.until = ms(1'764'400'000'000);
  const std::int64_t week = std::int64_t{7} * 24 * 3'600'000;
  CHECK(ask(QueryKind::fills, page, since).target ==
        "/capi/v3/userTrades?limit=100&startTime=" + std::to_string(1'764'400'000'000 - week) +
            "&endTime=1764400000000");
  CHECK(ask(QueryKind::fills, page, page.until - std::chrono::hours(1)).target ==
        "/capi/v3/userTrades?limit=100&startTime=1764396400000&endTime=1764400000000");
}

TEST_CASE("v3: socket messages, and acks that find back to their channel", "[unit][weex][v3]") {
  V3Codec codec;
  CHECK(codec.public_channels(kBtc) == std::vector<std::string>{"BTCUSDT@kline_1m_LAST_PRICE",
                                                                "BTCUSDT@trade", "BTCUSDT@ticker",
                                                                "BTCUSDT@depth15"});
  CHECK(codec.pong("1776078750000") == R"({"id":"1776078750000","method":"PONG"})");
  PublicFrame frame;
  std::set<std::string> numbers;
  for (const Symbol s : Symbol::all()) {
    for (const std::string& channel : codec.public_channels(s)) {
      const std::string text = codec.subscribe(channel);
      CHECK(text.find(R"("method":"SUBSCRIBE","params":[")" + channel + "\"]") !=
            std::string::npos);
      const std::string id = text.substr(7, text.find('"', 7) - 7);
      CHECK(numbers.insert(id).second);
      for (const std::string& told : {id, "\"" + id + "\""}) { // as a number or as we sent it
        const std::string ack = R"({"result":true,"id":)" + told + "}";
        REQUIRE(codec.decode(Padded(ack), frame) == ParseError::none);
        CHECK(frame.kind == FrameKind::subscribed);
        CHECK(frame.channel == channel);
      }
      const std::string leave = codec.unsubscribe(channel);
      const std::string gone =
          R"({"result":true,"id":")" + leave.substr(7, leave.find('"', 7) - 7) + "\"}";
      REQUIRE(codec.decode(Padded(gone), frame) == ParseError::none);
      CHECK(frame.kind == FrameKind::unsubscribed);
    }
  }
  PrivateFrame news;
  for (const std::string& channel : codec.private_channels()) {
    const std::string text = codec.subscribe(channel);
    const std::string ack =
        R"({"result":true,"id":")" + text.substr(7, text.find('"', 7) - 7) + "\"}";
    REQUIRE(codec.decode(Padded(ack), news) == ParseError::none);
    CHECK(news.channel == channel);
  }
}

TEST_CASE("the stream's address follows the generation unless a proxy's path is given",
          "[unit][weex][v3]") {
  CHECK(stream_url("wss://h:1/v2/ws/public", "/v3/ws/public") == "wss://h:1/v3/ws/public");
  CHECK(stream_url("wss://h/v3/ws/private", "/v2/ws/private") == "wss://h/v2/ws/private");
  CHECK(stream_url("wss://h", "/v3/ws/public") == "wss://h/v3/ws/public");
  CHECK(stream_url("wss://h/", "/v3/ws/public") == "wss://h/v3/ws/public");
  CHECK(stream_url("wss://h/weex/stream", "/v3/ws/public") == "wss://h/weex/stream");
}

} // namespace rg::weex::test
