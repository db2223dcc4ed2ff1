#include "actors/guard/return_scale.hpp"
#include "actors/numerics/seeded_random.hpp"
#include "tests/support/catch.hpp"

#include <cmath>

using namespace rg;

TEST_CASE("the symmetric return is the log return to third order, and odd", "[unit][guard]") {
  CHECK(symmetric_return(101.0, 100.0) == Approx(std::log(1.01)).epsilon(1e-5));
  CHECK(symmetric_return(110.0, 100.0) == Approx(std::log(1.1)).epsilon(1e-3));
  CHECK(symmetric_return(101.0, 100.0) == -symmetric_return(100.0, 101.0));
}

TEST_CASE("all speeds find the variance of a steady walk", "[unit][guard]") {
  ReturnScale scale;
  SeededRandom random(3);
  double fast = 0.0, bipower = 0.0;
  for (int i = 0; i < 40'000; ++i) {
    scale.on_return(0.001 * random.normal(), 1.0);
    fast += scale.fast() / 40'000.0;
    bipower += scale.bipower() / 40'000.0;
  }
  CHECK(scale.slow() == Approx(1e-6).epsilon(0.15));
  CHECK(scale.longest() == Approx(1e-6).epsilon(0.10));
  CHECK(fast == Approx(1e-6).epsilon(0.03));
  CHECK(bipower == Approx(1e-6).epsilon(0.03));
}

TEST_CASE("variance per minute does not depend on the spacing of samples", "[unit][guard]") {
  ReturnScale ones, fives;
  SeededRandom random(5);
  for (int i = 0; i < 20'000; ++i) {
    double sum = 0.0;
    for (int j = 0; j < 5; ++j) {
      const double r = 0.001 * random.normal();
      ones.on_return(r, 1.0);
      sum += r;
    }
    fives.on_return(sum, 5.0);
  }
  CHECK(fives.slow() == Approx(ones.slow()).epsilon(0.25));
  CHECK(fives.longest() == Approx(ones.longest()).epsilon(0.10));
}

TEST_CASE("one shock does not become usual at once", "[unit][guard]") {
  ReturnScale scale;
  SeededRandom random(7);
  for (int i = 0; i < 2'000; ++i) {
    scale.on_return(0.001 * random.normal(), 1.0);
  }
  const double before = scale.slow();
  scale.on_return(0.05, 1.0); // 50 sigmas
  CHECK(scale.slow() < 1.05 * before);
  CHECK(scale.slow() > before);
}

TEST_CASE("bipower variation is blind to a single jump", "[unit][guard]") {
  ReturnScale scale;
  SeededRandom random(9);
  for (int i = 0; i < 2'000; ++i) {
    scale.on_return(0.001 * random.normal(), 1.0);
  }
  const double before = scale.bipower();
  for (int i = 0; i < 60; ++i) {
    scale.on_return(i == 30 ? 0.03 : 0.001 * random.normal(), 1.0);
  }
  // Squared returns of that hour average 900/60 = 15 units, bipower about one and a half.
  CHECK(scale.bipower() < 2.5 * before);
}

TEST_CASE("a young scale says so", "[unit][guard]") {
  ReturnScale scale;
  for (int i = 0; i < 119; ++i) {
    scale.on_return(0.001, 1.0);
    REQUIRE_FALSE(scale.ready());
  }
  scale.on_return(0.001, 1.0);
  CHECK(scale.ready());
}

TEST_CASE("prices that do not move have the least variance, not none", "[unit][guard]") {
  ReturnScale scale;
  for (int i = 0; i < 3'000; ++i) {
    scale.on_return(0.0, 1.0);
  }
  CHECK(scale.slow() > 0.0);
  CHECK(std::sqrt(scale.slow()) == Approx(1e-5));
}
