// What people ask and set beyond the Gateway port, against the embedded exchange over TLS.

#include "infra/weex/venue_probe.hpp"
#include "tests/e2e/weex/venue.hpp"

namespace rg::weex::test {

namespace {

/// A probe beside the venue's gateway, on the same loop.
class Prober {
public:
  explicit Prober(Venue& venue) : venue_(venue) {
    const exchange::Credentials& given = venue.server.credentials();
    const Credentials credentials{Secret(given.api_key), Secret(given.secret_key),
                                  Secret(given.passphrase)};
    venue_.t.call([&] {
      probe_ = std::make_unique<VenueProbe>(venue.t.loop, venue.clock, venue.settings, credentials);
      return 0;
    });
  }
  ~Prober() {
    venue_.t.call([&] {
      probe_.reset();
      return 0;
    });
  }
  template <class Answer, class Ask> Answer ask(const Ask& ask) {
    std::promise<Answer> told;
    auto future = told.get_future();
    venue_.t.loop.post(
        [&] { ask(*probe_, [&told](Answer answer) { told.set_value(std::move(answer)); }); });
    return net::test::wait_for(future, "answer");
  }
  ModesAnswer modes() {
    return ask<ModesAnswer>([](VenueProbe& probe, auto done) { probe.ask_modes(done); });
  }
  ProbeAnswer set(const PairModes& wanted) {
    return ask<ProbeAnswer>([&](VenueProbe& probe, auto done) { probe.set_modes(wanted, done); });
  }

private:
  Venue& venue_;
  std::unique_ptr<VenueProbe> probe_;
};

bool is_isolated(Venue& v, Symbol symbol) {
  bool isolated = false;
  v.server.with_core([&](exchange::ExchangeCore& core) {
    isolated = core.account(0).ledger.margin_mode(symbol) == exchange::MarginMode::isolated;
  });
  return isolated;
}

} // namespace

TEST_CASE("modes are read, set and read back", "[e2e][weex]") {
  Venue v;
  Prober prober(v);
  const ModesAnswer before = prober.modes();
  INFO(before.answer.message);
  REQUIRE(before.answer.outcome == RequestOutcome::ok);
  REQUIRE(before.modes.size() == Symbol::kCount);
  for (const PairModes& m : before.modes) {
    CHECK((m.cross && m.combined && m.hedge));
  }
  const ProbeAnswer set = prober.set({.symbol = kEth, .cross = false});
  INFO(set.message);
  CHECK(set.outcome == RequestOutcome::ok);
  CHECK(is_isolated(v, kEth));
  for (const PairModes& m : prober.modes().modes) {
    CHECK(m.cross == (m.symbol != kEth));
  }
  CHECK(prober.set({.symbol = kEth}).outcome == RequestOutcome::ok);
  CHECK_FALSE(is_isolated(v, kEth));
}

TEST_CASE("modes stay while a position is open, separated is read back where it is offered",
          "[e2e][weex]") {
  Venue v;
  Prober prober(v);
  REQUIRE(v.change(v.entry(kBtc, PositionSide::long_side, 50)).outcome == RequestOutcome::ok);
  const ProbeAnswer held = prober.set({.symbol = kBtc, .cross = false});
  CHECK(held.outcome == RequestOutcome::rejected);
  CHECK(held.message.find("position") != std::string::npos);
  // v3 offers separated positions, v2 of this exchange does not.
  const ProbeAnswer apart = prober.set({.symbol = kEth, .combined = false});
  const bool offered = kApi == "v3";
  CHECK((apart.outcome == RequestOutcome::ok) == offered);
  CHECK(apart.message.empty() == offered);
  for (const PairModes& m : prober.modes().modes) {
    CHECK(m.combined == (m.symbol != kEth || !offered));
  }
}

TEST_CASE("trigger orders that are no more come whole, over several pages", "[e2e][weex]") {
  VenueOptions o;
  o.paused = true;
  Venue v(o);
  Prober prober(v);
  constexpr std::size_t kOrders = 130;
  const std::string far = v.around(kBtc, 0.5).text();
  v.server.with_core([&](exchange::ExchangeCore& core) {
    const Timestamp wall = Timestamp::from_ms(1);
    exchange::NewOrder entry;
    entry.symbol = kBtc;
    entry.market = true;
    entry.client_oid = "entry";
    entry.size = exchange::SentNumber::parse("0.01");
    REQUIRE(core.place(0, entry, wall).has_value());
    for (std::size_t i = 0; i < kOrders; ++i) {
      exchange::NewTrigger stop;
      stop.client_oid = "stop-" + std::to_string(i);
      stop.symbol = kBtc;
      stop.size = exchange::SentNumber::parse("0.01");
      stop.trigger_price = exchange::SentNumber::parse(far);
      const auto id = core.place_trigger(0, stop, wall);
      REQUIRE(id.has_value());
      REQUIRE(core.cancel(0, *id, true, wall + 1h).has_value());
      static_cast<void>(core.step(wall));
    }
  });
  const auto told = prober.ask<TriggerHistory>([](VenueProbe& probe, auto done) {
    probe.ask_trigger_history({kEth, kBtc}, done);
  });
  INFO(told.answer.message);
  REQUIRE(told.answer.outcome == RequestOutcome::ok);
  REQUIRE(told.orders.size() == kOrders);
  for (std::size_t i = 0; i < kOrders; ++i) {
    const VenueOrder& order = told.orders[i];
    CHECK(order.client_id == "stop-" + std::to_string(i)); // oldest first
    CHECK(order.trigger);
    CHECK_FALSE(order.opens);
    CHECK(order.state == OrderState::cancelled);
    CHECK(order.trigger_price.text() == far);
  }
}

TEST_CASE("both generations are served, and a key may trade or not", "[e2e][weex]") {
  Venue v;
  Prober prober(v);
  for (const char* api : {"v2", "v3"}) {
    CHECK(prober
              .ask<ProbeAnswer>(
                  [&](VenueProbe& probe, auto done) { probe.ask_generation(api, done); })
              .outcome == RequestOutcome::ok);
  }
  const auto may = prober.ask<ProbeAnswer>(
      [](VenueProbe& probe, auto done) { probe.ask_trade_permission(done); });
  INFO(may.message);
  CHECK(may.outcome == RequestOutcome::ok);
}

} // namespace rg::weex::test
