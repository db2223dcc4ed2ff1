#pragma once
// What an execution costs in a backtest: one set of rules for the guarded run's venue and for the
// baselines, so that no run trades more cheaply than another. Case by case: docs/simulation.md.

#include "messages/market/bar.hpp"
#include "messages/settings/contract_rules.hpp"
#include "messages/units/side.hpp"

#include <chrono>

namespace rg {

/// Assumptions of the simulated venue. Fees come from the contract rules.
struct FillParameters {
  /// Half the quoted spread, fraction of price: what a taker loses against the last price.
  double half_spread = 0.0001;
  /// Square-root impact: fraction of price by which an order as large as its base bar's whole
  /// volume moves against itself; an order of a hundredth of the volume pays a tenth of it.
  double impact = 0.002;
  /// Participation beyond which impact no longer grows; also used for bars without volume.
  double max_participation = 4.0;
  /// Maintenance margin, fraction of the notional held; below it the account is liquidated.
  double maintenance_margin = 0.005;
  /// Funding rate where no file tells one, per settlement (longs pay).
  double default_funding_rate = 0.0001;
  Duration funding_interval = std::chrono::hours{8}; ///< settlements at 00, 08 and 16 UTC
};

/// Relative slippage of a taker fill of `quantity` in `bar`: half spread plus impact.
[[nodiscard]] double taker_slippage(const FillParameters& costs, Quantity quantity, const Bar& bar);

/// Price of a taker fill: `reference` moved by the slippage against the order and rounded to the
/// tick against the order; never below one tick.
[[nodiscard]] Price taker_price(const FillParameters& costs, const ContractRules& contract,
                                Side side, Price reference, Quantity quantity, const Bar& bar);

/// Would a resting limit have traded for certain? Only when price went strictly through it.
[[nodiscard]] constexpr bool trades_through(Side side, Price limit, const Bar& bar) {
  return side == Side::buy ? bar.low < limit : bar.high > limit;
}

/// Does the bar reach the trigger of a stop that closes this position? Touching is enough.
[[nodiscard]] constexpr bool reaches_stop(PositionSide position, Price trigger, const Bar& bar) {
  return position == PositionSide::long_side ? bar.low <= trigger : bar.high >= trigger;
}

/// Price from which a triggered stop slips: the trigger, or the open when the bar opened beyond it.
[[nodiscard]] constexpr Price stop_reference(PositionSide position, Price trigger, const Bar& bar) {
  const bool gapped = position == PositionSide::long_side ? bar.open < trigger : bar.open > trigger;
  return gapped ? bar.open : trigger;
}

/// Is a post-only limit marketable at once, so that the venue would cancel it? The quote stands
/// half a spread around the last price.
[[nodiscard]] bool crosses_quote(const FillParameters& costs, Side side, Price limit, Price last);

} // namespace rg
