#pragma once
// The pure stages of one pair in a row: feed → guard, regime → strategy → risk. The live engine
// spreads the same stage objects over actors; backtest and replay call them here in a loop.

#include "actors/feed/slot_builder.hpp"
#include "actors/guard/guard_model.hpp"
#include "actors/regime/regime_model.hpp"
#include "actors/risk/risk_model.hpp"
#include "actors/strategy/strategy_model.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace rg {

/// What one closed pipeline bar led to.
struct PipelineStep {
  PipelineBar bar;
  RegimeEstimate regime;
  RiskForecast forecast;
  bool warm = false;                  ///< past the warm-up: decisions allowed
  std::optional<Signal> signal;       ///< set only when warm
  std::optional<RiskVerdict> verdict; ///< of the signal
  std::optional<OrderIntent> exit;    ///< reduce-only
  std::optional<OrderIntent> stop;    ///< tightened stop
  std::optional<Decision> hand_over;  ///< the position passed from one rule to the other; no order
};

/// The last stage of a bar, the same for the loop here and for the actors: exit, else tightened
/// stop; hand-over; verdict on the signal. Exits and stops do not wait for the warm-up, entries do.
/// `step` holds bar, regime and warm; risk.on_bar has been called for the bar.
void decide(PipelineStep& step, const StrategyStep& rules, RiskModel& risk,
            const EngineSettings& settings);

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
  /// One candles call gives at most 999 closed bars, so live warm-up ends after this many slots.
  static constexpr std::uint64_t kHistorySlots = 960;

  [[nodiscard]] std::optional<PipelineStep> run(const PipelineBar& bar);
  std::optional<GuardState> pass_on(std::optional<GuardState> changed);

  EngineSettings settings_;
  SlotBuilder feed_;
  GuardModel guard_;
  RegimeModel regime_;
  StrategyModel strategy_;
  RiskModel risk_;
  std::uint64_t warm_up_slots_; // slots before the first decision and forecast
};

} // namespace rg
