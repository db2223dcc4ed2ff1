// REST answers: the three envelopes, acks with refusals inside, lists with their pages, candles.

#include "infra/weex/v2_codec.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/weex/padded.hpp"

namespace rg::weex::test {

namespace {

template <class T> struct Page {
  ParseError problem = ParseError::none;
  VenueError error;
  PageState state;
  T rows{};
};

template <class T> Page<T> page(QueryKind kind, std::string_view text, PageState state = {}) {
  V2Codec codec;
  Query query;
  query.kind = kind;
  Page<T> out;
  out.state = std::move(state);
  QueryPayload payload;
  out.problem = codec.decode_page(query, Padded(text), out.state, payload, out.error);
  if (const T* rows = std::get_if<T>(&payload)) {
    out.rows = *rows;
  }
  return out;
}

ChangeResult change(const ChangeRequest& request, std::string_view text) {
  V2Codec codec;
  return codec.decode_change(request, Padded(text));
}

const ChangeRequest kPlace = PlaceOrder{};
const ChangeRequest kCancel = CancelOrder{};

} // namespace

TEST_CASE("an order ack gives the id, with or without our client id", "[unit][weex]") {
  for (
      const char* text :
      {R"({"client_oid":null,"order_id":"596471064624628269"})",
       R"({"client_oid":"smt_1","order_id":596471064624628269})",
       R"({"order_id":"596471064624628269","extra":{"deep":[1,{}]}})",
       R"({"code":"00000","msg":"success","requestTime":1,"data":{"order_id":"596471064624628269"}})",
       R"({"code":0,"data":{"order_id":"596471064624628269"}})"}) {
    INFO(text);
    const ChangeResult r = change(kPlace, text);
    CHECK(r.understood);
    CHECK(r.error.code == 0);
    CHECK(r.venue_id == 596'471'064'624'628'269);
  }
}

TEST_CASE("an error envelope gives code and message, whatever their types", "[unit][weex]") {
  const ChangeResult r = change(
      kPlace,
      R"({"code":"40015","msg":"FAILED_PRECONDITION: no \"margin\"","requestTime":1,"data":null})");
  CHECK(r.understood);
  CHECK(r.error.code == 40015);
  CHECK(r.error.message == "FAILED_PRECONDITION: no \"margin\"");
  CHECK(change(kPlace, R"({"msg":"Too many requests","code":429})").error.code == 429);
  CHECK(change(kPlace, R"({"code":"40753","msg":"api权限已禁用"})").error.message ==
        "api权限已禁用");
  CHECK(change(kPlace, R"({"code":"-1054","msg":"x"})").error.code == -1054);
  CHECK(change(kPlace, R"({"code":"4001x","msg":"x"})").error.code == -1);
  CHECK(change(kPlace, R"({"code":null,"msg":"x"})").error.code == -1);
  CHECK(change(kPlace, R"({"code":"40020","msg":")" + std::string(5000, 'y') + "\"}")
            .error.message.size() == 240);
}

