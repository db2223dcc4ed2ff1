#pragma once
// The five stages of one trading pair as a group: they share one history, so they start together
// and end together (one for all). Groups never talk to one another.

#include "actors/message_types.hpp"

#include <caf/actor.hpp>

namespace rg {

struct EngineContext;

/// The stages that are running; null handles while the group is down.
struct GroupHandles {
  FeedHandle feed;
  GuardHandle guard;
  RegimeHandle regime;
  StrategyHandle strategy;
  RiskHandle risk;

  [[nodiscard]] bool is_up() const { return static_cast<bool>(feed); }
  [[nodiscard]] bool holds(const caf::actor_addr& who) const;
};

/// Starts all stages, watched by the supervisor; the feed begins by asking for history. The handles
/// are in context.groups before the first message.
void start_pair_group(EngineContext& context, Symbol symbol, const caf::actor& supervisor);

/// Ends what is left of the group. Its handles go first, so that nothing is sent to the dying.
void end_pair_group(EngineContext& context, Symbol symbol);

} // namespace rg
