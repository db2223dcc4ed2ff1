#pragma once
// What the engine shows of itself: console, `status`, the demo's summary.

#include "messages/account/account_snapshot.hpp"
#include "messages/decision/decision.hpp"
#include "messages/settings/settings.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace rg {

struct PairStatus {
  Symbol symbol;
  bool enabled = false, warm = false, paused = false, winding_down = false, quarantined = false;
  RegimeEstimate regime;
  RiskForecast forecast;
  GuardState guard;
  Position position;
  Price stop_price, last_price, mark_price;
  std::uint64_t bars = 0, decisions = 0, refusals = 0, orders = 0, fills = 0, trades = 0,
                restarts = 0;
  Notional pnl; ///< realised net of fees and funding, plus unrealised
  Notional fees;
  Timestamp cooldown_until;
  std::vector<std::string> not_trading_because; ///< machine words; empty = free to trade
  bool contract_changed = false;   ///< its rules changed while running; a person resumes the pair
  std::uint32_t flatten_tries = 0; ///< closes ordered for the flatten that goes on; 0 = none
  Position opposite; ///< held on the other side by somebody else; it is closed, or left alone
  /// Null when nothing is known to be held on this side.
  [[nodiscard]] const Position* known_on(PositionSide side) const {
    const auto holds = [side](const Position& p) { return !p.is_flat() && p.side == side; };
    return holds(position) ? &position : holds(opposite) ? &opposite : nullptr;
  }
  bool kill_latched = false; ///< by a person, for this pair alone; a resume needs a reason
};

/// How much of one portfolio limit is used, orders in flight counted, in the limit's own unit.
struct LimitUsage {
  std::string id; ///< stable word: gross_leverage, net_leverage, pair_leverage, …
  double used = 0.0, limit = 0.0;
};

/// What a person should know although nothing is refused for it.
struct EngineWarning {
  std::string id;   ///< stable word: disk_budget, model_age, model_drift, …
  std::string text; ///< one sentence with its figures
};

/// How well the venue's time is known, and whether that suffices for new risk.
struct VenueClockStatus {
  bool known = false, open = false;
  double uncertainty_ms = 0.0; ///< of clock_offset_ms, either way
  Timestamp measured;          ///< wall, ours; last answer of the venue's clock
  std::string closed_because;  ///< one sentence; empty while open
};

/// The queue of AI logs that the venue has not acked.
struct AiLogStatus {
  bool on = false, stuck = false;
  std::uint64_t waiting = 0, acked = 0;
  Timestamp oldest; ///< wall; since when the oldest waits; zero = none does
  std::string last_error;
};

struct EngineStatus {
  std::string run_id, version, mode;
  Timestamp wall_time, data_time, started;
  bool reconciled = false, public_link = false, private_link = false;
  std::string tier; ///< none | warn | reduce_only | flatten | latched
  Notional equity, high_water_mark, wallet_balance, initial_equity;
  Notional day_opening_equity; ///< of the UTC day of data time; 0 = none yet
  std::uint32_t orders_today = 0;
  double drawdown = 0.0, gross_leverage = 0.0, net_leverage = 0.0;
  double max_gross_leverage = 0.0, max_drawdown = 0.0; ///< worst seen in this run
  std::uint64_t order_requests = 0, journal_records = 0, restarts = 0;
  double clock_offset_ms = 0.0;
  std::string model_sha256, config_sha256;
  std::vector<PairStatus> pairs;        ///< by symbol id
  std::vector<Decision> last_decisions; ///< newest last, at most 50
  std::vector<LimitUsage> limits;
  std::uint64_t settings_changes = 0;   ///< reloads taken while running
  std::vector<EngineWarning> warnings;  ///< by id
  double disk_used_mb = 0.0;            ///< of the budget; journal, recordings, models, outbox
  double disk_free_mb = 0.0;            ///< beside the journal; 0 = not looked yet
  std::uint64_t recordings_deleted = 0; ///< by retention, in this run
  std::uint64_t alerts_sent = 0, alerts_failed = 0;
  bool starting = true; ///< the start-up survey is not through
  bool ended = false;   ///< nothing follows; `end_reason` is empty after an ordered end
  std::string end_reason;
  Timestamp blind_since;         ///< wall: no news or no answers of the venue since; zero = it sees
  Timestamp last_reconciliation; ///< wall: when the venue's book was last compared with ours
  std::uint64_t reconciliations = 0, reconcile_differences = 0; ///< of this run
  std::string last_difference;                                  ///< empty = none in this run
  VenueClockStatus venue_clock;
  AiLogStatus ai_log;
};

} // namespace rg
