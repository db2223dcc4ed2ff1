#include "tests/unit/backtests/venue_fixture.hpp"

using namespace rg;
using namespace rg::test;

namespace {

/// Buys `units` at 100 with a wallet of 1,000; no fee matters to the second decimal.
VenueFixture leveraged(PositionSide side, double units) {
  VenueFixture v(plain_costs(), 1'000.0);
  v.bar(100, 100, 100, 100);
  v.entry(side, units, 0.0);
  v.bar(100, 100, 100, 100);
  return v;
}

} // namespace

TEST_CASE("the account is liquidated where equity meets the maintenance margin",
          "[unit][liquidation]") {
  // 100 long at 100, fee 8: equity(p) = 992 + 100 (p − 100); maintenance 0.5 p.
  // 992 + 100 p − 10,000 = 0.5 p → p = 9,008 / 99.5 = 90.5327 → 90.5 on the tick.
  VenueFixture v = leveraged(kLong, 100.0);
  v.bar(100, 100, 90.6, 95);
  CHECK(v.fills().size() == 1); // survived by one tick
  v.bar(95, 95, 90.0, 94);
  REQUIRE(v.fills().size() == 2);
  CHECK(v.fills()[1].liquidation);
  CHECK(v.fills()[1].price.text() == "90.5");
  CHECK(v.flat());
  CHECK(v.venue().liquidations() == 1);
  CHECK(v.venue().wallet() > Notional::zero());
}

TEST_CASE("a short is liquidated on the way up", "[unit][liquidation]") {
  VenueFixture v = leveraged(kShort, 100.0);
  v.bar(100, 112, 100, 101);
  REQUIRE(v.fills().size() == 2);
  CHECK(v.fills()[1].liquidation);
  // 992 + 100 (100 − p) = 0.5 p → p = 10,992 / 100.5 = 109.373 → 109.4
  CHECK(v.fills()[1].price.text() == "109.4");
}

TEST_CASE("a gap beyond bankruptcy leaves nothing, and no debt", "[unit][liquidation]") {
  VenueFixture v = leveraged(kLong, 100.0);
  v.bar(70, 71, 69, 70);
  REQUIRE(v.fills().size() == 2);
  CHECK(v.fills()[1].liquidation);
  CHECK(v.venue().wallet().to_double() == Approx(0.0).margin(0.01));
}

TEST_CASE("liquidation takes resting orders and stops with it", "[unit][liquidation]") {
  VenueFixture v(plain_costs(), 1'000.0);
  v.bar(100, 100, 100, 100);
  v.entry(kLong, 100.0, 0.0, 80.0);
  v.bar(100, 100, 100, 100);
  v.entry(kLong, 1.0, 99.0);
  v.bar(100, 100, 85, 86);
  CHECK(v.venue().idle());
}

TEST_CASE("at low leverage nothing is liquidated", "[unit][liquidation]") {
  VenueFixture v = leveraged(kLong, 10.0); // 1 ×
  v.bar(100, 100, 20, 50);
  CHECK(v.fills().size() == 1);
}

TEST_CASE("one pair's loss liquidates the whole cross-margin account", "[unit][liquidation]") {
  VenueFixture v(plain_costs(), 1'000.0);
  const Symbol eth = *Symbol::parse("ETH");
  const auto both = [&](double btc_low, double eth_low) {
    const Bar b = v.make(v.btc(), 100, 100, btc_low, btc_low, 1000);
    const Bar e = v.make(eth, 100, 100, eth_low, eth_low, 1000);
    const VenueBar bars[] = {{&b, false}, {&e, false}};
    v.set_now(v.now() + std::chrono::minutes{1});
    v.venue().advance(v.now(), bars);
  };
  both(100, 100);
  v.entry(kLong, 50.0, 0.0);
  PlaceOrder o;
  o.symbol = eth;
  o.quantity = quantity(50);
  v.send(o);
  both(100, 100);
  both(99, 79); // −50 and −1,050
  CHECK(v.venue().liquidations() == 2);
  CHECK(v.venue().wallet().to_double() >= -0.01);
  CHECK(v.venue().wallet().to_double() < 100.0);
}
