// Field names, JSON types and values of the v3 answers.

#include "tests/unit/exchange/v3_venue.hpp"

using namespace rg;
using namespace rg::exchange;
using namespace rg::exchange::test;

namespace {

constexpr const char* kOrderShape =
    "avgPrice:s clientOrderId:s cumQuote:s executedQty:s orderId:n origQty:s price:s reduceOnly:b "
    "side:s positionSide:s status:s stopPrice:s symbol:s time:n timeInForce:s type:s updateTime:n "
    "workingType:s";
constexpr const char* kAckShape = "orderId:s clientOrderId:s success:b errorCode:s errorMessage:s";
constexpr const char* kCancelShape =
    "orderId:s origClientOrderId:s success:b errorCode:s errorMessage:s";

} // namespace

TEST_CASE("v3: market answers have the documented shapes", "[unit][exchange]") {
  V3Venue v;
  for (int i = 0; i < 9; ++i) {
    v.step(i % 2 == 0 ? "100000" : "100100");
  }
  struct Row {
    const char* path;
    bool array;
    const char* shape;
  };
  const auto row = GENERATE(
      Row{"market/time", false, "serverTime:n"},
      Row{"market/exchangeInfo", false, "assets:a symbols:a"},
      Row{"market/depth?symbol=BTCUSDT", false, "bids:a asks:a lastUpdateId:n"},
      Row{"market/ticker/24hr", true,
          "symbol:s priceChange:s priceChangePercent:s lastPrice:s openPrice:s highPrice:s "
          "lowPrice:s volume:s quoteVolume:s markPrice:s indexPrice:s openTime:n closeTime:n"},
      Row{"market/ticker/bookTicker?symbol=BTCUSDT", true,
          "symbol:s bidPrice:s bidQty:s askPrice:s askQty:s time:n"},
      Row{"market/trades?symbol=BTCUSDT&limit=3", true,
          "id:s time:n price:s qty:s quoteQty:s isBestMatch:b isBuyerMaker:b"},
      Row{"market/symbolPrice?symbol=BTCUSDT&priceType=MARK", false, "symbol:s price:s time:n"},
      Row{"market/openInterest?symbol=BTCUSDT", false, "symbol:s openInterest:s time:n"},
      Row{"market/premiumIndex", true,
          "symbol:s markPrice:s indexPrice:s lastFundingRate:s forecastFundingRate:s "
          "interestRate:s nextFundingTime:n time:n collectCycle:n"});
  CAPTURE(row.path);
  const auto answer = v.get(row.path);
  CHECK(answer.status == 200);
  CHECK(shape(row.array ? answer.json[0] : answer.json) == row.shape);
}

TEST_CASE("v3: contracts, book and tickers tell what v2 tells", "[unit][exchange]") {
  V3Venue v;
  for (int i = 0; i < 9; ++i) {
    v.step(i % 2 == 0 ? "100000" : "100100");
  }
  const auto info = v.get("market/exchangeInfo?symbol=BTCUSDT").json;
  REQUIRE(info["symbols"].size() == 1);
  const auto& btc_rules = info["symbols"][0];
  CHECK(shape(btc_rules) ==
        "symbol:s baseAsset:s quoteAsset:s marginAsset:s pricePrecision:s quantityPrecision:s "
        "baseAssetPrecision:s quotePrecision:s contractVal:s delivery:a forwardContractFlag:b "
        "minLeverage:s maxLeverage:s buyLimitPriceRatio:s sellLimitPriceRatio:s makerFeeRate:s "
        "takerFeeRate:s minOrderSize:s maxOrderSize:s maxPositionSize:s marketOpenLimitSize:s");
  CHECK(btc_rules["pricePrecision"] == "1");
  CHECK(btc_rules["quantityPrecision"] == "4");
  CHECK(btc_rules["takerFeeRate"] == "0.0008");
  CHECK(v.get("market/exchangeInfo?symbol=DOGEUSDT").json["symbols"][0]["quantityPrecision"] ==
        "-2");
  CHECK(v.get("market/apiTradingSymbols").json ==
        Json::array({"BTCUSDT", "DOGEUSDT", "BTCSUSDT", "DOGESUSDT"}));
  const auto two = v.V2Venue::get("market/depth?symbol=cmt_btcusdt").json;
  const auto three = v.get("market/depth?symbol=BTCUSDT").json;
  CHECK(two["asks"] == three["asks"]);
  CHECK(two["bids"] == three["bids"]);
  CHECK(v.code(v.get("market/depth?symbol=BTCUSDT&limit=50")) == -1142);
  const auto ticker = v.get("market/ticker/24hr?symbol=BTCUSDT").json;
  REQUIRE(ticker.size() == 1);
  CHECK(ticker[0]["lastPrice"] == "100000.0");
  CHECK(ticker[0]["priceChangePercent"] == "0.000000");
}

