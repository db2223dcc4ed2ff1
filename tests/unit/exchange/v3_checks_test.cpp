// What v3 refuses, in which form, and how its requests are counted.

#include "tests/unit/exchange/v3_venue.hpp"

#include <functional>

using namespace rg;
using namespace rg::exchange;
using namespace rg::exchange::test;

TEST_CASE("v3: each header check answers with its code", "[unit][exchange]") {
  V3Venue v;
  struct Row {
    const char* header;
    const char* value; ///< null = left out
    int code;
  };
  const auto row =
      GENERATE(Row{"ACCESS-KEY", nullptr, -1040}, Row{"ACCESS-SIGN", nullptr, -1041},
               Row{"ACCESS-TIMESTAMP", nullptr, -1042}, Row{"ACCESS-PASSPHRASE", nullptr, -1049},
               Row{"ACCESS-TIMESTAMP", "1800000000", -1043},
               Row{"ACCESS-TIMESTAMP", "1799999969999", -1046}, Row{"ACCESS-KEY", "other", -1044},
               Row{"ACCESS-PASSPHRASE", "wrong", -1049}, Row{"ACCESS-SIGN", "AAAA", -1047});
  CAPTURE(row.header, row.code);
  auto r = v.request("GET", "/capi/v3/account/balance");
  row.value == nullptr ? V2Venue::drop_header(r, row.header)
                       : V2Venue::set_header(r, row.header, row.value);
  const auto answer = v.ask(r);
  CHECK(answer.status == 400);
  CHECK(shape(answer.json) == "code:n msg:s");
  CHECK(V3Venue::code(answer) == row.code);
}

