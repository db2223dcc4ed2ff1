#pragma once
// Settings of what runs beside the decisions: the watchdog, alerts, retention, the AI log, the
// venue's clock, the periodic reconciliation.

#include "messages/units/timestamp.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace rg {

/// What the watchdog does when the engine is dead or blind.
enum class WatchdogAction : std::uint8_t {
  protect, ///< cancel entries; place missing stops; keep protected positions
  flatten, ///< cancel entries and close every position
};

struct WatchdogSettings {
  std::string heartbeat = "data/heartbeat";        ///< file that the engine renews every second
  Duration blind_after = std::chrono::seconds{20}; ///< wall; older heartbeat = dead or blind
  WatchdogAction action = WatchdogAction::protect;
  int requests_per_second = 2; ///< order requests; the engine's share leaves these free
};

struct AlertSettings {
  std::string webhook; ///< URL that gets a JSON post; "env:NAME" keeps it out of the file
  std::string command; ///< run with the alert's JSON on standard input; empty = none
  Duration repeat_after = std::chrono::minutes{30}; ///< wall; the same alert again at the earliest
  double limit_warning = 0.8;                       ///< of any limit
};

struct RetentionSettings {
  Duration keep_recordings = std::chrono::hours{24 * 30}; ///< wall; 0 = for ever
  double disk_budget_mb = 20'000.0;                       ///< journal, recordings, models, outbox
  double disk_warning = 0.8;                              ///< of the budget
  double disk_free_min_mb = 500.0; ///< free space below which nothing new is risked
  Duration model_max_age = std::chrono::hours{24 * 60}; ///< data time since its fit's last bar
};

struct AiLogSettings {
  bool upload = true;
  std::string outbox = "data/ai_log.db";           ///< durable queue of uploads, a file of its own
  Duration stuck_after = std::chrono::minutes{10}; ///< wall; older unacked upload stops new entries
};

/// When the venue's time counts as known (signatures are valid for 30 s of it).
struct VenueClockSettings {
  Duration max_offset = std::chrono::seconds{20};     ///< of our clock; beyond: no orders
  Duration max_uncertainty = std::chrono::seconds{2}; ///< half of the best round trip
  Duration max_age = std::chrono::minutes{10};        ///< wall, of the last good measurement
};

struct ReconcileSettings {
  Duration every = std::chrono::seconds{30}; ///< wall
};

} // namespace rg
