#include "backtests/statistics/forecast_losses.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/statistics/plain_noise.hpp"

#include <algorithm>
#include <cmath>

using namespace rg;

TEST_CASE("QLIKE is zero at the realised variance and above it everywhere else",
          "[unit][statistics]") {
  CHECK(qlike_loss(0.04, 0.04) == Approx(0.0).margin(1e-15));
  CHECK(qlike_loss(0.04, 0.02) == Approx(2.0 - std::log(2.0) - 1.0));
  CHECK(qlike_loss(0.04, 0.08) > 0.0);
}

TEST_CASE("noise in an unbiased proxy does not change QLIKE's ranking", "[unit][statistics]") {
  // Patton 2011: true variance 1, forecasts 1.1 and 1.4, proxy = χ²(4)/4.
  rg::test::PlainNoise noise(5);
  double near = 0.0, far = 0.0;
  for (int i = 0; i < 4'000; ++i) {
    double proxy = 0.0;
    for (int k = 0; k < 4; ++k) {
      const double z = noise.normal();
      proxy += z * z / 4.0;
    }
    near += qlike_loss(proxy, 1.1);
    far += qlike_loss(proxy, 1.4);
  }
  CHECK(near < far);
}

TEST_CASE("area under the curve and Brier score with ties, as scikit-learn has them",
          "[unit][statistics]") {
  rg::test::PlainNoise noise(11);
  std::vector<std::pair<double, bool>> scored;
  for (int i = 0; i < 200; ++i) {
    const double p = std::nearbyint(10.0 * noise.uniform()) / 10.0;
    scored.emplace_back(p, noise.uniform() < 0.2 + 0.6 * p);
  }
  CHECK(*area_under_curve(scored) == Approx(0.6842157942147933).epsilon(1e-12));
  CHECK(*brier_score(scored) == Approx(0.2387).epsilon(1e-12));
  CHECK_FALSE(brier_score({}));
}

TEST_CASE("pinball loss of a quantile forecast, as scikit-learn has it", "[unit][statistics]") {
  rg::test::PlainNoise noise(12);
  std::vector<double> actual;
  for (int i = 0; i < 100; ++i) {
    actual.push_back(noise.normal());
  }
  double sum = 0.0;
  for (const double a : actual) {
    sum += pinball_loss(a, 1.2 + 0.1 * noise.normal(), 0.95);
  }
  CHECK(sum / 100.0 == Approx(0.1433401340026409).epsilon(1e-12));
}

TEST_CASE("the weighted quantile minimises the weighted pinball loss", "[unit][statistics]") {
  rg::test::PlainNoise noise(17);
  std::vector<std::pair<double, double>> value_weight;
  for (int i = 0; i < 300; ++i) {
    value_weight.emplace_back(noise.normal(), 0.1 + noise.uniform());
  }
  const auto loss = [&](double x) {
    double sum = 0.0;
    for (const auto& [value, weight] : value_weight) {
      sum += weight * pinball_loss(value, x, 0.9);
    }
    return sum;
  };
  const double best = *weighted_quantile(value_weight, 0.9);
  for (const auto& [value, weight] : value_weight) {
    CHECK(loss(best) <= loss(value) + 1e-12);
  }
  CHECK_FALSE(weighted_quantile({}, 0.9));
}
