#include "actors/order/stop_keeper.hpp"
#include "tests/support/trading_builders.hpp"

using namespace rg;
using namespace rg::test;

namespace {

Position held(std::string_view q, PositionSide side = PositionSide::long_side) {
  return {kBtc, side, qty(q), usd("100"), at(0s)};
}

StopPlan plan(std::string_view position, std::string_view wanted,
              const std::vector<RestingStop>& resting, std::string_view opening = "0") {
  return plan_stops(held(position), price(wanted), qty(opening), resting);
}

} // namespace

TEST_CASE("one stop over the whole position is enough", "[unit][order]") {
  const StopPlan p = plan("2", "95", {{1, qty("2"), price("95")}});
  REQUIRE(p.missing.is_zero());
  REQUIRE(p.covered == qty("2"));
  REQUIRE(p.trigger == price("95"));
  REQUIRE(p.surplus.empty());
}

TEST_CASE("several stops add up, the loosest is the position's", "[unit][order]") {
  const StopPlan p = plan("3", "95", {{1, qty("1"), price("97")}, {2, qty("2"), price("96")}});
  REQUIRE(p.missing.is_zero());
  REQUIRE(p.trigger == price("96"));
}

TEST_CASE("what no stop covers is missing", "[unit][order]") {
  const StopPlan p = plan("3", "95", {{1, qty("1"), price("95")}});
  REQUIRE(p.missing == qty("2"));
  REQUIRE(p.covered == qty("1"));
  REQUIRE(plan("3", "95", {}).missing == qty("3"));
}

TEST_CASE("a looser stop protects but must be replaced", "[unit][order]") {
  const StopPlan p = plan("1", "96", {{1, qty("1"), price("95")}});
  REQUIRE(p.covered == qty("1"));
  REQUIRE(p.missing == qty("1"));
  REQUIRE(p.surplus == std::vector<VenueOrderId>{1});
}

TEST_CASE("for a short the tighter stop is the lower one", "[unit][order]") {
  const Position p = held("1", PositionSide::short_side);
  REQUIRE(plan_stops(p, price("105"), {}, {{1, qty("1"), price("104")}}).missing.is_zero());
  REQUIRE(plan_stops(p, price("105"), {}, {{1, qty("1"), price("106")}}).missing == qty("1"));
}

TEST_CASE("a stop for more than the position is too much, unless the entry still fills",
          "[unit][order]") {
  const std::vector<RestingStop> large{{1, qty("5"), price("95")}};
  REQUIRE(plan("2", "95", large).missing == qty("2"));
  REQUIRE(plan("2", "95", large).covered == qty("2"));
  REQUIRE(plan("2", "95", large, "3").missing.is_zero());
  REQUIRE(plan("2", "95", large, "2.9999").missing == qty("2"));
}

TEST_CASE("doubled stops leave one", "[unit][order]") {
  const StopPlan p = plan("2", "95", {{7, qty("2"), price("95")}, {3, qty("2"), price("95")}});
  REQUIRE(p.missing.is_zero());
  REQUIRE(p.surplus == std::vector<VenueOrderId>{7}); // the older stays
}

TEST_CASE("only waiting triggers that close this side count", "[unit][order]") {
  VenueOrder o;
  o.symbol = kBtc;
  o.venue_id = 1;
  o.trigger = true;
  o.opens = false;
  o.quantity = qty("1");
  o.trigger_price = price("95");
  std::vector<VenueOrder> all(6, o);
  all[1].symbol = kEth;
  all[2].position = PositionSide::short_side;
  all[3].opens = true;
  all[4].state = OrderState::cancelled;
  all[5].trigger = false;
  REQUIRE(stops_of(held("1"), all).size() == 1);
}
