// Field names, JSON types and envelopes of the v2 answers, as the protocol's documents give them.

#include "tests/support/catch.hpp"
#include "tests/unit/exchange/v2_venue.hpp"

using namespace rg;
using namespace rg::exchange;
using namespace rg::exchange::test;

namespace {

constexpr const char* kOrderShape =
    "symbol:s size:s client_oid:s createTime:s filled_qty:s fee:s order_id:s price:s price_avg:s "
    "status:s type:s order_type:s totalProfits:s contracts:n filledQtyContracts:n "
    "presetTakeProfitPrice:0 presetStopLossPrice:0";
constexpr const char* kPlanShape =
    "symbol:s size:s client_oid:s createTime:s filled_qty:s fee:s order_id:s price:s price_avg:s "
    "status:s type:s order_type:s totalProfits:s triggerPrice:s triggerPriceType:s triggerTime:s "
    "presetTakeProfitPrice:0 presetStopLossPrice:0";
constexpr const char* kTickerShape =
    "symbol:s last:s best_ask:s best_bid:s high_24h:s low_24h:s volume_24h:s timestamp:s "
    "priceChangePercent:s base_volume:s markPrice:s indexPrice:s";
constexpr const char* kAckShape = "msg:s requestTime:n code:s";
constexpr const char* kWrappedShape = "code:s msg:s requestTime:n data:s";

} // namespace

TEST_CASE("market answers have the documented shapes", "[unit][exchange]") {
  V2Venue v;
  for (int i = 0; i < 9; ++i) {
    v.step(i % 2 == 0 ? "100000" : "100100");
  }
  const auto time = v.get("market/time").json;
  CHECK(shape(time) == "epoch:s iso:s timestamp:n");
  CHECK(time["epoch"] == "1800000000.000");
  CHECK(time["iso"] == "2027-01-15T08:00:00.000Z");

  const auto contracts = v.get("market/contracts").json;
  REQUIRE(contracts.size() == 2);
  CHECK(shape(contracts[0]) ==
        "symbol:s underlying_index:s quote_currency:s coin:s contract_val:s delivery:a "
        "size_increment:s tick_size:s forwardContractFlag:b priceEndStep:n minLeverage:n "
        "maxLeverage:n buyLimitPriceRatio:s sellLimitPriceRatio:s makerFeeRate:s takerFeeRate:s "
        "minOrderSize:s maxOrderSize:s maxPositionSize:s marketOpenLimitSize:s");
  const auto btc_rules = v.get("market/contracts?symbol=cmt_btcusdt").json[0];
  CHECK(btc_rules["contract_val"] == "0.0001");
  CHECK(btc_rules["size_increment"] == "4");
  CHECK(btc_rules["tick_size"] == "1");
  CHECK(btc_rules["maxLeverage"] == 400);
  CHECK(btc_rules["makerFeeRate"] == "0.0002");
  CHECK(btc_rules["takerFeeRate"] == "0.0008");
  CHECK(btc_rules["maxOrderSize"] == "1200");
  CHECK(btc_rules["marketOpenLimitSize"] == "100");
  CHECK(btc_rules["delivery"] == Json::array({"00:00:00", "08:00:00", "16:00:00"}));
  const auto doge_rules = v.get("market/contracts?symbol=cmt_dogeusdt").json[0];
  CHECK(doge_rules["size_increment"] == "-2"); // steps of 100
  CHECK(doge_rules["minOrderSize"] == "100");

  const auto ticker = v.get("market/ticker?symbol=cmt_btcusdt").json;
  CHECK(shape(ticker) == kTickerShape);
  CHECK(ticker["last"] == "100000.0");
  CHECK(ticker["best_ask"] == "100000.1");
  CHECK(ticker["high_24h"] == "100100.0");
  CHECK(ticker["priceChangePercent"] == "0.000000");
  CHECK(ticker["timestamp"] == std::to_string(v.core->data_now().ms()));
  CHECK(shape(v.get("market/tickers").json[1]) == kTickerShape);

  const auto depth = v.get("market/depth?symbol=cmt_btcusdt").json;
  CHECK(shape(depth) == "asks:a bids:a timestamp:s");
  REQUIRE(depth["asks"].size() == 15);
  CHECK(depth["asks"][0][0] == "100000.1");
  CHECK(depth["bids"][0][0] == "100000.0");
  CHECK(v.get("market/depth?symbol=cmt_btcusdt&limit=200").json["bids"].size() == 200);

  const auto trades = v.get("market/trades?symbol=cmt_btcusdt&limit=3").json;
  REQUIRE(trades.size() == 3);
  CHECK(shape(trades[0]) == "ticketId:s time:n price:s size:s value:s symbol:s isBestMatch:b "
                            "isBuyerMaker:b contractVal:s");

  CHECK(shape(v.get("market/index?symbol=cmt_btcusdt").json) == "symbol:s index:s timestamp:s");
  CHECK(shape(v.get("market/open_interest?symbol=cmt_btcusdt").json[0]) ==
        "symbol:s base_volume:s target_volume:s timestamp:s");
  CHECK(shape(v.get("market/currentFundRate").json[0]) ==
        "symbol:s fundingRate:s collectCycle:n timestamp:n");
  const auto funding = v.get("market/funding_time?symbol=cmt_btcusdt").json;
  CHECK(shape(funding) == "symbol:s fundingTime:n");
  CHECK(funding["fundingTime"] == 1'735'718'400'000); // 08:00 UTC
  const auto rates = v.get("market/getHistoryFundRate?symbol=cmt_btcusdt&limit=3").json;
  REQUIRE(rates.size() == 3);
  CHECK(shape(rates[0]) == "symbol:s fundingRate:s fundingTime:n");
  CHECK(rates[0]["fundingTime"] == 1'735'689'600'000);
}

