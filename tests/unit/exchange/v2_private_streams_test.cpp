// What the private channels tell, and faults on the way of any message.

#include "tests/unit/exchange/stream_venue.hpp"

#include <map>

using namespace rg;
using namespace rg::exchange;
using namespace rg::exchange::test;

TEST_CASE("private channels tell orders, fills, positions and the account", "[unit][exchange]") {
  StreamVenue v;
  Client c = v.connect_private();
  for (const char* channel : {"orders", "fill", "positions", "account"}) {
    c.say("subscribe", channel);
  }
  CHECK(c.take().size() == 4); // acks only: no snapshot
  c.say("subscribe", "ticker.cmt_btcusdt");
  CHECK(c.take()[0]["event"] == "error");
  v.publish();
  CHECK(c.take()[0]["msg"]["msgEvent"] == "DepositUpdate"); // the account's opening deposit
  v.must_place(v.order(kLong, true, "0.1"));
  v.publish();
  const auto m = c.take();
  REQUIRE(m.size() == 5);
  const auto list = [](const Json& j) { return j["msg"]["data"].begin().value()[0]; };
  for (std::size_t i = 0; i < m.size(); ++i) {
    CHECK(shape(m[i]) == "type:s channel:s event:s msg:o");
    CHECK(shape(m[i]["msg"]) == "msgEvent:s version:n data:o time:n");
    CHECK(m[i]["msg"]["msgEvent"] == "OrderUpdate");
    if (i > 0) {
      CHECK(m[i]["msg"]["version"].get<int>() == m[i - 1]["msg"]["version"].get<int>() + 1);
    }
  }
  CHECK(m[0]["channel"] == "orders");
  CHECK(
      shape(list(m[0])) ==
      "id:s coinId:s contractId:s marginMode:s separatedMode:s separatedOpenOrderId:s "
      "positionSide:s orderSide:s price:s size:s clientOrderId:s type:s timeInForce:s reduceOnly:b "
      "triggerPrice:s triggerPriceType:s orderSource:s openTpslParentOrderId:s leverage:s "
      "takerFeeRate:s makerFeeRate:s feeDiscount:s liquidateFeeRate:s status:s triggerTime:s "
      "triggerPriceTime:s triggerPriceValue:s cancelReason:s latestFillPrice:s maxFillPrice:s "
      "minFillPrice:s cumFillSize:s cumFillValue:s cumFillFee:s cumLiquidateFee:s cumRealizePnl:s "
      "createdTime:s updatedTime:s positionTpsl:b setOpenTp:b setOpenSl:b");
  CHECK(list(m[0])["status"] == "PENDING");
  CHECK(list(m[0])["coinId"] == "USDT");
  CHECK(list(m[0])["contractId"] == "cmt_btcusdt");
  CHECK(list(m[0])["type"] == "MARKET");
  CHECK(list(m[0])["price"] == "0.0");
  CHECK(list(m[1])["status"] == "FILLED");
  CHECK(list(m[1])["cumFillFee"] == "8.000008");
  CHECK(m[2]["channel"] == "fill");
  CHECK(m[2]["msg"]["data"].contains("orderFillTransaction"));
  CHECK(shape(list(m[2])) ==
        "id:s coinId:s contractId:s orderId:s marginMode:s separatedMode:s separatedOpenOrderId:s "
        "positionSide:s orderSide:s fillSize:s fillValue:s fillFee:s liquidateFee:s realizePnl:s "
        "direction:s createdTime:s updatedTime:s");
  CHECK(m[3]["channel"] == "positions");
  CHECK(shape(list(m[3])) ==
        "id:s coinId:s contractId:s side:s marginMode:s separatedMode:s separatedOpenOrderId:s "
        "leverage:s size:s openValue:s openFee:s fundingFee:s isolatedMargin:s cumOpenSize:s "
        "cumOpenValue:s cumOpenFee:s cumCloseSize:s cumCloseValue:s cumCloseFee:s cumFundingFee:s "
        "cumLiquidateFee:s createdMatchSequenceId:s updatedMatchSequenceId:s createdTime:s "
        "updatedTime:s autoAppendIsolatedMargin:b");
  CHECK(m[4]["channel"] == "account");
  CHECK(m[4]["msg"]["data"]["collateral"][0]["amount"] == "9991.999992");
  CHECK(shape(list(m[4])) ==
        "coinId:s marginMode:s crossContractId:s isolatedPositionId:s amount:s "
        "pendingDepositAmount:s pendingWithdrawAmount:s pendingTransferInAmount:s "
        "pendingTransferOutAmount:s legacyAmount:s cumDepositAmount:s cumWithdrawAmount:s "
        "cumTransferInAmount:s cumTransferOutAmount:s cumMarginMoveInAmount:s "
        "cumMarginMoveOutAmount:s cumPositionOpenLongAmount:s cumPositionOpenShortAmount:s "
        "cumPositionCloseLongAmount:s cumPositionCloseShortAmount:s cumPositionFillFeeAmount:s "
        "cumPositionLiquidateFeeAmount:s cumPositionFundingAmount:s cumOrderFillFeeIncomeAmount:s "
        "cumOrderLiquidateFeeIncomeAmount:s createdTime:s updatedTime:s liquidating:b");
}

