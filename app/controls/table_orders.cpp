// The controls of single orders: their form, their rate, what repeats, their stops.

#include "app/controls/tables.hpp"

namespace rg::app::tables {

namespace {

double lots_of(Quantity quantity) {
  return quantity.to_double() / contract_defaults()[0].lot_size.to_double();
}
double contract_lots() {
  return lots_of(contract_defaults()[0].max_quantity);
}
const std::array kTable{
    Control{"order_quantity", "Largest order of the contract", "order size", "lots",
            [](const EngineSettings&) { return contract_lots(); }, Refusal::above_maximum,
            "above_maximum", "refusals_total", "order_desk -> PreTradeChecks::check",
            "the contract's least and largest quantity bind by one lot", probes::order_quantity},
    Control{"order_minimum", "Smallest order of the contract", "order size", "", no_number,
            Refusal::below_minimum, "below_minimum", "refusals_total",
            "order_desk -> PreTradeChecks::check",
            "the contract's least and largest quantity bind by one lot", probes::order_minimum},
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
    Control{"tick_and_lot", "Price on the tick, quantity on the lot", "venue rules", "", no_number,
            Refusal::off_tick, "off_tick", "refusals_total", "order_desk -> PreTradeChecks::check",
            "prices must lie on the tick and quantities on the lot", probes::tick_and_lot},
    Control{"contract_changed", "A contract whose status or rules changed", "venue rules", "",
            no_number, Refusal::contract_changed, "contract_changed", "pair_contract_changed",
            "portfolio_actor -> PortfolioModel::review", "a contract that is closed to us refuses",
            probes::contract_changed},
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
            Refusal::cooldown, "cooldown", "cooldown_until_seconds",
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
};

} // namespace

std::span<const Control> orders() {
  return kTable;
}

} // namespace rg::app::tables
