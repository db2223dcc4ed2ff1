#include "backtests/statistics/coverage_tests.hpp"

#include "backtests/statistics/distributions.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

namespace {

/// ln p^x (1 − p)^(n − x), with 0 ln 0 = 0.
double log_likelihood(double x, double n, double p) {
  return (x > 0.0 ? x * std::log(p) : 0.0) + (x < n ? (n - x) * std::log1p(-p) : 0.0);
}

} // namespace

std::optional<double> kupiec_p(std::uint64_t exceedances, std::uint64_t windows,
                               double level_missed) {
  if (windows == 0) {
    return std::nullopt;
  }
  const auto x = static_cast<double>(exceedances);
  const auto n = static_cast<double>(windows);
  const double ratio = 2.0 * (log_likelihood(x, n, x / n) - log_likelihood(x, n, level_missed));
  return chi_square_survival(ratio, 1);
}

void HitTransitions::add(const std::vector<bool>& stretch) {
  for (std::size_t i = 1; i < stretch.size(); ++i) {
    counts_[stretch[i - 1]][stretch[i]] += 1.0;
  }
}

std::optional<ChristoffersenTest> christoffersen(const HitTransitions& hits, double level_missed) {
  const double none = hits.count(false, false) + hits.count(false, true);
  const double some = hits.count(true, false) + hits.count(true, true);
  if (none == 0.0 || some == 0.0) {
    return std::nullopt;
  }
  const double hit_count = hits.count(false, true) + hits.count(true, true);
  ChristoffersenTest test;
  test.after_none = hits.count(false, true) / none;
  test.after_hit = hits.count(true, true) / some;
  const double dependent = log_likelihood(hits.count(false, true), none, test.after_none) +
                           log_likelihood(hits.count(true, true), some, test.after_hit);
  const double total = none + some;
  const double independent = log_likelihood(hit_count, total, hit_count / total);
  const double stated = log_likelihood(hit_count, total, level_missed);
  test.independence_p = chi_square_survival(2.0 * (dependent - independent), 1);
  test.coverage_p = chi_square_survival(2.0 * (dependent - stated), 2);
  return test;
}

} // namespace rg