TEST_CASE("refusals inside a successful answer are refusals", "[unit][weex]") {
  const ChangeResult gone = change(
      kCancel,
      R"({"order_id":"1","client_oid":null,"result":false,"err_msg":"Order does not exist"})");
  CHECK(gone.understood);
  CHECK(gone.error.code == 50005);
  CHECK(gone.error.message == "Order does not exist");
  const ChangeResult other = change(kCancel, R"({"order_id":"1","result":false,"err_msg":"no"})");
  CHECK(other.error.code == 40017);
  const ChangeResult stop = change(
      PlaceStop{},
      R"([{"orderId":0,"success":false,"errorCode":"40015","errorMessage":"INVALID_ARGUMENT: x"}])");
  CHECK(stop.error.code == 40015);
  CHECK(change(kCancel, R"({"order_id":"1","client_oid":null,"result":true,"err_msg":null})")
            .error.code == 0);
  const ChangeResult placed =
      change(PlaceStop{}, R"([{"orderId":696073048050107226,"success":true}])");
  CHECK(placed.venue_id == 696'073'048'050'107'226);
  CHECK(placed.understood);
}

TEST_CASE("acks of sweeps and settings", "[unit][weex]") {
  CHECK(change(CancelAll{}, "[]").understood);
  const ChangeResult swept =
      change(CancelAll{},
             R"([{"orderId":696026685023191898,"success":true},{"orderId":2,"success":true}])");
  CHECK(swept.understood);
  CHECK(swept.error.code == 0);
  CHECK(swept.venue_id == 0);
  CHECK(change(SetLeverage{}, R"({"msg":"success","requestTime":1713339011237,"code":"200"})")
            .understood);
  CHECK(change(SetLeverage{}, R"({"code":"00000","msg":"success","data":""})").understood);
  CHECK(change(SetLeverage{}, R"({"code":"50007","msg":"Leverage cannot exceed the limit"})")
            .error.code == 50007);
}

TEST_CASE("answers of no known shape are not understood", "[unit][weex]") {
  for (const char* text :
       {"", "<html>502</html>", "null", "3", "\"ok\"", "{", "[", "{}", "[]", R"({"order_id":null})",
        R"({"order_id":"0"})", R"({"order_id":"x"})", R"({"order_id":"-1"})", R"([[]])",
        R"({"order_id":"99999999999999999999"})", R"({"code":"00000","data":""})",
        R"({"code":"00000"})", R"({"order_id":"1"}x)", R"({"result":"yes","order_id":"1"})"}) {
    INFO(text);
    const ChangeResult r = change(kPlace, text);
    CHECK_FALSE(r.understood);
    CHECK(r.error.code == 0);
  }
}

TEST_CASE("contracts: steps from decimals, end digit and face value", "[unit][weex]") {
  const auto p = page<std::vector<ContractRules>>(QueryKind::contracts, R"([
    {"symbol":"cmt_xrpusdt","contract_val":"10","size_increment":"0","tick_size":"4","priceEndStep":1,"minOrderSize":"10",
     "maxOrderSize":"1000000","maxPositionSize":"5000000","makerFeeRate":"0.0002","takerFeeRate":"0.0008","maxLeverage":400},
    {"symbol":"cmt_suiusdt","tick_size":"x"},
    {"symbol":"cmt_btcusdt","underlying_index":"BTC","contract_val":"0.0001","delivery":["00:00:00"],"size_increment":"4",
     "tick_size":"1","forwardContractFlag":true,"priceEndStep":5,"minLeverage":1,"maxLeverage":"100","buyLimitPriceRatio":"0.015",
     "makerFeeRate":"0.0002","takerFeeRate":"0.0006","minOrderSize":"0.0001","maxOrderSize":"1200","maxPositionSize":"1000000",
     "marketOpenLimitSize":"100"},
    {"symbol":"cmt_dogeusdt","contract_val":"0","listing":null,"size_increment":"-2","tick_size":5,"minOrderSize":"1","maxOrderSize":"9"}])");
  REQUIRE(p.problem == ParseError::none);
  REQUIRE(p.rows.size() == 3); // by symbol, the foreign one left out
  const ContractRules& btc = p.rows[0];
  CHECK(btc.symbol == kBtc);
  CHECK(btc.tick_size == price("0.5"));
  CHECK(btc.lot_size == quantity("0.0001"));
  CHECK(btc.max_leverage == 100.0);
  CHECK(btc.price_band == Approx(0.015));
  CHECK(btc.taker_fee.value() == Approx(0.0006));
  CHECK(btc.max_quantity == quantity("1200"));
  CHECK(btc.max_market_open == quantity("100"));
  CHECK(p.rows[1].lot_size == quantity("10")); // the face value is coarser than the decimals
  CHECK(p.rows[1].tick_size == price("0.0001"));
  CHECK(p.rows[1].max_market_open == quantity("1000000"));
  CHECK(p.rows[2].lot_size == quantity("100")); // 10^2
  CHECK(p.rows[2].min_quantity == quantity("100"));
  CHECK(p.rows[2].tick_size == price("0.00001"));
  for (
      const char* bad :
      {R"([{"symbol":"cmt_btcusdt"}])", R"([{}])",
       R"([{"symbol":"cmt_btcusdt","size_increment":"99","tick_size":"1","minOrderSize":"1","maxOrderSize":"1"}])",
       R"([{"symbol":"cmt_btcusdt","size_increment":"1","tick_size":"-9","minOrderSize":"1","maxOrderSize":"1"}])",
       R"([{"symbol":"cmt_btcusdt","size_increment":"1","tick_size":"1","minOrderSize":"-1","maxOrderSize":"1"}])",
       R"([{"symbol":"cmt_btcusdt","priceEndStep":0,"size_increment":"1","tick_size":"1","minOrderSize":"1","maxOrderSize":"1"}])",
       R"({"symbol":"cmt_btcusdt"})"}) {
    INFO(bad);
    CHECK(page<std::vector<ContractRules>>(QueryKind::contracts, bad).problem != ParseError::none);
  }
}

