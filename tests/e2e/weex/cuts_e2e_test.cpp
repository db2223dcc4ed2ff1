// Half a minute without a stream while things happen: what the cut hides must be there afterwards,
// once, and the cut itself must have been told.

#include "tests/e2e/weex/venue.hpp"

#include <set>

namespace rg::weex::test {

namespace {

constexpr Duration kCut = 30s; // wall

/// Every message of the exchange's sockets ends its connection, or none does.
void cut_streams(Venue& v, bool cut) {
  v.server.with_core([cut](exchange::ExchangeCore& core) {
    exchange::FaultRule rule;
    rule.rate = cut ? 1.0 : 0.0;
    core.faults().set(exchange::FaultKind::ws_drop, rule);
  });
}

void pass(Venue& v, Duration time) {
  std::promise<void> over;
  auto future = over.get_future();
  v.t.loop.post([&] { v.t.loop.timer().after(time, [&] { over.set_value(); }); });
  REQUIRE(future.wait_for(time + 30s) == std::future_status::ready);
}

VenueOptions impatient() {
  VenueOptions o;
  o.client.reconnect_max = 1s;
  return o;
}

std::size_t fills_made(Venue& v) {
  std::size_t n = 0;
  v.server.with_core([&](exchange::ExchangeCore& core) { n = core.account(0).fills.size(); });
  return n;
}

} // namespace

TEST_CASE("the private stream cut for 30 s during fills: none lost, none twice, the cut told",
          "[e2e][weex]") {
  Venue v(impatient());
  v.start();
  const auto buy = [&] {
    const ChangeAnswer answer = v.change(v.entry(kBtc, PositionSide::long_side, 10));
    INFO(answer.message);
    REQUIRE(answer.outcome == RequestOutcome::ok);
  };
  buy();
  v.heard.wait("a fill by the stream", [](Recorder& r) { return !r.fills.empty(); });
  const std::size_t links = v.heard.read([](Recorder& r) { return r.links.size(); });

  cut_streams(v, true);
  for (int i = 0; i < 6; ++i) {
    buy();
    pass(v, kCut / 6);
  }
  cut_streams(v, false);
  v.heard.wait("down and up again", [&](Recorder& r) {
    bool down = false;
    for (std::size_t i = links; i < r.links.size(); ++i) {
      down = down || (r.links[i].link == Link::private_stream && !r.links[i].up);
    }
    return down && Venue::is_up(r, Link::private_stream);
  });
  buy(); // and the stream tells fills again
  const std::size_t made = fills_made(v);
  REQUIRE(made >= 8);
  std::set<VenueFillId> by_rest;
  for (const Fill& fill : v.rows<std::vector<Fill>>(QueryKind::fills)) {
    CHECK(by_rest.insert(fill.venue_fill_id).second);
  }
  CHECK(by_rest.size() == made);
  const VenueFillId last = *by_rest.rbegin();
  v.heard.wait("the last fill by the stream", [&](Recorder& r) {
    return std::any_of(r.fills.begin(), r.fills.end(),
                       [&](const Fill& f) { return f.venue_fill_id == last; });
  });
  v.heard.read([&](Recorder& r) {
    std::set<VenueFillId> streamed;
    for (const Fill& fill : r.fills) {
      CHECK(streamed.insert(fill.venue_fill_id).second);
      CHECK(by_rest.contains(fill.venue_fill_id));
    }
    CHECK(streamed.size() < made); // the cut hid some: the test bites
    return 0;
  });
}

TEST_CASE("the public stream cut for 30 s: every pair's gap is told, and REST fills the hole",
          "[e2e][weex]") {
  VenueOptions o = impatient();
  o.speed = 60.0; // half an hour of candles goes by
  Venue v(o);
  v.t.call([&] {
    v.market->subscribe({kBtc, kEth});
    return 0;
  });
  v.heard.wait("candles of both", [](Recorder& r) {
    std::set<Symbol> seen;
    for (const CandleRow& c : r.candles) {
      seen.insert(c.symbol);
    }
    return seen.size() == 2 && Venue::is_up(r, Link::public_stream);
  });
  cut_streams(v, true);
  pass(v, kCut);
  cut_streams(v, false);
  v.heard.wait("gaps of both, and the link again", [](Recorder& r) {
    std::set<Symbol> told;
    for (const FeedGap& g : r.gaps) {
      if (g.kind == GapKind::link_lost) {
        told.insert(g.symbol);
      }
    }
    return told.size() == 2 && Venue::is_up(r, Link::public_stream);
  });
  const std::size_t mark = v.heard.read([](Recorder& r) { return r.candles.size(); });
  v.heard.wait("candles again", [&](Recorder& r) { return r.candles.size() > mark + 10; });

  auto promise = std::make_shared<std::promise<CandleAnswer>>();
  auto future = promise->get_future();
  v.t.loop.post([&v, promise] {
    v.market->candles(kBtc, 1min, 120,
                      [promise](CandleAnswer answer) { promise->set_value(std::move(answer)); });
  });
  const CandleAnswer rest = net::test::wait_for(future, "candles");
  REQUIRE(rest.outcome == RequestOutcome::ok);
  std::set<Timestamp> filled;
  for (std::size_t i = 0; i < rest.rows.size(); ++i) {
    filled.insert(rest.rows[i].open_time);
    CHECK((i == 0 || rest.rows[i].open_time - rest.rows[i - 1].open_time == 1min));
  }
  v.heard.read([&](Recorder& r) {
    // Whatever minute the stream did not tell is among those.
    std::set<Timestamp> streamed;
    for (const CandleRow& c : r.candles) {
      if (c.symbol == kBtc) {
        streamed.insert(c.open_time);
      }
    }
    for (Timestamp t = *streamed.begin(); t < *streamed.rbegin(); t = t + 1min) {
      CHECK((streamed.contains(t) || filled.contains(t)));
    }
    return 0;
  });
}

} // namespace rg::weex::test