TEST_CASE("candles: texts of seven, newest first or last, the forming one included",
          "[unit][exchange]") {
  ProtocolOptions oldest_first;
  oldest_first.candles_newest_first = false;
  for (const bool newest_first : {true, false}) {
    V2Venue v(newest_first ? ProtocolOptions{} : oldest_first);
    for (int i = 0; i < 10; ++i) {
      v.step("100000");
    }
    const auto rows = v.get("market/candles?symbol=cmt_btcusdt&granularity=1m&limit=2").json;
    REQUIRE(rows.size() == 2);
    REQUIRE(rows[0].size() == 7);
    for (const auto& field : rows[0]) {
      CHECK(field.is_string());
    }
    const auto& newest = rows[newest_first ? 0 : 1];
    CHECK(newest[0] == "1735689720000"); // 00:02, two of its four steps done
    CHECK(newest[5] == "20000");
    CHECK(rows[newest_first ? 1 : 0][0] == "1735689660000");
  }
}

TEST_CASE("history candles: at most 100, the end wins over the start", "[unit][exchange]") {
  V2Venue v;
  for (int i = 0; i < 4 * 120; ++i) {
    v.step("100000");
  }
  const std::string base = "market/historyCandles?symbol=cmt_btcusdt&granularity=1m";
  const auto first_last = [&](const std::string& query) {
    const auto rows = v.get(base + query).json;
    return std::pair<std::size_t, std::string>(rows.size(), rows.back()[0].get<std::string>());
  };
  CHECK(v.get(base).json.size() == 100);
  CHECK(first_last("&limit=3&endTime=1735689900000") ==
        std::pair<std::size_t, std::string>{3, "1735689780000"});
  CHECK(first_last("&limit=3&startTime=1735689600000&endTime=1735689900000") ==
        std::pair<std::size_t, std::string>{3, "1735689780000"});
  CHECK(first_last("&limit=3&startTime=1735689660000") ==
        std::pair<std::size_t, std::string>{3, "1735689660000"});
  CHECK(first_last("&limit=2&endTime=nonsense").first == 2);
}

