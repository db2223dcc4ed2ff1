#include "backtests/statistics/sharpe_tests.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/statistics/plain_noise.hpp"

#include <cmath>
#include <vector>

using namespace rg;

TEST_CASE("the deflated Sharpe ratio of the published example", "[unit][statistics]") {
  // Bailey & López de Prado 2014: 2.5 a year over 1,250 days, skewness −3, kurtosis 10, best of 100
  // trials whose yearly Sharpe ratios have variance ½.
  SharpeSample sample;
  sample.sharpe = 2.5 / std::sqrt(250.0);
  sample.skewness = -3.0;
  sample.kurtosis = 10.0;
  sample.observations = 1250;
  const double variance = 0.5 / 250.0;
  CHECK(expected_maximum_sharpe(100, variance) == Approx(0.1132).margin(0.00005));
  CHECK(deflated_sharpe(sample, 100, variance) == Approx(0.9004).margin(0.00005));
}

TEST_CASE("one trial deflates nothing", "[unit][statistics]") {
  SharpeSample sample;
  sample.sharpe = 0.1;
  sample.observations = 400;
  CHECK(expected_maximum_sharpe(1, 0.01) == 0.0);
  CHECK(deflated_sharpe(sample, 1, 0.01) == probabilistic_sharpe(sample, 0.0));
}

TEST_CASE("moments and the probabilistic Sharpe ratio, as scipy has them", "[unit][statistics]") {
  rg::test::PlainNoise noise(13);
  std::vector<double> returns;
  for (int i = 0; i < 500; ++i) {
    const double z = noise.normal();
    const double w = std::fabs(noise.normal());
    returns.push_back(0.0008 + 0.01 * (z + 0.05 * w * w));
  }
  const auto sample = sharpe_sample(returns);
  REQUIRE(sample);
  CHECK(sample->sharpe == Approx(0.08105655596775387).epsilon(1e-10));
  CHECK(sample->skewness == Approx(-0.03696076088196529).epsilon(1e-9));
  CHECK(sample->kurtosis == Approx(2.9622722774498254).epsilon(1e-10));
  CHECK(probabilistic_sharpe(*sample, 0.02) == Approx(0.9130341990563176).epsilon(1e-10));
}

TEST_CASE("no deviation is no Sharpe ratio", "[unit][statistics]") {
  CHECK_FALSE(sharpe_sample(std::vector<double>{0.0, 0.0, 0.0, 0.0}));
  CHECK_FALSE(sharpe_sample(std::vector<double>{0.1, 0.2}));
}
