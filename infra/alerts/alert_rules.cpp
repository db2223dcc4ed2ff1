#include "infra/alerts/alert_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>

namespace rg::alerts {

namespace {

/// Records of the journal that are told; what is not listed is of interest to readers of the
/// journal alone.
struct EventRule {
  std::string_view kind;
  const char* id;
  Severity severity;
};
constexpr std::array<EventRule, 31> kEvents{{
    {"kill_latched", "kill", Severity::critical},
    {"pair_kill_latched", "kill", Severity::critical},
    {"ladder_halted", "halt", Severity::critical},
    {"journal_down", "journal", Severity::critical},
    {"quarantined", "quarantine", Severity::critical},
    {"unprotected", "unprotected", Severity::critical},
    {"dead_letter", "dead_letter", Severity::critical},
    {"second_engine", "second_engine", Severity::critical},
    {"daily_loss_hit", "halt", Severity::critical},
    {"flatten_retry", "halt", Severity::critical},
    {"clock_uncertain", "clock", Severity::critical},
    {"stalled", "stale", Severity::warning},
    {"flatten_retry", "kill", Severity::critical},
    {"stalled", "stale", Severity::critical},
    {"crash", "crash", Severity::warning},
    {"restart", "restart", Severity::warning},
    {"position_corrected", "reconciliation", Severity::warning},
    {"wallet_corrected", "reconciliation", Severity::warning},
    {"difference", "reconciliation", Severity::warning},
    {"external_close", "reconciliation", Severity::warning},
    {"reconcile_failed", "reconciliation", Severity::warning},
    {"contract_status", "contract", Severity::warning},
    {"contract_changed", "contract", Severity::warning},
    {"condition_stands", "condition", Severity::critical},
    {"settings_refused", "settings", Severity::warning},
    {"refit_failed", "refit", Severity::warning},
    {"latch_released", "kill", Severity::info},
    {"ladder_resumed", "halt", Severity::info},
    {"condition_cleared", "condition", Severity::info},
    {"setting_changed", "settings", Severity::info},
    {"shutdown", "shutdown", Severity::info},
}};

bool halts_new_risk(const std::string& tier) {
  return tier == "reduce_only" || tier == "flatten" || tier == "latched";
}

std::string key_of(const std::string& id, const std::string& subject) {
  return id + '/' + subject;
}

} // namespace

std::string alert_json(const Alert& alert) {
  return nlohmann::ordered_json{{"id", alert.id},
                                {"subject", alert.subject},
                                {"severity", to_string(alert.severity)},
                                {"state", alert.cleared ? "cleared" : "raised"},
                                {"text", alert.text},
                                {"wall_time_ms", alert.wall_time.ms()},
                                {"run_id", alert.run_id}}
      .dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

bool AlertRules::may_tell(const std::string& key, Severity severity, Timestamp now) const {
  const auto last = last_told_.find(key);
  return severity == Severity::critical || last == last_told_.end() ||
         now - last->second >= settings_.repeat_after;
}

void AlertRules::tell(Alert alert) {
  if (!alert.cleared) {
    last_told_[key_of(alert.id, alert.subject)] = alert.wall_time;
  }
  out_.push_back(std::move(alert));
}

void AlertRules::stand(const AlertView& view, Severity severity, const char* id,
                       const std::string& subject, std::string text, Duration patience) {
  const std::string key = key_of(id, subject);
  const auto [place, is_new] = conditions_.try_emplace(key);
  Condition& c = place->second;
  if (is_new) {
    c.since = view.wall_now;
  }
  const bool graver = !is_new && severity > c.alert.severity;
  c.seen = true;
  c.alert = {id, subject, severity, std::move(text), view.wall_now, view.status.run_id, false};
  if (view.wall_now - c.since < patience) {
    return;
  }
  const bool due = c.told ? view.wall_now - last_told_[key] >= settings_.repeat_after
                          : may_tell(key, severity, view.wall_now);
  if (due || (c.told && graver)) {
    c.told = true;
    tell(c.alert);
  }
}

std::vector<Alert> AlertRules::look(const AlertView& view) {
  out_.clear();
  for (auto& [key, condition] : conditions_) {
    condition.seen = false;
  }
  look_at_engine(view);
  look_at_pairs(view);
  look_at_limits(view);
  for (const EngineWarning& warning : view.status.warnings) {
    stand(view, Severity::warning, warning.id.c_str(), "engine", warning.text);
  }
  for (auto it = conditions_.begin(); it != conditions_.end();) {
    if (it->second.seen) {
      ++it;
      continue;
    }
    if (it->second.told) {
      Alert ended = it->second.alert;
      ended.cleared = true;
      ended.severity = Severity::info;
      ended.text = "ended: " + ended.text;
      ended.wall_time = view.wall_now;
      tell(std::move(ended));
    }
    it = conditions_.erase(it);
  }
  for (const JournalEvent& event : view.events) {
    tell_event(view, event);
  }
  return std::move(out_);
}

Duration AlertRules::patience(bool& was_up, bool up) const {
  was_up = was_up || up;
  return was_up ? kLinkPatience : kStartPatience;
}

void AlertRules::look_at_engine(const AlertView& view) {
  const EngineStatus& s = view.status;
  const Duration silent = view.wall_now - s.wall_time;
  if (s.wall_time > Timestamp{} && silent >= kStalledAfter) {
    stand(view, Severity::critical, "stale", "engine",
          fmt::format("the engine's thread has stood still for {:.0f} s",
                      std::chrono::duration<double>(silent).count()));
    return; // whatever else the snapshot says is old
  }
  const Duration public_patience = patience(public_was_up_, s.public_link);
  if (!s.public_link) {
    stand(view, Severity::critical, "stale", "market data", "no market data link: no new risk",
          public_patience);
  }
  const Duration private_patience = patience(private_was_up_, s.private_link);
  if (!s.private_link) {
    stand(view, Severity::critical, "stale", "private stream",
          "no news of orders and positions: no new risk", private_patience);
  }
  const Duration book_patience = patience(was_reconciled_, s.reconciled);
  if (!s.reconciled) {
    stand(view, Severity::critical, "reconciliation", "engine",
          "the book is not reconciled with the exchange: no new risk", book_patience);
  }
  if (halts_new_risk(s.tier)) {
    stand(view, Severity::critical, "halt", "portfolio",
          fmt::format("tier {}: new risk is halted; equity {} USDT, drawdown {:.2f} %", s.tier,
                      s.equity.text(), 100.0 * s.drawdown));
  } else if (s.tier == "warn") {
    stand(view, Severity::warning, "drawdown", "portfolio",
          fmt::format("the soft rung of the drawdown ladder is reached: {:.2f} %",
                      100.0 * s.drawdown));
  }
}

void AlertRules::look_at_pairs(const AlertView& view) {
  for (const PairStatus& pair : view.status.pairs) {
    if (!pair.enabled || pair.guard.level < GuardLevel::halt) {
      continue;
    }
    const bool kill = pair.guard.level == GuardLevel::kill;
    stand(view, kill ? Severity::critical : Severity::warning, "guard",
          std::string(pair.symbol.name()),
          fmt::format("guard {}: {} {:.4g} of {:.4g}", to_string(pair.guard.level),
                      to_string(pair.guard.cause), pair.guard.evidence, pair.guard.threshold));
  }
}

void AlertRules::look_at_limits(const AlertView& view) {
  for (const LimitStatus& limit : view.limits) {
    if (std::isnan(limit.value) || limit.state() == LimitState::ok || limit.id == "guard_level") {
      continue;
    }
    const bool bound = limit.state() == LimitState::bound;
    stand(view, bound ? Severity::critical : Severity::warning, "limit", limit.id,
          fmt::format("{}: {:.4g} of {:.4g} {} ({:.0f} %)", limit.name, limit.value, limit.limit,
                      limit.unit, 100.0 * limit.used()));
  }
}

void AlertRules::tell_event(const AlertView& view, const JournalEvent& event) {
  const auto* rule = std::find_if(kEvents.begin(), kEvents.end(),
                                  [&](const EventRule& r) { return r.kind == event.kind; });
  if (rule == kEvents.end()) {
    return;
  }
  const std::string id = rule->id;
  const std::string key = key_of(id + ':' + event.kind, event.subject);
  if (rule->severity == Severity::warning && !may_tell(key, rule->severity, view.wall_now)) {
    return;
  }
  last_told_[key] = view.wall_now;
  tell({id, event.subject, rule->severity, event.kind + ": " + event.detail, view.wall_now,
        view.status.run_id, false});
}

} // namespace rg::alerts
