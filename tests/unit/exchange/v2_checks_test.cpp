#include "tests/support/catch.hpp"
#include "tests/unit/exchange/v2_venue.hpp"

using namespace rg;
using namespace rg::exchange;
using namespace rg::exchange::test;

TEST_CASE("the signature vectors of the protocol", "[unit][exchange]") {
  const std::string secret = "rg-demo-secret-0123456789abcdef", t = "1765423487896";
  const std::string compact =
      R"({"symbol":"cmt_btcusdt","client_oid":"rg-0001","size":"0.0001","type":"1","order_type":"0","match_price":"0","price":"100000.0"})";
  const std::string spaced =
      R"({"symbol": "cmt_btcusdt", "client_oid": "rg-0001", "size": "0.0001", "type": "1", "order_type": "0", "match_price": "0", "price": "100000.0"})";
  CHECK(sign(secret, t + "GET/capi/v2/account/assets") ==
        "0pM1/YZ+ThqowVMIXqPU+3H/aLXsYHVPzGM+vgqis8E=");
  CHECK(sign(secret, t + "GET/capi/v2/account/position/singlePosition?symbol=cmt_btcusdt") ==
        "IcV9jL+3LB8pQs56xCwCPIJF6YxRGfkvLpikVYS/Rko=");
  CHECK(sign(secret, t + "GET/capi/v2/market/candles?symbol=cmt_btcusdt&granularity=1m&limit=20") ==
        "CaEU0tHBlHVkjX+UG8i9BSk1fCEJKvxWGzxbo7gHoYM=");
  CHECK(sign(secret, t + "POST/capi/v2/order/placeOrder" + compact) ==
        "lRIte5RzEZWEjRvkfQgeAF6iY/Jmay27zRKaLEeWR9E=");
  CHECK(sign(secret, t + "POST/capi/v2/order/placeOrder" + spaced) ==
        "Z+gEZoz83PPTWKUBl/fk8lJw5Q59Tm3KOCu0h4h+QMg=");
  CHECK(sign(secret, t + "/v2/ws/private") == "lddycWDp796N1vdalU/0bGaV7cxuhQwosIM7MqTw5d8=");
  CHECK(sign(secret, t + "/v3/ws/private") == "z00EgDkqrjQGXmNU+WOsAuuOuxiGGm+NP6fZnDH9hqg=");
  CHECK(sign(secret, t + "DELETE/capi/v3/order?orderId=702345678901234567") ==
        "s1NrvSZPC3B85RpYTgvHG8QV/TvoWoIQSRSzN8IJHyE=");
}

