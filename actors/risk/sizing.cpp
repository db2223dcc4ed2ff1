#include "actors/risk/sizing.hpp"

#include "actors/risk/factors.hpp"
#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

namespace {

constexpr double kMaintenanceMargin = 0.01; // above the venue's lowest tiers, for safety
constexpr double kLiquidationShare = 0.8;   // of the way to liquidation that a stop may use

} // namespace

double calibrated_stop_distance(double tail_q95, const RiskSettings& settings) {
  return std::clamp(std::expm1(tail_q95), settings.stop_min, settings.stop_max);
}

StopChoice choose_stop(double tail_q95, const GuardState& guard, const RiskSettings& settings) {
  const double calibrated = calibrated_stop_distance(tail_q95, settings);
  const double factor = guard_factor(guard);
  if (guard.level == GuardLevel::normal && factor >= 1.0) {
    return {calibrated, StopAdjustment::calibrated};
  }
  const double tightened =
      std::max(settings.stop_min, calibrated * std::max(settings.stop_tighten, factor));
  return {std::min(tightened, calibrated), StopAdjustment::tightened};
}

Price entry_limit(const Signal& signal, const ContractRules& contract) {
  RG_ASSERT(std::isfinite(signal.entry) && signal.entry > 0.0);
  const Rounding away = signal.side == Side::buy ? Rounding::down : Rounding::up;
  return Price::from_double(signal.entry, Rounding::nearest).to_step(contract.tick_size, away);
}

Price stop_at(PositionSide side, Price reference, double distance, const ContractRules& contract) {
  RG_ASSERT(distance > 0.0);
  const double price = reference.to_double();
  if (side == PositionSide::long_side) {
    return Price::from_double(price / (1.0 + distance), Rounding::up)
        .to_step(contract.tick_size, Rounding::up);
  }
  return Price::from_double(price * (1.0 + distance), Rounding::down)
      .to_step(contract.tick_size, Rounding::down);
}

double risk_share(double stop_distance, const RiskSettings& settings) {
  return stop_distance > 0.0
             ? std::min(settings.risk_per_trade, settings.max_entry_leverage * stop_distance)
             : settings.risk_per_trade;
}

Quantity sized_quantity(const RiskAssessment& assessment, Price price,
                        const ContractRules& contract) {
  const double loss_per_unit = assessment.stop_distance * price.to_double();
  if (!(loss_per_unit > 0.0) || !assessment.risk_budget.is_positive()) {
    return Quantity::zero();
  }
  const double wanted = assessment.risk_budget.to_double() * assessment.multiplier / loss_per_unit;
  const double most = contract.max_quantity.to_double();
  const Quantity quantity = Quantity::from_double(std::min(wanted, most), Rounding::down)
                                .to_step(contract.lot_size, Rounding::down);
  return quantity < contract.min_quantity ? Quantity::zero() : quantity;
}

bool stop_is_inside_liquidation(double stop_distance, double leverage) {
  RG_ASSERT(leverage > 0.0);
  return stop_distance <= kLiquidationShare * (1.0 / leverage - kMaintenanceMargin);
}

OrderIntent make_entry_intent(const Signal& signal, const RiskAssessment& assessment,
                              const Decision& draft, const ContractRules& contract,
                              Timestamp expires) {
  RG_ASSERT(assessment.quantity.is_positive());
  OrderIntent intent;
  intent.kind = IntentKind::entry;
  intent.side = signal.side;
  intent.quantity = assessment.quantity;
  intent.limit = entry_limit(signal, contract);
  intent.stop_price =
      stop_at(position_side(signal.side), intent.limit, assessment.stop_distance, contract);
  intent.expires = expires;
  intent.post_only = true;
  intent.decision = draft;
  intent.decision.price = intent.limit;
  intent.decision.stop_price = intent.stop_price;
  intent.decision.quantity = intent.quantity;
  return intent;
}

} // namespace rg
