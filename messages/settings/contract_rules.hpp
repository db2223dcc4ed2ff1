#pragma once

#include "messages/units/notional.hpp"
#include "messages/units/price.hpp"
#include "messages/units/quantity.hpp"
#include "messages/units/ratio.hpp"
#include "messages/units/symbol.hpp"

#include <array>

namespace rg {

/// What the venue says of one contract. Defaults of the eight pairs: contract_defaults().
struct ContractRules {
  Symbol symbol;
  Price tick_size;   ///< smallest price step, > 0
  Quantity lot_size; ///< smallest quantity step, > 0
  Quantity min_quantity, max_quantity, max_position;
  Quantity max_market_open;   ///< largest market order that opens
  Ratio maker_fee, taker_fee; ///< fractions of the fill value
  double max_leverage = 20.0; ///< venue's own; ours is capped at 20 whatever it says
  double price_band = 0.01;   ///< buy/sellLimitPriceRatio
  bool tradable = true;       ///< listed and open to the API

  friend bool operator==(const ContractRules&, const ContractRules&) = default;
};

using ContractTable = std::array<ContractRules, Symbol::kCount>;

/// The eight pairs as recorded in winter 2025/26 (weex-api §14); live rules are read at start.
[[nodiscard]] const ContractTable& contract_defaults();

/// Hard bound that no config can lift (competition rules).
inline constexpr double kMaxLeverage = 20.0;
/// Order requests of all kinds in any sliding second, as the exchange counts them.
inline constexpr int kMaxOrderRequestsPerSecond = 10;

} // namespace rg