TEST_CASE("account answers have the documented shapes", "[unit][exchange]") {
  V2Venue v;
  v.must_place(v.order(kLong, true, "0.1"));
  const auto assets = v.get("account/assets").json;
  REQUIRE(assets.size() == 1);
  CHECK(shape(assets[0]) == "coinName:s available:s equity:s frozen:s unrealizePnl:s");
  CHECK(assets[0]["equity"] == "9991.98999200");
  CHECK(assets[0]["available"] == "9491.98999200");
  CHECK(assets[0]["unrealizePnl"] == "-0.01000000");

  const auto accounts = v.get("account/getAccounts").json;
  CHECK(shape(accounts) == "account:o collateral:a version:0");
  CHECK(
      shape(accounts["account"]) ==
      "defaultFeeSetting:o feeSetting:a modeSetting:a leverageSetting:a "
      "createOrderRateLimitPerMinute:n createOrderDelayMilliseconds:n createdTime:n updatedTime:n");
  CHECK(shape(accounts["account"]["defaultFeeSetting"]) ==
        "is_set_fee_rate:b taker_fee_rate:s maker_fee_rate:s is_set_fee_discount:b fee_discount:s "
        "is_set_taker_maker_fee_discount:b taker_fee_discount:s maker_fee_discount:s");
  CHECK(shape(accounts["account"]["modeSetting"][0]) ==
        "symbol:s marginMode:s separatedMode:s positionMode:s");
  CHECK(accounts["account"]["leverageSetting"][0]["cross_leverage"] == "20.00");
  CHECK(shape(accounts["collateral"][0]) ==
        "coin:s marginMode:s crossSymbol:0 isolatedPositionId:n amount:s pending_deposit_amount:s "
        "pending_withdraw_amount:s pending_transfer_in_amount:s pending_transfer_out_amount:s "
        "is_liquidating:b legacy_amount:s cum_deposit_amount:s cum_withdraw_amount:s "
        "cum_transfer_in_amount:s cum_transfer_out_amount:s cum_margin_move_in_amount:s "
        "cum_margin_move_out_amount:s cum_position_open_long_amount:s "
        "cum_position_open_short_amount:s cum_position_close_long_amount:s "
        "cum_position_close_short_amount:s cum_position_fill_fee_amount:s "
        "cum_position_liquidate_fee_amount:s cum_position_funding_amount:s "
        "cum_order_fill_fee_income_amount:s cum_order_liquidate_fee_income_amount:s created_time:n "
        "updated_time:n");
  CHECK(accounts["collateral"][0]["amount"] == "9991.999992");
  const auto one = v.get("account/getAccount?coin=USDT").json;
  CHECK(shape(one["account"]["modeSetting"][0]) ==
        "symbol:s marginMode:s separatedModeEnum:s positionModeEnum:s");

  const auto bills = v.post("account/bills", {{"limit", 1}}).json;
  CHECK(shape(bills) == "hasNextPage:b items:a");
  CHECK(bills["hasNextPage"] == true);
  CHECK(shape(bills["items"][0]) == "billId:n coin:s symbol:s amount:s businessType:s balance:s "
                                    "fillFee:s transferReason:s ctime:n");
  CHECK(bills["items"][0]["businessType"] == "position_open_long");
  CHECK(bills["items"][0]["amount"] == "-8.000008");
  CHECK(v.post("account/bills", {{"businessType", "transfer_in"}, {"startTime", nullptr}})
            .json["items"]
            .size() == 1);

  const auto settings = v.get("account/settings?symbol=cmt_btcusdt").json;
  CHECK(shape(settings) == "cmt_btcusdt:o");
  CHECK(shape(settings["cmt_btcusdt"]) ==
        "isolated_long_leverage:s isolated_short_leverage:s cross_leverage:s");
  CHECK(v.get("account/settings").json.size() == 2);

  const auto positions = v.get("account/position/allPosition").json;
  REQUIRE(positions.size() == 1);
  CHECK(shape(positions[0]) ==
        "id:n account_id:n coin_id:n contract_id:n symbol:s side:s margin_mode:s separated_mode:s "
        "separated_open_order_id:n leverage:s size:s open_value:s open_fee:s funding_fee:s "
        "marginSize:s isolated_margin:s is_auto_append_isolated_margin:b cum_open_size:s "
        "cum_open_value:s cum_open_fee:s cum_close_size:s cum_close_value:s cum_close_fee:s "
        "cum_funding_fee:s cum_liquidate_fee:s created_match_sequence_id:n "
        "updated_match_sequence_id:n created_time:n updated_time:n contractVal:s unrealizePnl:s "
        "liquidatePrice:s");
  CHECK(positions[0]["side"] == "LONG");
  CHECK(positions[0]["margin_mode"] == "SHARED");
  CHECK(positions[0]["open_value"] == "10000.01");
  CHECK(positions[0]["marginSize"] == "500");
  CHECK(positions[0]["unrealizePnl"] == "-0.01");
  CHECK(v.get("account/position/singlePosition?symbol=cmt_dogeusdt").json == Json::array());

  CHECK(shape(v.post("account/position/changeHoldModel",
                     {{"symbol", "cmt_dogeusdt"}, {"marginMode", 1}})
                  .json) == kAckShape);
}

