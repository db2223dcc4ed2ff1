// Every documented error code that the exchange can give from what a client does, or is: provoked
// at the exchange itself. docs/exchange.md lists them; together with those that only the client's
// scripted venue gives they are all that the documents name.

#include "infra/weex/venue_error.hpp"
#include "tests/support/doc_tables.hpp"
#include "tests/unit/exchange/v3_venue.hpp"

#include <fstream>
#include <functional>
#include <set>

using namespace rg;
using namespace rg::exchange;
using namespace rg::exchange::test;

namespace {

/// One request of a client at a venue of its own, and its answer's code.
struct Row {
  int code;
  std::function<V2Venue::Answer(V3Venue&)> provoke;
};

std::function<V2Venue::Answer(V3Venue&)> with_header(const char* path, const char* header,
                                                     const char* value) {
  return [=](V3Venue& v) {
    auto r = v.request("GET", path);
    value == nullptr ? V2Venue::drop_header(r, header) : V2Venue::set_header(r, header, value);
    return v.ask(r);
  };
}
std::function<V2Venue::Answer(V3Venue&)> barred(const char* path, DoorRefusal why) {
  return [=](V3Venue& v) {
    v.keys.find("key-1")->flags.barred = why;
    return v.ask(v.request("GET", path));
  };
}
std::function<V2Venue::Answer(V3Venue&)> from_elsewhere(const char* path) {
  return [=](V3Venue& v) {
    v.keys.find("key-1")->flags.only_address = "10.0.0.1";
    return v.ask(v.request("GET", path));
  };
}
std::function<V2Venue::Answer(V3Venue&)> v2_order(const char* field, const Json& value) {
  return [=](V3Venue& v) {
    Json body = v.order_body();
    body[field] = value;
    return v.V2Venue::post("order/placeOrder", body);
  };
}
std::function<V2Venue::Answer(V3Venue&)> v3_order(const char* field, const Json& value) {
  return [=](V3Venue& v) {
    Json body = v.entry("BUY", "LONG", "90000");
    body[field] = value;
    return v.post("order", body);
  };
}
std::function<V2Venue::Answer(V3Venue&)> v2_post(const char* path, const Json& body) {
  return [=](V3Venue& v) { return v.V2Venue::post(path, body); };
}
std::function<V2Venue::Answer(V3Venue&)> v3_get(const char* target) {
  return [=](V3Venue& v) { return v.get(target); };
}
std::function<V2Venue::Answer(V3Venue&)> form_encoded(const char* path) {
  return [=](V3Venue& v) {
    auto r = v.request("POST", path, "{}");
    V2Venue::set_header(r, "Content-Type", "application/x-www-form-urlencoded");
    return v.ask(r);
  };
}
std::function<V2Venue::Answer(V3Venue&)> read_only(const char* path) {
  return [=](V3Venue& v) {
    v.keys.find("key-1")->flags.read_only = true;
    return v.ask(v.request("POST", path, "{}"));
  };
}
std::function<V2Venue::Answer(V3Venue&)> no_ai_logs(const char* path) {
  return [=](V3Venue& v) {
    v.keys.find("key-1")->flags.ai_log_allowed = false;
    return v.ask(v.request("POST", path, "{}"));
  };
}

constexpr const char* kV2 = "/capi/v2/account/assets";
constexpr const char* kV3 = "/capi/v3/account/balance";
const char* const kZeros = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

std::vector<Row> rows_of_v2() {
  Json ids = Json::array();
  for (int i = 0; i < 51; ++i) {
    ids.push_back(std::to_string(i));
  }
  return {
      {40001, with_header(kV2, "ACCESS-KEY", nullptr)},
      {40002, with_header(kV2, "ACCESS-SIGN", nullptr)},
      {40003, with_header(kV2, "ACCESS-TIMESTAMP", nullptr)},
      {40005, with_header(kV2, "ACCESS-TIMESTAMP", "yesterday")},
      {40006, with_header(kV2, "ACCESS-KEY", "other")},
      {40007, form_encoded("/capi/v2/order/placeOrder")},
      {40008, with_header(kV2, "ACCESS-TIMESTAMP", "1799999969999")},
      {40009, with_header(kV2, "ACCESS-SIGN", kZeros)},
      {40011, with_header(kV2, "ACCESS-PASSPHRASE", nullptr)},
      {40012, with_header(kV2, "ACCESS-PASSPHRASE", "other")},
      {40013, barred(kV2, DoorRefusal::account_frozen)},
      {40014, barred(kV2, DoorRefusal::permission_denied)},
      {40015, v2_order("size", "0.000114")},
      {40016, barred(kV2, DoorRefusal::phone_unbound)},
      {40017, v2_post("order/cancel_plan", {{"order_id", "702345000000000001"}})},
      {40018, from_elsewhere(kV2)},
      {40019, v2_order("size", "")},
      {40020, v2_order("type", "5")},
      {40021, no_ai_logs("/capi/v2/order/uploadAiLog")},
      {40022, read_only("/capi/v2/order/placeOrder")},
      {40753, barred(kV2, DoorRefusal::api_disabled)},
      {40912,
       [ids](V3Venue& v) {
         // Its 51 items are beyond the order limit too, unless that is roomy.
         CoreOptions roomy;
         roomy.orders_per_second = 100;
         V2Venue big({}, roomy);
         static_cast<void>(v);
         return big.post("order/cancel_batch_orders", {{"ids", ids}});
       }},
      {40913, v2_post("order/cancel_order", Json::object())},
      {429,
       [](V3Venue& v) {
         for (int i = 0; i < 10; ++i) {
           static_cast<void>(v.V2Venue::post("order/cancel_order", {{"orderId", "1"}}));
         }
         return v.V2Venue::post("order/cancel_order", {{"orderId", "1"}});
       }},
      {50003, v2_order("symbol", "cmt_bchusdt")},
      {50004, barred(kV2, DoorRefusal::api_not_permitted)},
      {50005, v2_post("order/cancel_order", {{"orderId", "1"}})},
      {50007, v2_post("account/leverage", {{"symbol", "cmt_btcusdt"},
                                           {"marginMode", 1},
                                           {"longLeverage", "401"},
                                           {"shortLeverage", "401"}})},
  };
}

std::vector<Row> rows_of_v3() {
  return {
      {-1000,
       [](V3Venue& v) {
         static_cast<void>(v.core->apply(MaintenanceChange{true}));
         return v.get("market/time");
       }},
      {-1040, with_header(kV3, "ACCESS-KEY", nullptr)},
      {-1041, with_header(kV3, "ACCESS-SIGN", nullptr)},
      {-1042, with_header(kV3, "ACCESS-TIMESTAMP", nullptr)},
      {-1043, with_header(kV3, "ACCESS-TIMESTAMP", "yesterday")},
      {-1044, with_header(kV3, "ACCESS-KEY", "other")},
      {-1045, form_encoded("/capi/v3/order")},
      {-1046, with_header(kV3, "ACCESS-TIMESTAMP", "1799999969999")},
      {-1047, with_header(kV3, "ACCESS-SIGN", kZeros)},
      {-1049, with_header(kV3, "ACCESS-PASSPHRASE", "other")},
      {-1050, barred(kV3, DoorRefusal::account_frozen)},
      {-1051, barred(kV3, DoorRefusal::permission_denied)},
      {-1052, read_only("/capi/v3/order")},
      {-1053, no_ai_logs("/capi/v3/order/uploadAiLog")},
      {-1054, v3_order("quantity", "0.000114")},
      {-1055, barred(kV3, DoorRefusal::phone_unbound)},
      {-1056, from_elsewhere(kV3)},
      {-1057, barred(kV3, DoorRefusal::account_locked)},
      {-1058, v3_order("symbol", "PEPEUSDT")},
      {-1115, v3_order("timeInForce", "GTX")},
      {-1116, v3_order("type", "STOP")},
      {-1117, v3_order("side", "buy")},
      {-1121, v3_order("symbol", "cmt_btcusdt")},
      {-1128,
       [](V3Venue& v) {
         return v.post(
             "account/leverage",
             {{"symbol", "BTCUSDT"}, {"marginType", "CROSSED"}, {"isolatedLongLeverage", "5"}});
       }},
      {-1135, [](V3Venue& v) { return v.call("POST", "order", "{"); }},
      {-1140, [](V3Venue& v) { return v.del("order"); }},
      {-1141, v3_order("quantity", "")},
      {-1142, v3_order("positionSide", "BOTH")},
      {-1150, [](V3Venue& v) { return v.call("PUT", "order"); }},
      {-1170, v3_get("userTrades?startTime=1735689600000&endTime=1736380800001")},
      {-1171, v3_get("userTrades?startTime=1735689600001&endTime=1735689600000")},
      {-1180, v3_order("newClientOrderId", "a b")},
      {-1190, barred(kV3, DoorRefusal::api_disabled)},
      {-3007, v3_order("quantity", "1200.0001")},
      {-3200, [](V3Venue& v) { return v.del("order?orderId=1"); }},
      {-3236, barred(kV3, DoorRefusal::api_not_permitted)},
      {-3313,
       [](V3Venue& v) {
         return v.post("account/leverage", {{"symbol", "BTCUSDT"}, {"crossLeverage", "401"}});
       }},
  };
}

/// The codes that the row of this name in docs/exchange.md lists.
std::set<int> listed_codes(const std::string& name) {
  std::ifstream page("docs/exchange.md");
  std::set<int> codes;
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("| " + name + " |")) {
      continue;
    }
    for (const int code : rg::test::integers_in(line.substr(name.size() + 4))) {
      codes.insert(code);
    }
  }
  return codes;
}

} // namespace

