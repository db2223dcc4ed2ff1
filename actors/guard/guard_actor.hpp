#pragma once

#include "actors/engine_context.hpp"

namespace rg {

/// Watches one pair; tells risk and portfolio when the guard's state changes.
class GuardActor final : public HotShell<GuardHandle> {
public:
  GuardActor(caf::actor_config& config, EngineContext& context, Symbol symbol);
  behavior_type make_behavior() override;

private:
  void publish(const std::optional<GuardState>& changed);

  Symbol symbol_;
  GuardModel model_;
  GuardLevel previous_ = GuardLevel::normal;
};

} // namespace rg
