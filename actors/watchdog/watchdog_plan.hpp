#pragma once
// What has to be done at the venue for an engine that is gone: pure, and made anew from each look,
// so that an answer that was lost needs no case of its own. The requests can only cancel and
// reduce: there is no word here that opens anything.

#include "messages/engine/heartbeat.hpp"
#include "messages/settings/operations.hpp"
#include "messages/venue/answers.hpp"

#include <set>
#include <variant>
#include <vector>

namespace rg {

struct CancelEntriesOf {
  Symbol symbol;
};
struct SweepStopsOf { ///< of a pair that is flat
  Symbol symbol;
};
struct ProtectWithStop {
  Symbol symbol;
  PositionSide side = PositionSide::long_side;
  Quantity quantity;
  Price trigger;
};
struct CloseAtMarket {
  Symbol symbol;
  PositionSide side = PositionSide::long_side;
  Quantity quantity;
};
using ProtectiveStep = std::variant<CancelEntriesOf, SweepStopsOf, ProtectWithStop, CloseAtMarket>;

struct WatchdogLook {
  std::vector<VenueOrder> orders, triggers;
  std::vector<Position> positions;
};

/// In the order in which they are to leave: entries first, then what reduces, then what tidies up.
/// @param beat  the engine's last word: which pairs are its own, where its stops lie.
/// @param refused_stops  pairs whose stop the venue turned down: they are closed.
[[nodiscard]] std::vector<ProtectiveStep> plan_protection(const Heartbeat& beat,
                                                          WatchdogAction action,
                                                          const WatchdogLook& look,
                                                          const std::set<Symbol>& refused_stops);

} // namespace rg
