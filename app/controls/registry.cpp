// The table. A control without a probe that binds, a test by its name or a metric fails
// tests/unit/app/controls_test.cpp.

#include "app/controls/control.hpp"
#include "messages/settings/contract_rules.hpp"

#include <array>
#include <exception>
#include <limits>

namespace rg::app {

namespace {

double seconds(Duration d) {
  return std::chrono::duration<double>(d).count();
}
double lots_of(Quantity quantity) {
  return quantity.to_double() / contract_defaults()[0].lot_size.to_double();
}
double contract_lots() {
  return lots_of(contract_defaults()[0].max_quantity);
}
double position_lots() {
  return lots_of(contract_defaults()[0].max_position);
}
double no_number(const EngineSettings&) {
  return std::numeric_limits<double>::quiet_NaN();
}

const std::array kControls{
    Control{"order_quantity", "Largest order of the contract", "order size", "lots",
            [](const EngineSettings&) { return static_cast<double>(contract_lots()); },
            Refusal::above_maximum, "above_maximum", "refusals_total",
            "order_desk -> PreTradeChecks::check",
            "the contract's least and largest quantity bind by one lot", probes::order_quantity},
    Control{"order_minimum", "Smallest order of the contract", "order size", "", no_number,
            Refusal::below_minimum, "below_minimum", "refusals_total",
            "order_desk -> PreTradeChecks::check",
            "the contract's least and largest quantity bind by one lot", probes::order_minimum},
    Control{"tick_and_lot", "Price on the tick, quantity on the lot", "venue rules", "", no_number,
            Refusal::off_tick, "off_tick", "refusals_total", "order_desk -> PreTradeChecks::check",
            "prices must lie on the tick and quantities on the lot", probes::tick_and_lot},
    Control{"entry_leverage", "Notional of one entry", "order size", "× equity",
            [](const EngineSettings& s) { return static_cast<double>(s.risk.max_entry_leverage); },
            Refusal::none, "sized down", "refusals_total",
            "pair_pipeline -> RiskModel::assess -> risk_share",
            "a near stop does not buy more notional than one entry may have",
            probes::entry_leverage},
    Control{
        "risk_per_trade", "Loss of one entry at its stop", "order size", "% of equity",
        [](const EngineSettings& s) { return static_cast<double>(100.0 * s.risk.risk_per_trade); },
        Refusal::none, "sized down", "refusals_total",
        "pair_pipeline -> RiskModel::assess -> risk_share",
        "a near stop does not buy more notional than one entry may have", probes::risk_per_trade},
    Control{
        "price_collar", "Price collar around mark", "price", "%",
        [](const EngineSettings& s) { return static_cast<double>(100.0 * s.order.price_collar); },
        Refusal::price_collar, "price_collar", "refusals_total",
        "order_desk -> PreTradeChecks::check", "the collar binds on both sides of the mark",
        probes::price_collar},
    Control{"price_band", "The contract's own price band", "price", "%",
            [](const EngineSettings&) {
              return static_cast<double>(100.0 * contract_defaults()[0].price_band);
            },
            Refusal::price_collar, "price_collar", "refusals_total",
            "order_desk -> PreTradeChecks::check",
            "the contract's own band binds above the mark for buys and below it for sells",
            probes::price_band},
    Control{
        "pair_leverage", "Largest pair", "position", "× equity",
        [](const EngineSettings& s) { return static_cast<double>(s.portfolio.max_pair_leverage); },
        Refusal::pair_notional, "pair_notional", "limit_used_ratio",
        "portfolio_actor -> PortfolioModel::review -> Caps::check",
        "each exposure cap binds one lot above what it allows", probes::pair_leverage},
    Control{
        "net_leverage", "Net leverage", "position", "× equity",
        [](const EngineSettings& s) { return static_cast<double>(s.portfolio.max_net_leverage); },
        Refusal::net_leverage, "net_leverage", "limit_used_ratio",
        "portfolio_actor -> PortfolioModel::review -> Caps::check",
        "each exposure cap binds one lot above what it allows", probes::net_leverage},
    Control{"cluster_leverage", "Correlated cluster", "position", "× equity",
            [](const EngineSettings& s) {
              return static_cast<double>(s.portfolio.max_cluster_leverage);
            },
            Refusal::cluster_exposure, "cluster_exposure", "limit_used_ratio",
            "portfolio_actor -> PortfolioModel::review -> Caps::check",
            "each exposure cap binds one lot above what it allows", probes::cluster_leverage},
    Control{"max_position", "The contract's largest position", "position", "lots",
            [](const EngineSettings&) { return static_cast<double>(position_lots()); },
            Refusal::above_maximum, "above_maximum", "refusals_total",
            "portfolio_actor -> PortfolioModel::review", "the contract's largest position binds",
            probes::max_position},
    Control{
        "gross_leverage", "Gross leverage", "capital", "× equity",
        [](const EngineSettings& s) { return static_cast<double>(s.portfolio.max_gross_leverage); },
        Refusal::gross_leverage, "gross_leverage", "limit_used_ratio",
        "portfolio_actor -> PortfolioModel::review -> Caps::check",
        "each exposure cap binds one lot above what it allows", probes::gross_leverage},
    Control{"margin", "Free margin at the leverage set at the venue", "capital", "× equity",
            [](const EngineSettings& s) { return static_cast<double>(s.portfolio.leverage); },
            Refusal::insufficient_margin, "insufficient_margin", "refusals_total",
            "portfolio_actor -> PortfolioModel::review -> Caps::check",
            "each cap allows exposure at the cap and refuses one unit above", probes::margin},
    Control{"hard_leverage", "Gross leverage that no setting lifts", "capital", "× equity",
            [](const EngineSettings&) { return static_cast<double>(kMaxLeverage); },
            Refusal::gross_leverage, "gross_leverage", "limit_used_ratio",
            "Caps::Caps (clamped to kMaxLeverage)", "no setting lifts gross leverage above twenty",
            probes::hard_leverage},
    Control{"passive_breach", "Exposure carried over a cap by price", "capital", "", no_number,
            Refusal::passive_breach, "passive_breach", "refusals_total",
            "PortfolioModel::publish -> check_passive_breach",
            "entries wait while exposure stands above a cap", probes::passive_breach},
    Control{
        "requests_per_second", "Order requests in any second", "message rate", "requests",
        [](const EngineSettings& s) { return static_cast<double>(s.order.requests_per_second); },
        Refusal::none, "held back", "order_requests_total", "order_desk -> RateBudget::may_send",
        "no setting lifts the limit above ten", probes::request_rate},
    Control{"protective_reserve", "Requests kept for protection", "message rate", "requests",
            [](const EngineSettings& s) {
              return static_cast<double>(s.order.reserved_for_protection);
            },
            Refusal::none, "held back", "order_requests_total",
            "order_desk -> RateBudget::may_send", "two of the eight are kept for protection",
            probes::protective_reserve},
    Control{"back_off", "Silence after the venue said 429", "message rate", "", no_number,
            Refusal::none, "held back", "order_requests_total", "order_desk -> BackOff::may_send",
            "429 holds back as told, else longer each time, entries for the venue's window",
            probes::back_off},
    Control{
        "orders_per_day", "Orders of the UTC day", "message rate", "orders",
        [](const EngineSettings& s) { return static_cast<double>(s.portfolio.max_orders_per_day); },
        Refusal::orders_per_day, "orders_per_day", "limit_used_ratio",
        "portfolio_actor -> PortfolioModel::review",
        "the daily order limit stops entries, never exits", probes::orders_per_day},
    Control{
        "burst_entries", "Entries when every pair signals at once", "message rate", "requests",
        [](const EngineSettings& s) {
          return static_cast<double>(s.order.requests_per_second - s.order.reserved_for_protection);
        },
        Refusal::none, "held back", "order_requests_total", "order_desk -> RateBudget::may_send",
        "200 intents in a burst: at most ten a second, none turned away, and a kill goes out next",
        probes::protective_reserve},
    Control{
        "repeated_executions", "Entries of one rule and pair in the window", "repetition",
        "entries",
        [](const EngineSettings& s) { return static_cast<double>(s.order.repeated_executions); },
        Refusal::repeated_execution, "repeated_execution", "refusals_total",
        "order_desk -> PreTradeChecks::check",
        "a rule that trades a pair too often is stopped until the window has moved on",
        probes::repeated_executions},
    Control{
        "duplicate", "The same order within a minute", "repetition", "", no_number,
        Refusal::duplicate, "duplicate", "refusals_total", "order_desk -> PreTradeChecks::check",
        "the same decision, and the same order within a minute, are duplicates", probes::duplicate},
    Control{"cooldown", "Cooldown after a stop", "repetition", "s",
            [](const EngineSettings& s) { return seconds(s.risk.cooldown_after_stop); },
            Refusal::cooldown, "cooldown", "refusals_total",
            "pair_pipeline -> RiskModel::assess -> TradeClock",
            "refused: cooldown, until its end and not a bar longer", probes::cooldown},
    Control{"clustering", "Trades that cluster", "repetition", "trades",
            [](const EngineSettings& s) { return static_cast<double>(s.risk.cluster_zero); },
            Refusal::suspended, "suspended", "refusals_total",
            "pair_pipeline -> RiskModel::assess -> clustering_factor",
            "refused: suspended by clustering", probes::clustering},
    Control{"self_cross", "An order against one of our own", "self-trade", "", no_number,
            Refusal::self_cross, "self_cross", "refusals_total",
            "order_desk -> PreTradeChecks::check", "an order may not meet one of our own",
            probes::self_cross},
    Control{
        "position_open", "One position a pair", "self-trade", "", no_number, Refusal::position_open,
        "position_open", "refusals_total", "portfolio_actor -> PortfolioModel::review",
        "a pair with an order on its way or a position takes no second one", probes::position_open},
    Control{
        "kill_latch", "The latched kill switch", "kill switch", "", no_number,
        Refusal::kill_latched, "kill_latched", "halt_tier", "Engine::kill -> PortfolioModel::latch",
        "the kill switch flattens, then stays latched until it is released", probes::kill_latch},
    Control{"kill_flatten", "Flatten: everything is closed", "kill switch", "", no_number,
            Refusal::none, "closed", "halt_tier", "Engine::kill -> PortfolioModel::flatten_all",
            "the kill switch goes before what waits, flattens, latches, and needs a resume",
            probes::kill_flatten},
    Control{"pair_paused", "A pair paused by its operator", "kill switch", "", no_number,
            Refusal::pair_paused, "pair_paused", "refusals_total",
            "portfolio_actor -> PortfolioModel::review",
            "a pair's switch leaves the other pairs free", probes::pair_paused},
    Control{"pair_disabled", "A pair that is switched off", "kill switch", "", no_number,
            Refusal::pair_disabled, "pair_disabled", "refusals_total",
            "portfolio_actor -> PortfolioModel::review",
            "each switch refuses with its own reason until it is set back", probes::pair_disabled},
    Control{"winding_down", "A pair that is wound down", "kill switch", "", no_number,
            Refusal::winding_down, "winding_down", "refusals_total",
            "portfolio_actor -> PortfolioModel::review",
            "winding down keeps the position to its rules, quarantine closes it",
            probes::winding_down},
    Control{"silence", "Silence of the market data link", "connection", "s",
            [](const EngineSettings& s) { return seconds(s.guard.silence_halt); },
            Refusal::guard_not_normal, "silence", "guard_level",
            "feed_actor -> GuardModel::on_silence",
            "ten seconds without a frame halt, less does not", probes::silence},
    Control{"drawdown", "Drawdown from the high-water mark", "loss", "%",
            [](const EngineSettings& s) {
              return static_cast<double>(100.0 * s.portfolio.max_drawdown);
            },
            Refusal::drawdown_halt, "drawdown_halt", "limit_used_ratio",
            "PortfolioModel::publish -> DrawdownLadder::update",
            "the ladder warns at the soft rung and halts at the hard one", probes::drawdown},
    Control{"soft_drawdown", "Warning rung of the drawdown ladder", "loss", "%",
            [](const EngineSettings& s) {
              return static_cast<double>(100.0 * s.portfolio.soft_drawdown);
            },
            Refusal::none, "warn", "halt_tier", "PortfolioModel::publish -> DrawdownLadder::update",
            "the ladder warns at the soft rung and halts at the hard one", probes::soft_drawdown},
    Control{
        "drawdown_sizing", "Drawdown at which nothing is sized", "loss", "%",
        [](const EngineSettings& s) { return static_cast<double>(100.0 * s.risk.drawdown_floor); },
        Refusal::suspended, "suspended", "drawdown_ratio",
        "pair_pipeline -> RiskModel::assess -> drawdown_factor",
        "drawdown factor is the share of the cushion left", probes::drawdown_sizing},
    Control{"daily_loss", "Loss of the UTC day", "loss", "%",
            [](const EngineSettings& s) {
              return static_cast<double>(100.0 * s.portfolio.max_daily_loss);
            },
            Refusal::daily_loss, "daily_loss", "limit_used_ratio",
            "PortfolioModel::publish -> DailyLoss::update",
            "the daily loss binds at its share of the day's opening equity", probes::daily_loss},
    Control{"allow_list", "Instruments: the eight pairs", "instruments", "pairs",
            [](const EngineSettings&) { return static_cast<double>(Symbol::kCount); },
            Refusal::none, "unknown", "warm", "Symbol::parse (anything else cannot be named)",
            "symbols in the venue's spelling and others", probes::allow_list},
    Control{"contract_changed", "A contract whose status or rules changed", "venue rules", "",
            no_number, Refusal::contract_changed, "contract_changed", "refusals_total",
            "portfolio_actor -> PortfolioModel::review", "a contract that is closed to us refuses",
            probes::contract_changed},
    Control{"operator_token", "Changes need the operator token", "access", "", no_number,
            Refusal::none, "401", "heartbeat_seconds", "ConsoleServer::handle -> Access::refuse",
            "changes without the token, or with another, are refused", probes::operator_token},
    Control{"token_failures", "Wrong tokens a minute", "access", "tokens",
            [](const EngineSettings&) { return static_cast<double>(5); }, Refusal::none, "429",
            "heartbeat_seconds", "ConsoleServer::handle -> Access::refuse",
            "wrong tokens are limited per minute, and the limit lifts", probes::token_failures},
    Control{"foreign_host", "Calls under a foreign name (DNS rebinding)", "access", "", no_number,
            Refusal::none, "403", "heartbeat_seconds", "ConsoleServer::handle -> Access::refuse",
            "a name that was made to point at us is refused, for pages, reads, changes and stream",
            probes::foreign_host},
    Control{"foreign_origin", "Posts from other sites", "access", "", no_number, Refusal::none,
            "403", "heartbeat_seconds", "ConsoleServer::handle -> Access::refuse",
            "another site can neither post nor listen, token or not", probes::foreign_origin},
    Control{"alert_on_halt", "A halt is told", "monitoring", "", no_number, Refusal::none, "alert",
            "alerts_sent_total", "UpkeepThread -> AlertRules::look",
            "a halt is told at once, again when due, and once when it ends", probes::alert_on_halt},
    Control{
        "alert_on_limit", "A limit warns early", "monitoring", "% of the limit",
        [](const EngineSettings& s) { return static_cast<double>(100.0 * s.alerts.limit_warning); },
        Refusal::none, "alert", "alerts_sent_total", "UpkeepThread -> AlertRules::look",
        "a limit is told from the warning share on, and again when it binds",
        probes::alert_on_limit},
    Control{"reconciled", "Book reconciled with the venue", "reconciliation", "", no_number,
            Refusal::not_reconciled, "not_reconciled", "reconciled",
            "Engine::set_reconciled -> PortfolioModel::review",
            "a lost private stream stops new risk until the venue was asked again",
            probes::reconciled},
    Control{"unknown_outcome", "An order of unknown outcome", "reconciliation", "", no_number,
            Refusal::unknown_order_outcome, "unknown_order_outcome", "refusals_total",
            "portfolio_actor -> PortfolioModel::review",
            "an unknown entry blocks its own pair only", probes::unknown_outcome},
    Control{"stale_decision", "Age of a decision (data time)", "market data", "s",
            [](const EngineSettings& s) { return seconds(s.order.stale_decision); },
            Refusal::stale_decision, "stale_decision", "refusals_total",
            "order_desk -> PreTradeChecks::check",
            "old decisions, old data and doubtful clocks open nothing", probes::stale_decision},
    Control{"stale_mark", "Age of the mark price (data time)", "market data", "s",
            [](const EngineSettings& s) { return seconds(s.order.stale_decision); },
            Refusal::stale_data, "stale_data", "refusals_total",
            "order_desk -> PreTradeChecks::check",
            "old decisions, old data and doubtful clocks open nothing", probes::stale_mark},
    Control{"mark_distance", "Last price against mark and index", "market data", "%",
            [](const EngineSettings& s) { return static_cast<double>(100.0 * s.guard.mark_halt); },
            Refusal::guard_not_normal, "mark_distance", "guard_level",
            "guard_actor -> GuardModel::on_tick",
            "a last price far from mark or index is noticed by its size", probes::mark_distance},
    Control{"warm", "History behind the models", "market data", "", no_number, Refusal::not_warm,
            "not_warm", "warm", "portfolio_actor -> PortfolioModel::review",
            "each switch refuses with its own reason until it is set back", probes::warm},
    Control{"jump", "Price jump", "volatility", "sigmas",
            [](const EngineSettings& s) { return static_cast<double>(s.guard.jump_sigmas_halt); },
            Refusal::guard_not_normal, "jump", "guard_level", "guard_actor -> GuardModel::on_tick",
            "a large jump halts in the bar in which it happens", probes::jump},
    Control{"spread", "Spread blow-out", "volatility", "× usual",
            [](const EngineSettings& s) { return static_cast<double>(s.guard.spread_halt); },
            Refusal::guard_not_normal, "spread", "guard_level",
            "guard_actor -> GuardModel::on_tick",
            "a spread of ten times the usual one halts within a few ticks", probes::spread_halt},
    Control{"depth", "Book that empties", "volatility", "of usual",
            [](const EngineSettings& s) { return static_cast<double>(s.guard.depth_halt); },
            Refusal::guard_not_normal, "depth", "guard_level", "guard_actor -> GuardModel::on_tick",
            "a book that empties halts", probes::depth_halt},
    Control{"guard_level", "Guard, worst pair (2 = halt)", "volatility", "level",
            [](const EngineSettings&) { return static_cast<double>(2); }, Refusal::guard_not_normal,
            "guard_not_normal", "guard_level", "portfolio_actor -> PortfolioModel::review",
            "a guard's kill flattens its pair alone, a halt only cancels", probes::guard_refuses},
    Control{"spread_cost", "Spread at which nothing is sized", "volatility", "%",
            [](const EngineSettings& s) { return static_cast<double>(100.0 * s.risk.max_spread); },
            Refusal::suspended, "suspended", "refusals_total",
            "pair_pipeline -> RiskModel::assess -> asset_factor",
            "asset factor multiplies spread, depth and tail", probes::spread_cost},
    Control{
        "min_confidence", "Lowest confidence for an entry", "model", "%",
        [](const EngineSettings& s) { return static_cast<double>(100.0 * s.risk.min_confidence); },
        Refusal::low_confidence, "low_confidence", "regime_confidence",
        "pair_pipeline -> RiskModel::assess", "refused: low confidence", probes::min_confidence},
    Control{"model_age", "Age of the model's data", "model", "days",
            [](const EngineSettings& s) {
              return static_cast<double>(seconds(s.retention.model_max_age) / 86'400.0);
            },
            Refusal::none, "warned", "warnings", "UpkeepThread -> model_age_warning",
            "a model is young until its last day lies farther back than allowed",
            probes::model_age},
    Control{"stop_liquidation", "Stop against the liquidation price", "stops", "% of price",
            [](const EngineSettings& s) {
              return static_cast<double>(100.0 * 0.8 * (1.0 / s.portfolio.leverage - 0.01));
            },
            Refusal::stop_beyond_liquidation, "stop_beyond_liquidation", "refusals_total",
            "pair_pipeline -> RiskModel::assess -> stop_is_inside_liquidation",
            "a stop must lie well inside the liquidation distance", probes::stop_liquidation},
    Control{"stop_max", "Widest stop", "stops", "% of price",
            [](const EngineSettings& s) { return static_cast<double>(100.0 * s.risk.stop_max); },
            Refusal::none, "cut to stop_max", "refusals_total",
            "pair_pipeline -> RiskModel::assess -> choose_stop",
            "the calibrated stop is e^q − 1 within its bounds", probes::stop_distance},
    Control{"stop_cover", "A position without a whole stop", "stops", "", no_number, Refusal::none,
            "stop placed", "refusals_total", "desk_stops -> plan_stops",
            "a position whose stop is missing gets one after the restart", probes::stop_cover},
    Control{"settings_while_running", "Settings that change without a restart", "change", "",
            no_number, Refusal::none, "needs a restart", "settings_changes_total",
            "EngineHost::reload -> read_settings",
            "a settings change that needs a restart is refused as a whole",
            probes::settings_while_running},
    Control{"config_ranges", "Settings out of range", "change", "× equity",
            [](const EngineSettings&) { return static_cast<double>(kMaxLeverage); }, Refusal::none,
            "out of range", "settings_changes_total", "load_config -> read_number",
            "no reload lifts a hard bound", probes::config_ranges},
    Control{"clock_offset", "Clock offset to the venue", "records", "s",
            [](const EngineSettings& s) { return seconds(s.venue_clock.max_offset); },
            Refusal::clock_uncertain, "clock_uncertain", "clock_offset_seconds",
            "portfolio_actor -> PortfolioModel::review",
            "old decisions, old data and doubtful clocks open nothing", probes::clock_uncertain},
    Control{"journal_chain", "A journal that was altered", "records", "", no_number, Refusal::none,
            "altered", "journal_records_total", "verify_journal -> check_chain",
            "any removed record is found, the last included", probes::journal_chain},
    Control{"second_writer", "A second engine on the journal", "records", "", no_number,
            Refusal::none, "locked", "journal_records_total", "SqliteJournal::Lock",
            "a second writer is refused while readers go on", probes::second_writer},
    Control{"ai_log_stuck", "AI log that cannot be uploaded", "records", "", no_number,
            Refusal::ai_log_stuck, "ai_log_stuck", "refusals_total",
            "portfolio_actor -> PortfolioModel::review",
            "each switch refuses with its own reason until it is set back", probes::ai_log_stuck},
    Control{"restarts", "Restarts of one pair's group", "continuity", "restarts",
            [](const EngineSettings& s) { return static_cast<double>(s.supervision.max_restarts); },
            Refusal::quarantined, "quarantined", "pair_restarts_total",
            "Engine::on_group_down -> RestartPolicy::on_crash",
            "a group that keeps crashing is quarantined and wound down, the others go on",
            probes::restarts},
    Control{"quarantined", "A pair that was given up", "continuity", "", no_number,
            Refusal::quarantined, "quarantined", "pair_restarts_total",
            "portfolio_actor -> PortfolioModel::review",
            "winding down keeps the position to its rules, quarantine closes it",
            probes::quarantined},
    Control{
        "disk_floor", "Free space beside the journal", "continuity", "MB",
        [](const EngineSettings& s) { return static_cast<double>(s.retention.disk_free_min_mb); },
        Refusal::disk_low, "disk_low", "disk_free_megabytes",
        "UpkeepThread -> is_disk_low -> Engine::on(ConditionNews)",
        "a disk is low below its floor and until a tenth more is free", probes::disk_floor},
    Control{
        "disk_low", "No new risk on a full disk", "continuity", "", no_number, Refusal::disk_low,
        "disk_low", "disk_free_megabytes", "portfolio_actor -> PortfolioModel::review",
        "a full disk stops new risk with its reason until there is room again", probes::disk_low},
};

} // namespace

std::span<const Control> controls() {
  return kControls;
}

ControlResult assess(const Control& control, const EngineSettings& settings) {
  ControlResult result;
  result.control = &control;
  try {
    result.evidence = control.probe(settings);
  } catch (const std::exception& e) {
    result.problem = std::string("the probe failed: ") + e.what();
    return result;
  }
  const ControlEvidence& e = result.evidence;
  if (!e.within.allowed) {
    result.problem = "an attempt within the limit was stopped (" + e.within.by + ")";
  } else if (e.beyond.allowed) {
    result.problem = "an attempt beyond the limit passed (" + e.beyond.by + ")";
  } else if (e.beyond.by != control.binds_as) {
    result.problem = "something else stopped it: " + e.beyond.by;
  }
  result.binds = result.problem.empty();
  return result;
}

std::vector<ControlResult> assess_all(const EngineSettings& settings) {
  std::vector<ControlResult> results;
  for (const Control& control : controls()) {
    results.push_back(assess(control, settings));
  }
  return results;
}

} // namespace rg::app
