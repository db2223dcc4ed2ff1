#include "actors/numerics/isotonic.hpp"
#include "tests/support/catch.hpp"

#include <array>

using namespace rg;

TEST_CASE("violators are pooled to their weighted mean", "[unit][numerics]") {
  // 1, 3, 2 (weight 3), 4: the middle two pool to (3 + 2 × 3) / 4 = 2.25.
  const std::array<IsotonicBlock, 4> points{{{1, 1, 1}, {2, 3, 1}, {3, 2, 3}, {4, 4, 1}}};
  const auto fit = isotonic_fit(points);
  REQUIRE(fit.size() == 3);
  CHECK(fit[0].y == 1.0);
  CHECK(fit[1].y == Approx(2.25));
  CHECK(fit[1].x == Approx(2.75));
  CHECK(fit[1].weight == 4.0);
  CHECK(fit[2].y == 4.0);
}

TEST_CASE("descending points pool into one block", "[unit][numerics]") {
  const std::array<IsotonicBlock, 3> points{{{1, 3, 1}, {2, 2, 1}, {3, 1, 1}}};
  const auto fit = isotonic_fit(points);
  REQUIRE(fit.size() == 1);
  CHECK(fit[0].y == Approx(2.0));
}

TEST_CASE("interpolation is linear inside and constant outside", "[unit][numerics]") {
  const std::array<double, 3> x{0.0, 1.0, 3.0};
  const std::array<double, 3> y{0.0, 0.5, 0.7};
  CHECK(interpolate(x, y, -1.0) == 0.0);
  CHECK(interpolate(x, y, 0.5) == Approx(0.25));
  CHECK(interpolate(x, y, 1.0) == 0.5);
  CHECK(interpolate(x, y, 2.0) == Approx(0.6));
  CHECK(interpolate(x, y, 9.0) == 0.7);
}