TEST_CASE("v3: klines are oldest first and hold the forming row", "[unit][exchange]") {
  V3Venue v;
  for (int i = 0; i < 10; ++i) {
    v.step("100000");
  }
  const auto rows = v.get("market/klines?symbol=BTCUSDT&interval=1m&limit=2").json;
  REQUIRE(rows.size() == 2);
  REQUIRE(rows[0].size() == 11);
  std::string types;
  for (const auto& field : rows[0]) {
    types += field.is_string() ? 's' : field.is_number_integer() ? 'n' : '?';
  }
  CHECK(types == "nsssssnsnss");
  CHECK(rows[1][0] == 1'735'689'720'000); // 00:02, two of its four steps done
  CHECK(rows[0][6] == rows[1][0]);        // the close time is exclusive
  CHECK(rows[0][5] == "40000");
  CHECK(rows[0][8] == 16);
  for (const char* path : {"market/markPriceKlines", "market/indexPriceKlines"}) {
    CHECK(v.get(std::string(path) + "?symbol=BTCUSDT&interval=5m").json[0].size() == 11);
  }
  CHECK(v.code(v.get("market/klines?symbol=BTCUSDT&interval=2h")) == -1142);
  CHECK(v.code(v.get("market/klines?symbol=BTCUSDT&interval=1m&limit=1001")) == -1142);
  CHECK(v.code(v.get("market/klines?symbol=BTCUSDT")) == -1141);
  CHECK(v.code(v.get("market/klines?symbol=cmt_btcusdt&interval=1m")) == -1121);
}

TEST_CASE("both generations: history gives the newest 100 rows up to the end", "[unit][exchange]") {
  V3Venue v;
  for (int i = 0; i < 4 * 250; ++i) {
    v.step("100000");
  }
  constexpr std::int64_t kStart = 1'735'689'600'000, kMinute = 60'000;
  const auto between = [&](std::int64_t from, std::int64_t to) {
    return "symbol=BTCUSDT&interval=1m&startTime=" + std::to_string(kStart + from * kMinute) +
           "&endTime=" + std::to_string(kStart + to * kMinute);
  };
  const auto rows = v.get("market/historyKlines?" + between(10, 200)).json;
  REQUIRE(rows.size() == 100);
  CHECK(rows.front()[0] == kStart + 101 * kMinute);
  CHECK(rows.back()[0] == kStart + 200 * kMinute); // the end is inclusive
  const auto few = v.get("market/historyKlines?" + between(10, 14)).json;
  REQUIRE(few.size() == 5); // the start is inclusive, too
  CHECK(few.front()[0] == kStart + 10 * kMinute);
  CHECK(v.code(v.get("market/historyKlines?" + between(14, 10))) == -1171);
  CHECK(v.code(v.get("market/historyKlines?symbol=BTCUSDT&interval=1m&limit=101")) == -1142);
  const auto from = v.get("market/historyKlines?symbol=BTCUSDT&interval=1m&startTime=" +
                          std::to_string(kStart + 30 * kMinute))
                        .json;
  REQUIRE(from.size() == 100);
  CHECK(from.front()[0] == kStart + 30 * kMinute);
  // The same rows in v2, which ignores the start when both are given and turns the order round.
  auto older = v.V2Venue::get("market/historyCandles?symbol=cmt_btcusdt&granularity=1m&endTime=" +
                              std::to_string(kStart + 200 * kMinute))
                   .json;
  REQUIRE(older.size() == 100);
  std::reverse(older.begin(), older.end());
  for (std::size_t i = 0; i < 100; ++i) {
    CHECK(older[i][0] == std::to_string(rows[i][0].get<std::int64_t>()));
    CHECK(older[i][4] == rows[i][4]);
    CHECK(older[i][6] == rows[i][7]);
  }
}

