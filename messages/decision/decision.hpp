#pragma once

#include "messages/decision/guard_state.hpp"
#include "messages/decision/regime_estimate.hpp"
#include "messages/decision/risk_assessment.hpp"
#include "messages/decision/signal.hpp"
#include "messages/units/ids.hpp"

#include <array>
#include <cstdint>

namespace rg {

enum class Outcome : std::uint8_t { approved, refused, exit, hand_over };
[[nodiscard]] constexpr const char* to_string(Outcome o) {
  constexpr std::array<const char*, 4> kNames{"approved", "refused", "exit", "hand_over"};
  return kNames[static_cast<std::size_t>(o)];
}

/// Why we refused; `none` for approvals and exits. We refuse, the venue rejects.
enum class Refusal : std::uint8_t {
  none,
  // risk engine
  regime_unknown,
  low_confidence,
  cooldown,
  suspended,
  guard_not_normal,
  no_forecast,
  below_minimum,
  stale_data,
  stop_beyond_liquidation,
  // portfolio
  position_open,
  order_pending,
  gross_leverage,
  net_leverage,
  pair_notional,
  cluster_exposure,
  drawdown_halt,
  daily_loss,
  orders_per_day,
  kill_latched,
  pair_disabled,
  pair_paused,
  not_reconciled,
  passive_breach,
  stale_decision,
  insufficient_margin,
  not_warm,
  winding_down,
  quarantined,
  unknown_order_outcome,
  ai_log_stuck,
  clock_uncertain,
  contract_changed,
  disk_low,
  // order desk
  off_tick,
  off_lot,
  above_maximum,
  price_collar,
  duplicate,
  repeated_execution,
  self_cross,
};
/// The machine word, e.g. "gross_leverage": stable, used in CSV, journal and JSON.
[[nodiscard]] const char* to_string(Refusal r);
/// The half sentence for people, e.g. "the gross leverage cap would be exceeded".
[[nodiscard]] const char* describe(Refusal r);

/// Everything that led to one outcome, joined. Fixed size and trivially copyable: it travels with
/// the intent through the actors, and the journal stores each field. Texts are made from it later.
struct Decision {
  DecisionId id;
  Outcome outcome = Outcome::refused;
  Refusal refusal = Refusal::none;
  ExitReason exit_reason = ExitReason::rule; ///< for Outcome::exit and hand_over
  Signal signal; ///< for exits: symbol, stamp, side of the closing order, rule of the position
  RegimeEstimate regime;
  GuardState guard;
  RiskAssessment risk; ///< zero for exits
  Price price;         ///< limit of the entry, or the reference price of an exit; on the tick
  Price stop_price;    ///< attached stop; 0 for exits
  Quantity quantity;   ///< approved, or closed by the exit; 0 when refused
  // Portfolio at the time, for the explanation and the recomputation.
  Notional equity, high_water_mark;
  double drawdown = 0.0;
  double gross_leverage = 0.0;               ///< before this order, orders in flight counted
  std::array<std::uint8_t, 8> model_hash{};  ///< first bytes of the model file's SHA-256
  std::array<std::uint8_t, 8> config_hash{}; ///< first bytes of the effective config's SHA-256
};

} // namespace rg
