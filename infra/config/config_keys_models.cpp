// The keys of bars, regime, strategy, risk and guard.

#include "infra/config/config_key.hpp"

// Reads "the field with the key's own name in this part of the settings".
#define RG_FIELD(path) ([](auto& s) -> auto& { return s.path; })

namespace rg::config {

namespace {

void add_bar_keys(std::vector<ConfigKey>& keys) {
  const std::string t = "bars";
  keys.push_back(duration_key(
      {t, "base", "data time", "Base bars asked of the venue live; candle files say their own."},
      1min, 1h, RG_FIELD(bars.base)));
  keys.push_back(duration_key(
      {t, "interval", "data time",
       "Pipeline bars on which all models run; a multiple of base that divides a day."},
      1min, 24h, RG_FIELD(bars.interval)));
  keys.push_back(number_key({t, "min_slot_share", "fraction",
                             "Share of its base bars that a pipeline bar needs to be good."},
                            above(0.0, 1.0), RG_FIELD(bars.min_slot_share)));
  keys.push_back(count_key(
      {t, "warm_up_slots", "pipeline bars", "Slots before the first decision of a backtest span."},
      closed(960, 100'000), RG_FIELD(bars.warm_up_slots)));
  keys.push_back(count_key({t, "unknown_after_gap", "pipeline bars",
                            "Good bars after a gap during which the regime stays unknown."},
                           closed(0, 10'000), RG_FIELD(bars.unknown_after_gap)));
  keys.push_back(count_key(
      {t, "restart_after_gap_slots", "pipeline bars", "A longer gap starts a new warm-up."},
      closed(1, 100'000), RG_FIELD(bars.restart_after_gap_slots)));
}

ConfigKey regime_model_key() {
  return {"regime",
          "model",
          "method",
          "hmm | jump",
          "Hidden Markov model, or statistical jump model (the model file must hold it).",
          [](const EngineSettings& s) { return quoted(to_string(s.regime.model)); },
          [](EngineSettings& s, const toml::node& n) {
            std::size_t index = 0;
            Problem problem = read_choice(
                n, {to_string(RegimeMethod::hmm), to_string(RegimeMethod::jump)}, index);
            if (!problem) {
              s.regime.model = static_cast<RegimeMethod>(index);
            }
            return problem;
          }};
}

void add_regime_keys(std::vector<ConfigKey>& keys) {
  const std::string t = "regime";
  keys.push_back(number_key(
      {t, "enter_confidence", "probability", "Posterior that a regime needs to come into force."},
      above(0.0, 1.0), RG_FIELD(regime.enter_confidence)));
  keys.push_back(
      number_key({t, "leave_confidence", "probability",
                  "Posterior below which the regime in force leaves; below enter_confidence."},
                 closed(0.0, 1.0), RG_FIELD(regime.leave_confidence)));
  keys.push_back(count_key(
      {t, "min_dwell_bars", "pipeline bars", "Bars a regime stays before another may take over."},
      closed(0, 1000), RG_FIELD(regime.min_dwell_bars)));
  keys.push_back(regime_model_key());
}

void add_strategy_keys(std::vector<ConfigKey>& keys) {
  const std::string t = "strategy";
  keys.push_back(count_key({t, "ema_fast", "pipeline bars",
                            "Length of the fast average of the trend rule; below ema_slow."},
                           closed(1, 900), RG_FIELD(strategy.ema_fast)));
  keys.push_back(
      count_key({t, "ema_slow", "pipeline bars", "Length of the slow average of the trend rule."},
                closed(2, 900), RG_FIELD(strategy.ema_slow)));
  keys.push_back(number_key(
      {t, "trend_min_score", "bar volatilities", "Least slope of the slow average per bar."},
      closed(0.0, 10.0), RG_FIELD(strategy.trend_min_score)));
  keys.push_back(number_key({t, "trend_invalidation_vols", "4-bar volatilities",
                             "Distance of the trend rule's own stop."},
                            above(0.0, 50.0), RG_FIELD(strategy.trend_invalidation_vols)));
  keys.push_back(count_key(
      {t, "trend_setup_bars", "pipeline bars", "A cross stays valid as a setup for this long."},
      closed(1, 1000), RG_FIELD(strategy.trend_setup_bars)));
  keys.push_back(count_key(
      {t, "band_window", "pipeline bars", "Window of the reversion rule's rolling VWAP and band."},
      closed(2, 900), RG_FIELD(strategy.band_window)));
  keys.push_back(number_key({t, "band_entry_z", "standard deviations",
                             "Distance from the mean at which the reversion rule enters."},
                            above(0.0, 20.0), RG_FIELD(strategy.band_entry_z)));
  keys.push_back(
      number_key({t, "band_exit_z", "standard deviations",
                  "Distance from the mean at which it takes its profit; below band_entry_z."},
                 closed(0.0, 20.0), RG_FIELD(strategy.band_exit_z)));
  keys.push_back(number_key({t, "band_invalidation_z", "standard deviations",
                             "Distance at which the reversion is wrong; above band_entry_z."},
                            above(0.0, 20.0), RG_FIELD(strategy.band_invalidation_z)));
  keys.push_back(
      count_key({t, "reversion_max_bars", "pipeline bars", "Time exit of reversion trades."},
                closed(1, 10'000), RG_FIELD(strategy.reversion_max_bars)));
  keys.push_back(count_key({t, "trend_max_bars", "pipeline bars", "Time exit of trend trades."},
                           closed(1, 10'000), RG_FIELD(strategy.trend_max_bars)));
  keys.push_back(
      count_key({t, "entry_life_bars", "pipeline bars", "Life of a resting entry order."},
                closed(1, 96), RG_FIELD(strategy.entry_life_bars)));
}

void add_risk_keys(std::vector<ConfigKey>& keys) {
  const std::string t = "risk";
  keys.push_back(number_key(
      {t, "risk_per_trade", "fraction of equity", "Loss at the stop when the multiplier is 1."},
      above(0.0, 0.05), RG_FIELD(risk.risk_per_trade)));
  keys.push_back(number_key({t, "target_volatility", "log return over 4 h",
                             "The volatility factor is target over forecast, at most 1."},
                            above(0.0, 1.0), RG_FIELD(risk.target_volatility)));
  keys.push_back(number_key(
      {t, "min_confidence", "probability", "Signals below this regime confidence are refused."},
      closed(0.0, 1.0), RG_FIELD(risk.min_confidence)));
  keys.push_back(number_key({t, "full_confidence", "probability",
                             "The confidence factor is 1 from here on; above min_confidence."},
                            above(0.0, 1.0), RG_FIELD(risk.full_confidence)));
  keys.push_back(number_key({t, "drawdown_floor", "fraction of high-water mark",
                             "Drawdown at which the drawdown factor reaches 0."},
                            above(0.0, 1.0), RG_FIELD(risk.drawdown_floor)));
  keys.push_back(
      number_key({t, "stop_min", "fraction of price", "Nearest stop allowed; below stop_max."},
                 above(0.0, 0.5), RG_FIELD(risk.stop_min)));
  keys.push_back(number_key({t, "stop_max", "fraction of price", "Farthest stop allowed."},
                            above(0.0, 0.5), RG_FIELD(risk.stop_max)));
  keys.push_back(number_key(
      {t, "stop_tighten", "factor", "On the calibrated stop distance in guard caution or worse."},
      above(0.0, 1.0), RG_FIELD(risk.stop_tighten)));
  keys.push_back(duration_key(
      {t, "cooldown_after_stop", "data time", "No entry on the pair for this long after a stop."},
      0s, 720h, RG_FIELD(risk.cooldown_after_stop)));
  keys.push_back(duration_key({t, "cooldown_after_guard", "data time",
                               "No entry on the pair for this long after a guard event."},
                              0s, 720h, RG_FIELD(risk.cooldown_after_guard)));
  keys.push_back(duration_key({t, "cooldown_after_cluster", "data time",
                               "No entry on the pair for this long after a cluster of trades."},
                              0s, 720h, RG_FIELD(risk.cooldown_after_cluster)));
  keys.push_back(number_key(
      {t, "cluster_half_life_hours", "hours of data time", "Half-life of the trade intensity."},
      above(0.0, 720.0), RG_FIELD(risk.cluster_half_life_hours)));
  keys.push_back(
      number_key({t, "cluster_full", "trades",
                  "Trade intensity up to which the clustering factor is 1; below cluster_zero."},
                 closed(0.0, 1000.0), RG_FIELD(risk.cluster_full)));
  keys.push_back(number_key(
      {t, "cluster_zero", "trades", "Trade intensity at which the clustering factor is 0."},
      above(0.0, 1000.0), RG_FIELD(risk.cluster_zero)));
  keys.push_back(
      number_key({t, "max_spread", "fraction of price", "Spread at which the asset factor is 0."},
                 above(0.0, 0.1), RG_FIELD(risk.max_spread)));
  keys.push_back(number_key({t, "max_entry_leverage", "multiple of equity",
                             "Most notional of one entry when the multiplier is 1; the risk budget "
                             "shrinks to it where the stop is near."},
                            above(0.0, 20.0), RG_FIELD(risk.max_entry_leverage)));
}

void add_guard_keys(std::vector<ConfigKey>& keys) {
  const std::string t = "guard";
  keys.push_back(number_key(
      {t, "jump_sigmas_caution", "standard deviations", "Jump statistic that means caution."},
      above(0.0, 1000.0), RG_FIELD(guard.jump_sigmas_caution)));
  keys.push_back(number_key(
      {t, "jump_sigmas_halt", "standard deviations", "Jump statistic that halts new risk."},
      above(0.0, 1000.0), RG_FIELD(guard.jump_sigmas_halt)));
  keys.push_back(number_key({t, "jump_sigmas_kill", "standard deviations",
                             "Jump statistic that kills: cancel all, flatten."},
                            above(0.0, 1000.0), RG_FIELD(guard.jump_sigmas_kill)));
  keys.push_back(number_key(
      {t, "expansion_caution", "variance ratio", "Fast over slow variance that means caution."},
      above(1.0, 1000.0), RG_FIELD(guard.expansion_caution)));
  keys.push_back(number_key(
      {t, "expansion_halt", "variance ratio", "Fast over slow variance that halts new risk."},
      above(1.0, 1000.0), RG_FIELD(guard.expansion_halt)));
  keys.push_back(number_key({t, "cusum_k", "standard deviations",
                             "Drift allowed per observation before CUSUM counts it."},
                            closed(0.0, 10.0), RG_FIELD(guard.cusum_k)));
  keys.push_back(
      number_key({t, "cusum_caution", "standard deviations", "CUSUM that means caution."},
                 above(0.0, 1000.0), RG_FIELD(guard.cusum_caution)));
  keys.push_back(number_key({t, "cusum_halt", "standard deviations", "CUSUM that halts new risk."},
                            above(0.0, 1000.0), RG_FIELD(guard.cusum_halt)));
  keys.push_back(number_key({t, "price_volume_caution", "squared robust distance",
                             "Joint price-volume outlier that means caution."},
                            above(0.0, 1e6), RG_FIELD(guard.price_volume_caution)));
  keys.push_back(number_key({t, "price_volume_halt", "squared robust distance",
                             "Joint price-volume outlier that halts new risk."},
                            above(0.0, 1e6), RG_FIELD(guard.price_volume_halt)));
  keys.push_back(
      number_key({t, "spread_caution", "multiple of the usual", "Spread that means caution."},
                 above(1.0, 1000.0), RG_FIELD(guard.spread_caution)));
  keys.push_back(
      number_key({t, "spread_halt", "multiple of the usual", "Spread that halts new risk."},
                 above(1.0, 1000.0), RG_FIELD(guard.spread_halt)));
  keys.push_back(number_key({t, "spread_floor", "fraction of the price",
                             "No multiple counts while the spread is below this: a one-tick book "
                             "flickers."},
                            above(0.0, 0.05), RG_FIELD(guard.spread_floor)));
  keys.push_back(number_key({t, "depth_caution", "fraction of the usual",
                             "Depth below which caution holds; above depth_halt."},
                            within(0.0, 1.0), RG_FIELD(guard.depth_caution)));
  keys.push_back(
      number_key({t, "depth_halt", "fraction of the usual", "Depth below which new risk halts."},
                 within(0.0, 1.0), RG_FIELD(guard.depth_halt)));
  keys.push_back(number_key({t, "mark_caution", "fraction of price",
                             "Distance of last from mark or index that means caution."},
                            above(0.0, 1.0), RG_FIELD(guard.mark_caution)));
  keys.push_back(number_key({t, "mark_halt", "fraction of price",
                             "Distance of last from mark or index that halts new risk."},
                            above(0.0, 1.0), RG_FIELD(guard.mark_halt)));
  keys.push_back(duration_key({t, "silence_halt", "wall time",
                               "No frame on any channel of the pair for this long halts new risk."},
                              1s, 1h, RG_FIELD(guard.silence_halt)));
  keys.push_back(
      number_key({t, "caution_factor", "factor", "Guard factor of the position size in caution."},
                 closed(0.0, 1.0), RG_FIELD(guard.caution_factor)));
  keys.push_back(
      duration_key({t, "hold_caution", "data time", "Time without evidence before caution ends."},
                   0s, 168h, RG_FIELD(guard.hold_caution)));
  keys.push_back(
      duration_key({t, "hold_halt", "data time", "Time without evidence before a halt steps down."},
                   0s, 168h, RG_FIELD(guard.hold_halt)));
}

} // namespace

void add_model_keys(std::vector<ConfigKey>& keys) {
  add_bar_keys(keys);
  add_regime_keys(keys);
  add_strategy_keys(keys);
  add_risk_keys(keys);
  add_guard_keys(keys);
}

} // namespace rg::config
