#include "actors/order/stop_keeper.hpp"

#include <algorithm>

namespace rg {

bool at_least_as_tight(Price a, Price b, PositionSide side) {
  return side == PositionSide::long_side ? a >= b : a <= b;
}

std::vector<RestingStop> stops_of(const Position& position,
                                  const std::vector<VenueOrder>& triggers) {
  std::vector<RestingStop> out;
  for (const VenueOrder& o : triggers) {
    const bool is_ours = o.trigger && o.symbol == position.symbol && o.position == position.side &&
                         !o.opens && !is_terminal(o.state) && o.quantity.is_positive();
    if (is_ours) {
      out.push_back({o.venue_id, o.quantity, o.trigger_price});
    }
  }
  return out;
}

StopPlan plan_stops(const Position& position, Price wanted, Quantity still_opening,
                    const std::vector<RestingStop>& resting) {
  StopPlan plan;
  plan.missing = position.quantity;
  std::vector<RestingStop> sorted = resting;
  // Larger ones first, so that one stop over all is kept rather than a handful; ids break ties.
  std::sort(sorted.begin(), sorted.end(), [](const RestingStop& a, const RestingStop& b) {
    return a.quantity != b.quantity ? a.quantity > b.quantity : a.venue_id < b.venue_id;
  });
  for (const RestingStop& s : sorted) {
    plan.covered = std::min(plan.covered + s.quantity, position.quantity);
    const bool is_tight = wanted.is_zero() || at_least_as_tight(s.trigger, wanted, position.side);
    if (!is_tight || plan.missing.is_zero() || s.quantity > plan.missing + still_opening) {
      plan.surplus.push_back(s.venue_id);
      continue;
    }
    plan.missing -= std::min(s.quantity, plan.missing);
    if (plan.trigger.is_zero() || !at_least_as_tight(s.trigger, plan.trigger, position.side)) {
      plan.trigger = s.trigger;
    }
  }
  return plan;
}

} // namespace rg
