#include "backtests/statistics/block_bootstrap.hpp"

#include "actors/numerics/seeded_random.hpp"
#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace rg {

namespace {

/// Share of resamples in which the statistic must be defined for bounds to be told.
constexpr double kDefinedShare = 0.9;

void draw(std::span<const std::size_t> lengths, std::size_t block, SeededRandom& random,
          std::vector<std::size_t>& out) {
  out.clear();
  std::size_t base = 0;
  for (const std::size_t n : lengths) {
    for (std::size_t filled = 0; filled < n;) {
      const auto start = static_cast<std::size_t>(random.below(n));
      const std::size_t length = std::min(block, n - filled);
      for (std::size_t i = 0; i < length; ++i) {
        out.push_back(base + (start + i) % n);
      }
      filled += length;
    }
    base += n;
  }
}

} // namespace

double quantile_of_sorted(std::span<const double> sorted, double level) {
  RG_ASSERT(!sorted.empty() && level >= 0.0 && level <= 1.0);
  const double at = level * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double share = at - static_cast<double>(below);
  return sorted[below] + share * (sorted[above] - sorted[below]);
}

std::optional<double> BootstrapResult::share_at_least(double x) const {
  if (values.empty()) {
    return std::nullopt;
  }
  const auto first = std::lower_bound(values.begin(), values.end(), x);
  return static_cast<double>(values.end() - first) / static_cast<double>(values.size());
}

BootstrapResult block_bootstrap(std::span<const std::size_t> lengths,
                                const BootstrapSettings& settings,
                                const ResampledStatistic& statistic) {
  RG_ASSERT(settings.block >= 1 && settings.resamples >= 1);
  RG_ASSERT(settings.level > 0.5 && settings.level < 1.0);
  const std::size_t total = std::accumulate(lengths.begin(), lengths.end(), std::size_t{0});
  BootstrapResult result;
  std::vector<std::size_t> indices(total);
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  result.estimate = statistic(indices);
  SeededRandom random(settings.seed);
  result.values.reserve(settings.resamples);
  for (std::size_t i = 0; i < settings.resamples; ++i) {
    draw(lengths, settings.block, random, indices);
    if (const auto value = statistic(indices); value && std::isfinite(*value)) {
      result.values.push_back(*value);
    }
  }
  std::sort(result.values.begin(), result.values.end());
  result.defined = result.values.size();
  if (static_cast<double>(result.defined) >=
      kDefinedShare * static_cast<double>(settings.resamples)) {
    result.lower = quantile_of_sorted(result.values, 1.0 - settings.level);
    result.upper = quantile_of_sorted(result.values, settings.level);
  }
  return result;
}

} // namespace rg
