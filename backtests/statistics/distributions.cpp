#include "backtests/statistics/distributions.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rg {

double normal_cdf(double x) {
  return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

double standard_normal_quantile(double p) {
  RG_ASSERT(p > 0.0 && p < 1.0);
  // Bisection brackets the root, Newton polishes it; the function is smooth and monotone.
  double low = -40.0;
  double high = 40.0;
  for (int i = 0; i < 60; ++i) {
    const double mid = 0.5 * (low + high);
    (normal_cdf(mid) < p ? low : high) = mid;
  }
  double x = 0.5 * (low + high);
  const double density = std::exp(-0.5 * x * x) / std::sqrt(2.0 * std::numbers::pi);
  if (density > 0.0) {
    x -= std::clamp((normal_cdf(x) - p) / density, -1e-6, 1e-6);
  }
  return x;
}

double chi_square_survival(double x, int degrees) {
  RG_ASSERT(degrees == 1 || degrees == 2);
  const double positive = std::max(x, 0.0);
  return degrees == 1 ? std::erfc(std::sqrt(positive / 2.0)) : std::exp(-positive / 2.0);
}

namespace {

/// Continued fraction of the incomplete beta function; converges fast for x < (a + 1)/(a + b + 2).
double beta_fraction(double a, double b, double x) {
  constexpr double kTiny = 1e-300;
  constexpr int kMaxSteps = 10'000;
  const auto away_from_zero = [](double v) { return std::fabs(v) < kTiny ? kTiny : v; };
  double c = 1.0;
  double d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
  double h = d;
  for (int m = 1; m <= kMaxSteps; ++m) {
    const double k = m;
    const double even = k * (b - k) * x / ((a + 2.0 * k - 1.0) * (a + 2.0 * k));
    d = 1.0 / away_from_zero(1.0 + even * d);
    c = away_from_zero(1.0 + even / c);
    h *= d * c;
    const double odd = -(a + k) * (a + b + k) * x / ((a + 2.0 * k) * (a + 2.0 * k + 1.0));
    d = 1.0 / away_from_zero(1.0 + odd * d);
    c = away_from_zero(1.0 + odd / c);
    h *= d * c;
    if (std::fabs(d * c - 1.0) < 1e-15) {
      break;
    }
  }
  return h;
}

/// ln Γ without the sign that glibc's lgamma writes to a global: runs may share the process.
double log_gamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);
}

} // namespace

double incomplete_beta(double a, double b, double x) {
  RG_ASSERT(a > 0.0 && b > 0.0 && x >= 0.0 && x <= 1.0);
  if (x == 0.0 || x == 1.0) {
    return x;
  }
  const double front = std::exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * std::log(x) +
                                b * std::log1p(-x));
  if (x < (a + 1.0) / (a + b + 2.0)) {
    return front * beta_fraction(a, b, x) / a;
  }
  return 1.0 - front * beta_fraction(b, a, 1.0 - x) / b;
}

double student_t_two_sided(double t, double degrees) {
  RG_ASSERT(degrees > 0.0);
  return incomplete_beta(0.5 * degrees, 0.5, degrees / (degrees + t * t));
}

} // namespace rg
