#include "infra/exchange/v2_push.hpp"
#include "infra/exchange/v2_streams.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/exchange/v2_venue.hpp"

#include <map>

using namespace rg;
using namespace rg::exchange;
using namespace rg::exchange::test;

namespace {

struct FakeSocket final : net::WsSession {
  std::vector<std::string> sent;
  bool closed = false, dropped = false;
  std::size_t waiting = 0;
  void send(std::string text) override { sent.push_back(std::move(text)); }
  void close(const std::string&) override { closed = true; }
  void drop() override { dropped = true; }
  std::size_t queued_bytes() const override { return waiting; }
};

struct Client {
  std::shared_ptr<FakeSocket> socket = std::make_shared<FakeSocket>();
  net::WsHandler handler;

  void say(const std::string& event, const std::string& channel) {
    handler.on_text(Json{{"event", event}, {"channel", channel}}.dump());
  }
  std::vector<Json> take() {
    std::vector<Json> out;
    for (const std::string& text : socket->sent) {
      out.push_back(Json::parse(text));
    }
    socket->sent.clear();
    return out;
  }
};

struct StreamVenue : V2Venue {
  explicit StreamVenue(FaultPlan faults = FaultPlan{}, StreamOptions options = {})
      : V2Venue({}, {}, std::move(faults)), streams(*core, keys, options, [this] { return wall; }) {
  }

  net::ServerRequest handshake(const std::string& path) const {
    net::ServerRequest r;
    r.remote_address = "127.0.0.1";
    r.http.method = "GET";
    r.http.target = path;
    const std::string stamp = std::to_string(wall.ms());
    r.http.headers = {{"User-Agent", "test/1"},
                      {"ACCESS-KEY", "key-1"},
                      {"ACCESS-PASSPHRASE", "phrase"},
                      {"ACCESS-TIMESTAMP", stamp},
                      {"ACCESS-SIGN", sign("rg-demo-secret-0123456789abcdef", stamp + path)}};
    return r;
  }
  Client connect(const std::string& path) {
    Client c;
    const auto refused = streams.open(handshake(path), c.socket, c.handler);
    REQUIRE(!refused);
    return c;
  }
  Client connect_public() { return connect("/v2/ws/public"); }
  Client connect_private() { return connect("/v2/ws/private"); }
  /// A market step and, `later` on the wall, a flush.
  void tick(const char* last, Duration later = 15ms) {
    step(last);
    wall = wall + later;
    streams.publish(core->take_events(), wall);
    streams.flush(wall);
  }
  void publish() { streams.publish(core->take_events(), wall); }

  V2Streams streams;
};

} // namespace

TEST_CASE("handshakes: User-Agent, credentials, paths, connection limits", "[unit][exchange]") {
  StreamVenue v;
  const auto status = [&](net::ServerRequest r) {
    Client c;
    const auto refused = v.streams.open(r, c.socket, c.handler);
    return refused ? refused->status : 101;
  };
  CHECK(status(v.handshake("/v2/ws/public")) == 101);
  CHECK(status(v.handshake("/v2/ws/other")) == 404);
  auto anonymous = v.handshake("/v2/ws/public");
  V2Venue::drop_header(anonymous, "User-Agent");
  CHECK(status(anonymous) == 403);
  auto keyless = v.handshake("/v2/ws/public"); // the public one needs no key
  V2Venue::drop_header(keyless, "ACCESS-KEY");
  CHECK(status(keyless) == 101);
  CHECK(status(v.handshake("/v2/ws/private")) == 101);
  auto bad = v.handshake("/v2/ws/private");
  V2Venue::set_header(bad, "ACCESS-SIGN", std::string(44, 'A'));
  CHECK(status(bad) == 401);
  CHECK(v.streams.signature_failures() == 1);
  auto no_stamp = v.handshake("/v2/ws/private");
  V2Venue::drop_header(no_stamp, "ACCESS-TIMESTAMP");
  CHECK(status(no_stamp) == 401);
  auto old = v.handshake("/v2/ws/private");
  v.wall = v.wall + 31s;
  CHECK(status(old) == 401);
  int open = 0;
  while (status(v.handshake("/v2/ws/public")) == 101) {
    ++open;
  }
  CHECK(open + 3 == 100); // concurrent connections per address
}