TEST_CASE("order answers have the documented shapes and types", "[unit][exchange]") {
  V2Venue v;
  const auto placed = v.post("order/placeOrder", v.order_body("0.01")).json;
  CHECK(shape(placed) == "client_oid:s order_id:s");
  CHECK(placed["client_oid"] == "oid-1");
  const std::string id = placed["order_id"];
  CHECK(id.size() == 18);
  const auto detail = v.get("order/detail?orderId=" + id).json;
  CHECK(shape(detail) == kOrderShape);
  CHECK(detail["status"] == "filled");
  CHECK(detail["type"] == "open_long");
  CHECK(detail["order_type"] == "ioc");
  CHECK(detail["price"] == "0.0");
  CHECK(detail["price_avg"] == "100000.1");
  CHECK(detail["contracts"] == 100);
  CHECK(detail["filledQtyContracts"] == 100);

  Json resting = v.order_body("0.02", "1", "0");
  resting["presetStopLossPrice"] = "98000.0";
  const auto limit = v.post("order/placeOrder", resting).json;
  const auto current = v.get("order/current").json;
  REQUIRE(current.size() == 1);
  CHECK(current[0]["status"] == "open");
  CHECK(current[0]["order_type"] == "normal");
  CHECK(current[0]["price"] == "99000.0");
  CHECK(current[0]["presetStopLossPrice"] == "98000.0");
  CHECK(v.get("order/current?symbol=cmt_dogeusdt").json.empty());
  CHECK(v.get("order/current?page=1").json.empty());

  const auto fills = v.get("order/fills").json;
  CHECK(shape(fills) == "list:a nextFlag:b totals:n");
  CHECK(shape(fills["list"][0]) ==
        "tradeId:n orderId:n symbol:s marginMode:s separatedMode:s positionSide:s orderSide:s "
        "fillSize:s fillValue:s fillFee:s liquidateFee:s realizePnl:s direction:s liquidateType:s "
        "legacyOrdeDirection:s createdTime:n");
  CHECK(fills["list"][0]["direction"] == "TAKER");
  CHECK(fills["list"][0]["legacyOrdeDirection"] == "OPEN_LONG");
  CHECK(fills["list"][0]["fillValue"] == "1000.001");
  CHECK(fills["list"][0]["orderId"].get<std::uint64_t>() == std::stoull(id));

  const auto canceled = v.post("order/cancel_order", {{"orderId", limit["order_id"]}}).json;
  CHECK(shape(canceled) == "order_id:s client_oid:0 result:b err_msg:0");
  const auto history = v.get("order/history?symbol=cmt_btcusdt").json;
  REQUIRE(history.size() == 2);
  CHECK(shape(history[1]) == kOrderShape);
  CHECK(history[0]["status"] == "canceled"); // newest first
  CHECK(v.get("order/history?pageSize=1").json.size() == 1);

  v.wait();
  Json batch{{"symbol", "cmt_btcusdt"},
             {"orderDataList", {v.order_body("0.000114"), v.order_body("0.01", "1", "0")}}};
  for (Json& row : batch["orderDataList"]) {
    row.erase("symbol");
  }
  const auto rows = v.post("order/batchOrders", batch).json;
  CHECK(shape(rows) == "order_info:a result:b");
  CHECK(shape(rows["order_info"][0]) ==
        "order_id:s client_oid:s result:b error_code:s error_message:s");
  CHECK(rows["order_info"][0]["result"] == false);
  CHECK(rows["order_info"][0]["order_id"] == "0");
  CHECK(rows["order_info"][0]["error_code"] == "40015");
  CHECK(rows["order_info"][1]["result"] == true);

  const auto swept =
      v.post("order/cancel_batch_orders", {{"ids", {rows["order_info"][1]["order_id"], "123"}}})
          .json;
  CHECK(shape(swept) == "result:b orderIds:a clientOids:a cancelOrderResultList:a failInfos:a");
  CHECK(swept["orderIds"].size() == 1);
  CHECK(swept["failInfos"].size() == 1);
  CHECK(shape(swept["cancelOrderResultList"][0]) == "err_msg:s order_id:s client_oid:s result:b");

  v.wait();
  REQUIRE(v.post("order/placeOrder", v.order_body("0.01", "1", "0")).status == 200);
  const auto all = v.post("order/cancelAllOrders", {{"cancelOrderType", "normal"}}).json;
  REQUIRE(all.size() == 1);
  CHECK(shape(all[0]) == "orderId:n success:b");

  const auto closed = v.post("order/closePositions", Json::object()).json;
  REQUIRE(closed.size() == 1);
  CHECK(shape(closed[0]) == "positionId:n successOrderId:n errorMessage:s success:b");
}

