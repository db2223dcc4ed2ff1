#pragma once

#include "actors/engine_context.hpp"

namespace rg {

/// Signal, regime, guard and account in; the pair's whole step out to the portfolio.
class RiskActor final : public HotShell<RiskHandle> {
public:
  RiskActor(caf::actor_config& config, EngineContext& context, Symbol symbol);
  behavior_type make_behavior() override;

private:
  void on_bar(const StrategyBar& bar);

  Symbol symbol_;
  RiskModel model_;
};

} // namespace rg
