#include "actors/guard/cusum.hpp"
#include "actors/numerics/seeded_random.hpp"
#include "tests/support/catch.hpp"

using namespace rg;

namespace {

/// Mean steps until one (or either) side exceeds h, from zero.
double mean_run_length(double h, double shift, bool two_sided, int runs, std::uint64_t seed) {
  SeededRandom random(seed);
  double steps = 0.0;
  for (int run = 0; run < runs; ++run) {
    Cusum up(0.5), down(0.5);
    for (;;) {
      steps += 1.0;
      const double z = random.normal() + shift;
      const double a = up.on_value(z), b = down.on_value(-z);
      if (a > h || (two_sided && b > h)) {
        break;
      }
    }
  }
  return steps / runs;
}

} // namespace

TEST_CASE("CUSUM adds what exceeds k and never falls below zero", "[unit][guard]") {
  Cusum cusum(0.5);
  CHECK(cusum.on_value(2.0) == 1.5);
  CHECK(cusum.on_value(-5.0) == 0.0);
  CHECK(cusum.on_value(0.75) == 0.25);
  cusum.reset();
  CHECK(cusum.value() == 0.0);
}

TEST_CASE("CUSUM run lengths are those of the published table", "[unit][guard]") {
  // Montgomery's table for k = ½ (two-sided 168 and 465), one-sided twice as long, and with a shift
  // of one sigma 8.38 and 10.38.
  CHECK(mean_run_length(4.0, 0.0, true, 6000, 1) == Approx(167.7).epsilon(0.04));
  CHECK(mean_run_length(4.0, 0.0, false, 4000, 2) == Approx(335.3).epsilon(0.05));
  CHECK(mean_run_length(5.0, 0.0, true, 4000, 3) == Approx(465.2).epsilon(0.05));
  CHECK(mean_run_length(4.0, 1.0, true, 20000, 4) == Approx(8.38).epsilon(0.02));
  CHECK(mean_run_length(5.0, 1.0, true, 20000, 5) == Approx(10.38).epsilon(0.02));
}

TEST_CASE("volatility drift finds a volatility that creeps up without a jump", "[unit][guard]") {
  VolatilityDrift drift(0.5);
  SeededRandom random(9);
  double quiet_max = 0.0;
  for (int minute = 0; minute < 20 * 1440; ++minute) {
    quiet_max = std::max(quiet_max, drift.on_return(0.001 * random.normal(), 1.0));
  }
  CHECK(quiet_max < 8.0); // twenty ordinary days stay below caution
  double value = 0.0;
  int minutes = 0;
  while (value < 8.0 && minutes < 1440) {
    value = drift.on_return(0.003 * random.normal(), 1.0); // three times as lively
    ++minutes;
  }
  CHECK(minutes < 360);
}