TEST_CASE("v3: each refused order says which field and why", "[unit][exchange]") {
  V3Venue v;
  struct Row {
    const char* what;
    int code;
    std::function<void(Json&)> spoil;
  };
  const std::vector<Row> rows{
      {"no symbol", -1141, [](Json& o) { o.erase("symbol"); }},
      {"symbol of v2", -1121, [](Json& o) { o["symbol"] = "cmt_btcusdt"; }},
      {"another contract", -1058, [](Json& o) { o["symbol"] = "PEPEUSDT"; }},
      {"side", -1117, [](Json& o) { o["side"] = "buy"; }},
      {"position side", -1142, [](Json& o) { o["positionSide"] = "BOTH"; }},
      {"type", -1116, [](Json& o) { o["type"] = "STOP"; }},
      {"time in force", -1115, [](Json& o) { o["timeInForce"] = "GTX"; }},
      {"no time in force", -1141, [](Json& o) { o.erase("timeInForce"); }},
      {"no price", -1141, [](Json& o) { o.erase("price"); }},
      {"price off its tick", -1054, [](Json& o) { o["price"] = "90000.05"; }},
      {"size off its step", -1054, [](Json& o) { o["quantity"] = "0.00015"; }},
      {"no size", -1141, [](Json& o) { o.erase("quantity"); }},
      {"negative size", -1054, [](Json& o) { o["quantity"] = "-1"; }},
      {"size that is none", -1054, [](Json& o) { o["quantity"] = "NaN"; }},
      {"margin", -1054, [](Json& o) { o["quantity"] = "100"; }},
      {"no client id", -1141, [](Json& o) { o.erase("newClientOrderId"); }},
      {"client id with a space", -1180, [](Json& o) { o["newClientOrderId"] = "a b"; }},
      {"client id of 37", -1180, [](Json& o) { o["newClientOrderId"] = std::string(37, 'x'); }},
      {"take-profit below", -1054, [](Json& o) { o["tpTriggerPrice"] = "80000"; }},
      {"trigger source", -1142, [](Json& o) { o["TpWorkingType"] = "INDEX_PRICE"; }},
      {"closing nothing", -1054, [](Json& o) { o["side"] = "SELL"; }},
      {"an object for a text", -1140, [](Json& o) { o["quantity"] = Json::object(); }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    v.wait();
    Json body = v.entry("BUY", "LONG", "90000");
    row.spoil(body);
    const auto answer = v.post("order", body);
    CHECK(answer.status == 400);
    CHECK(V3Venue::code(answer) == row.code);
    v.wait();
  }
  CHECK(v.get("openOrders").json.empty());
  v.wall = v.wall + 10s;
  CHECK(V3Venue::code(v.call("POST", "order", "[1]")) == -1135);
  CHECK(V3Venue::code(v.call("POST", "order", "{")) == -1135);
  CHECK(V3Venue::code(v.post("algoOrder", v.algo("MARKET", "95000"))) == -1116);
  CHECK(V3Venue::code(v.post("algoOrder", v.algo("STOP", "95000"))) == -1141); // no price
  CHECK(V3Venue::code(v.del("algoOrder")) == -1140);
}

TEST_CASE("v3: lists refuse senseless ranges and page from the right number", "[unit][exchange]") {
  V3Venue v;
  constexpr std::int64_t kDay = 86'400'000;
  const auto range = [](std::int64_t days) {
    return "?startTime=1735689600000&endTime=" + std::to_string(1'735'689'600'000 + days * kDay);
  };
  CHECK(v.get("userTrades" + range(7)).status == 200);
  CHECK(V3Venue::code(v.get("userTrades" + range(8))) == -1170);
  CHECK(V3Venue::code(v.get("userTrades" + range(-1))) == -1171);
  CHECK(v.get("order/history" + range(90)).status == 200);
  CHECK(V3Venue::code(v.get("order/history" + range(91))) == -1170);
  for (const char* price : {"90001", "90002", "90003"}) {
    REQUIRE(v.post("order", v.entry("BUY", "LONG", price)).status == 200);
    REQUIRE(v.post("algoOrder", v.algo("STOP_MARKET", "110000", "BUY")).status == 200);
  }
  CHECK(v.get("openOrders?limit=2&page=0").json.size() == 2);
  const auto second = v.get("openOrders?limit=2&page=1").json;
  REQUIRE(second.size() == 1);
  CHECK(second[0]["price"] == "90001.0");                         // newest first
  CHECK(v.get("openAlgoOrders?limit=2&page=1").json.size() == 2); // this list begins with page 1
  CHECK(v.get("openAlgoOrders?limit=2&page=2").json.size() == 1);
  const auto middle = v.get("openOrders?limit=2").json[1]["orderId"].get<std::uint64_t>();
  const std::string after = "openOrders?orderId=" + std::to_string(middle);
  CHECK(v.get(after).json.size() == 1);
  CHECK(v.get(after + "&limit=1&page=1").json.empty()); // filtered first, then cut into pages
}

TEST_CASE("v3: methods decide between the endpoints of one path", "[unit][exchange]") {
  V3Venue v;
  const auto put = v.call("PUT", "order");
  CHECK(put.status == 405);
  CHECK(put.json == Json{{"code", -1150}, {"msg", "Request method 'PUT' not supported"}});
  CHECK(v.call("GET", "nonsense").status == 404);
  CHECK(v.call("POST", "openOrders", "{}").status == 405);
  ProtocolOptions options;
  options.batch_orders = false;
  RestApi live(*v.core, v.keys, options); // as recorded at the venue
  const auto refused =
      live.handle(v.request("POST", "/capi/v3/batchOrders", R"({"batchOrders":[]})"), v.wall);
  CHECK(Json::parse(refused.body) ==
        Json{{"code", -1150}, {"msg", "Request method 'POST' not supported"}});
}

TEST_CASE("v3: restricted keys", "[unit][exchange]") {
  V3Venue v;
  KeyFlags& flags = v.keys.find("key-1")->flags;
  flags.read_only = true;
  const auto refused = v.post("order", v.entry());
  CHECK(refused.status == 403);
  CHECK(V3Venue::code(refused) == -1052);
  CHECK(v.get("account/accountConfig").json["canTrade"] == false);
  flags = {};
  flags.barred = DoorRefusal::account_frozen;
  CHECK(V3Venue::code(v.get("account/balance")) == -1050);
  flags = {};
  flags.only_address = "10.0.0.1";
  CHECK(V3Venue::code(v.get("account/balance")) == -1056);
  flags = {};
  flags.barred = DoorRefusal::api_disabled;
  CHECK(V3Venue::code(v.get("account/balance")) == -1190);
  flags = {};
  flags.ai_log_allowed = false;
  CHECK(V3Venue::code(v.post("order/uploadAiLog", {{"stage", "x"}})) == -1053);
  flags = {};
  const Json log{{"orderId", nullptr},      {"stage", "Decision Making"},  {"model", "m 1"},
                 {"input", Json::object()}, {"output", {{"side", "BUY"}}}, {"explanation", "why"}};
  CHECK(v.post("order/uploadAiLog", log).json["data"] == "upload success");
  CHECK(v.acc().ai_logs.size() == 1);
}

TEST_CASE("v3: weight is limited per address and per account, lower than in v2",
          "[unit][exchange]") {
  V3Venue v;
  for (int i = 0; i < 12; ++i) { // 40 each
    CHECK(v.get("market/ticker/24hr").status == 200);
  }
  const auto over = v.get("market/ticker/24hr");
  CHECK(over.status == 429);
  CHECK(over.json == Json{{"code", 429}, {"msg", "Too many requests"}});
  CHECK(v.get("market/time").status == 200);             // a lighter one still fits
  CHECK(v.V2Venue::get("market/tickers").status == 200); // v2 allows twice as much
  v.wall = v.wall + 10s;
  CHECK(v.get("market/ticker/24hr").status == 200);
  // The account's budget: 50 each, while the address pays 20.
  v.wall = v.wall + 10s;
  const Json body{{"symbol", "BTCUSDT"}, {"marginType", "CROSSED"}};
  for (int i = 0; i < 10; ++i) {
    CHECK(v.post("account/marginType", body).status == 200);
  }
  CHECK(v.post("account/marginType", body).status == 429);
  CHECK(v.get("market/ticker/24hr").status == 200);
  CHECK(v.rest.too_many() == 2);
}

TEST_CASE("v3: ten order requests a second, shared with v2, batches count their rows",
          "[unit][exchange]") {
  V3Venue v;
  for (int i = 0; i < 4; ++i) {
    CHECK(v.post("order", v.entry("BUY", "LONG", "90000")).status == 200);
    CHECK(v.V2Venue::post("order/placeOrder", v.order_body("0.01", "1", "0")).status == 200);
  }
  const Json three{{"origClientOrderIdList", {"a", "b", "c"}}};
  CHECK(v.call("DELETE", "batchOrders", three.dump()).status == 429); // 8 + 3
  v.wait();
  CHECK(v.call("DELETE", "batchOrders", three.dump()).status == 200);
}

TEST_CASE("v3: faults spoil answers in v3's own form", "[unit][exchange]") {
  const auto answer_under = [](FaultKind kind, const std::string& method, const std::string& path,
                               const Json& body = nullptr) {
    FaultPlan plan(5);
    FaultRule always;
    always.rate = 1.0;
    plan.set(kind, always);
    V3Venue v(std::move(plan));
    const auto outcome = v.rest.handle_with_faults(
        v.request(method, "/capi/v3/" + path, body.is_null() ? "" : body.dump()), v.wall);
    return outcome.response;
  };
  const auto error = answer_under(FaultKind::server_error, "GET", "market/time");
  CHECK(error.status == 500);
  CHECK(Json::parse(error.body) == Json{{"code", -1000}, {"msg", "Unknown error"}});
  const auto burst = answer_under(FaultKind::rate_limit_burst, "GET", "market/time");
  CHECK(burst.status == 429);
  CHECK(Json::parse(burst.body)["code"] == 429);
  CHECK(answer_under(FaultKind::bad_gateway, "GET", "market/time").body.starts_with("<html>"));
  const auto extra = answer_under(FaultKind::extra_fields, "GET", "market/time");
  CHECK(shape(Json::parse(extra.body)) == "newField:o serverTime:n");
  const Json order{{"symbol", "BTCUSDT"}, {"side", "BUY"},      {"positionSide", "LONG"},
                   {"type", "MARKET"},    {"quantity", "0.01"}, {"newClientOrderId", "a"}};
  const auto numbers = answer_under(FaultKind::numbers_as_strings, "POST", "order", order);
  CHECK(Json::parse(numbers.body)["orderId"].is_number()); // a text, as documented, without it
}
