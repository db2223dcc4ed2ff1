#pragma once

#include "messages/units/fixed_point.hpp"

namespace rg {

/// Difference of two prices, quote currency per base coin; may be negative.
class PriceDelta : public AdditiveFixedPoint<PriceDelta> {};

/// Price in quote currency (USDT) per base coin. Market prices are > 0; 0 means "none".
class Price : public FixedPoint<Price> {
public:
  friend constexpr PriceDelta operator-(Price a, Price b) {
    return PriceDelta::from_raw(fixed::checked_sub(a.raw(), b.raw()));
  }
  friend constexpr Price operator+(Price a, PriceDelta d) {
    return from_raw(fixed::checked_add(a.raw(), d.raw()));
  }
  friend constexpr Price operator-(Price a, PriceDelta d) {
    return from_raw(fixed::checked_sub(a.raw(), d.raw()));
  }
};

} // namespace rg