TEST_CASE("each check answers with its code, in the venue's order", "[unit][exchange]") {
  V2Venue v;
  const auto good = [&] { return v.request("GET", "/capi/v2/account/assets"); };
  CHECK(v.ask(good()).status == 200);
  const auto code_without = [&](const std::string& header) {
    auto r = good();
    V2Venue::drop_header(r, header);
    const auto a = v.ask(r);
    CHECK(a.status == 400);
    CHECK(shape(a.json) == "code:s msg:s requestTime:n data:0");
    return a.code();
  };
  CHECK(code_without("ACCESS-KEY") == "40001");
  CHECK(code_without("ACCESS-SIGN") == "40002");
  CHECK(code_without("ACCESS-TIMESTAMP") == "40003");
  CHECK(code_without("ACCESS-PASSPHRASE") == "40011");
  const auto code_with = [&](const std::string& header, const std::string& value) {
    auto r = good();
    V2Venue::set_header(r, header, value);
    return v.ask(r).code();
  };
  CHECK(code_with("ACCESS-TIMESTAMP", "1800000000") == "40005");
  CHECK(code_with("ACCESS-TIMESTAMP", "18000000000000") == "40005");
  CHECK(code_with("ACCESS-TIMESTAMP", "18000000000x0") == "40005");
  CHECK(code_with("ACCESS-TIMESTAMP", std::to_string(v.wall.ms() - 30'001)) == "40008");
  CHECK(code_with("ACCESS-TIMESTAMP", std::to_string(v.wall.ms() + 30'001)) == "40008");
  CHECK(code_with("ACCESS-KEY", "other") == "40006");
  CHECK(code_with("ACCESS-PASSPHRASE", "wrong") == "40012");
  CHECK(v.rest.signature_failures() == 0);
  CHECK(code_with("ACCESS-SIGN", std::string(44, 'A')) == "40009");
  CHECK(code_with("ACCESS-TIMESTAMP", std::to_string(v.wall.ms() + 1)) ==
        "40009"); // not what was signed
  CHECK(v.rest.signature_failures() == 2);

  // Earlier checks win over later ones.
  auto both = good();
  V2Venue::set_header(both, "ACCESS-KEY", "other");
  V2Venue::set_header(both, "ACCESS-TIMESTAMP", "1");
  CHECK(v.ask(both).code() == "40005");

  auto post = v.request("POST", "/capi/v2/order/placeOrder", v.order_body().dump());
  V2Venue::set_header(post, "Content-Type", "application/x-www-form-urlencoded");
  CHECK(v.ask(post).code() == "40007");
  V2Venue::set_header(post, "Content-Type", "application/json;charset=UTF-8");
  CHECK(v.ask(post).status == 200);
}

TEST_CASE("the signature window is thirty seconds, edges included", "[unit][exchange]") {
  V2Venue v;
  const auto early = v.request("GET", "/capi/v2/account/assets");
  v.wall = v.wall + 30s;
  CHECK(v.ask(early).status == 200);
  v.wall = v.wall + 1ms;
  CHECK(v.ask(early).code() == "40008");
}

TEST_CASE("paths: unknown, wrong method, doubled slash", "[unit][exchange]") {
  V2Venue v;
  CHECK(v.ask(v.request("GET", "/capi/v2/order/plan_orders")).status == 404);
  CHECK(v.ask(v.request("GET", "/capi/v2/order/placeOrder")).status == 405);
  CHECK(v.ask(v.request("GET", "/index.html")).status == 404);
  auto doubled = v.request("GET", "/capi/v2/account/settings?symbol=cmt_btcusdt");
  doubled.http.target = "//capi/v2/account/settings?symbol=cmt_btcusdt"; // signed with one slash
  CHECK(v.ask(doubled).status == 200);
  CHECK(v.ask(v.request("GET", "//capi/v2/account/assets")).status == 200); // signed as sent
}

TEST_CASE("key restrictions answer with their codes", "[unit][exchange]") {
  V2Venue v;
  KeyFlags& flags = v.keys.find("key-1")->flags;
  flags.read_only = true;
  const auto refused = v.post("order/placeOrder", v.order_body());
  CHECK(refused.status == 403);
  CHECK(refused.code() == "40022");
  CHECK(v.get("account/assets").status == 200);
  flags = {};
  flags.barred = DoorRefusal::account_frozen;
  CHECK(v.get("account/assets").code() == "40013");
  flags = {};
  flags.only_address = "10.0.0.1";
  CHECK(v.get("account/assets").code() == "40018");
  flags = {};
  flags.barred = DoorRefusal::api_disabled;
  auto disabled = v.request("GET", "/capi/v2/account/assets");
  CHECK(v.ask(disabled).code() == "40753");
  V2Venue::set_header(disabled, "locale", "zh-CN");
  CHECK(v.ask(disabled).msg() == "api权限已禁用,如有疑问请联系客服");
  flags = {};
  flags.ai_log_allowed = false;
  CHECK(v.post("order/uploadAiLog", {{"stage", "x"}}).code() == "40021");
}

TEST_CASE("field checks: 40017, 40019, 40020, 50003", "[unit][exchange]") {
  V2Venue v;
  const auto place = [&](const std::string& key, const Json& value) {
    v.wait();
    Json body = v.order_body();
    if (value.is_null()) {
      body.erase(key);
    } else {
      body[key] = value;
    }
    const auto a = v.post("order/placeOrder", body);
    return a.code() + (a.code() == "40020" ? " " + a.msg() : "");
  };
  for (const char* key : {"client_oid", "size", "type", "order_type", "match_price", "symbol"}) {
    CAPTURE(key);
    CHECK(place(key, nullptr) == "40019");
    CHECK(place(key, "") == "40019");
  }
  CHECK(place("type", "5") == "40020 Parameter type is invalid");
  CHECK(place("order_type", "4") == "40020 Parameter order_type is invalid");
  CHECK(place("match_price", "2") == "40020 Parameter match_price is invalid");
  CHECK(place("client_oid", std::string(41, 'x')) == "40020 Parameter client_oid is invalid");
  CHECK(place("marginMode", 2) == "40020 Parameter marginMode is invalid");
  CHECK(place("symbol", "BTCUSDT") == "40020 Parameter symbol is invalid");
  CHECK(place("symbol", "cmt_bchusdt") == "50003");
  CHECK(place("symbol", "cmt_ethusdt") == "50003"); // not in this market
  CHECK(place("size", Json::array({1})) == "40017");
  CHECK(place("size", "0.00001") == "40015");
  CHECK(place("size", 0.01) == ""); // a number instead of text is read
  v.wait();
  CHECK(v.ask(v.request("POST", "/capi/v2/order/placeOrder", "{not json")).code() == "40017");
  CHECK(v.ask(v.request("POST", "/capi/v2/order/placeOrder", "[]")).code() == "40017");
  Json limit = v.order_body("0.01", "1", "0");
  limit.erase("price");
  CHECK(v.post("order/placeOrder", limit).code() == "40019");

  const auto zh = [&](const std::string& target) {
    auto r = v.request("GET", "/capi/v2/" + target);
    V2Venue::set_header(r, "locale", "zh-CN");
    return v.ask(r).msg();
  };
  CHECK(v.get("market/candles?symbol=cmt_btcusdt&granularity=1D").msg() ==
        "Parameter granularity is invalid");
  CHECK(zh("market/candles?symbol=cmt_btcusdt&granularity=1D") == "参数granularity错误");
  CHECK(v.get("market/candles?symbol=cmt_btcusdt&granularity=1m&limit=1001").code() == "40020");
  CHECK(v.get("market/historyCandles?symbol=cmt_btcusdt&granularity=1m&limit=101").code() ==
        "40020");
  CHECK(v.get("market/candles?symbol=cmt_btcusdt&granularity=1m&priceType=BID").code() == "40020");
  CHECK(v.get("market/ticker").code() == "40019");
  CHECK(v.get("market/ticker?symbol=cmt_nope").msg() == "Parameter symbol is invalid");
  CHECK(v.get("market/depth?symbol=cmt_btcusdt&limit=20").code() == "40020");
  CHECK(v.get("market/trades?symbol=cmt_btcusdt&limit=1001").code() == "40020");
  CHECK(v.get("market/index?symbol=cmt_btcusdt&priceType=LAST").code() == "40020");
  CHECK(v.get("order/detail").code() == "40019");
  CHECK(v.get("order/detail?orderId=12").code() == "50005");
  CHECK(v.get("order/detail?orderId=abc").code() == "40020");
  CHECK(v.get("order/fills?limit=101").code() == "40020");
  CHECK(v.get("order/historyPlan").code() == "40019");
  CHECK(v.get("account/getAccount").code() == "40019");
  CHECK(v.get("account/getAccount?coin=BTC").code() == "40020");
}

TEST_CASE("order endpoints refuse with their codes", "[unit][exchange]") {
  V2Venue v;
  const auto code = [&](const std::string& path, const Json& body) {
    v.wait();
    return v.post(path, body).code();
  };
  CHECK(code("order/cancel_order", Json::object()) == "40913");
  CHECK(code("order/cancel_order", {{"orderId", "1"}}) == "50005");
  CHECK(code("order/cancel_order", {{"clientOid", "nobody"}}) == "50005");
  CHECK(code("order/cancel_plan", {{"order_id", "702345000000000001"}}) == "40017");
  CHECK(code("order/cancel_plan", {{"orderId", "702345000000000001"}}) == "50005");
  Json ids = Json::array();
  for (int i = 0; i < 51; ++i) {
    ids.push_back(std::to_string(i));
  }
  v.wait();
  CHECK(code("order/cancel_batch_orders", Json::object()) == "40019");
  CHECK(code("order/cancelAllOrders", Json::object()) == "40019");
  CHECK(code("order/cancelAllOrders", {{"cancelOrderType", "all"}}) == "40020");
  CHECK(code("account/leverage", {{"symbol", "cmt_btcusdt"},
                                  {"marginMode", 1},
                                  {"longLeverage", "401"},
                                  {"shortLeverage", "401"}}) == "50007");
  CHECK(code("account/leverage",
             {{"symbol", "cmt_btcusdt"}, {"marginMode", 1}, {"longLeverage", "5"}}) == "40019");
  CHECK(code("account/leverage", {{"symbol", "cmt_btcusdt"},
                                  {"marginMode", 1},
                                  {"longLeverage", "5"},
                                  {"shortLeverage", "5"}}) == "200");
  v.wait();
  REQUIRE(v.post("order/placeOrder", v.order_body("0.01", "1", "0")).status == 200);
  const auto resting = v.post("account/leverage", {{"symbol", "cmt_btcusdt"},
                                                   {"marginMode", 1},
                                                   {"longLeverage", "6"},
                                                   {"shortLeverage", "6"}});
  CHECK(resting.code() == "40015");
  CHECK(resting.msg().find("open orders") != std::string::npos);
  CHECK(code("account/adjustMargin", {{"isolatedPositionId", 5}, {"collateralAmount", "1"}}) ==
        "40015");
  CHECK(code("account/adjustMargin", {{"collateralAmount", "1"}}) == "40019");
  CHECK(code("account/modifyAutoAppendMargin", {{"positionId", 5}, {"autoAppendMargin", true}}) ==
        "40015");
  CHECK(code("account/position/changeHoldModel", {{"symbol", "cmt_dogeusdt"}, {"marginMode", 3}}) ==
        "200");
  CHECK(code("order/modifyTpSlOrder", {{"orderId", 5}, {"triggerPrice", "1"}}) == "50005");
  CHECK(code("order/placeTpSlOrder", {{"symbol", "cmt_btcusdt"},
                                      {"clientOrderId", "t"},
                                      {"planType", "stop"},
                                      {"triggerPrice", "1"},
                                      {"size", "1"},
                                      {"positionSide", "long"}}) == "40020");
  // 51 ids: over the batch limit and over the order limit; with a budget for them only the first.
  CoreOptions roomy;
  roomy.orders_per_second = 100;
  V2Venue big({}, roomy);
  CHECK(big.post("order/cancel_batch_orders", {{"ids", ids}}).code() == "40912");
}

TEST_CASE("the order limit: eleven in a second, batches by items, refused ones included",
          "[unit][exchange]") {
  V2Venue v;
  for (int i = 0; i < 9; ++i) {
    CHECK(v.post("order/cancel_order", {{"orderId", "1"}}).code() == "50005");
  }
  auto unsigned_one = v.request("POST", "/capi/v2/order/placeOrder", v.order_body().dump());
  V2Venue::set_header(unsigned_one, "ACCESS-SIGN", std::string(44, 'A'));
  CHECK(v.ask(unsigned_one).code() == "40009"); // the tenth: it counts although it is refused
  const auto over = v.post("order/placeOrder", v.order_body());
  CHECK(over.status == 429);
  CHECK(over.code() == "429");
  CHECK(over.msg() == "Too many requests");
  CHECK(v.get("account/assets").status == 200); // questions are not orders
  CHECK(v.acc().order_limit.rejected() == 1);
  CHECK(v.acc().order_limit.total() == 11);
  v.wait();
  v.wait();
  Json batch{{"symbol", "cmt_btcusdt"}, {"orderDataList", Json::array()}};
  for (int i = 0; i < 6; ++i) {
    batch["orderDataList"].push_back(v.order_body());
  }
  CHECK(v.post("order/batchOrders", batch).status == 200);
  CHECK(v.post("order/batchOrders", batch).status == 429);
  CHECK(v.acc().fills.size() == 6); // the second batch was not executed
}

TEST_CASE("weights: per address and per account, ten seconds", "[unit][exchange]") {
  V2Venue v;
  int served = 0;
  while (v.get("market/tickers").status == 200) {
    ++served;
  }
  CHECK(served == 25); // 25 × 40 = 1000
  CHECK(v.get("market/time").status == 429);
  auto other = v.request("GET", "/capi/v2/market/time");
  other.remote_address = "10.0.0.7";
  CHECK(v.ask(other).status == 200);
  v.wall = v.wall + 10s;
  CHECK(v.get("market/time").status == 200);
}

TEST_CASE("faults decide the fate of an answer", "[unit][exchange]") {
  const auto outcome = [](FaultKind kind, std::uint64_t* fills = nullptr) {
    FaultPlan plan(1);
    FaultRule rule;
    rule.rate = 1.0;
    rule.max = 1;
    rule.length = 2;
    rule.delay_ms = 700;
    plan.set(kind, rule);
    V2Venue v({}, {}, std::move(plan));
    auto result = v.rest.handle_with_faults(
        v.request("POST", "/capi/v2/order/placeOrder", v.order_body().dump()), v.wall);
    if (fills != nullptr) {
      *fills = v.acc().fills.size();
    }
    return result;
  };
  using Fate = RestApi::Fate;
  std::uint64_t fills = 0;
  CHECK(outcome(FaultKind::timeout_before, &fills).fate == Fate::never);
  CHECK(fills == 0);
  CHECK(outcome(FaultKind::timeout_after, &fills).fate == Fate::never);
  CHECK(fills == 1);
  CHECK(outcome(FaultKind::drop_before, &fills).fate == Fate::cut);
  CHECK(fills == 0);
  CHECK(outcome(FaultKind::drop_after, &fills).fate == Fate::cut);
  CHECK(fills == 1);
  CHECK(outcome(FaultKind::bad_gateway, &fills).response.status == 502);
  CHECK(fills == 0);
  const auto executed = outcome(FaultKind::executed_502, &fills);
  CHECK(executed.response.status == 502);
  CHECK(executed.response.body.find('{') == std::string::npos);
  CHECK(fills == 1);
  CHECK(outcome(FaultKind::server_error, &fills).response.status == 500);
  CHECK(outcome(FaultKind::ip_refused, &fills).response.status == 521);
  CHECK(outcome(FaultKind::rate_limit_burst, &fills).response.status == 429);
  CHECK(fills == 0);
  const auto slow = outcome(FaultKind::slow_answer, &fills);
  CHECK(slow.fate == Fate::late);
  CHECK(slow.delay == Duration{700ms});
  CHECK(Json::parse(outcome(FaultKind::client_oid_null).response.body)["client_oid"].is_null());
  CHECK(Json::parse(outcome(FaultKind::numbers_as_strings).response.body)["order_id"].is_number());
  CHECK(Json::parse(outcome(FaultKind::extra_fields).response.body).contains("newField"));
  CHECK(outcome(FaultKind::clock_skew).response.status == 200); // 0.7 s is inside the window
}

TEST_CASE("market and account faults strike the core", "[unit][exchange]") {
  FaultPlan plan(1);
  FaultRule always;
  always.rate = 1.0;
  always.max = 1;
  SECTION("a cancel that loses the race finds its order filled") {
    plan.set(FaultKind::cancel_race, always);
    V2Venue v({}, {}, std::move(plan));
    const OrderId id = v.must_place(v.order(kLong, true, "0.1", "99000"));
    CHECK(v.post("order/cancel_order", {{"orderId", std::to_string(id)}}).code() == "50005");
    CHECK(v.find(id).status == OrderStatus::filled);
    v.core->check();
  }
  SECTION("a stop vanishes") {
    plan.set(FaultKind::stop_vanishes, always);
    V2Venue v({}, {}, std::move(plan));
    NewOrder o = v.order(kLong, true, "0.1");
    o.preset_stop_loss = SentNumber::parse("99000");
    v.must_place(o);
    v.step("100000");
    CHECK(v.acc().live.empty());
    CHECK(v.acc().done.back().cancel_reason == CancelReason::vanished);
  }
  SECTION("somebody closes by hand") {
    plan.set(FaultKind::outside_close, always);
    V2Venue v({}, {}, std::move(plan));
    v.must_place(v.order(kLong, true, "0.1"));
    v.step("100000");
    CHECK(v.acc().ledger.flat());
    CHECK(v.acc().done.back().origin == OrderOrigin::outside);
  }
  SECTION("somebody orders by hand") {
    plan.set(FaultKind::outside_order, always);
    V2Venue v({}, {}, std::move(plan));
    v.step("100000");
    CHECK(!v.acc().ledger.flat());
  }
  SECTION("a gap in the price stays") {
    always.size = 0.1;
    always.only = "cmt_btcusdt";
    plan.set(FaultKind::price_gap, always);
    V2Venue v({}, {}, std::move(plan));
    v.step("100000");
    v.step("100000");
    CHECK((v.core->last(btc()) == price("110000") || v.core->last(btc()) == price("90000")));
  }
  SECTION("silence makes no candles") {
    always.length = 2;
    always.only = "cmt_btcusdt";
    plan.set(FaultKind::candle_gap, always);
    V2Venue v({}, {}, std::move(plan));
    for (int i = 0; i < 8; ++i) {
      v.step("100000");
    }
    CHECK(v.core->candles(btc()).minutes().empty());
    CHECK(v.core->candles(doge()).minutes().size() == 2);
    v.step("100500");
    CHECK(v.core->candles(btc()).minutes().size() == 1);
  }
}
