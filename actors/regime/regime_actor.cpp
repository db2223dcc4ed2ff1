#include "actors/regime/regime_actor.hpp"

namespace rg {

RegimeActor::RegimeActor(caf::actor_config& config, EngineContext& context, Symbol symbol)
    : HotShell(config, context, "regime"), symbol_(symbol),
      model_(symbol, context.model, context.settings.regime, context.settings.bars) {}

RegimeHandle::behavior_type RegimeActor::make_behavior() {
  return {[this](const FeedBar& feed) {
    const RegimeEstimate estimate = model_.on_bar(feed.bar);
    context_.pair(symbol_).regime = estimate;
    tell(context_.groups[symbol_.id()].strategy, RegimeBar{feed, estimate});
  }};
}

} // namespace rg
