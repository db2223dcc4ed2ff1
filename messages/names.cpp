// The machine words and half sentences of the enumerations, in one place.

#include "messages/decision/decision.hpp"
#include "messages/decision/guard_state.hpp"
#include "messages/decision/regime_estimate.hpp"
#include "messages/market/tick.hpp"
#include "messages/orders/order_event.hpp"
#include "messages/venue/answers.hpp"

namespace rg {

const char* to_string(GapKind kind) {
  constexpr std::array<const char*, 5> kNames{"missing_bars", "version_break", "link_lost",
                                              "silence", "burst_of_errors"};
  return kNames[static_cast<std::size_t>(kind)];
}

const char* to_string(Abstention a) {
  constexpr std::array<const char*, 6> kNames{"none",    "warm_up",     "after_gap",
                                              "entropy", "implausible", "stale"};
  return kNames[static_cast<std::size_t>(a)];
}

const char* to_string(Feature f) {
  constexpr std::array<const char*, kFeatureCount> kNames{
      "momentum_t", "realised_vol", "atr_ratio", "volume_z", "efficiency_ratio", "variance_ratio"};
  return kNames[static_cast<std::size_t>(f)];
}

const char* to_string(GuardCause c) {
  constexpr std::array<const char*, 11> kNames{
      "none",  "jump",          "expansion", "cusum", "price_volume",   "spread",
      "depth", "mark_distance", "silence",   "feed",  "operator_action"};
  return kNames[static_cast<std::size_t>(c)];
}

const char* to_string(OrderState s) {
  constexpr std::array<const char*, 12> kNames{
      "intended", "journalled", "queued",   "sent",    "acked",   "partially_filled",
      "filled",   "cancelled",  "rejected", "expired", "unknown", "written_off"};
  return kNames[static_cast<std::size_t>(s)];
}

const char* to_string(RequestOutcome o) {
  constexpr std::array<const char*, 5> kNames{"ok", "rejected", "rate_limited", "not_sent",
                                              "unknown"};
  return kNames[static_cast<std::size_t>(o)];
}

namespace {

struct RefusalWords {
  Refusal refusal;
  const char* word;
  const char* description;
};

constexpr std::array kRefusals{
    RefusalWords{Refusal::none, "none", "nothing was refused"},
    RefusalWords{Refusal::regime_unknown, "regime_unknown", "the regime is unknown"},
    RefusalWords{Refusal::low_confidence, "low_confidence", "the regime confidence is too low"},
    RefusalWords{Refusal::cooldown, "cooldown", "the trade cooldown has not ended"},
    RefusalWords{Refusal::suspended, "suspended", "trading of the pair is suspended"},
    RefusalWords{Refusal::guard_not_normal, "guard_not_normal", "the guard allows no new risk"},
    RefusalWords{Refusal::no_forecast, "no_forecast", "there is no volatility forecast"},
    RefusalWords{Refusal::below_minimum, "below_minimum",
                 "the size that the risk budget allows is below the contract's minimum"},
    RefusalWords{Refusal::stale_data, "stale_data", "the market data are stale"},
    RefusalWords{Refusal::stop_beyond_liquidation, "stop_beyond_liquidation",
                 "the stop would lie too close to the liquidation price"},
    RefusalWords{Refusal::position_open, "position_open", "the pair already has a position"},
    RefusalWords{Refusal::order_pending, "order_pending",
                 "the pair already has an order on its way"},
    RefusalWords{Refusal::gross_leverage, "gross_leverage",
                 "the gross leverage cap would be exceeded"},
    RefusalWords{Refusal::net_leverage, "net_leverage", "the net leverage cap would be exceeded"},
    RefusalWords{Refusal::pair_notional, "pair_notional",
                 "the pair's notional cap would be exceeded"},
    RefusalWords{Refusal::cluster_exposure, "cluster_exposure",
                 "the exposure to correlated pairs would be exceeded"},
    RefusalWords{Refusal::drawdown_halt, "drawdown_halt",
                 "the drawdown ladder has halted new risk"},
    RefusalWords{Refusal::daily_loss, "daily_loss", "the daily loss limit is reached"},
    RefusalWords{Refusal::orders_per_day, "orders_per_day", "the daily order limit is reached"},
    RefusalWords{Refusal::kill_latched, "kill_latched", "the kill switch is latched"},
    RefusalWords{Refusal::pair_disabled, "pair_disabled", "the pair is disabled"},
    RefusalWords{Refusal::pair_paused, "pair_paused", "the pair is paused by the operator"},
    RefusalWords{Refusal::not_reconciled, "not_reconciled",
                 "the book has not been reconciled with the exchange"},
    RefusalWords{Refusal::passive_breach, "passive_breach", "exposure stands above a cap already"},
    RefusalWords{Refusal::stale_decision, "stale_decision", "the decision is too old"},
    RefusalWords{Refusal::insufficient_margin, "insufficient_margin",
                 "the free margin does not suffice"},
    RefusalWords{Refusal::not_warm, "not_warm", "the models are still warming up"},
    RefusalWords{Refusal::winding_down, "winding_down", "the pair is being wound down"},
    RefusalWords{Refusal::quarantined, "quarantined",
                 "the pair is quarantined after repeated failures"},
    RefusalWords{Refusal::unknown_order_outcome, "unknown_order_outcome",
                 "the outcome of an earlier order is unknown"},
    RefusalWords{Refusal::ai_log_stuck, "ai_log_stuck", "the AI log cannot be uploaded"},
    RefusalWords{Refusal::clock_uncertain, "clock_uncertain",
                 "the clock offset to the venue is uncertain"},
    RefusalWords{Refusal::contract_changed, "contract_changed",
                 "the contract's rules or status changed"},
    RefusalWords{Refusal::disk_low, "disk_low", "the disk has too little free space"},
    RefusalWords{Refusal::off_tick, "off_tick", "the price is not on the tick"},
    RefusalWords{Refusal::off_lot, "off_lot", "the quantity is not on the lot"},
    RefusalWords{Refusal::above_maximum, "above_maximum",
                 "the quantity is above the contract's maximum"},
    RefusalWords{Refusal::price_collar, "price_collar", "the price is too far from the mark price"},
    RefusalWords{Refusal::duplicate, "duplicate", "the same order was sent before"},
    RefusalWords{Refusal::repeated_execution, "repeated_execution",
                 "the rule has traded too often in a short time"},
    RefusalWords{Refusal::self_cross, "self_cross", "the order could match one of our own"},
};

constexpr const RefusalWords& words(Refusal r) {
  for (const RefusalWords& w : kRefusals) {
    if (w.refusal == r) {
      return w;
    }
  }
  return kRefusals[0];
}
static_assert(kRefusals.size() == static_cast<std::size_t>(Refusal::self_cross) + 1,
              "each refusal needs its words");

} // namespace

const char* to_string(Refusal r) {
  return words(r).word;
}
const char* describe(Refusal r) {
  return words(r).description;
}

} // namespace rg
