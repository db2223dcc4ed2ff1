#include "actors/numerics/seeded_random.hpp"
#include "actors/risk/regression.hpp"
#include "tests/support/catch.hpp"

#include <cmath>

using namespace rg;

namespace {

/// Bias and standard normal columns.
DesignMatrix normal_design(SeededRandom& random, std::size_t rows, std::size_t columns) {
  DesignMatrix x;
  x.columns = columns;
  for (std::size_t i = 0; i < rows; ++i) {
    x.values.push_back(1.0);
    for (std::size_t c = 1; c < columns; ++c) {
      x.values.push_back(random.normal());
    }
  }
  return x;
}

} // namespace

TEST_CASE("least squares solves an exact system", "[unit][risk]") {
  DesignMatrix x{2, {1, 0, 1, 1, 1, 2, 1, 3}};
  const std::vector<double> y{1, 3, 5, 7}; // 1 + 2t
  const auto beta = least_squares(x, y, 0.0);
  CHECK(beta[0] == Approx(1.0).epsilon(1e-9));
  CHECK(beta[1] == Approx(2.0).epsilon(1e-9));
}

TEST_CASE("ridge shrinks slopes and leaves the mean alone", "[unit][risk]") {
  DesignMatrix x{2, {1, -1, 1, 1}};
  const std::vector<double> y{1, 5};
  const auto beta = least_squares(x, y, 1.0); // (XᵀX + n·I)b = Xᵀy: slope 4 / (2 + 2)
  CHECK(beta[0] == Approx(3.0).epsilon(1e-9));
  CHECK(beta[1] == Approx(1.0).epsilon(1e-9));
}

TEST_CASE("logistic regression of one bias is the log odds", "[unit][risk]") {
  DesignMatrix x{1, {1, 1, 1, 1}};
  const std::vector<double> labels{1, 0, 0, 0};
  CHECK(logistic_regression(x, labels, 0.0)[0] == Approx(std::log(1.0 / 3.0)).epsilon(1e-5));
}

TEST_CASE("logistic regression recovers simulated weights", "[unit][risk]") {
  SeededRandom random(5);
  const DesignMatrix x = normal_design(random, 40'000, 3);
  std::vector<double> labels;
  for (std::size_t i = 0; i < x.rows(); ++i) {
    const double logit = -1.0 + 0.8 * x.row(i)[1] - 0.5 * x.row(i)[2];
    labels.push_back(random.uniform() < 1.0 / (1.0 + std::exp(-logit)) ? 1.0 : 0.0);
  }
  const auto w = logistic_regression(x, labels, 0.0);
  CHECK(w[0] == Approx(-1.0).margin(0.04));
  CHECK(w[1] == Approx(0.8).margin(0.04));
  CHECK(w[2] == Approx(-0.5).margin(0.04));
}

TEST_CASE("quantile regression recovers a simulated conditional quantile", "[unit][risk]") {
  SeededRandom random(7);
  const DesignMatrix x = normal_design(random, 40'000, 2);
  std::vector<double> y;
  for (std::size_t i = 0; i < x.rows(); ++i) {
    y.push_back(0.5 + 0.7 * x.row(i)[1] + random.normal());
  }
  const auto w = quantile_regression(x, y, 0.95);
  CHECK(w[0] == Approx(0.5 + 1.6449).margin(0.03)); // Φ⁻¹(0.95)
  CHECK(w[1] == Approx(0.7).margin(0.03));
}

TEST_CASE("quantile regression holds weights at zero rather than let them fall below",
          "[unit][risk]") {
  SeededRandom random(11);
  const DesignMatrix x = normal_design(random, 5'000, 3);
  std::vector<double> y;
  for (std::size_t i = 0; i < x.rows(); ++i) {
    y.push_back(0.6 * x.row(i)[1] - 0.9 * x.row(i)[2] + random.normal());
  }
  const auto w = quantile_regression(x, y, 0.95);
  CHECK(w[1] == Approx(0.6).margin(0.1));
  CHECK(w[2] == 0.0);
}

TEST_CASE("a fitted quantile is exceeded exactly as often as it says", "[unit][risk]") {
  SeededRandom random(13);
  const DesignMatrix x = normal_design(random, 2'000, 2);
  std::vector<double> y;
  for (std::size_t i = 0; i < x.rows(); ++i) {
    y.push_back(random.normal() * std::exp(0.3 * x.row(i)[1]));
  }
  const auto w = quantile_regression(x, y, 0.95);
  int above = 0;
  for (std::size_t i = 0; i < x.rows(); ++i) {
    above += y[i] > w[0] + w[1] * x.row(i)[1] + 1e-12 ? 1 : 0;
  }
  CHECK(above >= 98);
  CHECK(above <= 100); // 5 % of 2,000
}