TEST_CASE("client ids may be cancelled by and hidden, unknown orders may be rows",
          "[unit][exchange]") {
  ProtocolOptions options;
  options.echo_client_oid = false;
  options.cancel_unknown_as_row = true;
  V2Venue v(options);
  Json body = v.order_body("0.01", "1", "0");
  CHECK(v.post("order/placeOrder", body).json["client_oid"].is_null());
  CHECK(v.post("order/cancel_order", {{"clientOid", body["client_oid"]}}).json["result"] == true);
  const auto gone = v.post("order/cancel_order", {{"orderId", "702345000000000001"}});
  CHECK(gone.status == 200);
  CHECK(gone.json["result"] == false);
  CHECK(gone.json["err_msg"] == "Order does not exist");
}

TEST_CASE("trigger answers have the documented shapes", "[unit][exchange]") {
  V2Venue v;
  Json body = v.order_body("0.01");
  body["presetTakeProfitPrice"] = "101000.0";
  body["presetStopLossPrice"] = 99000; // numbers are read too
  REQUIRE(v.post("order/placeOrder", body).status == 200);
  CHECK(v.get("order/currentPlan").json.empty());
  v.wall = v.wall + 2s;
  const auto plans = v.get("order/currentPlan").json;
  REQUIRE(plans.size() == 2);
  CHECK(shape(plans[0]) == kPlanShape);
  CHECK(plans[0]["status"] == "UNTRIGGERED");
  CHECK(plans[0]["type"] == "CLOSE_LONG");
  CHECK(plans[0]["triggerPrice"] == "99000.0");
  CHECK(plans[0]["client_oid"] == "");

  const auto stop = v.post("order/placeTpSlOrder", {{"symbol", "cmt_btcusdt"},
                                                    {"clientOrderId", "sl-1"},
                                                    {"planType", "loss_plan"},
                                                    {"triggerPrice", "98000"},
                                                    {"executePrice", "0"},
                                                    {"size", "0.01"},
                                                    {"positionSide", "long"},
                                                    {"marginMode", 1}})
                        .json;
  REQUIRE(stop.size() == 1);
  CHECK(shape(stop[0]) == "orderId:n success:b");
  CHECK(v.get("order/currentPlan").json.size() == 3); // a placed one is listed at once
  const auto modified =
      v.post("order/modifyTpSlOrder", {{"orderId", stop[0]["orderId"]}, {"triggerPrice", "98500"}});
  CHECK(shape(modified.json) == kWrappedShape);
  CHECK(modified.code() == "00000");

  const auto plan = v.post("order/plan_order", {{"symbol", "cmt_btcusdt"},
                                                {"client_oid", "plan-1"},
                                                {"size", "0.01"},
                                                {"type", "1"},
                                                {"match_type", "1"},
                                                {"execute_price", "0"},
                                                {"trigger_price", "101500"}})
                        .json;
  CHECK(shape(plan) == "client_oid:s order_id:s");
  const auto canceled = v.post("order/cancel_plan", {{"orderId", plan["order_id"]}}).json;
  CHECK(shape(canceled) == "order_id:s client_oid:0 result:b err_msg:0");
  v.step("98400"); // all stops fire or go
  CHECK(v.get("order/currentPlan").json.empty());
  const auto history = v.get("order/historyPlan?symbol=cmt_btcusdt").json;
  CHECK(shape(history) == "list:a nextPage:b");
  CHECK(history["list"].size() == 4);
  CHECK(shape(history["list"][0]) == kPlanShape);

  ProtocolOptions digits;
  digits.live_style_plans = false;
  V2Venue d(digits);
  d.must_place(d.order(kLong, true, "0.01"));
  REQUIRE(d.core->place_trigger(d.account, d.stop(kLong, "0.01", "99000"), d.wall));
  const auto row = d.get("order/currentPlan").json[0];
  CHECK(row["status"] == "0");
  CHECK(row["type"] == "3");
}

