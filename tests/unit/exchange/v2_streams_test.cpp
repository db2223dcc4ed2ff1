// What the public channels push, and when.

#include "tests/unit/exchange/stream_venue.hpp"

#include <map>

using namespace rg;
using namespace rg::exchange;
using namespace rg::exchange::test;

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
