#pragma once
// The registry of controls: each limit that stands between an idea and an order, with what enforces
// it, the metric that shows it, the test in which it binds, and a probe that tries to pass it.

#include "messages/decision/decision.hpp"
#include "messages/settings/settings.hpp"

#include <span>
#include <string>
#include <vector>

namespace rg::app {

/// One attempt through the code that production runs.
struct Attempt {
  bool allowed = false;
  std::string by; ///< what answered: a refusal's machine word, or a word for what was done
};

/// What an attempt within the limit and one beyond it came to.
struct ControlEvidence {
  Attempt within, beyond;
};

struct Control {
  const char* id;     ///< stable word; also the id of its row among the console's limits
  const char* name;   ///< for people
  const char* family; ///< which of the usual families of controls it belongs to
  const char* unit;   ///< of the limit; empty = it is a switch, not a number
  double (*limit)(const EngineSettings&); ///< NaN for switches
  Refusal refusal;         ///< that it leads to; none = it acts otherwise, see `binds_as`
  const char* binds_as;    ///< the word that Attempt::by must hold beyond the limit
  const char* metric;      ///< name in /metrics, without the prefix
  const char* enforced_by; ///< production call path
  const char* test;        ///< name of a test in which it binds
  ControlEvidence (*probe)(const EngineSettings&);
};

/// All of them, by family. The table outlives everything.
[[nodiscard]] std::span<const Control> controls();

/// Does the control hold under these settings: within passes, beyond does not, and for the stated
/// reason?
struct ControlResult {
  const Control* control = nullptr;
  ControlEvidence evidence;
  bool binds = false;
  std::string problem; ///< empty when it binds
};
[[nodiscard]] ControlResult assess(const Control& control, const EngineSettings& settings);
[[nodiscard]] std::vector<ControlResult> assess_all(const EngineSettings& settings);

// The probes, one file per part of the way.
namespace probes {
using Probe = ControlEvidence(const EngineSettings&);
// probes_portfolio.cpp
Probe gross_leverage, net_leverage, pair_leverage, cluster_leverage, margin, hard_leverage,
    drawdown, soft_drawdown, daily_loss, orders_per_day, passive_breach, position_open,
    max_position;
// probes_switches.cpp
Probe kill_latch, kill_flatten, pair_kill_latch, reconciled, pair_paused, pair_disabled,
    quarantined, winding_down, warm, unknown_outcome, contract_changed, clock_uncertain,
    ai_log_stuck, disk_low;
// probes_order.cpp
Probe order_quantity, order_minimum, tick_and_lot, price_collar, price_band, stale_decision,
    stale_mark, duplicate, repeated_executions, self_cross, request_rate, protective_reserve,
    back_off, stop_cover;
// probes_risk.cpp
Probe risk_per_trade, entry_leverage, stop_distance, stop_liquidation, min_confidence, cooldown,
    clustering, spread_cost, drawdown_sizing;
// probes_guard.cpp
Probe silence, mark_distance, jump, spread_halt, depth_halt, guard_refuses;
// probes_watchdog.cpp
Probe watchdog_patience;
// probes_house.cpp
Probe allow_list, operator_token, token_failures, foreign_host, foreign_origin, restarts,
    settings_while_running, config_ranges, journal_chain, second_writer, disk_floor, alert_on_halt,
    alert_on_limit, model_age;
} // namespace probes

} // namespace rg::app
