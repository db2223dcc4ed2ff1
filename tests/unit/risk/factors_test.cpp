#include "actors/risk/factors.hpp"
#include "tests/support/catch.hpp"

#include <limits>

using namespace rg;

namespace {
// Round numbers of the test's own: the defaults may change, the arithmetic may not.
const RiskSettings kSettings = [] {
  RiskSettings s;
  s.min_confidence = 0.45;
  s.full_confidence = 0.80;
  s.target_volatility = 0.012;
  s.drawdown_floor = 0.15;
  return s;
}();
} // namespace

TEST_CASE("confidence ramps from 0.4 at the minimum to 1 when full", "[unit][risk]") {
  CHECK(confidence_factor(0.449, kSettings) == 0.0);
  CHECK(confidence_factor(0.45, kSettings) == Approx(0.4));
  CHECK(confidence_factor(0.625, kSettings) == Approx(0.7)); // half way
  CHECK(confidence_factor(0.80, kSettings) == 1.0);
  CHECK(confidence_factor(1.0, kSettings) == 1.0);
  CHECK(confidence_factor(std::numeric_limits<double>::quiet_NaN(), kSettings) == 0.0);
}

TEST_CASE("volatility factor is target over expected volatility, at most one", "[unit][risk]") {
  RiskForecast f;
  f.valid = true;
  f.rv_forecast = 0.024;
  f.rv_baseline = 0.016; // 1.5 × baseline = the forecast: an expansion changes nothing
  f.p_expansion = 0.5;
  CHECK(volatility_factor(f, kSettings) == Approx(0.5));
  f.rv_forecast = 0.006;
  f.rv_baseline = 0.004;
  CHECK(volatility_factor(f, kSettings) == 1.0);
  f.valid = false;
  CHECK(volatility_factor(f, kSettings) == 0.0);
}

TEST_CASE("a likely expansion moves expected volatility towards 1.5 × baseline", "[unit][risk]") {
  RiskForecast f;
  f.valid = true;
  f.rv_forecast = 0.010;
  f.rv_baseline = 0.020;
  f.p_expansion = 0.25;
  CHECK(expected_volatility(f) == Approx(0.010 + 0.25 * 0.020)); // 0.75·0.010 + 0.25·0.030
  CHECK(volatility_factor(f, kSettings) == Approx(0.012 / 0.015));
  f.rv_baseline = 0.0; // undefined: the forecast alone
  CHECK(expected_volatility(f) == Approx(0.010));
}

TEST_CASE("drawdown factor is the share of the cushion left", "[unit][risk]") {
  CHECK(drawdown_factor(0.0, kSettings) == 1.0);
  CHECK(drawdown_factor(0.06, kSettings) == Approx(0.6)); // 1 − 0.06 / 0.15
  CHECK(drawdown_factor(0.15, kSettings) == 0.0);
  CHECK(drawdown_factor(0.5, kSettings) == 0.0);
}

TEST_CASE("cushion sizing never breaks its floor while single losses stay below one over m",
          "[unit][risk]") {
  // Grossman–Zhou: exposure m·(W − floor). With m = 1 and losses below 100 % of exposure the
  // floor is never crossed, whatever the path.
  double equity = 1.0, peak = 1.0;
  const double losses[] = {0.9, 0.5, -0.3, 0.99, 0.99, 0.7, -0.5, 0.99, 0.99, 0.99};
  for (const double loss : losses) {
    const double factor = drawdown_factor(1.0 - equity / peak, kSettings);
    equity -= loss * factor * kSettings.drawdown_floor * peak;
    peak = std::max(peak, equity);
    REQUIRE(equity > peak * (1.0 - kSettings.drawdown_floor));
  }
}

TEST_CASE("clustering factor falls between its two bounds", "[unit][risk]") {
  CHECK(clustering_factor(0.0, kSettings) == 1.0);
  CHECK(clustering_factor(2.0, kSettings) == 1.0);
  CHECK(clustering_factor(5.0, kSettings) == Approx(0.5));
  CHECK(clustering_factor(8.0, kSettings) == 0.0);
}

TEST_CASE("asset factor multiplies spread, depth and tail", "[unit][risk]") {
  CHECK(asset_factor({}, kSettings) == 1.0);
  CHECK(asset_factor({0.0005, 1.0, 0.0}, kSettings) == 1.0);          // a quarter of max_spread
  CHECK(asset_factor({0.00125, 1.0, 0.0}, kSettings) == Approx(0.5)); // half way to 0.002
  CHECK(asset_factor({0.002, 1.0, 0.0}, kSettings) == 0.0);
  CHECK(asset_factor({0.0, 0.25, 0.0}, kSettings) == Approx(0.5));
  CHECK(asset_factor({0.0, 0.0, 0.0}, kSettings) == 0.0);
  CHECK(asset_factor({0.0, 1.0, 1.0}, kSettings) == Approx(0.5));
  CHECK(asset_factor({0.0, 1.0, 0.55}, kSettings) == Approx(0.75));
  CHECK(asset_factor({0.00125, 0.25, 1.0}, kSettings) == Approx(0.125));
}

TEST_CASE("guard factor is the guard's exposure, and nothing in halt and kill", "[unit][risk]") {
  GuardState g;
  CHECK(guard_factor(g) == 1.0);
  g.level = GuardLevel::caution;
  g.exposure_factor = 0.5;
  CHECK(guard_factor(g) == 0.5);
  g.exposure_factor = 0.9; // whatever it says
  g.level = GuardLevel::halt;
  CHECK(guard_factor(g) == 0.0);
  g.level = GuardLevel::kill;
  CHECK(guard_factor(g) == 0.0);
}

TEST_CASE("the multiplier is the product of the factors in order", "[unit][risk]") {
  RiskFactors f;
  f.value = {0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3};
  CHECK(f.multiplier() == 0.9 * 0.8 * 0.7 * 0.6 * 0.5 * 0.4 * 0.3);
}
