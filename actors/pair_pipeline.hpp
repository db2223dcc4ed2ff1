#pragma once
// The pure stages of one pair in a row: feed → guard, regime → strategy → risk. The live engine
// spreads the same stage objects over actors; backtest and replay call them here in a loop.

#include "actors/feed/slot_builder.hpp"
#include "actors/guard/guard_model.hpp"
#include "actors/regime/regime_model.hpp"
#include "actors/risk/risk_model.hpp"
#include "actors/strategy/strategy_model.hpp"

#include <optional>

namespace rg {

/// What one closed pipeline bar led to.
struct PipelineStep {
  PipelineBar bar;
  RegimeEstimate regime;
  RiskForecast forecast;
  bool warm = false;                   ///< past the warm-up: decisions allowed
  std::optional<Signal> signal;        ///< set only when warm
  std::optional<RiskVerdict> verdict;  ///< of the signal
  std::optional<OrderIntent> exit;     ///< reduce-only
  std::optional<OrderIntent> stop;     ///< tightened stop
};

class PairPipeline {
public:
  PairPipeline(Symbol symbol, std::shared_ptr<const ModelParameters> parameters,
               const EngineSettings& settings, const ContractRules& contract, Duration base);

  /// Guard part of a base bar or tick: canonical order wants all pairs' guards before all bars.
  [[nodiscard]] std::optional<GuardState> on_base_bar_guard(const Bar& base);
  [[nodiscard]] std::optional<GuardState> on_tick(const Tick& tick);
  /// Bar part; at most one pipeline bar closes.
  [[nodiscard]] std::optional<PipelineStep> on_base_bar(const Bar& base);
  /// Live warm-up from candles of the pipeline interval, oldest first.
  void warm(const Bar& history_bar);

  void on_portfolio(const PortfolioView& view) { risk_.on_portfolio(view); }
  void on_position(const PositionUpdate& update);

  SlotBuilder& feed() { return feed_; }
  GuardModel& guard() { return guard_; }
  RegimeModel& regime() { return regime_; }
  StrategyModel& strategy() { return strategy_; }
  RiskModel& risk() { return risk_; }

private:
  EngineSettings settings_;
  SlotBuilder feed_;
  GuardModel guard_;
  RegimeModel regime_;
  StrategyModel strategy_;
  RiskModel risk_;
};

} // namespace rg
