#include "actors/risk/realised_horizon.hpp"
#include "tests/support/catch.hpp"

using namespace rg;

namespace {

RiskBar bar(double low, double high, double close, double r, bool has_return = true) {
  RiskBar b;
  b.low = low;
  b.high = high;
  b.close = close;
  b.r = r;
  b.has_return = has_return;
  return b;
}

} // namespace

TEST_CASE("a horizon is told when its last bar closes", "[unit][risk]") {
  RealisedHorizon horizon(3);
  CHECK_FALSE(horizon.on_bar(bar(0, 0, 1.00, 0, false)));
  CHECK_FALSE(horizon.on_bar(bar(0.95, 1.02, 1.01, 0.01)));
  CHECK_FALSE(horizon.on_bar(bar(1.00, 1.09, 1.03, 0.02)));
  const auto outcome = horizon.on_bar(bar(0.99, 1.04, 1.00, -0.03));
  REQUIRE(outcome.has_value());
  CHECK(outcome->variance == Approx(0.0001 + 0.0004 + 0.0009));
  CHECK(outcome->adverse_excursion == Approx(0.09)); // the highest high, 1.09 − 1.00
  // One bar on: origin 1.01; lowest low 0.94 → 0.07, highest high 1.09 → 0.08
  const auto next = horizon.on_bar(bar(0.94, 1.01, 0.97, -0.03));
  REQUIRE(next.has_value());
  CHECK(next->adverse_excursion == Approx(0.08));
}

TEST_CASE("the origin's own extremes do not count", "[unit][risk]") {
  RealisedHorizon horizon(1);
  static_cast<void>(horizon.on_bar(bar(0.2, 5.0, 1.0, 0, false)));
  const auto outcome = horizon.on_bar(bar(1.0, 1.01, 1.01, 0.01));
  REQUIRE(outcome.has_value());
  CHECK(outcome->adverse_excursion == Approx(0.01));
}

TEST_CASE("a horizon that holds a gap has no outcome", "[unit][risk]") {
  RealisedHorizon horizon(2);
  static_cast<void>(horizon.on_bar(bar(1, 1, 1, 0, false)));
  static_cast<void>(horizon.on_bar(bar(1, 1, 1, 0)));
  CHECK_FALSE(horizon.on_bar(bar(1, 1, 1, 0, false))); // first bar after a gap
  CHECK_FALSE(horizon.on_bar(bar(1, 1, 1, 0)));
  CHECK(horizon.on_bar(bar(1, 1, 1, 0)).has_value()); // origin: the bar after the gap
}
