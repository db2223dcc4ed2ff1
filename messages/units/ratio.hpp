#pragma once

#include "messages/support/invariant.hpp"

#include <cmath>
#include <compare>

namespace rg {

/// A dimensionless number (probability, fee rate, leverage, factor) that is never NaN or infinite.
class Ratio {
public:
  constexpr Ratio() = default;
  explicit Ratio(double value) : value_(value) { RG_ASSERT(std::isfinite(value)); }
  [[nodiscard]] constexpr double value() const { return value_; }
  friend constexpr auto operator<=>(const Ratio&, const Ratio&) = default;

private:
  double value_ = 0.0;
};

} // namespace rg
