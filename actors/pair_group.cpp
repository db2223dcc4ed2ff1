#include "actors/pair_group.hpp"

#include "actors/engine_supervisor_actor.hpp"
#include "actors/feed/feed_actor.hpp"
#include "actors/guard/guard_actor.hpp"
#include "actors/regime/regime_actor.hpp"
#include "actors/risk/risk_actor.hpp"
#include "actors/strategy/strategy_actor.hpp"

namespace rg {

bool GroupHandles::holds(const caf::actor_addr& who) const {
  return is_up() && (feed.address() == who || guard.address() == who || regime.address() == who ||
                     strategy.address() == who || risk.address() == who);
}

void start_pair_group(EngineContext& context, Symbol symbol, const caf::actor& supervisor) {
  GroupHandles& group = context.groups[symbol.id()];
  RG_ASSERT(!group.is_up());
  InlineUnit& unit = context.unit;
  // Downstream first: whoever speaks finds a listener.
  group.risk = unit.spawn<RiskActor>(context, symbol);
  group.strategy = unit.spawn<StrategyActor>(context, symbol);
  group.regime = unit.spawn<RegimeActor>(context, symbol);
  group.guard = unit.spawn<GuardActor>(context, symbol);
  group.feed = unit.spawn<FeedActor>(context, symbol);
  SupervisorActor::watch(supervisor, group.risk);
  SupervisorActor::watch(supervisor, group.strategy);
  SupervisorActor::watch(supervisor, group.regime);
  SupervisorActor::watch(supervisor, group.guard);
  SupervisorActor::watch(supervisor, group.feed);
  unit.deliver(group.feed, StartFeed{});
}

void end_pair_group(EngineContext& context, Symbol symbol) {
  const GroupHandles old = std::exchange(context.groups[symbol.id()], GroupHandles{});
  if (!old.is_up()) {
    return;
  }
  InlineUnit& unit = context.unit;
  unit.end(old.feed, caf::exit_reason::user_shutdown);
  unit.end(old.guard, caf::exit_reason::user_shutdown);
  unit.end(old.regime, caf::exit_reason::user_shutdown);
  unit.end(old.strategy, caf::exit_reason::user_shutdown);
  unit.end(old.risk, caf::exit_reason::user_shutdown);
}

} // namespace rg
