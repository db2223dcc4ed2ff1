#include "actors/regime/regime_hysteresis.hpp"
#include "tests/support/catch.hpp"

using namespace rg;

namespace {

constexpr RegimeSettings kSettings{}; // enter 0.55, leave 0.40, dwell 2

/// Posterior with this much on trending and the rest on range_bound.
StateVector trending(double p) {
  return {p, 1.0 - p, 0.0};
}

} // namespace

TEST_CASE("a regime comes into force at its entry level", "[unit][regime]") {
  RegimeHysteresis s(kSettings);
  CHECK(s.on_posterior({0.54, 0.30, 0.16}) == Regime::unknown);
  CHECK(s.on_posterior({0.55, 0.30, 0.15}) == Regime::trending);
}

TEST_CASE("between the two levels the regime in force stays", "[unit][regime]") {
  RegimeHysteresis s(kSettings);
  CHECK(s.on_posterior(trending(0.60)) == Regime::trending);
  CHECK(s.on_posterior(trending(0.41)) == Regime::trending); // range_bound has 0.59 already
  CHECK(s.on_posterior(trending(0.40)) == Regime::trending);
  CHECK(s.on_posterior(trending(0.39)) == Regime::range_bound);
  CHECK(s.on_posterior(trending(0.54)) == Regime::range_bound);
}

TEST_CASE("another regime waits until the last change is two bars old", "[unit][regime]") {
  RegimeHysteresis s(kSettings);
  CHECK(s.on_posterior(trending(0.9)) == Regime::trending);
  CHECK(s.on_posterior(trending(0.1)) == Regime::unknown); // left at once, taken over later
  CHECK(s.on_posterior(trending(0.1)) == Regime::range_bound);
}

TEST_CASE("the regime that just left may come back without waiting", "[unit][regime]") {
  RegimeHysteresis s(kSettings);
  CHECK(s.on_posterior(trending(0.9)) == Regime::trending);
  CHECK(s.on_posterior({0.3, 0.4, 0.3}) == Regime::unknown);
  CHECK(s.on_posterior(trending(0.9)) == Regime::trending);
}

TEST_CASE("a restart forgets the regime in force and the wait", "[unit][regime]") {
  RegimeHysteresis s(kSettings);
  CHECK(s.on_posterior(trending(0.9)) == Regime::trending);
  s.restart();
  CHECK(s.on_posterior({0.45, 0.30, 0.25}) == Regime::unknown); // would have stayed in force
  s.restart();
  CHECK(s.on_posterior(trending(0.1)) == Regime::range_bound);
}
