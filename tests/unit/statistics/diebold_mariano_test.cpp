#include "backtests/statistics/diebold_mariano.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/statistics/plain_noise.hpp"

using namespace rg;

namespace {

/// Loss differentials that remember: e = 0.6 e + noise, around −0.15.
std::vector<double> differentials(std::uint64_t seed, int count) {
  rg::test::PlainNoise noise(seed);
  std::vector<double> d;
  double e = 0.0;
  for (int i = 0; i < count; ++i) {
    e = 0.6 * e + noise.normal();
    d.push_back(-0.15 + e);
  }
  return d;
}

} // namespace

TEST_CASE("Diebold-Mariano agrees with a HAC regression on a constant", "[unit][statistics]") {
  // statsmodels' OLS with cov_type HAC and Bartlett weights, times the factor for four steps ahead.
  const std::vector<std::vector<double>> d{differentials(7, 300)};
  const auto three = diebold_mariano(d, 4, 3);
  REQUIRE(three);
  CHECK(three->mean_difference == Approx(-0.12009410199604172).epsilon(1e-12));
  CHECK(three->statistic == Approx(-1.1539073703354576).epsilon(1e-11));
  CHECK(three->p_two_sided == Approx(0.2494596450321372).epsilon(1e-10));
  const auto seven = diebold_mariano(d, 4, 7);
  REQUIRE(seven);
  CHECK(seven->statistic == Approx(-1.017936975010922).epsilon(1e-11));
  CHECK(seven->p_two_sided == Approx(0.3095308606035088).epsilon(1e-10));
}

TEST_CASE("the default lag covers the horizon's overlap", "[unit][statistics]") {
  const std::vector<std::vector<double>> d{differentials(7, 300)};
  CHECK(diebold_mariano(d, 16)->lags == 15);
  CHECK(diebold_mariano(d, 2)->lags == 6); // the cube root of 300
}

TEST_CASE("two stretches count together without being joined", "[unit][statistics]") {
  // A jump between two stretches is no autocovariance: joined, it would look like memory.
  std::vector<double> high(100, 0.0), low(100, 0.0);
  rg::test::PlainNoise noise(3);
  for (std::size_t i = 0; i < 100; ++i) {
    high[i] = 1.0 + 0.1 * noise.normal();
    low[i] = -1.0 + 0.1 * noise.normal();
  }
  const auto apart = diebold_mariano(std::vector<std::vector<double>>{high, low}, 1, 5);
  std::vector<double> joined = high;
  joined.insert(joined.end(), low.begin(), low.end());
  const auto together = diebold_mariano(std::vector<std::vector<double>>{joined}, 1, 5);
  REQUIRE(apart);
  REQUIRE(together);
  CHECK(apart->observations == 200);
  CHECK(apart->mean_difference == Approx(together->mean_difference));
  CHECK(apart->statistic != Approx(together->statistic));
}

TEST_CASE("equal losses have no test", "[unit][statistics]") {
  CHECK_FALSE(diebold_mariano(std::vector<std::vector<double>>{{0.0, 0.0, 0.0}}, 1));
  CHECK_FALSE(diebold_mariano(std::vector<std::vector<double>>{{1.0}}, 1));
}
