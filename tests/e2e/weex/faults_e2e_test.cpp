// Faults of the venue and of the way to it, each as the order desk gets to see it.

#include "tests/e2e/weex/venue.hpp"

namespace rg::weex::test {

namespace {

VenueOptions with_fault(exchange::FaultKind kind, const std::string& only, std::uint64_t max = 1) {
  VenueOptions o;
  exchange::FaultRule rule;
  rule.rate = 1.0;
  rule.only = only;
  rule.max = max;
  rule.length = 1;
  o.faults.set(kind, rule);
  o.client.request_timeout = 500ms;
  return o;
}

} // namespace

TEST_CASE("what becomes of an order under each REST fault", "[e2e][weex]") {
  struct Case {
    exchange::FaultKind kind;
    RequestOutcome outcome;
    bool executed;
  };
  using K = exchange::FaultKind;
  using O = RequestOutcome;
  for (const Case& c :
       {Case{K::rate_limit_burst, O::rate_limited, false}, Case{K::server_error, O::unknown, false},
        Case{K::bad_gateway, O::unknown, false}, Case{K::executed_502, O::unknown, true},
        Case{K::timeout_before, O::unknown, false}, Case{K::timeout_after, O::unknown, true},
        Case{K::drop_before, O::unknown, false}, Case{K::drop_after, O::unknown, true},
        Case{K::ip_refused, O::rejected, false}, Case{K::client_oid_null, O::ok, true},
        Case{K::extra_fields, O::ok, true}, Case{K::numbers_as_strings, O::ok, true}}) {
    INFO(exchange::to_string(c.kind));
    Venue v(with_fault(c.kind, spelled("placeOrder", "v3/order")));
    PlaceOrder order = v.entry(kBtc, PositionSide::long_side, 10);
    order.limit = v.around(kBtc, 0.9);
    const ChangeAnswer answer = v.change(order);
    CHECK(answer.outcome == c.outcome);
    CHECK((answer.outcome == O::ok) == (answer.venue_id != 0));
    std::size_t live = 0;
    v.server.with_core([&](exchange::ExchangeCore& core) { live = core.account(0).live.size(); });
    CHECK(live == (c.executed ? 1 : 0));
  }
}

TEST_CASE("a question that meets a fault fails whole and works when asked again", "[e2e][weex]") {
  using K = exchange::FaultKind;
  for (const K kind : {K::server_error, K::bad_gateway, K::timeout_before, K::drop_before}) {
    INFO(exchange::to_string(kind));
    Venue v(with_fault(kind, spelled("assets", "balance")));
    const QueryAnswer first = v.ask(QueryKind::account);
    CHECK(first.outcome == RequestOutcome::unknown);
    CHECK(std::holds_alternative<std::monostate>(first.payload));
    CHECK(v.ask(QueryKind::account).outcome == RequestOutcome::ok);
  }
}

TEST_CASE("an exchange that is not there is not_sent, for changes and questions", "[e2e][weex]") {
  Venue v;
  v.server.stop();
  CHECK(v.change(v.entry(kBtc, PositionSide::long_side, 10)).outcome == RequestOutcome::not_sent);
  CHECK(v.ask(QueryKind::account).outcome == RequestOutcome::not_sent);
}

TEST_CASE("a venue clock 20 s ahead is followed and requests are accepted", "[e2e][weex]") {
  VenueOptions o;
  exchange::FaultRule skew;
  skew.rate = 1.0;
  skew.delay_ms = 45'000; // outside the venue's window of 30 s
  o.faults.set(exchange::FaultKind::clock_skew, skew);
  Venue v(o);
  v.start();
  CHECK(v.t.call([&] { return v.gateway->clock_estimate().offset; }) > 44s);
  CHECK(v.ask(QueryKind::account).outcome == RequestOutcome::ok);
}

TEST_CASE("a refused timestamp is not executed, and measuring the clock mends it", "[e2e][weex]") {
  VenueOptions o;
  exchange::FaultRule skew;
  skew.rate = 1.0;
  skew.delay_ms = -60'000;
  o.faults.set(exchange::FaultKind::clock_skew, skew);
  Venue v(o);
  // Not started: nothing has measured the clock yet.
  const ChangeAnswer first = v.change(v.entry(kBtc, PositionSide::long_side, 10));
  CHECK(first.outcome == RequestOutcome::not_sent);
  CHECK(first.code == (kApi == "v3" ? -1046 : 40008));
  CHECK(v.ask(QueryKind::account).outcome == RequestOutcome::ok);
  CHECK(v.t.call([&] { return v.gateway->stats().clock_refusals; }) >= 1);
}

TEST_CASE("the private stream comes back after cuts and tells both", "[e2e][weex]") {
  VenueOptions o = with_fault(exchange::FaultKind::ws_drop, "orders", 2);
  Venue v(o);
  v.start();
  PlaceOrder order = v.entry(kBtc, PositionSide::long_side, 10);
  order.limit = v.around(kBtc, 0.9);
  for (int i = 0; i < 2; ++i) {
    order.client_id = v.fresh_client_id();
    const std::size_t links = v.heard.read([](Recorder& r) { return r.links.size(); });
    REQUIRE(v.change(order).outcome == RequestOutcome::ok);
    v.heard.wait("down and up", [&](Recorder& r) {
      return r.links.size() >= links + 2 && Venue::is_up(r, Link::private_stream);
    });
  }
  // What the cut stream did not tell is there by REST.
  CHECK(v.rows<std::vector<VenueOrder>>(QueryKind::open_orders).size() == 2);
  CHECK(v.t.call([&] { return v.gateway->stats().private_connects; }) == 3);
}

TEST_CASE("a garbled private frame makes a fresh connection, duplicates are told once",
          "[e2e][weex]") {
  {
    Venue v(with_fault(exchange::FaultKind::ws_corrupt, "orders"));
    v.start();
    PlaceOrder order = v.entry(kBtc, PositionSide::long_side, 10);
    order.limit = v.around(kBtc, 0.9);
    REQUIRE(v.change(order).outcome == RequestOutcome::ok);
    v.heard.wait("down and up", [](Recorder& r) {
      return std::count_if(r.links.begin(), r.links.end(),
                           [](const LinkEvent& e) { return e.link == Link::private_stream; }) >= 3;
    });
  }
  Venue v(with_fault(exchange::FaultKind::ws_duplicate, "orders", 1'000));
  v.start();
  PlaceOrder order = v.entry(kBtc, PositionSide::long_side, 10);
  order.limit = v.around(kBtc, 0.9);
  const ChangeAnswer placed = v.change(order);
  REQUIRE(v.change(CancelOrder{{}, kBtc, placed.venue_id}).outcome == RequestOutcome::ok);
  v.heard.wait("cancelled", [](Recorder& r) {
    return !r.orders.empty() && r.orders.back().state == OrderState::cancelled;
  });
  CHECK(v.t.call([&] { return v.gateway->stats().late_updates; }) > 0);
}

TEST_CASE("a broken or crossed depth chain is told, re-subscribed and whole again", "[e2e][weex]") {
  for (const auto kind : {exchange::FaultKind::depth_skip, exchange::FaultKind::depth_crossed}) {
    INFO(exchange::to_string(kind));
    VenueOptions o = with_fault(kind, "depth", 1);
    o.speed = 600.0;
    Venue v(o);
    v.t.call([&] {
      v.market->subscribe({kBtc});
      return 0;
    });
    v.heard.wait("gap", [](Recorder& r) {
      return std::any_of(r.gaps.begin(), r.gaps.end(),
                         [](const FeedGap& g) { return g.kind == GapKind::version_break; });
    });
    const std::size_t mark = v.heard.read([](Recorder& r) { return r.ticks.size(); });
    v.heard.wait("quotes again", [&](Recorder& r) {
      return std::any_of(r.ticks.begin() + static_cast<std::ptrdiff_t>(mark), r.ticks.end(),
                         [](const Tick& t) { return t.best_bid.is_positive(); });
    });
    CHECK(v.t.call([&] { return v.market->stats().depth_breaks; }) == 1);
  }
}

TEST_CASE("a cut public stream is told as a gap of every pair and comes back", "[e2e][weex]") {
  VenueOptions o = with_fault(exchange::FaultKind::ws_drop, "kline", 1);
  o.speed = 600.0;
  Venue v(o);
  v.t.call([&] {
    v.market->subscribe({kBtc, kEth});
    return 0;
  });
  v.heard.wait("gaps", [](Recorder& r) {
    return std::count_if(r.gaps.begin(), r.gaps.end(),
                         [](const FeedGap& g) { return g.kind == GapKind::link_lost; }) >= 2 ||
           (r.links.size() == 1 && r.candles.size() > 20); // cut before it was up: nothing was lost
  });
  v.heard.wait("back", [](Recorder& r) {
    return Venue::is_up(r, Link::public_stream) && !r.candles.empty();
  });
  CHECK(v.t.call([&] { return v.market->stats().connects; }) == 2);
}

TEST_CASE("a mute venue is told as silence", "[e2e][weex]") {
  VenueOptions o;
  o.speed = 600.0;
  o.client.silence = 1s;
  Venue v(o);
  v.t.call([&] {
    v.market->subscribe({kBtc});
    return 0;
  });
  v.heard.wait("data", [](Recorder& r) { return !r.ticks.empty(); });
  std::promise<void> wake;
  auto sleeping = wake.get_future().share();
  std::thread blocker(
      [&] { v.server.with_core([sleeping](exchange::ExchangeCore&) { sleeping.wait(); }); });
  v.heard.wait("silence", [](Recorder& r) {
    return std::any_of(r.gaps.begin(), r.gaps.end(),
                       [](const FeedGap& g) { return g.kind == GapKind::silence; });
  });
  wake.set_value();
  blocker.join();
}

} // namespace rg::weex::test