TEST_CASE("accounts hear only of themselves", "[unit][exchange]") {
  StreamVenue v;
  Client c = v.connect_private();
  c.say("subscribe", "fill");
  c.take();
  const AccountIndex other = v.core->add_account(money("10000"));
  REQUIRE(v.core->place(other, v.order(kLong, true, "0.1"), v.wall));
  v.publish();
  CHECK(c.take().empty());
}

TEST_CASE("attached exits show up two seconds late, and not at all when they are gone by then",
          "[unit][exchange]") {
  StreamVenue v;
  Client c = v.connect_private();
  c.say("subscribe", "orders");
  v.publish();
  c.take();
  NewOrder o = v.order(kLong, true, "0.1");
  o.preset_stop_loss = SentNumber::parse("99000");
  v.must_place(o);
  v.publish();
  CHECK(c.take().size() == 2); // pending, filled
  v.wall = v.wall + 1999ms;
  v.streams.flush(v.wall);
  CHECK(c.take().empty());
  v.wall = v.wall + 1ms;
  v.streams.flush(v.wall);
  const auto late = c.take();
  REQUIRE(late.size() == 1);
  const Json& row = late[0]["msg"]["data"]["order"][0];
  CHECK(row["status"] == "UNTRIGGERED");
  CHECK(row["type"] == "STOP_MARKET");
  CHECK(row["triggerPrice"] == "99000.0");
  CHECK(row["reduceOnly"] == true);

  v.must_place([&] {
    NewOrder again = v.order(kLong, true, "0.1");
    again.preset_stop_loss = SentNumber::parse("99500");
    return again;
  }());
  v.tick("99400"); // fires before it was ever listed
  const auto fired = c.take();
  v.wall = v.wall + 5s;
  v.streams.flush(v.wall);
  for (const Json& m : c.take()) {
    CHECK(m["event"] == "ping");
  }
  CHECK(fired.size() >= 4);
}

TEST_CASE("websocket faults: lost, doubled, late, garbled, muted, cut, gaps in depth",
          "[unit][exchange]") {
  const auto venue = [](FaultKind kind, const char* only, std::int64_t delay_ms = 500) {
    FaultPlan plan(2);
    FaultRule rule;
    rule.rate = 1.0;
    rule.max = 1;
    rule.only = only;
    rule.delay_ms = delay_ms;
    plan.set(kind, rule);
    return std::make_unique<StreamVenue>(std::move(plan));
  };
  const auto ticker = [](StreamVenue& v) {
    v.tick("100000");
    Client c = v.connect_public();
    c.say("subscribe", "ticker.cmt_btcusdt");
    return c;
  };
  auto lose = venue(FaultKind::ws_lose, "ticker");
  CHECK(ticker(*lose).take().size() == 1); // the ack; the first push is lost
  auto twice = venue(FaultKind::ws_duplicate, "ticker");
  CHECK(ticker(*twice).take().size() == 3);
  auto late = venue(FaultKind::ws_delay, "ticker");
  Client c = ticker(*late);
  CHECK(c.take().size() == 1);
  late->wall = late->wall + 500ms;
  late->streams.flush(late->wall);
  CHECK(c.take().size() >= 1);
  auto garbled = venue(FaultKind::ws_corrupt, "ticker");
  Client g = ticker(*garbled);
  REQUIRE(g.socket->sent.size() == 2);
  CHECK(!Json::accept(g.socket->sent[1]));
  auto mute = venue(FaultKind::ws_mute, "subscribed", 1000);
  Client m = ticker(*mute);
  CHECK(m.take().empty());
  mute->tick("100001", 1000ms);
  CHECK(m.take().size() == 1);
  auto cut = venue(FaultKind::ws_drop, "ticker");
  Client d = ticker(*cut);
  CHECK(d.socket->dropped);
  cut->streams.flush(cut->wall);
  CHECK(cut->streams.session_count() == 0);

  auto skip = venue(FaultKind::depth_skip, "depth");
  skip->tick("100000");
  Client s = skip->connect_public();
  s.say("subscribe", "depth.cmt_btcusdt.15");
  const std::string seen = s.take()[1]["data"][0]["endVersion"];
  skip->tick("100001", 60ms); // this one is left out
  CHECK(s.take().empty());
  skip->tick("100002", 60ms);
  CHECK(s.take()[0]["data"][0]["startVersion"].get<std::string>() > seen);

  auto crossed = venue(FaultKind::depth_crossed, "depth");
  crossed->tick("100000");
  Client x = crossed->connect_public();
  x.say("subscribe", "depth.cmt_btcusdt.15");
  x.take();
  crossed->tick("100000.2", 60ms);
  const Json bids = x.take()[0]["data"][0]["bids"];
  CHECK(*Price::parse(bids[0]["price"].get<std::string>()) ==
        crossed->core->depth(btc(), Side::sell, 1)[0].price);
}
