#pragma once
// Monotone regression (pool adjacent violators) and the piecewise linear map it gives.

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace rg {

/// A non-decreasing step of an isotonic fit.
struct IsotonicBlock {
  double x = 0.0;      ///< weighted mean of the inputs pooled here
  double y = 0.0;      ///< weighted mean of their targets
  double weight = 0.0; ///< > 0
};

/// Least-squares non-decreasing fit of y on x. Points ascending in x; neighbours that violate the
/// order are pooled. O(n). Source: Barlow et al. 1972.
[[nodiscard]] inline std::vector<IsotonicBlock>
isotonic_fit(std::span<const IsotonicBlock> points) {
  std::vector<IsotonicBlock> blocks;
  for (const IsotonicBlock& p : points) {
    RG_ASSERT(p.weight > 0.0);
    blocks.push_back(p);
    while (blocks.size() > 1 && blocks[blocks.size() - 2].y >= blocks.back().y) {
      const IsotonicBlock top = blocks.back();
      blocks.pop_back();
      IsotonicBlock& into = blocks.back();
      const double weight = into.weight + top.weight;
      into.x = (into.x * into.weight + top.x * top.weight) / weight;
      into.y = (into.y * into.weight + top.y * top.weight) / weight;
      into.weight = weight;
    }
  }
  return blocks;
}

/// Linear between knots (x strictly ascending, y non-decreasing), constant outside. Knots not
/// empty.
[[nodiscard]] inline double interpolate(std::span<const double> x, std::span<const double> y,
                                        double at) {
  RG_ASSERT(!x.empty() && x.size() == y.size());
  const auto above = std::upper_bound(x.begin(), x.end(), at);
  if (above == x.begin()) {
    return y.front();
  }
  if (above == x.end()) {
    return y.back();
  }
  const auto i = static_cast<std::size_t>(above - x.begin());
  const double share = (at - x[i - 1]) / (x[i] - x[i - 1]);
  return y[i - 1] + share * (y[i] - y[i - 1]);
}

} // namespace rg
