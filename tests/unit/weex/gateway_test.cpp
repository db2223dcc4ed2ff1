// The gateway against a scripted venue: what it does when the venue behaves in ways that the
// embedded exchange does not offer.

#include "infra/clock/system_clock.hpp"
#include "infra/weex/gateway.hpp"
#include "infra/weex/signer.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/weex/scripted_venue.hpp"

#include <atomic>

namespace rg::weex::test {

namespace {

/// The system's clock, set ahead by a test.
struct SetClock final : Clock {
  std::atomic<Duration> ahead{};
  [[nodiscard]] Timestamp now() const override { return SystemClock().now() + ahead.load(); }
};

struct Bench {
  ScriptedVenue venue;
  SetClock clock;
  Heard heard;
  std::unique_ptr<WeexGateway> gateway;

  explicit Bench(WeexOptions options = fast()) {
    venue.t.call([&] {
      gateway = std::make_unique<WeexGateway>(venue.t.loop, clock, venue.settings(),
                                              ScriptedVenue::credentials(), options);
      gateway->set_listener(&heard);
      return 0;
    });
  }
  ~Bench() {
    venue.t.call([&] {
      gateway.reset();
      return 0;
    });
  }
  static WeexOptions fast() {
    WeexOptions o;
    o.reconnect_min = 10ms;
    o.reconnect_max = 40ms;
    o.account_refresh_min = 20ms;
    o.request_timeout = 5s;
    o.connections = 2;
    return o;
  }
  void start() {
    venue.t.call([&] {
      gateway->start();
      return 0;
    });
  }
  ChangeAnswer change(const ChangeRequest& request) {
    venue.t.call([&] {
      gateway->send(7, request);
      return 0;
    });
    return heard.changes.next();
  }
  QueryAnswer ask(QueryKind kind) {
    venue.t.call([&] {
      Query query;
      query.kind = kind;
      gateway->ask(9, query);
      return 0;
    });
    return heard.queries.next();
  }
};

PlaceOrder an_order() {
  PlaceOrder o;
  o.client_id = *ClientOrderId::parse("rg0000aa-btc-1735690500000-s-e1");
  o.quantity = *Quantity::parse("0.001");
  return o;
}

} // namespace

TEST_CASE("requests carry the documented headers and a signature over exactly what is sent",
          "[unit][weex]") {
  Bench b;
  b.venue.answer("placeOrder", 200, R"({"client_oid":null,"order_id":"596471064624628269"})");
  CHECK(b.change(an_order()).venue_id == 596'471'064'624'628'269);
  const net::HttpRequest seen = b.venue.requests.next();
  const auto header = [&](std::string_view name) {
    for (const auto& [key, value] : seen.headers) {
      if (key == name) {
        return value;
      }
    }
    return std::string("absent");
  };
  CHECK(header("Content-Type") == "application/json");
  CHECK(header("User-Agent") == "RegimeGuard/1.0");
  CHECK(header("locale") == "en-US");
  CHECK(header("ACCESS-KEY") == "test-key");
  CHECK(header("ACCESS-PASSPHRASE") == "test-pass");
  const std::string stamp = header("ACCESS-TIMESTAMP");
  CHECK(stamp.size() == 13);
  const Signer signer(Secret("test-secret"));
  CHECK(header("ACCESS-SIGN") ==
        signer.sign(stamp, "POST", "/capi/v2/order/placeOrder", seen.body).text());
}

TEST_CASE("prepared bytes are the bytes sent, and stale ones are signed again", "[unit][weex]") {
  Bench b;
  b.venue.answer("placeOrder", 200, R"({"order_id":"1"})");
  b.venue.t.call([&] {
    b.gateway->prepare(3, an_order());
    b.gateway->send(3, an_order());
    return 0;
  });
  CHECK(b.heard.changes.next().id == 3);
  CHECK(b.venue.requests.next().target == "/capi/v2/order/placeOrder");
}

TEST_CASE("public questions carry no key", "[unit][weex]") {
  Bench b;
  b.venue.answer("time", 200, R"({"timestamp":1765423487896})");
  CHECK(b.ask(QueryKind::server_time).outcome == RequestOutcome::ok);
  for (const auto& [key, value] : b.venue.requests.next().headers) {
    CHECK_FALSE(key.starts_with("ACCESS"));
  }
}

TEST_CASE("answers of the venue map to outcomes", "[unit][weex]") {
  struct Case {
    int status;
    const char* body;
    RequestOutcome outcome;
    int code;
  };
  for (const Case& c :
       {Case{200, R"({"order_id":"1"})", RequestOutcome::ok, 0},
        Case{400, R"({"code":"40015","msg":"FAILED_PRECONDITION: no margin"})",
             RequestOutcome::rejected, 40015},
        Case{400, R"({"code":"40015","msg":"System error"})", RequestOutcome::unknown, 40015},
        Case{429, R"({"code":"429","msg":"Too many requests"})", RequestOutcome::rate_limited, 429},
        Case{429, "slow down", RequestOutcome::rate_limited, 0},
        Case{500, "<html>", RequestOutcome::unknown, 0}, Case{502, "", RequestOutcome::unknown, 0},
        Case{521, "", RequestOutcome::rejected, 0},
        Case{404, "no such path", RequestOutcome::rejected, 0},
        Case{200, "<html>all fine</html>", RequestOutcome::unknown, 0},
        Case{200, R"({"order_id":null})", RequestOutcome::unknown, 0},
        Case{200, R"({"code":"40753","msg":"api权限已禁用"})", RequestOutcome::rejected, 40753}}) {
    INFO(c.status << " " << c.body);
    Bench b;
    b.venue.answer("placeOrder", c.status, c.body);
    const ChangeAnswer answer = b.change(an_order());
    CHECK(answer.outcome == c.outcome);
    CHECK(answer.code == c.code);
    CHECK(answer.message.empty() == (c.outcome == RequestOutcome::ok));
  }
}

TEST_CASE("Retry-After is handed on and makes questions wait, changes not", "[unit][weex]") {
  Bench b;
  b.venue.answer("placeOrder", 429, "{}", {{"Retry-After", "1"}});
  const ChangeAnswer first = b.change(an_order());
  CHECK(first.outcome == RequestOutcome::rate_limited);
  CHECK(first.retry_after == 1s);
  b.venue.answer(
      "assets", 200,
      R"([{"coinName":"USDT","available":"1","equity":"1","frozen":"0","unrealizePnl":"0"}])");
  b.venue.answer("placeOrder", 200, R"({"order_id":"1"})");
  const auto start = std::chrono::steady_clock::now();
  CHECK(b.change(an_order()).outcome == RequestOutcome::ok); // the desk decides about changes
  CHECK(std::chrono::steady_clock::now() - start < 900ms);
  CHECK(b.ask(QueryKind::account).outcome == RequestOutcome::ok);
  CHECK(std::chrono::steady_clock::now() - start > 800ms);
}

TEST_CASE("questions beyond the weight budget wait their turn in order", "[unit][weex]") {
  WeexOptions o = Bench::fast();
  o.weight_per_ten_seconds = 45; // 36 of them the gateway's
  o.weight_for_changes = 15;     // two questions of ten fit
  Bench b(o);
  b.venue.answer(
      "assets", 200,
      R"([{"coinName":"USDT","available":"1","equity":"1","frozen":"0","unrealizePnl":"0"}])");
  b.venue.answer("placeOrder", 200, R"({"order_id":"1"})");
  b.venue.t.call([&] {
    Query query;
    query.kind = QueryKind::account;
    for (RequestId id = 1; id <= 3; ++id) {
      b.gateway->ask(id, query);
    }
    b.gateway->send(4, an_order());
    return 0;
  });
  CHECK(b.heard.queries.next().id + b.heard.queries.next().id == 3);
  CHECK(b.heard.changes.next().id == 4); // not behind the third question
  CHECK(b.heard.queries.empty());
  CHECK(b.venue.t.call([&] { return b.gateway->stats().questions; }) == 3);
}

TEST_CASE("the private stream signs each handshake anew, subscribes, answers pings and reconnects",
          "[unit][weex]") {
  Bench b;
  b.start();
  auto first = b.venue.session(); // waits for the connection
  CHECK(first.header("ACCESS-KEY") == "test-key");
  const Signer signer(Secret("test-secret"));
  CHECK(first.header("ACCESS-SIGN") ==
        signer.sign(first.header("ACCESS-TIMESTAMP"), "", "/v2/ws/private", "").text());
  for (const char* channel : {"account", "positions", "fill", "orders"}) {
    CHECK(first.next() == std::string(R"({"event":"subscribe","channel":")") + channel + R"("})");
  }
  CHECK_FALSE(b.heard.has_link(Link::private_stream));
  for (const char* channel : {"account", "positions", "fill", "orders"}) {
    first.send(std::string(R"({"event":"subscribed","channel":")") + channel + R"("})");
  }
  CHECK(b.heard.next_link(Link::private_stream).up);
  first.send(R"({"event":"ping","time":"1693208170000"})");
  CHECK(first.next() == R"({"event":"pong","time":"1693208170000"})");
  first.send(R"({"type":"ping","time":"1776172740000"})");
  CHECK(first.next() == R"({"event":"pong","time":"1776172740000"})");
  first.drop();
  CHECK_FALSE(b.heard.next_link(Link::private_stream).up);
  auto second = b.venue.session();
  CHECK(second.next() == R"({"event":"subscribe","channel":"account"})");
}

TEST_CASE("a subscription that is not acknowledged, or refused, makes a fresh connection",
          "[unit][weex]") {
  WeexOptions o = Bench::fast();
  o.ack_within = 200ms;
  Bench b(o);
  b.start();
  auto first = b.venue.session();
  for (int i = 0; i < 4; ++i) {
    static_cast<void>(first.next());
  }
  auto second = b.venue.session(); // nobody acknowledged
  second.send(R"({"event":"error","msg":"no such channel"})");
  auto third = b.venue.session();
  CHECK(third.next() == R"({"event":"subscribe","channel":"account"})");
  CHECK_FALSE(b.heard.has_link(Link::private_stream)); // it was never up
}

TEST_CASE("a refused handshake is tried again with growing waits", "[unit][weex]") {
  Bench b;
  b.venue.refuse_handshakes(3);
  b.start();
  auto session = b.venue.session();
  CHECK(session.next() == R"({"event":"subscribe","channel":"account"})");
  CHECK(b.venue.refused() == 3);
}

TEST_CASE("cash flows after a push are read from the bills, once each, old ones not at all",
          "[unit][weex]") {
  Bench b;
  const auto bill = [](int id) {
    return R"({"billId":)" + std::to_string(id) +
           R"(,"symbol":"cmt_btcusdt","amount":"1.5","businessType":"position_funding","ctime":17637840317)" +
           std::to_string(id) + "}";
  };
  b.venue.answer("bills", 200, R"({"hasNextPage":false,"items":[)" + bill(10) + "]}");
  b.venue.answer(
      "assets", 200,
      R"([{"coinName":"USDT","available":"1","equity":"2","frozen":"0","unrealizePnl":"0.5"}])");
  b.start();
  auto s = b.venue.session();
  s.acknowledge_all();
  CHECK(b.heard.accounts.next().wallet_balance == *Notional::parse("1.5"));
  while (b.venue.requests.next().target.find("bills") == std::string::npos) {
  }
  b.venue.answer("bills", 200,
                 R"({"hasNextPage":false,"items":[)" + bill(11) + "," + bill(10) + "]}");
  const char* push =
      R"({"channel":"account","msg":{"msgEvent":"PositionFundingSettle","version":1,"data":{"collateral":[]}}})";
  s.send(push);
  const CashFlow flow = b.heard.cash.next();
  CHECK(flow.venue_bill_id == 11);
  CHECK(flow.kind == CashFlowKind::funding);
  s.send(push);
  s.send(
      R"({"channel":"account","msg":{"msgEvent":"OrderUpdate","version":2,"data":{"collateral":[]}}})");
  CHECK(b.heard.accounts.next().available == *Notional::parse("1"));
  CHECK(b.heard.cash.empty());
}

TEST_CASE("older pushes of an order are dropped, a fill gets the client id of its order",
          "[unit][weex]") {
  Bench b;
  b.start();
  auto s = b.venue.session();
  s.acknowledge_all();
  const auto order = [](int version, const char* status) {
    return R"({"channel":"orders","msg":{"msgEvent":"OrderUpdate","version":)" +
           std::to_string(version) +
           R"(,"data":{"order":[{"id":"5","contractId":"cmt_btcusdt","positionSide":"LONG","orderSide":"BUY","price":"1","size":"1",
             "clientOrderId":"rg0000aa-btc-1-s-e1","type":"LIMIT","status":")" +
           status + R"(","cumFillSize":"0","createdTime":"1747203188148"}]}}})";
  };
  s.send(order(10, "OPEN"));
  s.send(order(12, "FILLED"));
  s.send(order(11, "OPEN"));   // overtaken
  s.send(order(12, "FILLED")); // twice
  s.send(
      R"({"channel":"fill","msg":{"version":13,"data":{"orderFillTransaction":[{"id":"9","contractId":"cmt_btcusdt","orderId":"5",
    "positionSide":"LONG","orderSide":"BUY","fillSize":"1","fillValue":"1","fillFee":"0","createdTime":"1747203188154"}]}}})");
  CHECK(b.heard.orders.next().state == OrderState::acked);
  CHECK(b.heard.orders.next().state == OrderState::filled);
  const Fill fill = b.heard.fills.next();
  CHECK(fill.client_id.text() == "rg0000aa-btc-1-s-e1");
  CHECK(b.heard.orders.empty());
  CHECK(b.venue.t.call([&] { return b.gateway->stats().late_updates; }) == 2);
}

