#include "backtests/statistics/garch.hpp"

#include "backtests/statistics/nelder_mead.hpp"

#include <cmath>
#include <numbers>

namespace rg {

namespace {

constexpr std::size_t kMinReturns = 500;

double squash(double x) {
  return 1.0 / (1.0 + std::exp(-x));
}

/// From unbounded coordinates: log of the long-run variance against the sample's, logit of the
/// persistence, logit of α's share in it. Every point is an admissible model.
GarchParameters from_free(std::span<const double> x, double sample_variance) {
  const double persistence = squash(x[1]);
  GarchParameters p;
  p.alpha = persistence * squash(x[2]);
  p.beta = persistence - p.alpha;
  p.omega = sample_variance * std::exp(x[0]) * (1.0 - persistence);
  return p;
}

/// −2 × Gaussian log-likelihood without constants, over n observations.
double deviance(std::span<const std::vector<double>> stretches, const GarchParameters& p,
                double start_variance) {
  double sum = 0.0;
  for (const std::vector<double>& stretch : stretches) {
    GarchFilter filter(p, start_variance);
    for (const double r : stretch) {
      if (std::isnan(r)) {
        filter.on_missing();
        continue;
      }
      const double h = filter.variance();
      sum += std::log(h) + r * r / h;
      filter.on_return(r * r);
    }
  }
  return sum;
}

} // namespace

double GarchFilter::variance_over(std::size_t n) const {
  const double persistence = p_.persistence();
  double expected = h_;
  double sum = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    sum += expected;
    expected = p_.omega + persistence * expected;
  }
  return sum;
}

std::optional<GarchFit> fit_garch(std::span<const std::vector<double>> stretches) {
  std::size_t n = 0;
  double squares = 0.0;
  for (const std::vector<double>& stretch : stretches) {
    for (const double r : stretch) {
      if (!std::isnan(r)) {
        ++n;
        squares += r * r;
      }
    }
  }
  if (n < kMinReturns || !(squares > 0.0)) {
    return std::nullopt;
  }
  const double variance = squares / static_cast<double>(n);
  const auto objective = [&](std::span<const double> x) {
    return deviance(stretches, from_free(x, variance), variance) / static_cast<double>(n);
  };
  NelderMeadSettings settings;
  settings.tolerance = 1e-12;
  // Persistence 0.97 with α = 0.08: an ordinary market.
  const NelderMeadResult best = nelder_mead(objective, {0.0, 3.5, -2.4}, settings);
  GarchFit fit;
  fit.parameters = from_free(best.at, variance);
  fit.observations = n;
  fit.converged = best.converged;
  const auto count = static_cast<double>(n);
  fit.log_likelihood = -0.5 * count * (best.value + std::log(2.0 * std::numbers::pi));
  return fit;
}

} // namespace rg