TEST_CASE("v3: account answers have the documented shapes", "[unit][exchange]") {
  V3Venue v;
  v.must_place(v.order(kLong, true, "0.1"));
  CHECK(shape(v.get("account/balance").json[0]) ==
        "asset:s balance:s availableBalance:s frozen:s unrealizePnl:s");
  CHECK(v.get("account/balance").json[0]["balance"] ==
        v.V2Venue::get("account/assets").json[0]["equity"]);
  CHECK(shape(v.get("account/commissionRate?symbol=BTCUSDT").json) ==
        "symbol:s makerCommissionRate:s takerCommissionRate:s");
  CHECK(shape(v.get("account/accountConfig").json) ==
        "canTrade:b canDeposit:b canWithdraw:b dualSidePosition:b updateTime:n");
  CHECK(shape(v.get("account/symbolConfig").json[0]) ==
        "symbol:s marginType:s separatedType:s crossLeverage:s isolatedLongLeverage:s "
        "isolatedShortLeverage:s");
  const auto positions = v.get("account/position/singlePosition?symbol=BTCUSDT").json;
  REQUIRE(positions.size() == 1);
  CHECK(shape(positions[0]) ==
        "id:n asset:s symbol:s side:s marginType:s separatedMode:s separatedOpenOrderId:n "
        "leverage:s size:s openValue:s openFee:s fundingFee:s marginSize:s isolatedMargin:s "
        "isAutoAppendIsolatedMargin:b cumOpenSize:s cumOpenValue:s cumOpenFee:s cumCloseSize:s "
        "cumCloseValue:s cumCloseFee:s cumFundingFee:s cumLiquidateFee:s createdMatchSequenceId:n "
        "updatedMatchSequenceId:n createdTime:n updatedTime:n unrealizePnl:s liquidatePrice:s");
  CHECK(positions[0]["openFee"] == "8.000008");
  CHECK(positions == v.get("account/position/allPosition").json);
  CHECK(v.get("account/position/singlePosition?symbol=DOGEUSDT").json.empty());
  const auto income = v.post("account/income", {{"incomeType", "position_open_long"}}).json;
  CHECK(income["hasNextPage"] == false);
  REQUIRE(income["items"].size() == 1);
  CHECK(shape(income["items"][0]) == "billId:n asset:s symbol:s income:s incomeType:s balance:s "
                                     "fillFee:s time:n transferReason:s");
  CHECK(income["items"][0]["income"] == "-8.000008");
  CHECK(v.post("account/income", Json::object()).json["items"].size() == 2);
}