TEST_CASE("a frame that is not understood makes a fresh connection and is counted",
          "[unit][weex]") {
  Bench b;
  b.start();
  auto s = b.venue.session();
  s.acknowledge_all();
  CHECK(b.heard.next_link(Link::private_stream).up);
  s.send(R"({"channel":"fill","msg":{"version":13,"data":{"orderFillTransaction":[{"id":"9"}]}}})");
  CHECK_FALSE(b.heard.next_link(Link::private_stream).up);
  static_cast<void>(b.venue.session());
  CHECK(b.venue.t.call([&] { return b.gateway->stats().malformed_frames; }) == 1);
}

TEST_CASE("stop ends the stream for good and a destroyed gateway is silent", "[unit][weex]") {
  Bench b;
  b.start();
  auto s = b.venue.session();
  s.acknowledge_all();
  CHECK(b.heard.next_link(Link::private_stream).up);
  b.venue.t.call([&] {
    b.gateway->send(1, an_order());
    b.gateway->stop();
    b.gateway.reset();
    return 0;
  });
  s.wait_closed();
  CHECK(b.heard.changes.empty());
}

TEST_CASE("a pair that the venue refuses counts as closed for a while, though it is listed",
          "[unit][weex]") {
  Bench b;
  b.venue.answer(
      "market/contracts", 200,
      R"([{"symbol":"cmt_btcusdt","contract_val":"0.0001","size_increment":"4","tick_size":"1",)"
      R"("priceEndStep":1,"maxLeverage":400,"buyLimitPriceRatio":"0.01","makerFeeRate":"0.0002",)"
      R"("takerFeeRate":"0.0008","minOrderSize":"0.0001","maxOrderSize":"1200",)"
      R"("maxPositionSize":"1000000","marketOpenLimitSize":"100"}])");
  const auto tradable = [&] {
    const QueryAnswer answer = b.ask(QueryKind::contracts);
    INFO(answer.message);
    REQUIRE(answer.outcome == RequestOutcome::ok);
    return std::get<std::vector<ContractRules>>(answer.payload).at(0).tradable;
  };
  CHECK(tradable());
  b.venue.answer("placeOrder", 400,
                 R"({"code":"50005","msg":"Order does not exist","requestTime":1,"data":null})");
  CHECK(b.change(an_order()).outcome == RequestOutcome::rejected);
  CHECK(tradable()); // another refusal says nothing of the pair
  b.venue.answer("placeOrder", 400,
                 R"({"code":"50003","msg":"Not have permission to trade this pair.",)"
                 R"("requestTime":1,"data":null})");
  CHECK(b.change(an_order()).outcome == RequestOutcome::rejected);
  CHECK_FALSE(tradable());
  b.clock.ahead = 4min;
  CHECK_FALSE(tradable());
  b.clock.ahead = 6min;
  CHECK(tradable());
}

} // namespace rg::weex::test
