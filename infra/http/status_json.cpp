#include "infra/http/status_json.hpp"

#include "infra/http/view_json.hpp"
#include "messages/support/number_text.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace rg::http {

namespace {

using Json = nlohmann::ordered_json;

/// The average price as text; it may have more digits than the tick.
std::string average_price(const Position& p) {
  std::string text;
  append_double(text, p.open_value.to_double() / p.quantity.to_double());
  return text;
}

Json guard_json(const GuardState& g) {
  return Json{{"level", to_string(g.level)},
              {"cause", to_string(g.cause)},
              {"evidence", g.evidence},
              {"threshold", g.threshold},
              {"exposure_factor", g.exposure_factor},
              {"since_ms", g.stamp.ms()}};
}

Json forecast_json(const RiskForecast& f) {
  if (!f.valid) {
    return nullptr;
  }
  return Json{{"rv_forecast", f.rv_forecast},
              {"rv_baseline", f.rv_baseline},
              {"p_expansion", f.p_expansion},
              {"tail_q95", f.tail_q95}};
}

Json position_json(const PairStatus& pair) {
  const Position& p = pair.position;
  if (p.is_flat()) {
    return nullptr;
  }
  return Json{
      {"side", to_string(p.side)},
      {"quantity", p.quantity.text()},
      {"entry_price", average_price(p)},
      {"stop_price", pair.stop_price.is_zero() ? Json(nullptr) : Json(pair.stop_price.text())},
      {"opened_ms", p.opened.ms()}};
}

/// Of somebody else, on the other side: there is no stop to tell.
Json opposite_json(const Position& p) {
  if (p.is_flat()) {
    return nullptr;
  }
  return Json{{"side", to_string(p.side)},
              {"quantity", p.quantity.text()},
              {"entry_price", average_price(p)},
              {"opened_ms", p.opened.ms()}};
}

Json pair_json(const PairStatus& pair) {
  Json posterior = nullptr;
  if (pair.regime.posterior_valid) {
    posterior = Json{{"trending", pair.regime.posterior[0]},
                     {"range_bound", pair.regime.posterior[1]},
                     {"high_volatility", pair.regime.posterior[2]}};
  }
  return Json{{"enabled", pair.enabled},
              {"warm", pair.warm},
              {"paused", pair.paused},
              {"winding_down", pair.winding_down},
              {"quarantined", pair.quarantined},
              {"kill_latched", pair.kill_latched},
              {"regime", to_string(pair.regime.regime)},
              {"confidence", pair.regime.confidence},
              {"posterior", posterior},
              {"abstention", to_string(pair.regime.abstention)},
              {"guard", guard_json(pair.guard)},
              {"forecast", forecast_json(pair.forecast)},
              {"position", position_json(pair)},
              {"opposite", opposite_json(pair.opposite)},
              {"last_price", pair.last_price.text()},
              {"mark_price", pair.mark_price.text()},
              {"bars", pair.bars},
              {"decisions", pair.decisions},
              {"refusals", pair.refusals},
              {"orders", pair.orders},
              {"fills", pair.fills},
              {"trades", pair.trades},
              {"restarts", pair.restarts},
              {"pnl", pair.pnl.text()},
              {"fees", pair.fees.text()},
              {"cooldown_until_ms", pair.cooldown_until.ms()},
              {"not_trading_because", pair.not_trading_because},
              {"contract_changed", pair.contract_changed},
              {"flatten_tries", pair.flatten_tries}};
}

/// Appends one sample; the label part may be empty.
void sample(std::string& out, const char* name, const std::string& labels, double value) {
  out += "regimeguard_";
  out += name;
  if (!labels.empty()) {
    out += '{' + labels + '}';
  }
  out += ' ' + Json(value).dump() + '\n';
}

void metric(std::string& out, const char* name, const char* type, const char* help, double value) {
  out += std::string("# HELP regimeguard_") + name + ' ' + help + "\n# TYPE regimeguard_" + name +
         ' ' + type + '\n';
  sample(out, name, {}, value);
}

template <class Value>
void pair_metric(std::string& out, const EngineStatus& status, const char* name, const char* type,
                 const char* help, Value value) {
  out += std::string("# HELP regimeguard_") + name + ' ' + help + "\n# TYPE regimeguard_" + name +
         ' ' + type + '\n';
  for (const PairStatus& pair : status.pairs) {
    sample(out, name, "pair=\"" + std::string(pair.symbol.name()) + '"',
           static_cast<double>(value(pair)));
  }
}

double tier_number(const std::string& tier) {
  constexpr std::array<std::string_view, 5> kTiers{"none", "warn", "reduce_only", "flatten",
                                                   "latched"};
  const auto found = std::find(kTiers.begin(), kTiers.end(), tier);
  return found == kTiers.end() ? -1.0 : static_cast<double>(found - kTiers.begin());
}

Json time_or_null(Timestamp t) {
  return t == Timestamp{} ? Json() : Json(t.ms());
}

Json venue_clock_json(const VenueClockStatus& c) {
  return {{"open", c.open},
          {"uncertainty_ms", c.known ? Json(c.uncertainty_ms) : Json()},
          {"measured_ms", time_or_null(c.measured)},
          {"closed_because", c.closed_because}};
}

Json ai_log_json(const AiLogStatus& a) {
  return {{"on", a.on},       {"waiting", a.waiting},
          {"acked", a.acked}, {"oldest_ms", time_or_null(a.oldest)},
          {"stuck", a.stuck}, {"last_error", a.last_error}};
}

void upkeep_metrics(std::string& out, const EngineStatus& s) {
  metric(out, "clock_offset_seconds", "gauge", "Venue clock minus ours.",
         s.clock_offset_ms / 1000.0);
  metric(out, "clock_uncertainty_seconds", "gauge", "Error of the clock offset, at most.",
         s.venue_clock.uncertainty_ms / 1000.0);
  metric(out, "clock_measured_seconds", "gauge", "Last answer of the venue's clock, Unix time.",
         static_cast<double>(s.venue_clock.measured.ms()) / 1000.0);
  metric(out, "clock_gate_open", "gauge", "1 when the venue's time is known well enough to trade.",
         s.venue_clock.open ? 1 : 0);
  metric(out, "ai_log_waiting", "gauge", "AI logs that the venue has not acked.",
         static_cast<double>(s.ai_log.waiting));
  metric(out, "ai_log_acked_total", "counter", "AI logs that the venue has acked.",
         static_cast<double>(s.ai_log.acked));
  metric(out, "ai_log_oldest_seconds", "gauge",
         "Since when the oldest AI log waits, Unix time; 0 = none does.",
         static_cast<double>(s.ai_log.oldest.ms()) / 1000.0);
  metric(out, "ai_log_stuck", "gauge", "1 when new risk is blocked by waiting AI logs.",
         s.ai_log.stuck ? 1 : 0);
}

/// What a person, the supervisor or the venue has set against a pair.
void switch_metrics(std::string& out, const EngineStatus& s) {
  pair_metric(out, s, "pair_enabled", "gauge", "1 when the pair is switched on.",
              [](const PairStatus& p) { return p.enabled ? 1 : 0; });
  pair_metric(out, s, "pair_paused", "gauge", "1 when its operator has paused the pair.",
              [](const PairStatus& p) { return p.paused ? 1 : 0; });
  pair_metric(out, s, "pair_kill_latched", "gauge", "1 when the pair's kill switch is latched.",
              [](const PairStatus& p) { return p.kill_latched ? 1 : 0; });
  pair_metric(out, s, "pair_winding_down", "gauge", "1 when the pair is wound down.",
              [](const PairStatus& p) { return p.winding_down ? 1 : 0; });
  pair_metric(out, s, "pair_quarantined", "gauge", "1 when the supervisor has given the pair up.",
              [](const PairStatus& p) { return p.quarantined ? 1 : 0; });
  pair_metric(out, s, "pair_contract_changed", "gauge", "1 when the pair's contract has changed.",
              [](const PairStatus& p) { return p.contract_changed ? 1 : 0; });
  pair_metric(out, s, "flatten_tries", "gauge", "Closes ordered for the flatten that goes on.",
              [](const PairStatus& p) { return p.flatten_tries; });
  pair_metric(out, s, "cooldown_until_seconds", "gauge", "End of the cooldown, data time, Unix.",
              [](const PairStatus& p) { return static_cast<double>(p.cooldown_until.ms()) / 1e3; });
}

void limit_metrics(std::string& out, const EngineStatus& s) {
  if (s.limits.empty()) {
    return;
  }
  out += "# HELP regimeguard_limit_used_ratio Share of a limit that is used, 1 = at the limit.\n"
         "# TYPE regimeguard_limit_used_ratio gauge\n";
  for (const LimitUsage& use : s.limits) {
    sample(out, "limit_used_ratio", "limit=\"" + use.id + '"',
           use.limit > 0.0 ? use.used / use.limit : 0.0);
  }
}

} // namespace

