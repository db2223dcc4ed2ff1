#pragma once
// Circular block bootstrap over one or several stretches of days that are never joined. A statistic
// sees indices, so two series drawn with the same indices stay paired.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace rg {

struct BootstrapSettings {
  std::size_t block = 5;        ///< consecutive observations drawn together, >= 1
  std::size_t resamples = 2000; ///< >= 1
  std::uint64_t seed = 1;
  double level = 0.95; ///< of the one-sided bounds
};

struct BootstrapResult {
  std::optional<double> estimate;     ///< of the data as they are
  std::optional<double> lower, upper; ///< one-sided bounds at `level` (percentile method)
  std::size_t defined = 0;            ///< resamples in which the statistic was defined
  std::vector<double> values;         ///< of the defined resamples, ascending

  /// Share of the defined resamples at or above x: the one-sided p that the statistic is not below.
  [[nodiscard]] std::optional<double> share_at_least(double x) const;
};

/// A statistic of the observations whose indices are given. Every draw has the layout of the data:
/// stretch by stretch, each as long as the original. Empty = undefined for this draw.
using ResampledStatistic = std::function<std::optional<double>(std::span<const std::size_t>)>;

/// Blocks of `block` consecutive observations of a stretch, its end joined to its own beginning,
/// are drawn with replacement until the stretch is full again (the last block is cut).
///
/// @param lengths  observations of each stretch; index 0 is the first one's first. Zeros allowed.
/// @return  bounds empty when the statistic is undefined in more than a tenth of the resamples.
/// @cost  resamples × (Σ lengths + the statistic).
/// Source: Politis & Romano 1992, A circular block-resampling procedure for stationary data.
[[nodiscard]] BootstrapResult block_bootstrap(std::span<const std::size_t> lengths,
                                              const BootstrapSettings& settings,
                                              const ResampledStatistic& statistic);

/// Linear between order statistics (type 7 of Hyndman & Fan 1996). @param sorted ascending, not
/// empty.
[[nodiscard]] double quantile_of_sorted(std::span<const double> sorted, double level);

} // namespace rg