TEST_CASE("v3: settings change what v2 shows", "[unit][exchange]") {
  V3Venue v;
  const auto leverage = v.post("account/leverage", {{"symbol", "BTCUSDT"}, {"crossLeverage", 5}});
  CHECK(leverage.json == Json{{"symbol", "BTCUSDT"},
                              {"marginType", "CROSSED"},
                              {"crossLeverage", "5"},
                              {"isolatedLongLeverage", "0"},
                              {"isolatedShortLeverage", "0"}});
  CHECK(v.V2Venue::get("account/settings").json["cmt_btcusdt"]["cross_leverage"] == "5.00");
  const auto mode =
      v.post("account/marginType", {{"symbol", "BTCUSDT"}, {"marginType", "ISOLATED"}});
  CHECK(shape(mode.json) == "code:s msg:s requestTime:n");
  CHECK(mode.json["code"] == "200");
  CHECK(mode.json["msg"] == "success");
  const auto isolated = v.post("account/leverage", {{"symbol", "BTCUSDT"},
                                                    {"marginType", "ISOLATED"},
                                                    {"isolatedLongLeverage", "8"},
                                                    {"isolatedShortLeverage", "9"}});
  CHECK(isolated.json["isolatedShortLeverage"] == "9");
  CHECK(v.code(v.post("account/leverage", {{"symbol", "BTCUSDT"}})) == -1128);
  CHECK(v.code(v.post("account/leverage", {{"symbol", "DOGEUSDT"}, {"crossLeverage", "401"}})) ==
        -3313);
  CHECK(v.code(v.post("account/marginType", {{"symbol", "DOGEUSDT"},
                                             {"marginType", "CROSSED"},
                                             {"separatedType", "PAIRED"}})) == -1142);
  v.wait();
  REQUIRE(v.post("order", v.entry()).status == 200);
  const auto id = v.get("account/position/allPosition").json[0]["id"];
  const auto margin = [&] {
    return v.get("account/position/allPosition").json[0]["isolatedMargin"].get<std::string>();
  };
  const auto before = Notional::parse(margin()).value();
  CHECK(
      v.post("account/positionMargin", {{"isolatedPositionId", id}, {"amount", "25"}, {"type", 1}})
          .status == 200);
  CHECK(Notional::parse(margin()).value() == before + money("25"));
  CHECK(
      v.post("account/positionMargin", {{"isolatedPositionId", id}, {"amount", "20"}, {"type", 2}})
          .status == 200);
  CHECK(Notional::parse(margin()).value() == before + money("5"));
  CHECK(v.code(v.post("account/positionMargin",
                      {{"isolatedPositionId", id}, {"amount", "-1"}, {"type", 1}})) == -1142);
  CHECK(v.post("account/modifyAutoAppendMargin", {{"positionId", id}, {"autoAppendMargin", true}})
            .status == 200);
  CHECK(v.get("account/position/allPosition").json[0]["isAutoAppendIsolatedMargin"] == true);
}

TEST_CASE("v3: an order's way through acks, lists and fills", "[unit][exchange]") {
  V3Venue v;
  const auto placed = v.post("order", v.entry("BUY", "LONG", "90000.5"));
  REQUIRE(placed.status == 200);
  CHECK(shape(placed.json) == kAckShape);
  CHECK(placed.json["success"] == true);
  const std::string id = placed.json["orderId"];
  const auto open = v.get("openOrders?symbol=BTCUSDT").json;
  REQUIRE(open.size() == 1);
  CHECK(shape(open[0]) == kOrderShape);
  CHECK(open[0]["status"] == "NEW");
  CHECK(open[0]["price"] == "90000.5");
  CHECK(open[0]["workingType"] == "UNKNOWN_PRICE_TYPE");
  CHECK(open[0] == v.get("order?orderId=" + id).json);
  CHECK(open[0] == v.get("order?origClientOrderId=v3-1").json);
  CHECK(v.get("openOrders?symbol=DOGEUSDT").json.empty());
  CHECK(v.V2Venue::get("order/detail?orderId=" + id).json["status"] == "open"); // one core

  const auto gone = v.del("order?orderId=" + id);
  CHECK(shape(gone.json) == kCancelShape);
  CHECK(gone.json["origClientOrderId"] == "v3-1");
  CHECK(v.get("order/history").json[0]["status"] == "CANCELED");
  CHECK(v.code(v.del("order?orderId=" + id)) == -3200);
  CHECK(v.del("order").json ==
        Json{{"code", -1140}, {"msg", "Either orderId or origClientOrderId must be sent."}});

  REQUIRE(v.post("order", v.entry()).status == 200);
  const auto fills = v.get("userTrades").json;
  REQUIRE(fills.size() == 1);
  CHECK(shape(fills[0]) == "id:n orderId:n symbol:s buyer:b commission:s commissionAsset:s maker:b "
                           "price:s qty:s quoteQty:s realizedPnl:s side:s positionSide:s time:n");
  CHECK(fills[0]["buyer"] == true);
  CHECK(fills[0]["maker"] == false);
  CHECK(fills[0]["commission"] == "0.80000080");
  const auto filled = v.get("order?orderId=" + std::to_string(fills[0]["orderId"].get<long>()));
  CHECK(filled.json["status"] == "FILLED");
  CHECK(filled.json["avgPrice"] == "100000.1");
  CHECK(filled.json["timeInForce"] == "IOC");

  const auto closed = v.post("closePositions", {{"symbol", "BTCUSDT"}}).json;
  REQUIRE(closed.size() == 1);
  CHECK(shape(closed[0]) == "positionId:n success:b successOrderId:n errorMessage:s");
  CHECK(v.get("account/position/allPosition").json.empty());
}

