#include "actors/watchdog/watchdog_plan.hpp"

#include "actors/order/stop_keeper.hpp"

#include <algorithm>

namespace rg {

namespace {

bool is_managed(const Heartbeat& beat, Symbol symbol) {
  return std::find(beat.pairs.begin(), beat.pairs.end(), symbol) != beat.pairs.end();
}

/// Where the engine's stop lay; 0 = it never saw one, or held the other side.
Price known_stop(const Heartbeat& beat, const Position& position) {
  for (const Heartbeat::Held& held : beat.held) {
    if (held.symbol == position.symbol && held.side == position.side) {
      return held.stop_price;
    }
  }
  return Price::zero();
}

} // namespace

std::vector<ProtectiveStep> plan_protection(const Heartbeat& beat, WatchdogAction action,
                                            const WatchdogLook& look,
                                            const std::set<Symbol>& refused_stops) {
  std::vector<ProtectiveStep> entries, reductions, tidying;
  // A kill that the engine did not bring to its end is brought to its end here.
  const bool flatten =
      action == WatchdogAction::flatten || beat.tier == "flatten" || beat.tier == "latched";
  for (const Symbol symbol : Symbol::all()) {
    if (!is_managed(beat, symbol)) {
      continue;
    }
    const bool opening =
        std::any_of(look.orders.begin(), look.orders.end(), [symbol](const VenueOrder& o) {
          return o.symbol == symbol && o.opens && !is_terminal(o.state);
        });
    if (opening) {
      entries.emplace_back(CancelEntriesOf{symbol});
    }
    bool open = false;
    for (const Position& p : look.positions) {
      if (p.symbol != symbol || p.is_flat()) {
        continue;
      }
      open = true;
      if (flatten || refused_stops.contains(symbol)) {
        reductions.emplace_back(CloseAtMarket{symbol, p.side, p.quantity});
        continue;
      }
      const StopPlan plan =
          plan_stops(p, Price::zero(), Quantity::zero(), stops_of(p, look.triggers));
      if (plan.missing.is_zero()) {
        continue;
      }
      if (const Price stop = known_stop(beat, p); stop.is_positive()) {
        reductions.emplace_back(ProtectWithStop{symbol, p.side, plan.missing, stop});
      } else { // nobody knows where a stop would belong
        reductions.emplace_back(CloseAtMarket{symbol, p.side, p.quantity});
      }
    }
    const bool stops_left =
        std::any_of(look.triggers.begin(), look.triggers.end(), [symbol](const VenueOrder& o) {
          return o.symbol == symbol && o.trigger && !is_terminal(o.state);
        });
    if (!open && stops_left) {
      tidying.emplace_back(SweepStopsOf{symbol});
    }
  }
  entries.insert(entries.end(), reductions.begin(), reductions.end());
  entries.insert(entries.end(), tidying.begin(), tidying.end());
  return entries;
}

} // namespace rg
