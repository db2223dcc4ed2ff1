#pragma once

#include "actors/engine_context.hpp"

namespace rg {

/// Bar and regime in, at most one signal and at most one exit beside them out.
class StrategyActor final : public HotShell<StrategyHandle> {
public:
  StrategyActor(caf::actor_config& config, EngineContext& context, Symbol symbol);
  behavior_type make_behavior() override;

private:
  Symbol symbol_;
  StrategyModel model_;
};

} // namespace rg
