#include "actors/numerics/seeded_random.hpp"
#include "tests/support/catch.hpp"

using namespace rg;

TEST_CASE("the same seed gives the same numbers, another one others", "[unit][numerics]") {
  SeededRandom a(5), b(5), c(6);
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const double x = a.normal();
    REQUIRE(x == b.normal());
    differs = differs || x != c.normal();
  }
  CHECK(differs);
}

TEST_CASE("uniform and normal numbers have the moments they claim", "[unit][numerics]") {
  SeededRandom random(11);
  constexpr int kDraws = 200'000;
  double uniform = 0.0, normal = 0.0, squares = 0.0, fourth = 0.0;
  for (int i = 0; i < kDraws; ++i) {
    const double u = random.uniform();
    REQUIRE(u >= 0.0);
    REQUIRE(u < 1.0);
    uniform += u / kDraws;
    const double z = random.normal();
    normal += z / kDraws;
    squares += z * z / kDraws;
    fourth += z * z * z * z / kDraws;
  }
  // Five standard errors: 0.289/√n, 1/√n, √2/√n, √96/√n with √n = 447.
  CHECK(uniform == Approx(0.5).margin(0.0033));
  CHECK(normal == Approx(0.0).margin(0.0112));
  CHECK(squares == Approx(1.0).margin(0.016));
  CHECK(fourth == Approx(3.0).margin(0.11));
}