nlohmann::ordered_json status_to_json(const EngineStatus& s) {
  Json pairs = Json::object();
  for (const PairStatus& pair : s.pairs) {
    pairs[std::string(pair.symbol.name())] = pair_json(pair);
  }
  Json decisions = Json::array();
  for (const Decision& d : s.last_decisions) {
    decisions.push_back(decision_to_json(d));
  }
  Json warnings = Json::array();
  for (const EngineWarning& w : s.warnings) {
    warnings.push_back(Json{{"id", w.id}, {"text", w.text}});
  }
  return Json{{"run_id", s.run_id},
              {"version", s.version},
              {"mode", s.mode},
              {"wall_time_ms", s.wall_time.ms()},
              {"data_time_ms", s.data_time.ms()},
              {"started_ms", s.started.ms()},
              {"reconciled", s.reconciled},
              {"links", {{"public", s.public_link}, {"private", s.private_link}}},
              {"tier", s.tier},
              {"equity", s.equity.text()},
              {"high_water_mark", s.high_water_mark.text()},
              {"wallet_balance", s.wallet_balance.text()},
              {"initial_equity", s.initial_equity.text()},
              {"day_opening_equity", s.day_opening_equity.text()},
              {"orders_today", s.orders_today},
              {"drawdown", s.drawdown},
              {"gross_leverage", s.gross_leverage},
              {"net_leverage", s.net_leverage},
              {"max_gross_leverage", s.max_gross_leverage},
              {"max_drawdown", s.max_drawdown},
              {"order_requests", s.order_requests},
              {"journal_records", s.journal_records},
              {"restarts", s.restarts},
              {"clock_offset_ms", s.clock_offset_ms},
              {"venue_clock", venue_clock_json(s.venue_clock)},
              {"ai_log", ai_log_json(s.ai_log)},
              {"model_sha256", s.model_sha256},
              {"config_sha256", s.config_sha256},
              {"settings_changes", s.settings_changes},
              {"warnings", warnings},
              {"disk_used_mb", s.disk_used_mb},
              {"disk_free_mb", s.disk_free_mb},
              {"alerts_sent", s.alerts_sent},
              {"alerts_failed", s.alerts_failed},
              {"starting", s.starting},
              {"blind_since_ms", s.blind_since.ms()},
              {"reconciliation",
               {{"last_ms", s.last_reconciliation.ms()},
                {"count", s.reconciliations},
                {"differences", s.reconcile_differences},
                {"last_difference", s.last_difference}}},
              {"pairs", pairs},
              {"last_decisions", decisions}};
}

