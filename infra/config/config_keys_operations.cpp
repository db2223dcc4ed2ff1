// The keys of what runs beside the decisions: reconciliation, the venue's clock, the AI log, the
// watchdog, alerts, retention.

#include "infra/config/config_file.hpp"
#include "infra/config/config_key.hpp"

namespace rg::config {

namespace {

using namespace std::chrono_literals;

const std::vector<std::string> kWatchdogActions{"protect", "flatten"}; // order of WatchdogAction

Problem check_path(const std::string& text) {
  return text.empty() ? Problem("is empty; write a file path") : std::nullopt;
}

Problem accept_any(const std::string&) {
  return std::nullopt;
}

/// Addresses of webhooks carry secrets, and settings stand in the journal: so the file names a
/// variable. The value is not repeated in the message either.
Problem check_webhook(const std::string& text) {
  const bool local =
      (text.starts_with("https://") || text.starts_with("http://")) && is_loopback_url(text);
  const bool fits = text.empty() || local || (text.starts_with("env:") && text.size() > 4);
  return fits ? std::nullopt
              : Problem("is no env:NAME; put the address, which is a secret, into an environment "
                        "variable and name it here (addresses on this machine may stand here)");
}

void add_venue_upkeep_keys(std::vector<ConfigKey>& keys) {
  keys.push_back(duration_key(
      {"reconcile", "every", "wall time",
       "Orders, positions, fills and account are asked for and compared this often."},
      1s, 1h, [](auto& s) -> auto& { return s.reconcile.every; }));
  keys.push_back(duration_key(
      {"venue_clock", "max_offset", "wall time",
       "No orders while our clock is farther from the venue's; it accepts 30 s."},
      100ms, 30s, [](auto& s) -> auto& { return s.venue_clock.max_offset; }));
  keys.push_back(duration_key(
      {"venue_clock", "max_uncertainty", "wall time",
       "No orders while the offset is known no better; half of the best round trip."},
      10ms, 15s, [](auto& s) -> auto& { return s.venue_clock.max_uncertainty; }));
  keys.push_back(duration_key(
      {"venue_clock", "max_age", "wall time", "No orders when the last good measurement is older."},
      10s, 24h, [](auto& s) -> auto& { return s.venue_clock.max_age; }));
  keys.push_back(switch_key(
      {"ai_log", "upload", "switch",
       "Upload model, input, output and explanation of each order; the competition requires it."},
      [](auto& s) -> auto& { return s.ai_log.upload; }));
  keys.push_back(text_key(
      {"ai_log", "outbox", "path", "Durable queue of uploads that the venue has not acked yet."},
      "a path", [](auto& s) -> auto& { return s.ai_log.outbox; }, check_path));
  keys.push_back(duration_key(
      {"ai_log", "stuck_after", "wall time",
       "No new entries while an upload has waited longer for its ack."},
      10s, 24h, [](auto& s) -> auto& { return s.ai_log.stuck_after; }));
}

} // namespace

void add_operations_keys(std::vector<ConfigKey>& keys) {
  add_venue_upkeep_keys(keys);
  keys.push_back(text_key(
      {"watchdog", "heartbeat", "path", "File that the engine renews every second."}, "a path",
      [](auto& s) -> auto& { return s.watchdog.heartbeat; }, check_path));
  keys.push_back(duration_key(
      {"watchdog", "blind_after", "wall time",
       "An older heartbeat, or one that says blind for so long, makes the watchdog act."},
      1s, 1h, [](auto& s) -> auto& { return s.watchdog.blind_after; }));
  keys.push_back(word_key(
      {"watchdog", "action", "action",
       "protect: cancel entries, place missing stops; flatten: cancel and close everything."},
      kWatchdogActions, [](auto& s) -> auto& { return s.watchdog.action; }));
  keys.push_back(count_key(
      {"watchdog", "requests_per_second", "order requests",
       "The watchdog's own share of the venue's 10 a second."},
      closed(1, 2), [](auto& s) -> auto& { return s.watchdog.requests_per_second; }));
  keys.push_back(text_key(
      {"alerts", "webhook", "URL",
       "Gets each alert as a JSON post; the address is a secret, so name a variable that holds "
       "it."},
      "env:NAME, or http(s)://127.0.0.1…, or empty",
      [](auto& s) -> auto& { return s.alerts.webhook; }, check_webhook));
  keys.push_back(text_key(
      {"alerts", "command", "command",
       "Run by the shell for each alert, its JSON on standard input; empty = none."},
      "a command, or empty", [](auto& s) -> auto& { return s.alerts.command; }, accept_any));
  keys.push_back(duration_key(
      {"alerts", "repeat_after", "wall time", "The same alert again at the earliest."}, 1s, 168h,
      [](auto& s) -> auto& { return s.alerts.repeat_after; }));
  keys.push_back(number_key(
      {"alerts", "limit_warning", "fraction of the limit", "A limit warns from here on."},
      within(0.0, 1.0), [](auto& s) -> auto& { return s.alerts.limit_warning; }));
  keys.push_back(duration_key(
      {"retention", "keep_recordings", "wall time",
       "Market recordings that are older are deleted; 0s = never. The journal is never cut."},
      0s, 87'600h, [](auto& s) -> auto& { return s.retention.keep_recordings; }));
  keys.push_back(number_key(
      {"retention", "disk_budget_mb", "MB", "For journal, recordings, models and outbox together."},
      above(0.0, 1e9), [](auto& s) -> auto& { return s.retention.disk_budget_mb; }));
  keys.push_back(number_key(
      {"retention", "disk_warning", "fraction of the budget", "An alert from here on."},
      within(0.0, 1.0), [](auto& s) -> auto& { return s.retention.disk_warning; }));
  keys.push_back(number_key(
      {"retention", "disk_free_min_mb", "MB",
       "No new risk with less free space beside the journal."},
      closed(0.0, 1e9), [](auto& s) -> auto& { return s.retention.disk_free_min_mb; }));
  keys.push_back(duration_key(
      {"retention", "model_max_age", "data time",
       "A warning when the model's last bar lies farther back; 0s = never."},
      0s, 87'600h, [](auto& s) -> auto& { return s.retention.model_max_age; }));
}

} // namespace rg::config
