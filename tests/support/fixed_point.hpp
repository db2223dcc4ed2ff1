#pragma once
// Fixed-point values from plain numbers, for tests: to the nearest unit.

#include "messages/units/notional.hpp"
#include "messages/units/price.hpp"
#include "messages/units/quantity.hpp"

namespace rg::test {

inline Price price(double x) {
  return Price::from_double(x, Rounding::nearest);
}
inline Quantity quantity(double x) {
  return Quantity::from_double(x, Rounding::nearest);
}
inline Notional usdt(double x) {
  return Notional::from_double(x, Rounding::nearest);
}

} // namespace rg::test
