#pragma once

#include "messages/units/price.hpp"
#include "messages/units/quantity.hpp"
#include "messages/units/ratio.hpp"

namespace rg {

/// Amount of quote currency (USDT): order values, fees, equity, profit and loss (may be negative).
class Notional : public AdditiveFixedPoint<Notional> {};

/// price × quantity, computed in 128 bits and rounded as told; overflow is an invariant failure.
[[nodiscard]] inline Notional multiply(Price price, Quantity quantity, Rounding r) {
  return Notional::from_raw(fixed::mul_scaled(price.raw(), quantity.raw(), r));
}
[[nodiscard]] inline Notional multiply(PriceDelta delta, Quantity quantity, Rounding r) {
  return Notional::from_raw(fixed::mul_scaled(delta.raw(), quantity.raw(), r));
}
/// amount × ratio. Ratios travel as doubles; the product is rounded as told on the 1e-8 grid.
[[nodiscard]] inline Notional multiply(Notional amount, Ratio ratio, Rounding r) {
  return Notional::from_double(amount.to_double() * ratio.value(), r);
}
/// Fee on a fill value, rounded up: a fee is never underestimated.
[[nodiscard]] inline Notional fee_on(Notional fill_value, Ratio rate) {
  return multiply(fill_value, rate, Rounding::up);
}

} // namespace rg