TEST_CASE("subscribing: ack, snapshot, refusals, the channel limit", "[unit][exchange]") {
  StreamVenue v;
  v.tick("100000");
  Client c = v.connect_public();
  c.say("subscribe", "ticker.cmt_btcusdt");
  const auto first = c.take();
  REQUIRE(first.size() == 2);
  CHECK(first[0] == Json{{"event", "subscribed"}, {"channel", "ticker.cmt_btcusdt"}});
  CHECK(first[1]["channel"] == "ticker.cmt_btcusdt");
  for (const char* bad : {"ticker.cmt_ethusdt", "ticker", "depth.cmt_btcusdt.20", "orders", "",
                          "kline.LAST_PRICE.cmt_btcusdt.MINUTE_2", "kline.cmt_btcusdt",
                          "kline.MID_PRICE.cmt_btcusdt.MINUTE_1", "kline.LAST_PRICE"}) {
    CAPTURE(bad);
    c.say("subscribe", bad);
    const auto answer = c.take();
    REQUIRE(answer.size() == 1);
    CHECK(answer[0]["event"] == "error");
  }
  c.say("unsubscribe", "ticker.cmt_btcusdt");
  CHECK(c.take()[0]["event"] == "unsubscribed");
  c.say("unsubscribe", "ticker.cmt_btcusdt");
  CHECK(c.take()[0]["event"] == "error");
  c.handler.on_text("{not json");
  CHECK(c.take()[0]["event"] == "error");
  v.tick("100001");
  v.tick("100002", 100ms);
  CHECK(c.take().empty());

  StreamOptions two;
  two.channels_per_session = 2;
  StreamVenue small(FaultPlan{}, two);
  Client d = small.connect_public();
  d.say("subscribe", "trades.cmt_btcusdt");
  d.say("subscribe", "ticker.cmt_dogeusdt");
  d.take();
  d.say("subscribe", "ticker.cmt_btcusdt");
  CHECK(d.take()[0]["event"] == "error");
}

TEST_CASE("240 operations an hour, then the connection closes", "[unit][exchange]") {
  StreamVenue v;
  Client c = v.connect_public();
  for (int i = 0; i < 120; ++i) {
    c.say("subscribe", "trades.cmt_btcusdt");
    c.say("unsubscribe", "trades.cmt_btcusdt");
  }
  CHECK(!c.socket->closed);
  c.say("subscribe", "trades.cmt_btcusdt");
  CHECK(c.socket->closed);
  v.streams.flush(v.wall);
  CHECK(v.streams.session_count() == 0);
}

TEST_CASE("pings every thirty seconds, closed after the sixth without answer", "[unit][exchange]") {
  StreamVenue v;
  Client c = v.connect_public();
  for (int i = 0; i < 6; ++i) {
    v.wall = v.wall + 30s;
    v.streams.flush(v.wall);
    const auto pings = c.take();
    REQUIRE(pings.size() == 1);
    CHECK(shape(pings[0]) == "event:s time:s");
    CHECK(pings[0]["event"] == "ping");
    CHECK(!c.socket->closed);
    if (i == 2) { // one answer starts the count again
      c.handler.on_text(Json{{"event", "pong"}, {"time", pings[0]["time"]}}.dump());
    }
  }
  for (int i = 0; i < 3; ++i) {
    v.wall = v.wall + 30s;
    v.streams.flush(v.wall);
    CHECK(!c.socket->closed);
  }
  v.wall = v.wall + 30s;
  v.streams.flush(v.wall);
  CHECK(c.socket->closed);
}

TEST_CASE("every minute's final row is pushed, whatever is coalesced", "[unit][exchange]") {
  StreamVenue v;
  v.tick("100000");
  Client c = v.connect_public();
  const std::string channel = "kline.LAST_PRICE.cmt_btcusdt.MINUTE_1";
  c.say("subscribe", channel);
  auto messages = c.take();
  CHECK(messages[1]["type"] == "snapshot");
  std::map<std::string, Json> rows;
  const auto collect = [&] {
    for (const Json& m : c.take()) {
      CHECK(shape(m) == "event:s type:s channel:s data:a");
      for (const Json& row : m["data"]) {
        rows[row["klineTime"]] = row;
      }
    }
  };
  int pushes = 0;
  for (int i = 0; i < 400; ++i) { // 100 minutes at a wild speed: one flush for seven steps
    v.step(i % 3 == 0 ? "100000" : "100100");
    if (i % 7 == 0) {
      v.wall = v.wall + 10ms;
      v.streams.flush(v.wall);
      pushes += static_cast<int>(c.socket->sent.size());
      collect();
    }
  }
  v.wall = v.wall + 1s;
  v.streams.flush(v.wall);
  collect();
  const auto& minutes = v.core->candles(btc()).minutes();
  REQUIRE(rows.size() == minutes.size());
  for (const Candle& m : minutes) {
    const Json& row = rows.at(std::to_string(m.open_time.ms()));
    CHECK(row["close"] == fixed::format_places(m.close.raw(), 1));
    CHECK(row["size"] == m.volume.text());
    CHECK(row["value"] == m.turnover.text());
  }
  CHECK(shape(rows.begin()->second) ==
        "symbol:s klineTime:s size:s value:s high:s low:s open:s close:s");
  CHECK(pushes < 120);
}

TEST_CASE("a lagging client gets no public pushes until it caught up, then all rows",
          "[unit][exchange]") {
  StreamVenue v;
  v.tick("100000");
  Client c = v.connect_public();
  c.say("subscribe", "kline.LAST_PRICE.cmt_btcusdt.MINUTE_1");
  c.say("subscribe", "ticker.cmt_btcusdt");
  c.take();
  c.socket->waiting = std::size_t{5} << 20;
  for (int i = 0; i < 20; ++i) {
    v.tick("100001", 100ms);
  }
  CHECK(c.take().empty());
  c.socket->waiting = 0;
  v.tick("100002", 100ms);
  const auto messages = c.take();
  REQUIRE(messages.size() == 2);
  CHECK(messages[0]["data"].size() == 6); // five finished minutes and the forming one
}

