#pragma once
// From the assessment to an order: stop distance, quantity, prices on the contract's grid. The one
// place that rounds an entry, always towards less risk.

#include "messages/decision/risk_assessment.hpp"
#include "messages/decision/signal.hpp"
#include "messages/orders/order_intent.hpp"
#include "messages/settings/contract_rules.hpp"
#include "messages/settings/settings.hpp"

namespace rg {

/// The calibrated stop distance as a fraction of price: e^q − 1 for the tail quantile q in log
/// units, within [stop_min, stop_max]. A long's stop lies at entry / (1 + d), a short's at entry ·
/// (1 + d): mirror images of each other in log price, and neither loses more than d of its entry
/// value.
[[nodiscard]] double calibrated_stop_distance(double tail_q95, const RiskSettings& settings);

/// Tightened when the guard sees trouble: calibrated × max(stop_tighten, guard factor), not below
/// stop_min. The factor never falls faster than the size does, so a tighter stop never buys size.
struct StopChoice {
  double distance = 0.0;
  StopAdjustment adjustment = StopAdjustment::calibrated;
};
[[nodiscard]] StopChoice choose_stop(double tail_q95, const GuardState& guard,
                                     const RiskSettings& settings);

/// Post-only limit on the tick, on the side away from the market (buy down, sell up).
[[nodiscard]] Price entry_limit(const Signal& signal, const ContractRules& contract);
/// Stop of a position entered at `reference`, on the tick, rounded towards the reference.
[[nodiscard]] Price stop_at(PositionSide side, Price reference, double distance,
                            const ContractRules& contract);

/// Share of equity that an entry may lose at its stop with multiplier 1: risk_per_trade, or less
/// where the stop lies so near that the entry's notional would exceed max_entry_leverage × equity.
/// @param stop_distance  fraction of price; 0 = none, then risk_per_trade.
[[nodiscard]] double risk_share(double stop_distance, const RiskSettings& settings);

/// floor(risk_budget · multiplier / (stop_distance · price)) on the lot, at most the contract's
/// maximum; 0 when that is below the minimum.
[[nodiscard]] Quantity sized_quantity(const RiskAssessment& assessment, Price price,
                                      const ContractRules& contract);

/// Loss distance to liquidation of an isolated position at this leverage, fraction of entry: the
/// stop must lie well inside it.
[[nodiscard]] bool stop_is_inside_liquidation(double stop_distance, double leverage);

/// The intent. Its side is the signal's: an assessment holds none, so nothing here could change it.
[[nodiscard]] OrderIntent make_entry_intent(const Signal& signal, const RiskAssessment& assessment,
                                            const Decision& draft, const ContractRules& contract,
                                            Timestamp expires);

} // namespace rg