TEST_CASE("assets: bare and wrapped, the wallet is equity without the unrealised", "[unit][weex]") {
  const auto bare =
      page<AccountSnapshot>(QueryKind::account, R"([{"coinName":"BTC","available":"x"},
    {"coinName":"USDT","available":"5413.06877369","equity":"5696.49288823","frozen":"81.28240000","unrealizePnl":"-34.55300000"}])");
  REQUIRE(bare.problem == ParseError::none);
  CHECK(bare.rows.wallet_balance == notional("5731.04588823"));
  CHECK(bare.rows.available == notional("5413.06877369"));
  CHECK(bare.rows.frozen == notional("81.2824"));
  CHECK(bare.rows.unrealised_pnl == notional("-34.553"));
  const auto wrapped = page<AccountSnapshot>(
      QueryKind::account, R"({"code":"00000","msg":"success","requestTime":1,"data":[
    {"coinId":2,"coinName":"USDT","available":"10000999657.8927028500000000","frozen":"0","equity":"10000999657.8927028500000000","unrealizePnl":"0"}]})");
  REQUIRE(wrapped.problem == ParseError::none);
  CHECK(wrapped.rows.wallet_balance == notional("10000999657.89270285"));
  CHECK(page<AccountSnapshot>(QueryKind::account, "[]").problem == ParseError::missing_field);
  CHECK(
      page<AccountSnapshot>(
          QueryKind::account,
          R"([{"coinName":"USDT","equity":"NaN","available":"1","frozen":"1","unrealizePnl":"1"}])")
          .problem == ParseError::bad_value);
  CHECK(page<AccountSnapshot>(QueryKind::account, R"({"code":"00000","data":null})").problem ==
        ParseError::malformed);
  CHECK(page<AccountSnapshot>(QueryKind::account, R"({"code":"00000"})").problem ==
        ParseError::missing_field);
  const auto error = page<AccountSnapshot>(QueryKind::account,
                                           R"({"code":"40009","msg":"API verification failed"})");
  CHECK(error.problem == ParseError::none);
  CHECK(error.error.code == 40009);
}

TEST_CASE("positions: flat rows go, sides in any case, older rows without symbol only when flat",
          "[unit][weex]") {
  const auto p = page<std::vector<Position>>(QueryKind::positions, R"([
    {"id":2,"symbol":"cmt_solusdt","side":"SHORT","size":"0.00000000","open_value":"0"},
    {"id":1,"symbol":"cmt_ethusdt","side":"Short","size":"0.5","open_value":"1000","created_time":"1764505776347"},
    {"id":689987235755328154,"contract_id":10000001,"symbol":"cmt_btcusdt","side":"LONG","size":"0.020000","open_value":"1801.0670000",
     "created_time":1764505776347,"liquidatePrice":"0"},
    {"id":0,"side":"Long","size":"0.","open_value":"0","cum_open_value":"09","created_time":1708395319042}])");
  REQUIRE(p.problem == ParseError::none);
  REQUIRE(p.rows.size() == 2);
  CHECK(p.rows[0].symbol == kBtc);
  CHECK(p.rows[0].quantity == quantity("0.02"));
  CHECK(p.rows[0].open_value == notional("1801.067"));
  CHECK(p.rows[0].opened == ms(1'764'505'776'347));
  CHECK(p.rows[1].side == PositionSide::short_side);
  CHECK(page<std::vector<Position>>(QueryKind::positions, "[]").rows.empty());
  CHECK(page<std::vector<Position>>(QueryKind::positions,
                                    R"([{"side":"LONG","size":"1","open_value":"1"}])")
            .problem == ParseError::missing_field);
  CHECK(page<std::vector<Position>>(
            QueryKind::positions,
            R"([{"symbol":"cmt_btcusdt","side":"UNKNOWN","size":"1","open_value":"1"}])")
            .problem == ParseError::bad_value);
}

