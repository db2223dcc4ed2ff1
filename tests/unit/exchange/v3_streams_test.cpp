// Websockets of v3: subscriptions, pushes, beats; and both generations side by side.

#include "tests/unit/exchange/v3_venue.hpp"

using namespace rg;
using namespace rg::exchange;
using namespace rg::exchange::test;

namespace {

std::vector<Json> of(const std::vector<Json>& messages, const std::string& event) {
  std::vector<Json> out;
  for (const Json& m : messages) {
    if (m.contains("e") && m["e"] == event) {
      out.push_back(m);
    }
  }
  return out;
}

} // namespace

TEST_CASE("v3: one request subscribes to several channels, snapshots come first",
          "[unit][exchange]") {
  V3Venue v;
  for (int i = 0; i < 8; ++i) {
    v.step("100000");
  }
  Client c = v.connect_public();
  V3Venue::say(
      c, "SUBSCRIBE",
      {"BTCUSDT@ticker", "BTCUSDT@kline_1m_LAST_PRICE", "BTCUSDT@depth15", "BTCUSDT@trade"}, "7");
  const auto first = c.take();
  REQUIRE(first.size() == 5);
  CHECK(first[0] == Json{{"result", true}, {"id", 7}});
  CHECK(shape(first[1]) == "e:s E:n s:s d:a");
  CHECK(shape(first[1]["d"][0]) == "p:s P:s w:s c:s o:s h:s l:s v:s q:s O:n C:n n:n m:s i:s");
  CHECK(first[2]["e"] == "klineSnapshot");
  CHECK(shape(first[2]) == "e:s E:n s:s p:s d:a");
  CHECK(shape(first[2]["d"][0]) == "t:n T:n s:s i:s o:s c:s h:s l:s v:s n:n q:s V:s Q:s");
  CHECK(first[2]["d"][0]["i"] == "1m");
  CHECK(first[3]["e"] == "depthSnapshot");
  CHECK(shape(first[3]) == "e:s E:n s:s U:n u:n l:n d:s b:a a:a");
  CHECK(first[3]["d"] == "SNAPSHOT");
  CHECK(first[3]["b"].size() == 15);
  CHECK(first[4]["e"] == "tradeSnapshot");
  CHECK(shape(first[4]["d"][0]) == "T:n t:s p:s q:s v:s m:b");

  v.tick("100500", 60ms);
  const auto later = c.take();
  const auto depth = of(later, "depth");
  REQUIRE(depth.size() == 1);
  CHECK(depth[0]["d"] == "CHANGED");
  CHECK(depth[0]["U"] == first[3]["u"]); // the chain: it begins where the last one ended
  CHECK(of(later, "kline").size() == 1);
  CHECK(of(later, "trade").size() == 1);
  CHECK(of(later, "ticker")[0]["d"][0]["c"] == "100500.0");

  V3Venue::say(c, "UNSUBSCRIBE", {"BTCUSDT@trade", "BTCUSDT@depth15"}, 8);
  CHECK(c.take() == std::vector<Json>{Json{{"result", true}, {"id", 8}}});
  v.tick("100600", 60ms);
  const auto rest = c.take();
  CHECK(of(rest, "depth").empty());
  CHECK(of(rest, "trade").empty());
  CHECK(of(rest, "kline").size() == 1);
}

TEST_CASE("v3: a refused subscription changes nothing and says why", "[unit][exchange]") {
  V3Venue v;
  Client c = v.connect_public();
  struct Row {
    Json params;
    const char* msg;
  };
  const Row rows[] = {
      {{"BTCUSDT@ticker", "ASDFS_SPBL@ticker"}, "INVALID_ARGUMENT: invalid symbol : ASDFS_SPBL"},
      {{"BTCUSDT@depth50"}, "INVALID_ARGUMENT: invalid channel : BTCUSDT@depth50"},
      {{"BTCUSDT@kline_3m_LAST_PRICE"},
       "INVALID_ARGUMENT: invalid channel : BTCUSDT@kline_3m_LAST_PRICE"},
      {{"BTCUSDT@kline_1m"}, "INVALID_ARGUMENT: invalid channel : BTCUSDT@kline_1m"},
      {{"orders"}, "INVALID_ARGUMENT: invalid channel : orders"}, // a private one
  };
  for (const Row& row : rows) {
    V3Venue::say(c, "SUBSCRIBE", row.params, 1);
    const auto m = c.take();
    REQUIRE(m.size() == 1);
    CHECK(m[0] == Json{{"result", false}, {"id", 1}, {"msg", row.msg}});
  }
  for (const char* text : {"{", "[]", "{}", R"({"method":"SUBSCRIBE","id":3})",
                           R"({"method":"SUBSCRIBE","params":[],"id":3})",
                           R"({"method":"SUBSCRIBE","params":[1],"id":3})",
                           R"({"event":"subscribe","channel":"ticker.cmt_btcusdt"})"}) {
    CAPTURE(text);
    c.handler.on_text(text);
    const auto m = c.take();
    REQUIRE(m.size() == 1);
    CHECK(m[0]["result"] == false);
  }
  v.tick("100000", 60ms);
  CHECK(c.take().empty());
}

