// The controls of what is held: exposure, losses, the market and the model behind it.

#include "app/controls/tables.hpp"

namespace rg::app::tables {

namespace {

double lots_of(Quantity quantity) {
  return quantity.to_double() / contract_defaults()[0].lot_size.to_double();
}
double position_lots() {
  return lots_of(contract_defaults()[0].max_position);
}
const std::array kTable{
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
            [](const EngineSettings&) { return position_lots(); }, Refusal::above_maximum,
            "above_maximum", "refusals_total", "portfolio_actor -> PortfolioModel::review",
            "the contract's largest position binds", probes::max_position},
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
            Refusal::passive_breach, "passive_breach", "limit_used_ratio",
            "PortfolioModel::publish -> check_passive_breach",
            "entries wait while exposure stands above a cap", probes::passive_breach},
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
    Control{"silence", "Silence of the market data link", "connection", "s",
            [](const EngineSettings& s) { return seconds(s.guard.silence_halt); },
            Refusal::guard_not_normal, "silence", "guard_level",
            "feed_actor -> GuardModel::on_silence",
            "ten seconds without a frame halt, less does not", probes::silence},
};

} // namespace

std::span<const Control> portfolio() {
  return kTable;
}

} // namespace rg::app::tables
