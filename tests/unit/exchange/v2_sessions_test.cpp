// Handshakes, subscriptions, limits and pings of the websockets.

#include "tests/unit/exchange/stream_venue.hpp"

#include <map>

using namespace rg;
using namespace rg::exchange;
using namespace rg::exchange::test;

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
