#include "backtests/statistics/garch.hpp"
#include "backtests/statistics/nelder_mead.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/statistics/plain_noise.hpp"

#include <cmath>
#include <limits>

using namespace rg;

namespace {

constexpr GarchParameters kTruth{2e-7, 0.09, 0.88};

std::vector<double> simulated(std::uint64_t seed, int count) {
  rg::test::PlainNoise noise(seed);
  double h = kTruth.long_run_variance();
  std::vector<double> r;
  for (int i = 0; i < count; ++i) {
    r.push_back(std::sqrt(h) * noise.normal());
    h = kTruth.omega + kTruth.alpha * r.back() * r.back() + kTruth.beta * h;
  }
  return r;
}

} // namespace

TEST_CASE("a GARCH fit finds the maximum that arch and scipy find", "[unit][statistics]") {
  // 4,000 returns; Python's arch 8.0 (zero mean, backcast = mean squared return) gives 1.77490e-7,
  // 0.0977746, 0.8810948; scipy's Nelder-Mead on the plain likelihood from there gives
  // 1.7749628660046086e-07, 0.09777155224058132, 0.8810948572314159 and 18036.8369827562.
  const std::vector<std::vector<double>> data{simulated(42, 4'000)};
  const auto fit = fit_garch(data);
  REQUIRE(fit);
  CHECK(fit->converged);
  CHECK(fit->parameters.omega == Approx(1.7749628660046086e-07).epsilon(1e-3));
  CHECK(fit->parameters.alpha == Approx(0.09777155224058132).epsilon(1e-4));
  CHECK(fit->parameters.beta == Approx(0.8810948572314159).epsilon(1e-4));
  CHECK(fit->log_likelihood == Approx(18036.8369827562).epsilon(1e-10));
}

TEST_CASE("a GARCH fit on much data finds the truth", "[unit][statistics]") {
  const std::vector<std::vector<double>> data{simulated(1, 30'000), simulated(2, 30'000)};
  const auto fit = fit_garch(data);
  REQUIRE(fit);
  CHECK(fit->observations == 60'000);
  CHECK(fit->parameters.alpha == Approx(0.09).margin(0.01));
  CHECK(fit->parameters.beta == Approx(0.88).margin(0.015));
  CHECK(fit->parameters.long_run_variance() == Approx(kTruth.long_run_variance()).epsilon(0.05));
}

TEST_CASE("the forecast over n steps is the sum of the expected variances", "[unit][statistics]") {
  GarchFilter filter(kTruth, 1e-5);
  // By the closed form n·v + (h − v)(1 − φⁿ)/(1 − φ).
  const double v = kTruth.long_run_variance();
  const double phi = kTruth.persistence();
  CHECK(filter.variance_over(16) ==
        Approx(16.0 * v + (1e-5 - v) * (1.0 - std::pow(phi, 16)) / (1.0 - phi)).epsilon(1e-12));
  filter.on_return(4e-5);
  CHECK(filter.variance() == Approx(2e-7 + 0.09 * 4e-5 + 0.88 * 1e-5));
  const double h = filter.variance();
  filter.on_missing();
  CHECK(filter.variance() == Approx(2e-7 + 0.97 * h));
}

TEST_CASE("gaps are bridged and too little or dead data refused", "[unit][statistics]") {
  std::vector<std::vector<double>> data{simulated(3, 5'000)};
  const auto whole = fit_garch(data);
  for (std::size_t i = 100; i < 5'000; i += 100) {
    data[0][i] = std::numeric_limits<double>::quiet_NaN();
  }
  const auto gappy = fit_garch(data);
  REQUIRE(whole);
  REQUIRE(gappy);
  CHECK(gappy->observations == 4'951);
  CHECK(gappy->parameters.persistence() == Approx(whole->parameters.persistence()).margin(0.02));
  CHECK_FALSE(fit_garch(std::vector<std::vector<double>>{simulated(3, 499)}));
  CHECK_FALSE(fit_garch(std::vector<std::vector<double>>{std::vector<double>(1'000, 0.0)}));
}

TEST_CASE("the simplex finds the bottom of Rosenbrock's valley", "[unit][statistics]") {
  const auto valley = [](std::span<const double> x) {
    const double a = 1.0 - x[0];
    const double b = x[1] - x[0] * x[0];
    return a * a + 100.0 * b * b;
  };
  NelderMeadSettings settings;
  settings.tolerance = 1e-14;
  const NelderMeadResult found = nelder_mead(valley, {-1.2, 1.0}, settings);
  CHECK(found.converged);
  CHECK(found.at[0] == Approx(1.0).margin(1e-5));
  CHECK(found.at[1] == Approx(1.0).margin(1e-5));
}
