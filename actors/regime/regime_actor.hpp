#pragma once

#include "actors/engine_context.hpp"

namespace rg {

/// Pipeline bar in, regime estimate beside it out.
class RegimeActor final : public HotShell<RegimeHandle> {
public:
  RegimeActor(caf::actor_config& config, EngineContext& context, Symbol symbol);
  behavior_type make_behavior() override;

private:
  Symbol symbol_;
  RegimeModel model_;
};

} // namespace rg
