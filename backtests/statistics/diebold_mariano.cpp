#include "backtests/statistics/diebold_mariano.hpp"

#include "backtests/statistics/distributions.hpp"
#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

namespace {

/// Σ over stretches of Σ_t (d_t − mean)(d_{t−lag} − mean).
double autocovariance_sum(std::span<const std::vector<double>> stretches, double mean,
                          std::size_t lag) {
  double sum = 0.0;
  for (const std::vector<double>& d : stretches) {
    for (std::size_t t = lag; t < d.size(); ++t) {
      sum += (d[t] - mean) * (d[t - lag] - mean);
    }
  }
  return sum;
}

} // namespace

std::optional<DieboldMariano> diebold_mariano(std::span<const std::vector<double>> stretches,
                                              std::size_t horizon, std::size_t lags) {
  RG_ASSERT(horizon >= 1);
  DieboldMariano out;
  double sum = 0.0;
  for (const std::vector<double>& d : stretches) {
    out.observations += d.size();
    for (const double x : d) {
      sum += x;
    }
  }
  if (out.observations < 2) {
    return std::nullopt;
  }
  const auto n = static_cast<double>(out.observations);
  const auto h = static_cast<double>(horizon);
  out.mean_difference = sum / n;
  out.lags = lags > 0 ? lags : std::max(horizon - 1, static_cast<std::size_t>(std::cbrt(n)));
  double variance = autocovariance_sum(stretches, out.mean_difference, 0);
  for (std::size_t k = 1; k <= out.lags; ++k) {
    const double weight = 1.0 - static_cast<double>(k) / static_cast<double>(out.lags + 1);
    variance += 2.0 * weight * autocovariance_sum(stretches, out.mean_difference, k);
  }
  variance /= n;
  const double factor = (n + 1.0 - 2.0 * h + h * (h - 1.0) / n) / n;
  if (!(variance > 0.0) || !(factor > 0.0)) {
    return std::nullopt;
  }
  out.statistic = out.mean_difference / std::sqrt(variance / n) * std::sqrt(factor);
  out.p_two_sided = student_t_two_sided(out.statistic, n - 1.0);
  return out;
}

} // namespace rg
