#include "tests/e2e/weex/venue.hpp"

#include <set>

namespace rg::weex::test {

TEST_CASE("the public stream gives every pair's ticks and candles with data stamps",
          "[e2e][weex]") {
  VenueOptions o;
  o.speed = 600.0;
  Venue v(o);
  const auto symbols = Symbol::all();
  v.t.call([&] {
    v.market->subscribe({symbols.begin(), symbols.end()});
    return 0;
  });
  v.heard.wait("link", [](Recorder& r) { return Venue::is_up(r, Link::public_stream); });
  v.heard.wait("all kinds of news of all pairs", [](Recorder& r) {
    std::set<Symbol> traded, quoted, marked, candled;
    for (const Tick& t : r.ticks) {
      if (t.last.is_positive() && t.traded.is_positive()) {
        traded.insert(t.symbol);
      }
      if (t.best_bid.is_positive() && t.best_ask.is_positive() && t.bid_depth.is_positive()) {
        quoted.insert(t.symbol);
      }
      if (t.mark.is_positive()) {
        marked.insert(t.symbol);
      }
    }
    for (const CandleRow& c : r.candles) {
      candled.insert(c.symbol);
    }
    return traded.size() == 8 && quoted.size() == 8 && marked.size() == 8 && candled.size() == 8;
  });
  v.heard.wait("five minutes of market", [](Recorder& r) {
    return r.ticks.back().exchange_time - r.ticks.front().exchange_time > 5min;
  });
  v.heard.read([](Recorder& r) {
    std::array<Timestamp, Symbol::kCount> newest{};
    bool monotone = true, sane = true;
    for (const Tick& t : r.ticks) {
      monotone = monotone && t.exchange_time >= newest[t.symbol.id()];
      newest[t.symbol.id()] = t.exchange_time;
      sane = sane && (t.best_bid.is_zero() || t.best_bid < t.best_ask);
    }
    CHECK(monotone);
    CHECK(sane);
    CHECK(r.gaps.empty());
    return 0;
  });
  const MarketStats stats = v.t.call([&] { return v.market->stats(); });
  CHECK(stats.malformed == 0);
  CHECK(stats.depth_breaks == 0);
  CHECK(stats.connects == 1);
}

TEST_CASE("candles by REST come oldest first with the forming one last", "[e2e][weex]") {
  Venue v;
  const auto fetch = [&](Symbol symbol, Duration interval, int limit) {
    auto promise = std::make_shared<std::promise<CandleAnswer>>();
    auto future = promise->get_future();
    v.t.loop.post([&v, promise, symbol, interval, limit] {
      v.market->candles(symbol, interval, limit,
                        [promise](CandleAnswer answer) { promise->set_value(std::move(answer)); });
    });
    return net::test::wait_for(future, "candles");
  };
  const CandleAnswer minutes = fetch(kBtc, 1min, 1000);
  REQUIRE(minutes.outcome == RequestOutcome::ok);
  CHECK(minutes.rows.size() == 1000);
  CHECK(std::is_sorted(
      minutes.rows.begin(), minutes.rows.end(),
      [](const CandleRow& a, const CandleRow& b) { return a.open_time < b.open_time; }));
  const CandleAnswer quarters = fetch(kEth, 15min, 20);
  REQUIRE(quarters.rows.size() == 20);
  CHECK(quarters.rows[1].open_time - quarters.rows[0].open_time == 15min);
  CHECK(quarters.rows[0].symbol == kEth);
}

TEST_CASE("subscriptions change on the open connection", "[e2e][weex]") {
  VenueOptions o;
  o.speed = 600.0;
  Venue v(o);
  v.t.call([&] {
    v.market->subscribe({kBtc});
    return 0;
  });
  v.heard.wait("btc", [](Recorder& r) { return !r.ticks.empty(); });
  v.t.call([&] {
    v.market->subscribe({kEth});
    return 0;
  });
  v.heard.wait("eth",
               [](Recorder& r) { return !r.ticks.empty() && r.ticks.back().symbol == kEth; });
  const std::size_t mark = v.heard.read([](Recorder& r) { return r.ticks.size(); });
  v.heard.wait("more", [&](Recorder& r) { return r.ticks.size() > mark + 50; });
  v.heard.read([&](Recorder& r) {
    for (std::size_t i = mark; i < r.ticks.size(); ++i) {
      REQUIRE(r.ticks[i].symbol == kEth);
    }
    return 0;
  });
  CHECK(v.t.call([&] { return v.market->stats(); }).connects == 1);
}

} // namespace rg::weex::test
