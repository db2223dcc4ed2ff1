#pragma once
// One rule per regime (design §7). Rules pick the direction; nothing here knows sizes or money.

#include "messages/account/account_snapshot.hpp"
#include "messages/decision/regime_estimate.hpp"
#include "messages/decision/signal.hpp"
#include "messages/market/bar.hpp"
#include "messages/settings/settings.hpp"

#include <memory>
#include <optional>

namespace rg {

struct StrategyStep {
  std::optional<Signal> signal;   ///< depends on bars and regimes alone, never on the position
  std::optional<ExitSignal> exit; ///< only while a position is open
  /// The open position passed from one rule to the other with this bar (docs/strategy_rules.md H1).
  bool handed_over = false;
};

/// Mirror-symmetric: all arithmetic is in log price, VWAP is the volume-weighted mean of log
/// typical prices, so that p → c/p flips every side and nothing else (design §6.2).
class StrategyModel {
public:
  StrategyModel(Symbol symbol, const StrategySettings& settings, const BarSettings& bars);
  ~StrategyModel();
  StrategyModel(StrategyModel&&) noexcept;
  StrategyModel& operator=(StrategyModel&&) noexcept;

  [[nodiscard]] StrategyStep on_bar(const PipelineBar& bar, const RegimeEstimate& regime);
  /// The portfolio's word on this pair's position (fills, closes, moved stops).
  void on_position(const PositionUpdate& update);

  /// The rule's own exit for a position, given what the rule state is after the last on_bar;
  /// the baselines use it with positions of their own.
  [[nodiscard]] std::optional<ExitReason>
  exit_reason(Rule rule, PositionSide side, Regime entry_regime, std::uint32_t bars_held) const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace rg