TEST_CASE("AI logs are stored with their order and bounded", "[unit][exchange]") {
  V2Venue v;
  const Json log{{"orderId", 702345000000000001},
                 {"stage", "Risk Assessment"},
                 {"model", "hmm-1"},
                 {"input", {{"rv", 0.01}}},
                 {"output", {{"multiplier", 0.35}}},
                 {"explanation", "Exposure reduced."}};
  const auto ack = v.post("order/uploadAiLog", log);
  CHECK(shape(ack.json) == kWrappedShape);
  CHECK(ack.json["data"] == "upload success");
  REQUIRE(v.acc().ai_logs.size() == 1);
  CHECK(v.acc().ai_logs[0].order == 702345000000000001ULL);
  CHECK(v.acc().ai_logs[0].input_json == R"({"rv":0.01})");
  Json bad = log;
  bad["explanation"] = std::string(1001, 'x');
  CHECK(v.post("order/uploadAiLog", bad).code() == "40020");
  bad["explanation"] = std::string();
  CHECK(v.post("order/uploadAiLog", bad).code() == "40019");
  bad = log;
  bad["input"] = "text";
  CHECK(v.post("order/uploadAiLog", bad).code() == "40020");
  bad = log;
  bad["orderId"] = nullptr;
  std::string umlauts;
  for (int i = 0; i < 1000; ++i) {
    umlauts += "ü"; // 1000 characters, 2000 bytes
  }
  bad["explanation"] = umlauts;
  CHECK(v.post("order/uploadAiLog", bad).status == 200);
  CHECK(v.acc().ai_logs.size() == 2);
}
