// What clients of either generation see when the venue changes under them.

#include "tests/unit/exchange/v3_venue.hpp"

using namespace rg;
using namespace rg::exchange;
using namespace rg::exchange::test;

namespace {

void change(V3Venue& v, const std::string& json) {
  const auto read = parse_change(json, "test");
  REQUIRE(read);
  REQUIRE_FALSE(v.core->apply(*read));
}

} // namespace

TEST_CASE("new rules and fees stand in every list of both generations", "[unit][exchange]") {
  V3Venue v;
  change(v, R"({"symbol": "BTC", "tick_size": "1", "size_step": "0.001", "min_size": "0.002",
                "max_size": "900", "max_position": "8000", "max_market_open": "70",
                "maker_fee": "0.0003", "taker_fee": "0.0009", "max_leverage": 150})");
  const Json two = v.V2Venue::get("market/contracts?symbol=cmt_btcusdt").json[0];
  CHECK(two["tick_size"] == "0");
  CHECK(two["priceEndStep"] == 1);
  CHECK(two["size_increment"] == "3");
  CHECK(two["contract_val"] == "0.001");
  CHECK(two["minOrderSize"] == "0.002");
  CHECK(two["maxOrderSize"] == "900");
  CHECK(two["maxPositionSize"] == "8000");
  CHECK(two["marketOpenLimitSize"] == "70");
  CHECK(two["makerFeeRate"] == "0.0003");
  CHECK(two["takerFeeRate"] == "0.0009");
  CHECK(two["maxLeverage"] == 150);
  const Json three = v.get("market/exchangeInfo?symbol=BTCUSDT").json["symbols"][0];
  CHECK(three["pricePrecision"] == "0");
  CHECK(three["quantityPrecision"] == "3");
  CHECK(three["minOrderSize"] == "0.002");
  CHECK(three["takerFeeRate"] == "0.0009");
  CHECK(three["maxLeverage"] == "150");
  CHECK(v.get("account/commissionRate?symbol=BTCUSDT").json["takerCommissionRate"] == "0.0009");
  const Json account = v.V2Venue::get("account/getAccounts").json["account"];
  CHECK(account["feeSetting"][0]["taker_fee_rate"] == "0.00090000");
  CHECK(v.code(v.post("account/leverage", {{"symbol", "BTCUSDT"}, {"crossLeverage", "151"}})) ==
        -3313);
  // An order row tells the rates under which it was accepted.
  Client c = v.StreamVenue::connect_private();
  c.say("subscribe", "orders");
  static_cast<void>(c.take());
  REQUIRE(v.post("order", v.entry()).status == 200);
  v.publish();
  const auto pushed = c.take();
  REQUIRE(!pushed.empty());
  CHECK(pushed[0]["msg"]["data"]["order"][0]["takerFeeRate"] == "0.0009");
}

TEST_CASE("a contract that takes closes only is listed, its entries are refused",
          "[unit][exchange]") {
  V3Venue v;
  REQUIRE(v.post("order", v.entry()).status == 200);
  change(v, R"({"symbol": "BTC", "status": "reduce_only"})");
  CHECK(v.V2Venue::get("market/contracts").json.size() == 2);
  CHECK(v.get("market/exchangeInfo").json["symbols"].size() == 2);
  CHECK(v.get("market/apiTradingSymbols").json ==
        Json::array({"DOGEUSDT", "BTCSUSDT", "DOGESUSDT"}));
  CHECK(v.code(v.post("order", v.entry())) == -1058);
  CHECK(v.V2Venue::post("order/placeOrder", v.order_body()).code() == "50003");
  CHECK(v.V2Venue::post("order/placeOrder", v.order_body("0.01", "3")).status == 200);
}

TEST_CASE("a suspended contract is in no list, its market can still be asked", "[unit][exchange]") {
  V3Venue v;
  REQUIRE(v.post("order", v.entry()).status == 200);
  change(v, R"({"symbol": "BTC", "status": "suspended"})");
  CHECK(v.V2Venue::get("market/contracts").json.size() == 1);
  CHECK(v.V2Venue::get("market/contracts?symbol=cmt_btcusdt").json.empty());
  CHECK(v.get("market/exchangeInfo").json["symbols"].size() == 1);
  CHECK(v.V2Venue::get("market/ticker?symbol=cmt_btcusdt").json["last"] == "100000.0");
  CHECK(v.V2Venue::post("order/placeOrder", v.order_body("0.01", "3")).code() == "50003");
  const Json closed = v.V2Venue::post("order/closePositions", {{"symbol", "cmt_btcusdt"}}).json;
  REQUIRE(closed.size() == 1);
  CHECK(closed[0]["success"] == false);
  CHECK(closed[0]["successOrderId"] == 0);
  CHECK(closed[0]["errorMessage"] == "Not have permission to trade this pair.");
}