TEST_CASE("v3: batches answer row by row", "[unit][exchange]") {
  V3Venue v;
  Json bad = v.entry("BUY", "LONG", "90000");
  bad["quantity"] = "0.00001";
  Json nameless = v.entry("BUY", "LONG", "90000");
  nameless.erase("newClientOrderId");
  const auto rows =
      v.post("batchOrders", {{"batchOrders", {v.entry("BUY", "LONG", "90000"), bad, nameless}}})
          .json;
  REQUIRE(rows.size() == 3);
  CHECK(shape(rows[0]) == kAckShape);
  CHECK(rows[0]["success"] == true);
  CHECK(rows[1]["success"] == false);
  CHECK(rows[1]["errorCode"] == "-1054");
  CHECK(rows[1]["errorMessage"].get<std::string>().starts_with("INVALID_ARGUMENT: The order size"));
  CHECK(rows[2]["errorCode"] == "-1141");

  Json ids =
      Json::array({std::stoull(rows[0]["orderId"].get<std::string>()), "702345000000000000"});
  const auto gone = v.call("DELETE", "batchOrders", Json{{"orderIdList", ids}}.dump()).json;
  REQUIRE(gone["orderList"].size() == 2);
  CHECK(shape(gone["orderList"][0]) == kCancelShape);
  CHECK(gone["orderList"][0]["success"] == true);
  CHECK(gone["orderList"][1]["errorMessage"] == "FAILED_ORDER_NOT_FOUND");
  v.wait();
  REQUIRE(v.post("order", v.entry("BUY", "LONG", "90001")).status == 200);
  const auto swept = v.del("allOpenOrders").json;
  REQUIRE(swept.size() == 1);
  CHECK(shape(swept[0]) == "orderId:n success:b errorCode:s errorMessage:s");
}

TEST_CASE("v3: conditional orders wait, are listed, fire and end in the history",
          "[unit][exchange]") {
  V3Venue v;
  REQUIRE(v.post("order", v.entry()).status == 200);
  Json stop = v.algo("STOP_MARKET", "95000");
  stop["SlWorkingType"] = "MARK_PRICE";
  const auto placed = v.post("algoOrder", stop);
  CHECK(shape(placed.json) == kAckShape);
  const auto waiting = v.get("openAlgoOrders?symbol=BTCUSDT").json;
  REQUIRE(waiting.size() == 1);
  CHECK(shape(waiting[0]) ==
        "algoId:n clientAlgoId:s algoType:s orderType:s symbol:s side:s positionSide:s "
        "timeInForce:s quantity:s algoStatus:s actualOrderId:0 actualPrice:s triggerPrice:s "
        "price:s tpTriggerPrice:0 tpPrice:0 slTriggerPrice:0 slPrice:0 tpOrderType:0 "
        "workingType:s closePosition:b reduceOnly:b createTime:n updateTime:n triggerTime:n");
  CHECK(waiting[0]["orderType"] == "STOP_MARKET");
  CHECK(waiting[0]["workingType"] == "MARK_PRICE");
  CHECK(waiting[0]["algoStatus"] == "UNTRIGGERED");
  CHECK(waiting[0]["triggerTime"] == 0);
  const std::string id = placed.json["orderId"];
  CHECK(v.get("openOrders").json.empty());
  CHECK(v.code(v.del("order?orderId=" + id)) == -3200); // the other kind
  CHECK(
      v.post("modifyTpSlOrder", {{"orderId", std::stoull(id)}, {"triggerPrice", "96000.0"}}).json ==
      Json{{"success", true}});
  CHECK(v.get("openAlgoOrders").json[0]["triggerPrice"] == "96000.0");
  CHECK(v.get("openAlgoOrders").json[0]["workingType"] == "CONTRACT_PRICE"); // the default again
  CHECK(v.code(v.post("account/leverage", {{"symbol", "BTCUSDT"}, {"crossLeverage", 5}})) == -1054);

  v.step("95900"); // through the trigger
  CHECK(v.get("openAlgoOrders").json.empty());
  const auto history = v.get("allAlgoOrders?symbol=BTCUSDT").json;
  CHECK(history["hasMore"] == false);
  REQUIRE(history["orders"].size() == 1);
  CHECK(history["orders"][0]["algoStatus"] == "FILLED");
  CHECK(history["orders"][0]["actualOrderId"] == history["orders"][0]["algoId"]);
  CHECK(v.get("order/history").json[0]["type"] == "STOP_MARKET");

  const auto tpsl = v.post("placeTpSlOrder", {{"symbol", "BTCUSDT"},
                                              {"clientAlgoId", "tp-1"},
                                              {"planType", "TAKE_PROFIT"},
                                              {"triggerPrice", "120000"},
                                              {"quantity", "0.01"},
                                              {"positionSide", "LONG"}});
  CHECK(v.code(tpsl) == -1054); // no position any more
}

