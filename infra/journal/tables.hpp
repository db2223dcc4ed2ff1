#pragma once
// The journal's tables: one column per field. The order here is the order in the file and in the
// hash chain; it may only grow together with the schema version.

#include "infra/journal/columns.hpp"
#include "infra/ports/journal_store.hpp"

#include <array>
#include <string>
#include <tuple>
#include <utility>

namespace rg::journal {

inline constexpr int kSchemaVersion = 2;

template <class Record> struct Table;

template <> struct Table<RunRecord> {
  static constexpr const char* kName = "runs";
  template <class A, class R> static void fields(A& a, R& r) {
    column(a, "run_id", r.run_id);
    column(a, "wall_time_ns", r.wall_time);
    column(a, "command", r.command);
    column(a, "settings_text", r.settings_text);
    column(a, "model_json", r.model_json);
    column(a, "model_sha256", r.model_sha256);
    column(a, "config_sha256", r.config_sha256);
    column(a, "recording", r.recording);
  }
};

template <> struct Table<DecisionRecord> {
  static constexpr const char* kName = "decisions";
  template <class A, class R> static void fields(A& a, R& r) {
    auto& d = r.decision;
    decision_id_columns(a, d.id);
    column(a, "data_time_ns", r.data_time);
    column(a, "wall_time_ns", r.wall_time);
    column(a, "outcome", d.outcome);
    column(a, "refusal", d.refusal);
    column(a, "exit_reason", d.exit_reason);
    signal_fields(a, d.signal);
    regime_fields(a, d.regime);
    guard_fields(a, d.guard);
    risk_fields(a, d.risk);
    column(a, "price", d.price);
    column(a, "stop_price", d.stop_price);
    column(a, "quantity", d.quantity);
    column(a, "equity", d.equity);
    column(a, "high_water_mark", d.high_water_mark);
    column(a, "drawdown", d.drawdown);
    column(a, "gross_leverage", d.gross_leverage);
    column(a, "model_hash", d.model_hash);
    column(a, "config_hash", d.config_hash);
  }

private:
  template <class A, class S> static void signal_fields(A& a, S& s) {
    column(a, "symbol", s.symbol);
    column(a, "signal_stamp_ns", s.stamp);
    column(a, "side", s.side);
    column(a, "rule", s.rule);
    column(a, "signal_regime", s.regime);
    column(a, "input_fast", s.inputs.fast);
    column(a, "input_slow", s.inputs.slow);
    column(a, "input_anchor", s.inputs.anchor);
    column(a, "input_score", s.inputs.score);
    column(a, "entry", s.entry);
    column(a, "invalidation", s.invalidation);
    column(a, "target", s.target);
  }
  template <class A, class E> static void regime_fields(A& a, E& e) {
    column(a, "regime_symbol", e.symbol);
    column(a, "regime_stamp_ns", e.stamp);
    column(a, "regime", e.regime);
    column(a, "confidence", e.confidence);
    column(a, "posterior_trending", e.posterior[0]);
    column(a, "posterior_range_bound", e.posterior[1]);
    column(a, "posterior_high_volatility", e.posterior[2]);
    column(a, "posterior_valid", e.posterior_valid);
    column(a, "feature_momentum_t", e.features[0]);
    column(a, "feature_realised_vol", e.features[1]);
    column(a, "feature_atr_ratio", e.features[2]);
    column(a, "feature_volume_z", e.features[3]);
    column(a, "feature_efficiency_ratio", e.features[4]);
    column(a, "feature_variance_ratio", e.features[5]);
    column(a, "log_likelihood", e.log_likelihood);
    column(a, "abstention", e.abstention);
    static_assert(kRegimeCount == 3 && kFeatureCount == 6);
  }
  template <class A, class G> static void guard_fields(A& a, G& g) {
    column(a, "guard_symbol", g.symbol);
    column(a, "guard_stamp_ns", g.stamp);
    column(a, "guard_level", g.level);
    column(a, "guard_cause", g.cause);
    column(a, "guard_evidence", g.evidence);
    column(a, "guard_threshold", g.threshold);
    column(a, "guard_exposure_factor", g.exposure_factor);
  }
  template <class A, class K> static void risk_fields(A& a, K& k) {
    constexpr std::array<const char*, kFactorCount> kFactors{
        "factor_confidence", "factor_volatility", "factor_drawdown",   "factor_clustering",
        "factor_asset",      "factor_guard",      "factor_correlation"};
    for (std::size_t i = 0; i < kFactorCount; ++i) {
      column(a, kFactors[i], k.factors.value[i]);
    }
    column(a, "multiplier", k.multiplier);
    column(a, "forecast_valid", k.forecast.valid);
    column(a, "rv_forecast", k.forecast.rv_forecast);
    column(a, "rv_ewma", k.forecast.rv_ewma);
    column(a, "rv_baseline", k.forecast.rv_baseline);
    column(a, "p_expansion", k.forecast.p_expansion);
    column(a, "tail_q95", k.forecast.tail_q95);
    column(a, "stop_distance", k.stop_distance);
    column(a, "stop_adjustment", k.stop_adjustment);
    column(a, "risk_budget", k.risk_budget);
    column(a, "risk_quantity", k.quantity);
    column(a, "cooldown_until_ns", k.cooldown_until);
    column(a, "suspended", k.suspended);
    column(a, "input_drawdown", k.inputs.drawdown);
    column(a, "input_trade_intensity", k.inputs.trade_intensity);
    column(a, "input_relative_spread", k.inputs.relative_spread);
    column(a, "input_depth_ratio", k.inputs.depth_ratio);
    column(a, "input_jump_share", k.inputs.jump_share);
    column(a, "input_cluster_share", k.inputs.cluster_share);
  }
};

template <> struct Table<OrderEvent> {
  static constexpr const char* kName = "order_events";
  template <class A, class R> static void fields(A& a, R& r) {
    column(a, "symbol", r.symbol);
    column(a, "client_id", r.client_id);
    decision_id_columns(a, r.decision);
    column(a, "role", r.role);
    column(a, "from_state", r.from);
    column(a, "to_state", r.to);
    column(a, "data_time_ns", r.data_time);
    column(a, "wall_time_ns", r.wall_time);
    column(a, "venue_order_id", r.venue_id);
    column(a, "side", r.side);
    column(a, "quantity", r.quantity);
    column(a, "filled", r.filled);
    column(a, "price", r.price);
    column(a, "note", r.note);
  }
};

template <> struct Table<Fill> {
  static constexpr const char* kName = "fills";
  template <class A, class R> static void fields(A& a, R& r) {
    column(a, "symbol", r.symbol);
    column(a, "venue_fill_id", r.venue_fill_id);
    column(a, "venue_order_id", r.venue_order_id);
    column(a, "client_id", r.client_id);
    column(a, "position", r.position);
    column(a, "side", r.side);
    column(a, "opens", r.opens);
    column(a, "maker", r.maker);
    column(a, "liquidation", r.liquidation);
    column(a, "quantity", r.quantity);
    column(a, "price", r.price);
    column(a, "value", r.value);
    column(a, "fee", r.fee);
    column(a, "realised_pnl", r.realised_pnl);
    column(a, "exchange_time_ns", r.exchange_time);
  }
};

template <> struct Table<EquityRecord> {
  static constexpr const char* kName = "equity";
  template <class A, class R> static void fields(A& a, R& r) {
    column(a, "data_time_ns", r.data_time);
    column(a, "equity", r.equity);
    column(a, "high_water_mark", r.high_water_mark);
    column(a, "wallet_balance", r.wallet_balance);
    column(a, "drawdown", r.drawdown);
    column(a, "gross_leverage", r.gross_leverage);
    column(a, "net_leverage", r.net_leverage);
  }
};

template <> struct Table<GuardRecord> {
  static constexpr const char* kName = "guard_events";
  template <class A, class R> static void fields(A& a, R& r) {
    column(a, "symbol", r.state.symbol);
    column(a, "stamp_ns", r.state.stamp);
    column(a, "level", r.state.level);
    column(a, "previous_level", r.previous);
    column(a, "cause", r.state.cause);
    column(a, "evidence", r.state.evidence);
    column(a, "threshold", r.state.threshold);
    column(a, "exposure_factor", r.state.exposure_factor);
  }
};

template <> struct Table<SupervisionRecord> {
  static constexpr const char* kName = "supervision_events";
  template <class A, class R> static void fields(A& a, R& r) {
    column(a, "data_time_ns", r.data_time);
    column(a, "wall_time_ns", r.wall_time);
    column(a, "kind", r.kind);
    column(a, "subject", r.subject);
    column(a, "detail", r.detail);
  }
};

template <> struct Table<AiLogRecord> {
  static constexpr const char* kName = "ai_log_uploads";
  template <class A, class R> static void fields(A& a, R& r) {
    decision_id_columns(a, r.decision);
    column(a, "client_id", r.client_id);
    column(a, "venue_order_id", r.venue_id);
    column(a, "wall_time_ns", r.wall_time);
    column(a, "head_hash", r.head_hash);
    column(a, "status", r.status);
  }
};

inline constexpr std::size_t kTableCount = std::variant_size_v<JournalRecord>;

/// Calls f.template operator()<Record>(index) for each table, in the variant's order.
template <class F> void for_each_table(F f) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (f.template operator()<std::variant_alternative_t<I, JournalRecord>>(I), ...);
  }
  (std::make_index_sequence<kTableCount>{});
}

} // namespace rg::journal