TEST_CASE("maintenance: every request is a server problem, sockets close and stay shut",
          "[unit][exchange]") {
  V3Venue v;
  Client publics = v.StreamVenue::connect_public(), privates = v.V3Venue::connect_private();
  change(v, R"({"maintenance": "begin"})");
  for (const char* path : {"market/time", "account/assets"}) {
    const auto answer = v.V2Venue::get(path);
    CHECK(answer.status == 500);
    CHECK(answer.code() == "50000");
  }
  CHECK(v.V2Venue::post("order/placeOrder", v.order_body()).status == 500);
  CHECK(v.get("market/time").status == 500);
  CHECK(V3Venue::code(v.del("order?orderId=1")) == -1000);
  CHECK(v.V2Venue::get("nonsense").status == 404);
  v.streams.flush(v.wall);
  CHECK(publics.socket->closed);
  CHECK(privates.socket->closed);
  Client again;
  const auto refused = v.streams.open(v.handshake("/v2/ws/public"), again.socket, again.handler);
  REQUIRE(refused);
  CHECK(refused->status == 500);
  change(v, R"({"maintenance": "end"})");
  CHECK(v.V2Venue::get("market/time").status == 200);
  CHECK_FALSE(v.streams.open(v.handshake("/v2/ws/public"), again.socket, again.handler));
  CHECK(v.acc().order_limit.total() == 0); // what was refused at the door counts nowhere
}

TEST_CASE("deposits and withdrawals in bills, sums and pushes of both generations",
          "[unit][exchange]") {
  V3Venue v;
  Client two = v.StreamVenue::connect_private();
  two.say("subscribe", "account");
  static_cast<void>(two.take());
  change(v, R"({"deposit": "500"})");
  change(v, R"({"withdraw": "20.25"})");
  v.publish();
  std::vector<std::string> events;
  Json last;
  for (const Json& message : two.take()) {
    if (message.contains("msg")) {
      events.push_back(message["msg"]["msgEvent"]);
      last = message["msg"]["data"]["collateral"][0];
    }
  }
  CHECK(events == std::vector<std::string>{"DepositUpdate", "DepositUpdate", "WithdrawUpdate"});
  CHECK(last["cumDepositAmount"] == "500");
  CHECK(last["cumWithdrawAmount"] == "20.25");
  CHECK(last["cumTransferInAmount"] == "10000"); // what the account began with
  const Json bills = v.V2Venue::post("account/bills", {{"businessType", "withdraw"}}).json;
  REQUIRE(bills["items"].size() == 1);
  CHECK(bills["items"][0]["amount"] == "-20.25");
  CHECK(bills["items"][0]["balance"] == "10479.75");
  const Json income = v.post("account/income", {{"incomeType", "deposit"}}).json;
  REQUIRE(income["items"].size() == 1);
  CHECK(income["items"][0]["income"] == "500");
  CHECK(v.V2Venue::get("account/getAccounts").json["collateral"][0]["cum_deposit_amount"] == "500");
}

TEST_CASE("v3: separated positions are rows of their own", "[unit][exchange]") {
  V3Venue v;
  const auto set_mode = [&](const char* type) {
    v.wall = v.wall + 10s;
    return v.post("account/marginType",
                  {{"symbol", "BTCUSDT"}, {"marginType", "CROSSED"}, {"separatedType", type}});
  };
  CHECK(set_mode("SEPARATED").json["msg"] == "success");
  CHECK(v.get("account/symbolConfig?symbol=BTCUSDT").json[0]["separatedType"] == "SEPARATED");
  const auto first = v.post("order", v.entry()).json["orderId"].get<std::string>();
  const auto second = v.post("order", v.entry()).json["orderId"].get<std::string>();
  const Json rows = v.get("account/position/singlePosition?symbol=BTCUSDT").json;
  REQUIRE(rows.size() == 2);
  CHECK(rows[0]["separatedMode"] == "SEPARATED");
  CHECK(std::to_string(rows[0]["separatedOpenOrderId"].get<std::uint64_t>()) == first);
  CHECK(std::to_string(rows[1]["separatedOpenOrderId"].get<std::uint64_t>()) == second);
  CHECK(v.V2Venue::get("account/position/allPosition").json[1]["separated_mode"] == "SEPARATED");
  CHECK(v.V2Venue::get("order/fills").json["list"][0]["separatedMode"] == "SEPARATED");
  const auto close = v.post("order", v.entry("SELL", "LONG"));
  CHECK(V3Venue::code(close) == -1054);
  CHECK(close.msg().find("position id") != std::string::npos);
  CHECK(V3Venue::code(set_mode("COMBINED")) == -1054);
  const Json closed = v.post("closePositions", {{"symbol", "BTCUSDT"}}).json;
  REQUIRE(closed.size() == 2);
  CHECK(closed[0]["success"] == true);
  CHECK(set_mode("COMBINED").status == 200);
  CHECK(v.get("account/position/allPosition").json.empty());
}