TEST_CASE("v3: attached exits come late, name their parent and keep their price source",
          "[unit][exchange]") {
  V3Venue v;
  Json entry = v.entry();
  entry["tpTriggerPrice"] = "110000";
  entry["slTriggerPrice"] = "90000";
  entry["SlWorkingType"] = "MARK_PRICE";
  const std::string parent = v.post("order", entry).json["orderId"];
  CHECK(v.get("openAlgoOrders").json.empty());
  v.wall = v.wall + 2s;
  const auto exits = v.get("openAlgoOrders").json;
  REQUIRE(exits.size() == 2);
  for (const auto& exit : exits) {
    CHECK(std::to_string(exit["actualOrderId"].get<std::uint64_t>()) == parent);
    CHECK(exit["reduceOnly"] == true);
    const bool stop = exit["orderType"] == "STOP_MARKET";
    CHECK(exit["workingType"] == (stop ? "MARK_PRICE" : "CONTRACT_PRICE"));
  }
  const auto swept = v.del("algoOpenOrders?symbol=BTCUSDT").json;
  CHECK(swept.size() == 2);

  Json opening = v.algo("STOP", "105000", "BUY");
  opening["price"] = "105100";
  opening["presetStopLossPrice"] = "99000";
  opening["presetTakeProfitPrice"] = "104000";
  CHECK(v.code(v.post("algoOrder", opening)) == -1054); // below the price it would open at
  opening["presetTakeProfitPrice"] = "130000";
  REQUIRE(v.post("algoOrder", opening).status == 200);
  const auto waiting = v.get("openAlgoOrders").json;
  REQUIRE(waiting.size() == 1);
  CHECK(waiting[0]["orderType"] == "STOP");
  CHECK(waiting[0]["tpTriggerPrice"] == "130000.0");
  CHECK(waiting[0]["slTriggerPrice"] == "99000.0");
  v.step("105050");
  v.step("105050");
  v.wall = v.wall + 2s;
  CHECK(v.get("openAlgoOrders").json.size() == 2); // its own exits
}

TEST_CASE("v3: demo trading has an account of its own", "[unit][exchange]") {
  V3Venue v;
  CHECK(v.get("sim/balance").json[0]["asset"] == "SUSDT");
  CHECK(v.get("sim/balance").json[0]["balance"] == "50000.00000000");
  Json order = v.entry();
  CHECK(v.code(v.post("sim/order", order)) == -1058); // a real contract is none of the demo's
  order["symbol"] = "BTCSUSDT";
  REQUIRE(v.post("sim/order", order).status == 200);
  const auto positions = v.get("sim/position/allPosition").json;
  REQUIRE(positions.size() == 1);
  CHECK(positions[0]["symbol"] == "BTCSUSDT");
  CHECK(v.get("sim/order/history?symbol=BTCSUSDT").json[0]["symbol"] == "BTCSUSDT");
  CHECK(v.get("account/position/allPosition").json.empty());
  CHECK(v.get("account/balance").json[0]["balance"] == "10000.00000000");
  CHECK(v.core->account(1).demo);
}