TEST_CASE("order lists: REST words, digits, live upper-case words", "[unit][weex]") {
  const auto open = page<std::vector<VenueOrder>>(QueryKind::open_orders,
                                                  R"([{"symbol":"cmt_btcusdt","size":"0.010000",
    "client_oid":"175287228528278","createTime":"1764505828770","filled_qty":"0","fee":"0","order_id":"689987455633326746",
    "price":"88888.0","price_avg":"0","status":"open","type":"open_long","order_type":"normal","contracts":10000,
    "presetTakeProfitPrice":null,"presetStopLossPrice":null}])");
  REQUIRE(open.problem == ParseError::none);
  REQUIRE(open.rows.size() == 1);
  CHECK(open.rows[0].venue_id == 689'987'455'633'326'746);
  CHECK(open.rows[0].client_id == "175287228528278");
  CHECK(open.rows[0].price == price("88888"));
  CHECK(open.rows[0].opens);
  CHECK(open.rows[0].state == OrderState::acked);
  CHECK_FALSE(open.rows[0].trigger);
  CHECK_FALSE(open.state.more);

  const auto live = page<std::vector<VenueOrder>>(QueryKind::trigger_orders,
                                                  R"([{"symbol":"cmt_ethusdt","size":"4.700",
    "client_oid":"","createTime":"1771600000000","filled_qty":"0","order_id":"719935679823348581","price":"0",
    "status":"UNTRIGGERED","type":"CLOSE_SHORT","triggerPrice":"1947.19","triggerTime":"0"}])");
  REQUIRE(live.rows.size() == 1);
  CHECK(live.rows[0].trigger);
  CHECK(live.rows[0].position == PositionSide::short_side);
  CHECK_FALSE(live.rows[0].opens);
  CHECK(live.rows[0].trigger_price == price("1947.19"));
  CHECK(live.rows[0].price.is_zero());

  const auto digits = page<std::vector<VenueOrder>>(QueryKind::trigger_orders,
                                                    R"([{"symbol":"cmt_btcusdt","size":"1",
    "client_oid":null,"createTime":1742213506548,"filled_qty":"0.5","order_id":461234125,"price":"50000.00","status":"1",
    "type":"10","triggerPrice":"48000.00"}])");
  REQUIRE(digits.rows.size() == 1);
  CHECK(digits.rows[0].state == OrderState::partially_filled);
  CHECK(digits.rows[0].position == PositionSide::short_side);
  CHECK(digits.rows[0].client_id.empty());

  const auto history = page<std::vector<VenueOrder>>(QueryKind::order_history, R"([
    {"symbol":"cmt_btcusdt","size":"0.01","client_oid":"b","createTime":"1764505828771","filled_qty":"0.004","order_id":"2","price":"1","status":"canceled","type":"open_long"},
    {"symbol":"cmt_btcusdt","size":"0.01","client_oid":"a","createTime":"1764505828770","filled_qty":"0.01","order_id":"1","price":"0.0","status":"filled","type":"burst_liquidate_long"}])");
  REQUIRE(history.rows.size() == 2);
  CHECK(history.rows[0].client_id == "a"); // oldest first
  CHECK_FALSE(history.rows[0].opens);
  CHECK(history.rows[0].state == OrderState::filled);
  CHECK(history.rows[1].state == OrderState::cancelled);
  CHECK(history.rows[1].filled == quantity("0.004"));
  for (const char* bad :
       {R"([{}])", R"([{"symbol":"cmt_btcusdt","size":"1","order_id":"1","status":"open"}])",
        R"([{"symbol":"cmt_btcusdt","size":"1","order_id":"1","status":"open","type":"sideways"}])",
        R"([{"symbol":"cmt_btcusdt","size":"-1","order_id":"1","status":"open","type":"1"}])",
        R"([{"symbol":"cmt_btcusdt","size":"1","order_id":"1.5","status":"open","type":"1"}])"}) {
    INFO(bad);
    CHECK(page<std::vector<VenueOrder>>(QueryKind::open_orders, bad).problem != ParseError::none);
  }
}

