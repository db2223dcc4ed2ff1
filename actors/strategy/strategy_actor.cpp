#include "actors/strategy/strategy_actor.hpp"

namespace rg {

StrategyActor::StrategyActor(caf::actor_config& config, EngineContext& context, Symbol symbol)
    : HotShell(config, context, "strategy"), symbol_(symbol),
      model_(symbol, context.settings.strategy, context.settings.bars) {}

StrategyHandle::behavior_type StrategyActor::make_behavior() {
  return {[this](const RegimeBar& bar) {
            tell(context_.groups[symbol_.id()].risk,
                 StrategyBar{bar, model_.on_bar(bar.feed.bar, bar.regime)});
          },
          [this](const PositionUpdate& update) { model_.on_position(update); }};
}

} // namespace rg
