#pragma once
// The risk engine (design §6.2): size, stop distance, frequency, suspension. Never direction.

#include "messages/account/account_snapshot.hpp"
#include "messages/decision/decision.hpp"
#include "messages/market/bar.hpp"
#include "messages/orders/order_intent.hpp"
#include "messages/settings/model_parameters.hpp"
#include "messages/settings/settings.hpp"

#include <memory>
#include <optional>
#include <variant>

namespace rg {

/// A sized intent, or the reasoned refusal (a complete Decision with outcome `refused`).
using RiskVerdict = std::variant<OrderIntent, Decision>;

class RiskModel {
public:
  /// @param leverage  set at the venue (settings.portfolio.leverage): the stop must lie well inside
  ///                  the liquidation distance that follows from it.
  RiskModel(Symbol symbol, std::shared_ptr<const ModelParameters> parameters,
            const RiskSettings& settings, const BarSettings& bars, const ContractRules& contract,
            double leverage = 5.0);
  ~RiskModel();
  RiskModel(RiskModel&&) noexcept;
  RiskModel& operator=(RiskModel&&) noexcept;

  /// Once per good pipeline bar, before assess(): moves the forecasts and the online calibration
  /// on.
  const RiskForecast& on_bar(const PipelineBar& bar, const RegimeEstimate& regime);

  void on_guard(const GuardState& guard);
  void on_portfolio(const PortfolioView& view);
  void on_position(const PositionUpdate& update);             ///< cooldowns, trade intensity
  void on_spread(double relative_spread, double depth_ratio); ///< asset factor; live only
  void set_contract(const ContractRules& contract);
  void set_settings(const RiskSettings& settings); ///< from the next assessment on

  /// Sizes the signal against the last published portfolio view. The result carries the signal's
  /// side.
  /// @param expires  data time until which an unfilled entry may rest.
  [[nodiscard]] RiskVerdict assess(const Signal& signal, const RegimeEstimate& regime,
                                   Timestamp expires);

  /// A reduce-only intent for the rule's exit; empty when flat.
  [[nodiscard]] std::optional<OrderIntent> exit_intent(const ExitSignal& exit,
                                                       const RegimeEstimate& regime);

  /// The record of a position that passed from one rule to the other (strategy: handed_over); empty
  /// when flat. No order follows from it.
  [[nodiscard]] std::optional<Decision> hand_over(Timestamp stamp,
                                                  const RegimeEstimate& regime) const;

  /// A tighter stop when conditions worsened while a position is open (guard halt or kill, high
  /// volatility regime); empty when nothing tighter is called for. Never wider than the resting
  /// one. Caution leaves resting stops alone: it halves new exposure, and cautions are too frequent
  /// to squeeze every position with them (design §6.3).
  [[nodiscard]] std::optional<OrderIntent> tightened_stop(Timestamp now, Price reference);

  [[nodiscard]] const RiskForecast& forecast() const;
  [[nodiscard]] Timestamp cooldown_until() const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace rg