TEST_CASE("ticker and depth are coalesced to one push in fifty milliseconds", "[unit][exchange]") {
  StreamVenue v;
  v.tick("100000");
  Client c = v.connect_public();
  c.say("subscribe", "ticker.cmt_btcusdt");
  c.say("subscribe", "depth.cmt_btcusdt.15");
  c.take();
  for (int i = 0; i < 100; ++i) { // 1.5 s of wall time
    v.tick(i % 2 == 0 ? "100000" : "100005", 15ms);
  }
  std::map<std::string, int> count;
  for (const Json& m : c.take()) {
    ++count[m["channel"]];
  }
  CHECK(count["ticker.cmt_btcusdt"] >= 20);
  CHECK(count["ticker.cmt_btcusdt"] <= 30);
  CHECK(count["depth.cmt_btcusdt.15"] <= 30);
}

TEST_CASE("ticker and trades pushes have the documented shapes", "[unit][exchange]") {
  StreamVenue v;
  v.tick("100000");
  Client c = v.connect_public();
  c.say("subscribe", "ticker.cmt_btcusdt");
  c.say("subscribe", "trades.cmt_btcusdt");
  const auto m = c.take();
  REQUIRE(m.size() == 4);
  CHECK(shape(m[1]) == "event:s channel:s data:a");
  CHECK(shape(m[1]["data"][0]) ==
        "symbol:s priceChange:s priceChangePercent:s trades:s size:s value:s high:s low:s "
        "lastPrice:s markPrice:s");
  CHECK(shape(m[3]["data"][0]) == "time:s price:s size:s value:s buyerMaker:b");
  REQUIRE(m[3]["data"].size() == 4);
  v.tick("100010", 60ms);
  const auto later = c.take();
  REQUIRE(later.size() == 2);
  CHECK(later[1]["data"].size() == 4); // no print twice
  CHECK(later[1]["data"][0]["time"].get<std::string>() >
        m[3]["data"][3]["time"].get<std::string>());
}

TEST_CASE("depth: a snapshot, then increments that chain and rebuild the book",
          "[unit][exchange]") {
  for (const bool deep : {false, true}) {
    StreamVenue v;
    v.tick("100000");
    Client c = v.connect_public();
    c.say("subscribe", deep ? "depth.cmt_btcusdt.200" : "depth.cmt_btcusdt.15");
    std::map<std::string, std::string> asks, bids; // fixed width prices: text order is price order
    std::string version;
    int changes = 0;
    const auto apply = [&](const Json& m) {
      const Json& d = m["data"][0];
      CHECK(shape(d) == "startVersion:s endVersion:s level:n depthType:s symbol:s asks:a bids:a");
      if (d["depthType"] == "SNAPSHOT") {
        asks.clear();
        bids.clear();
      } else {
        ++changes;
        CHECK(d["startVersion"] == version); // consecutive messages chain
      }
      version = d["endVersion"];
      const auto put = [](std::map<std::string, std::string>& side, const Json& levels) {
        for (const Json& l : levels) {
          if (l["size"] == "0") {
            CHECK(side.erase(l["price"]) == 1);
          } else {
            side[l["price"]] = l["size"];
          }
        }
      };
      put(asks, d["asks"]);
      put(bids, d["bids"]);
    };
    for (int i = 0; i < 60; ++i) {
      v.tick(i % 4 == 0 ? "100001.3" : i % 4 == 1 ? "100000" : "100002", 60ms);
      for (const Json& m : c.take()) {
        if (m.contains("data")) {
          apply(m);
        }
      }
      const auto shown = v.core->depth(btc(), Side::sell, deep ? 200 : 15);
      REQUIRE(asks.size() == shown.size());
      std::size_t k = 0;
      for (const auto& [p, size] : asks) {
        REQUIRE(p == fixed::format_places(shown[k].price.raw(), 1));
        REQUIRE(*Quantity::parse(size) == shown[k++].size);
      }
      REQUIRE(*Price::parse(bids.rbegin()->first) < *Price::parse(asks.begin()->first));
    }
    CHECK(changes > 40);
  }
}

TEST_CASE("an order of ours shows in the depth at its price", "[unit][exchange]") {
  StreamVenue v;
  v.tick("100000");
  Client c = v.connect_public();
  c.say("subscribe", "depth.cmt_btcusdt.15");
  c.take();
  v.must_place(v.order(kLong, true, "0.0777", "99999.9"));
  v.wall = v.wall + 60ms;
  v.streams.flush(v.wall);
  const auto m = c.take();
  REQUIRE(m.size() == 1);
  REQUIRE(m[0]["data"][0]["bids"].size() >= 1);
  CHECK(m[0]["data"][0]["bids"][0]["price"] == "99999.9");
}

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