TEST_CASE("v3: beats differ between the sockets", "[unit][exchange]") {
  V3Venue v;
  Client open = v.connect_public(), own = v.connect_private();
  v.tick("100000", 30s);
  CHECK(shape(open.take()[0]) == "event:s time:s");
  const auto ping = own.take();
  REQUIRE(ping.size() == 1);
  CHECK(shape(ping[0]) == "type:s time:s");
  const std::string pong = R"({"id":"5","method":"PONG"})";
  open.handler.on_text(pong);
  own.handler.on_text(pong);
  CHECK(open.take() == std::vector<Json>{Json{{"id", "5"}, {"method", "PONG"}}});
  CHECK(own.take().empty());
  // Who answers stays, who does not is gone after the sixth.
  for (int i = 0; i < 7; ++i) {
    v.tick("100000", 30s);
    open.handler.on_text(pong);
  }
  CHECK(!open.socket->closed);
  CHECK(own.socket->closed);
}

TEST_CASE("v3: private channels tell what v2's tell, in their own words", "[unit][exchange]") {
  V3Venue v;
  Client c = v.connect_private();
  Client older = v.connect("/v2/ws/private");
  V3Venue::say(c, "SUBSCRIBE", {"orders", "fill", "position", "account"});
  for (const char* channel : {"orders", "fill", "positions", "account"}) {
    older.say("subscribe", channel);
  }
  v.publish();
  c.take();
  older.take();
  v.must_place(v.order(kLong, true, "0.1"));
  v.publish();
  const auto m = c.take();
  const auto old = older.take();
  REQUIRE(m.size() == 5);
  REQUIRE(old.size() == 5);
  const char* names[] = {"orders", "orders", "fill", "positions", "account"};
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(shape(m[i]) == "e:s E:n v:n msgEvent:s d:a");
    CHECK(m[i]["e"] == names[i]);
    CHECK(m[i]["v"] == old[i]["msg"]["version"]);
  }
  CHECK(shape(m[0]["d"][0]) ==
        "id:s coin:s symbol:s marginMode:s separatedMode:s separatedOpenOrderId:s positionSide:s "
        "orderSide:s price:s size:s clientOrderId:s type:s timeInForce:s reduceOnly:b "
        "triggerPrice:s triggerPriceType:s orderSource:s openTpslParentOrderId:s positionTpsl:b "
        "setOpenTp:b setOpenSl:b leverage:s takerFeeRate:s makerFeeRate:s feeDiscount:s "
        "liquidateFeeRate:s status:s triggerTime:s triggerPriceTime:s triggerPriceValue:s "
        "cancelReason:s latestFillPrice:s maxFillPrice:s minFillPrice:s cumFillSize:s "
        "cumFillValue:s cumFillFee:s cumLiquidateFee:s cumRealizePnl:s createdTime:s "
        "updatedTime:s");
  CHECK(m[0]["d"][0]["status"] == "PENDING");
  CHECK(m[1]["d"][0]["status"] == "FILLED");
  CHECK(m[0]["d"][0]["marginMode"] == "CROSSED");
  CHECK(m[0]["d"][0]["timeInForce"] == "IOC");
  CHECK(shape(m[2]["d"][0]) ==
        "id:s coin:s symbol:s orderId:s marginMode:s separatedMode:s separatedOpenOrderId:s "
        "positionSide:s orderSide:s fillSize:s fillValue:s fillFee:s liquidateFee:s realizePnl:s "
        "direction:s createdTime:s updatedTime:s");
  CHECK(m[2]["d"][0]["fillFee"] == "8.00000800");
  CHECK(shape(m[3]["d"][0]) ==
        "id:s coin:s symbol:s side:s marginMode:s separatedMode:s separatedOpenOrderId:s "
        "leverage:s size:s openValue:s openFee:s fundingFee:s isolatedMargin:s "
        "autoAppendIsolatedMargin:b cumOpenSize:s cumOpenValue:s cumOpenFee:s cumCloseSize:s "
        "cumCloseValue:s cumCloseFee:s cumFundingFee:s cumLiquidateFee:s "
        "createdMatchSequenceId:s updatedMatchSequenceId:s createdTime:s updatedTime:s");
  CHECK(m[4]["d"][0]["amount"] == "9991.999992");
  CHECK(m[4]["d"][0]["coin"] == "USDT");
}

TEST_CASE("v3: handshakes are refused in v3's form", "[unit][exchange]") {
  V3Venue v;
  const auto refused = [&](net::ServerRequest r) {
    net::WsHandler handler;
    const auto answer = v.streams.open(r, std::make_shared<FakeSocket>(), handler);
    REQUIRE(answer.has_value());
    return *answer;
  };
  auto nameless = v.handshake("/v3/ws/public");
  V2Venue::drop_header(nameless, "User-Agent");
  CHECK(refused(nameless).status == 403);
  auto forged = v.handshake("/v3/ws/private");
  V2Venue::set_header(forged, "ACCESS-SIGN", "AAAA");
  const auto answer = refused(forged);
  CHECK(answer.status == 401);
  CHECK(Json::parse(answer.body)["code"] == -1047);
  auto other = v.handshake("/v2/ws/private"); // signed for the other generation's path
  other.http.target = "/v3/ws/private";
  CHECK(refused(other).status == 401);
  CHECK(refused(v.handshake("/v3/ws/other")).status == 404);
}
