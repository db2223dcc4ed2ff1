#include "backtests/statistics/sharpe_tests.hpp"

#include "backtests/statistics/distributions.hpp"
#include "messages/support/invariant.hpp"

#include <cmath>
#include <numbers>

namespace rg {

std::optional<SharpeSample> sharpe_sample(std::span<const double> returns) {
  if (returns.size() < 3) {
    return std::nullopt;
  }
  const auto n = static_cast<double>(returns.size());
  double mean = 0.0;
  for (const double r : returns) {
    mean += r / n;
  }
  double m2 = 0.0;
  double m3 = 0.0;
  double m4 = 0.0;
  for (const double r : returns) {
    const double d = r - mean;
    m2 += d * d / n;
    m3 += d * d * d / n;
    m4 += d * d * d * d / n;
  }
  if (!(m2 > 0.0)) {
    return std::nullopt;
  }
  SharpeSample s;
  s.observations = returns.size();
  s.sharpe = mean / std::sqrt(m2 * n / (n - 1.0));
  s.skewness = m3 / std::pow(m2, 1.5);
  s.kurtosis = m4 / (m2 * m2);
  return s;
}

double probabilistic_sharpe(const SharpeSample& s, double benchmark) {
  RG_ASSERT(s.observations >= 2);
  const double sr = s.sharpe;
  const double spread = 1.0 - s.skewness * sr + (s.kurtosis - 1.0) / 4.0 * sr * sr;
  // By the moments' own inequality (kurtosis >= skewness² + 1) this is positive but for rounding.
  const double positive = spread > 1e-12 ? spread : 1e-12;
  const double steps = std::sqrt(static_cast<double>(s.observations) - 1.0);
  return normal_cdf((sr - benchmark) * steps / std::sqrt(positive));
}

double expected_maximum_sharpe(double trials, double variance_of_trials) {
  RG_ASSERT(trials >= 1.0 && variance_of_trials >= 0.0);
  if (trials <= 1.0) {
    return 0.0;
  }
  constexpr double kEuler = std::numbers::egamma;
  return std::sqrt(variance_of_trials) *
         ((1.0 - kEuler) * standard_normal_quantile(1.0 - 1.0 / trials) +
          kEuler * standard_normal_quantile(1.0 - 1.0 / (trials * std::numbers::e)));
}

double deflated_sharpe(const SharpeSample& sample, double trials, double variance_of_trials) {
  return probabilistic_sharpe(sample, expected_maximum_sharpe(trials, variance_of_trials));
}

} // namespace rg
