#pragma once

#include "messages/units/timestamp.hpp"

#include <algorithm>
#include <cstdint>
#include <random>

namespace rg::weex {

/// Waits that double from `min` to `max`, each drawn between half and all of its bound, so that
/// many clients cut off at once do not come back at once.
class Backoff {
public:
  Backoff(Duration min, Duration max, std::uint64_t seed)
      : min_(min), max_(max), bound_(min), random_(seed) {}

  [[nodiscard]] Duration next() {
    const Duration bound = bound_;
    bound_ = std::min(bound_ * 2, max_);
    const auto half = static_cast<std::uint64_t>(bound.count()) / 2;
    return Duration{static_cast<std::int64_t>(half + random_() % (half + 1))};
  }
  void reset() { bound_ = min_; }

private:
  Duration min_, max_, bound_;
  std::mt19937_64 random_;
};

} // namespace rg::weex
