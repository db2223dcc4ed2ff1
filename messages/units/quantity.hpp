#pragma once

#include "messages/units/fixed_point.hpp"

namespace rg {

/// Amount of base coin. Orders and fills carry quantities > 0; the side says the direction.
class Quantity : public AdditiveFixedPoint<Quantity> {};

} // namespace rg