TEST_CASE("fills: numbers as ids, price from value and size, meaningless fields tolerated",
          "[unit][weex]") {
  const auto p = page<std::vector<Fill>>(QueryKind::fills, R"({"list":[
    {"tradeId":617414920887075482,"orderId":617414920861909658,"symbol":"cmt_btcusdt","positionSide":"SHORT","orderSide":"BUY",
     "fillSize":"0.3","fillValue":"10","fillFee":"0.006","liquidateFee":"MAKER","realizePnl":"83","direction":"OPEN_LONG",
     "liquidateType":"UNKNOWN_LIQUIDATE_TYPE","legacyOrdeDirection":"CLOSE_SHORT","createdTime":1747203188154},
    {"tradeId":"5","orderId":"4","symbol":"cmt_btcusdt","positionSide":"LONG","orderSide":"SELL","fillSize":"1","fillValue":"2",
     "fillFee":"0","direction":"MAKER","legacyOrdeDirection":"burst_liquidate_long","createdTime":"1747203188153"}],
    "nextFlag":false,"totals":2})");
  REQUIRE(p.problem == ParseError::none);
  REQUIRE(p.rows.size() == 2);
  CHECK(p.rows[0].venue_fill_id == 5); // oldest first
  CHECK(p.rows[0].liquidation);
  CHECK(p.rows[0].maker);
  CHECK_FALSE(p.rows[0].opens);
  const Fill& f = p.rows[1];
  CHECK(f.price == price("33.33333333"));
  CHECK(f.value == notional("10"));
  CHECK(f.realised_pnl == notional("83"));
  CHECK_FALSE(f.opens); // buying closes a short
  CHECK_FALSE(f.liquidation);
  CHECK_FALSE(p.state.more);
  CHECK(page<std::vector<Fill>>(QueryKind::fills, "[]").problem == ParseError::malformed);
  CHECK(page<std::vector<Fill>>(QueryKind::fills, R"({"nextFlag":false})").problem ==
        ParseError::missing_field);
  CHECK(page<std::vector<Fill>>(QueryKind::fills, R"({"list":[{"tradeId":1}]})").problem ==
        ParseError::missing_field);
}

TEST_CASE("pages overlap: rows are counted once and paging ends", "[unit][weex]") {
  const auto row = [](int id, std::int64_t time) {
    return R"({"tradeId":)" + std::to_string(id) +
           R"(,"orderId":1,"symbol":"cmt_btcusdt","positionSide":"LONG","orderSide":"BUY","fillSize":"1","fillValue":"1","fillFee":"0","createdTime":)" +
           std::to_string(time) + "}";
  };
  const std::int64_t t = 1'747'203'188'000;
  auto first =
      page<std::vector<Fill>>(QueryKind::fills, R"({"list":[)" + row(3, t + 3) + "," +
                                                    row(2, t + 2) + R"(],"nextFlag":true})");
  CHECK(first.state.more);
  CHECK(first.state.until == ms(t + 2));
  auto second = page<std::vector<Fill>>(
      QueryKind::fills,
      R"({"list":[)" + row(2, t + 2) + "," + row(1, t + 1) + R"(],"nextFlag":true})", first.state);
  CHECK(second.rows.size() == 1);
  CHECK(second.state.until == ms(t + 1));
  CHECK(second.state.more);
  auto third = page<std::vector<Fill>>(
      QueryKind::fills, R"({"list":[)" + row(1, t + 1) + R"(],"nextFlag":true})", second.state);
  CHECK(third.rows.empty());
  CHECK_FALSE(third.state.more); // a venue that repeats itself does not keep us
}

TEST_CASE("settings give whole leverages, rounded away from equality", "[unit][weex]") {
  const auto p = page<std::vector<LeverageSetting>>(QueryKind::leverage,
                                                    R"({"cmt_ethusdt":{"isolated_long_leverage":"1",
    "cross_leverage":"20.00"},"cmt_btcusdt":{"cross_leverage":"4.5"},"cmt_suiusdt":{"cross_leverage":"3"}})");
  REQUIRE(p.problem == ParseError::none);
  REQUIRE(p.rows.size() == 2);
  CHECK(p.rows[0].symbol == kBtc);
  CHECK(p.rows[0].long_leverage == 5);
  CHECK(p.rows[1].short_leverage == 20);
  CHECK(page<std::vector<LeverageSetting>>(QueryKind::leverage, R"({"cmt_btcusdt":{}})").problem ==
        ParseError::bad_value);
}