TEST_CASE("every error code of real conditions, provoked at the exchange", "[unit][exchange]") {
  std::set<int> provoked;
  for (const Row& row : rows_of_v2()) {
    CAPTURE(row.code);
    V3Venue v;
    const auto answer = row.provoke(v);
    CHECK(answer.code() == std::to_string(row.code));
    CHECK(answer.status >= 400);
    CHECK(shape(answer.json) == "code:s msg:s requestTime:n data:0");
    CHECK(!answer.msg().empty());
    provoked.insert(row.code);
  }
  for (const Row& row : rows_of_v3()) {
    CAPTURE(row.code);
    V3Venue v;
    const auto answer = row.provoke(v);
    CHECK(V3Venue::code(answer) == row.code);
    CHECK(answer.status >= 400);
    CHECK(shape(answer.json) == "code:n msg:s");
    CHECK(!answer.msg().empty());
    provoked.insert(row.code);
  }
  CHECK(provoked == listed_codes("the exchange itself"));

  const std::set<int> elsewhere = listed_codes("the scripted venue alone");
  CHECK(!elsewhere.empty());
  std::set<int> all = provoked;
  for (const int code : elsewhere) {
    CAPTURE(code);
    CHECK(all.insert(code).second); // one or the other
  }
  std::set<int> documented;
  for (const weex::DocumentedError& e : weex::documented_errors()) {
    documented.insert(e.code);
  }
  CHECK(all == documented);
}
