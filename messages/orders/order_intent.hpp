#pragma once

#include "messages/decision/decision.hpp"
#include "messages/units/ids.hpp"

#include <cstdint>

namespace rg {

enum class IntentKind : std::uint8_t {
  entry,     ///< opens a position; needs approval against every cap
  exit,      ///< closes all of the position at market; reduce-only
  reduce,    ///< closes part of the position at market; reduce-only (passive breach)
  move_stop, ///< replaces the resting stop by a tighter one
};

/// A sized wish of one pair group. `decision` is the draft that the portfolio completes.
struct OrderIntent {
  Decision decision;
  IntentKind kind = IntentKind::entry;
  Side side = Side::buy; ///< of the order; for entries copied from the signal by make_entry_intent
  Quantity quantity;     ///< > 0; for exits the position's size
  Price limit;           ///< entries: post-only limit; 0 = market
  Price stop_price;      ///< entries: attached; move_stop: the new trigger
  Timestamp expires;     ///< data time after which an unfilled entry is cancelled
  bool post_only = true;
  bool opposite = false; ///< exits: of what somebody else holds on the side that is not ours
};

} // namespace rg