std::string status_to_metrics(const EngineStatus& s) {
  std::string out;
  metric(out, "equity_usdt", "gauge", "Equity at mark, unrealised included.", s.equity.to_double());
  metric(out, "drawdown_ratio", "gauge", "1 - equity / high-water mark.", s.drawdown);
  metric(out, "gross_leverage", "gauge", "Sum of position notionals / equity.", s.gross_leverage);
  metric(out, "net_leverage", "gauge", "Signed sum of position notionals / equity.",
         s.net_leverage);
  metric(out, "high_water_mark_usdt", "gauge", "Highest equity, deposits taken out.",
         s.high_water_mark.to_double());
  metric(out, "halt_tier", "gauge", "0 none, 1 warn, 2 reduce only, 3 flatten, 4 latched.",
         tier_number(s.tier));
  metric(out, "data_time_seconds", "gauge", "Newest data stamp, Unix time.",
         static_cast<double>(s.data_time.ms()) / 1000.0);
  metric(out, "heartbeat_seconds", "gauge", "When the engine last published its state, Unix time.",
         static_cast<double>(s.wall_time.ms()) / 1000.0);
  limit_metrics(out, s);
  metric(out, "reconciled", "gauge", "1 when the book agrees with the exchange.",
         s.reconciled ? 1 : 0);
  metric(out, "reconciliations_total", "counter", "Comparisons with the exchange's own book.",
         static_cast<double>(s.reconciliations));
  metric(out, "reconcile_differences_total", "counter", "Differences that they found.",
         static_cast<double>(s.reconcile_differences));
  metric(out, "blind_since_seconds", "gauge", "Since when the exchange is not seen; 0 = it is.",
         static_cast<double>(s.blind_since.ms()) / 1000.0);
  metric(out, "public_link_up", "gauge", "1 when market data flow.", s.public_link ? 1 : 0);
  metric(out, "private_link_up", "gauge", "1 when order news flow.", s.private_link ? 1 : 0);
  upkeep_metrics(out, s);
  metric(out, "order_requests_total", "counter", "Requests that count against the order limit.",
         static_cast<double>(s.order_requests));
  metric(out, "journal_records_total", "counter", "Records in the journal.",
         static_cast<double>(s.journal_records));
  metric(out, "restarts_total", "counter", "Actor restarts by supervisors.",
         static_cast<double>(s.restarts));
  metric(out, "settings_changes_total", "counter", "Reloads taken while running.",
         static_cast<double>(s.settings_changes));
  metric(out, "disk_used_megabytes", "gauge", "Journal, recordings, models and outbox.",
         s.disk_used_mb);
  metric(out, "disk_free_megabytes", "gauge", "Free beside the journal; 0 = not looked yet.",
         s.disk_free_mb);
  metric(out, "recordings_deleted_total", "counter", "Recordings past their time.",
         static_cast<double>(s.recordings_deleted));
  metric(out, "alerts_sent_total", "counter", "Alerts delivered, over all channels.",
         static_cast<double>(s.alerts_sent));
  metric(out, "alerts_failed_total", "counter", "Alerts that no attempt could deliver.",
         static_cast<double>(s.alerts_failed));
  metric(out, "warnings", "gauge", "Standing warnings: disk budget, model age, model drift.",
         static_cast<double>(s.warnings.size()));
  pair_metric(out, s, "decisions_total", "counter", "Decisions, refusals included.",
              [](const PairStatus& p) { return p.decisions; });
  pair_metric(out, s, "refusals_total", "counter", "Signals that we refused.",
              [](const PairStatus& p) { return p.refusals; });
  pair_metric(out, s, "fills_total", "counter", "Executions.",
              [](const PairStatus& p) { return p.fills; });
  pair_metric(out, s, "orders_total", "counter", "Orders.",
              [](const PairStatus& p) { return p.orders; });
  pair_metric(out, s, "pair_restarts_total", "counter", "Restarts of the pair's group.",
              [](const PairStatus& p) { return p.restarts; });
  pair_metric(out, s, "pnl_usdt", "gauge", "Net of fees and funding, unrealised included.",
              [](const PairStatus& p) { return p.pnl.to_double(); });
  pair_metric(out, s, "warm", "gauge", "1 when the models have enough history.",
              [](const PairStatus& p) { return p.warm ? 1 : 0; });
  pair_metric(out, s, "guard_level", "gauge", "0 normal, 1 caution, 2 halt, 3 kill.",
              [](const PairStatus& p) { return static_cast<int>(p.guard.level); });
  switch_metrics(out, s);
  pair_metric(out, s, "regime_confidence", "gauge", "Calibrated posterior of the regime in force.",
              [](const PairStatus& p) { return p.regime.confidence; });
  return out;
}

std::string access_to_metrics(const AccessCounts& refused) {
  std::string out = "# HELP regimeguard_console_refused_total Calls that the console refused.\n"
                    "# TYPE regimeguard_console_refused_total counter\n";
  const auto add = [&](const char* reason, std::uint64_t n) {
    sample(out, "console_refused_total", std::string("reason=\"") + reason + '"',
           static_cast<double>(n));
  };
  add("host", refused.host);
  add("origin", refused.origin);
  add("token", refused.token);
  add("too_many_failures", refused.too_many_failures);
  return out;
}

} // namespace rg::http