TEST_CASE("bills give only money that moved without an order", "[unit][weex]") {
  const auto p = page<std::vector<CashFlow>>(QueryKind::bills, R"({"hasNextPage":false,"items":[
    {"billId":686960019383517338,"coin":"USDT","symbol":"cmt_ethusdt","amount":"-0.08266646","businessType":"position_funding","ctime":1763784031721},
    {"billId":"2","symbol":"","amount":"100","businessType":"deposit","cTime":"1763784031722"},
    {"billId":3,"symbol":"cmt_btcusdt","amount":"-7","businessType":"order_fill_fee_income","ctime":1763784031723},
    {"billId":4,"symbol":"","amount":"-50","businessType":"transfer_out","ctime":1763784031724}]})");
  REQUIRE(p.problem == ParseError::none);
  REQUIRE(p.rows.size() == 3);
  CHECK(p.rows[0].kind == CashFlowKind::funding);
  CHECK(p.rows[0].symbol == kEth);
  CHECK(p.rows[0].amount == notional("-0.08266646"));
  CHECK(p.rows[0].venue_bill_id == 686'960'019'383'517'338);
  CHECK(p.rows[1].kind == CashFlowKind::deposit);
  CHECK(p.rows[2].kind == CashFlowKind::withdrawal);
  CHECK(p.rows[2].exchange_time == ms(1'763'784'031'724));
}

TEST_CASE("the venue's time", "[unit][weex]") {
  const auto p = page<ServerTime>(
      QueryKind::server_time,
      R"({"epoch":"1765423487.896","iso":"2025-12-11T03:24:47.896Z","timestamp":1765423487896})");
  REQUIRE(p.problem == ParseError::none);
  CHECK(p.rows.server == ms(1'765'423'487'896));
  CHECK(page<ServerTime>(QueryKind::server_time, R"({"epoch":"1"})").problem ==
        ParseError::missing_field);
}

TEST_CASE("candles come out the same whatever their order", "[unit][weex]") {
  V2Codec codec;
  const char* ascending =
      R"([["1764482400000","90730.5","90745.0","90728.8","90742.0","8.5510","775914.40"],
    ["1764482460000","90742.0","90760.2","90741.9","90755.3","12.0047","1089413.12"],[1764482520000,90755.3,"90771.0","90750.1","90768.4","3.1204","283221.51"]])";
  const char* descending =
      R"([["1764482520000","90755.3","90771.0","90750.1","90768.4","3.1204","283221.51"],
    ["1764482460000","90742.0","90760.2","90741.9","90755.3","12.0047","1089413.12"],["1764482460000","90742.0","90760.2","90741.9","90755.3","12.0047","1"],
    ["1764482400000","90730.5","90745.0","90728.8","90742.0","8.5510","775914.40"]])";
  for (const char* text : {ascending, descending}) {
    std::vector<CandleRow> rows;
    VenueError error;
    REQUIRE(codec.decode_candles(kBtc, Padded(text), rows, error) == ParseError::none);
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].open_time == ms(1'764'482'400'000));
    CHECK(rows[0].open == price("90730.5"));
    CHECK(rows[1].high == price("90760.2"));
    CHECK(rows[1].low == price("90741.9"));
    CHECK(rows[2].close == price("90768.4"));
    CHECK(rows[2].volume == quantity("3.1204"));
  }
  std::vector<CandleRow> rows;
  VenueError error;
  CHECK(codec.decode_candles(kBtc, Padded("[]"), rows, error) == ParseError::none);
  for (const char* bad :
       {"[[]]", "[1]", R"([["1764482400000","1","2","3","1","1"]])",
        R"([["1764482400000","1","1","1","1"]])", R"([["1764482400000","1","NaN","1","1","1"]])",
        "{}", "", "[[\"1764482400000\","}) {
    INFO(bad);
    CHECK(codec.decode_candles(kBtc, Padded(bad), rows, error) != ParseError::none);
    CHECK(rows.empty());
  }
  CHECK(codec.decode_candles(kBtc, Padded(R"({"code":"40020","msg":"参数granularity错误"})"), rows,
                             error) == ParseError::none);
  CHECK(error.code == 40020);
}

} // namespace rg::weex::test
