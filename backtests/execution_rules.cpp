#include "backtests/execution_rules.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

double taker_slippage(const FillParameters& costs, Quantity quantity, const Bar& bar) {
  const double participation =
      bar.volume.is_positive()
          ? std::min(quantity.to_double() / bar.volume.to_double(), costs.max_participation)
          : costs.max_participation;
  return costs.half_spread + costs.impact * std::sqrt(participation);
}

Price taker_price(const FillParameters& costs, const ContractRules& contract, Side side,
                  Price reference, Quantity quantity, const Bar& bar) {
  const double slippage = taker_slippage(costs, quantity, bar);
  const Rounding against = side == Side::buy ? Rounding::up : Rounding::down;
  const double moved = reference.to_double() * (1.0 + sign_of(side) * slippage);
  const Price price = Price::from_double(moved, against).to_step(contract.tick_size, against);
  return std::max(price, contract.tick_size);
}

bool crosses_quote(const FillParameters& costs, Side side, Price limit, Price last) {
  const double quote = last.to_double() * (1.0 + sign_of(side) * costs.half_spread);
  return side == Side::buy ? limit.to_double() >= quote : limit.to_double() <= quote;
}

} // namespace rg
