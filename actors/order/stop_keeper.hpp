#pragma once
// What to do about the stops of one position, given what the venue lists. Pure and without memory:
// the desk asks again after each look, so a lost answer or a vanished stop needs no case of its
// own.

#include "messages/account/account_snapshot.hpp"
#include "messages/venue/answers.hpp"

#include <vector>

namespace rg {

/// A trigger order at the venue that closes the position.
struct RestingStop {
  VenueOrderId venue_id = 0;
  Quantity quantity;
  Price trigger;
};

struct StopPlan {
  Quantity covered; ///< by stops at any price, at most the position
  Quantity missing; ///< to be placed at the wanted trigger; stops looser than wanted do not count
  Price trigger;    ///< loosest trigger among the kept ones; 0 when none is kept
  std::vector<VenueOrderId> surplus; ///< looser, or more than the position; to be cancelled
                                     ///< once nothing is missing
};

/// True when `a` stops no later than `b`: a long's stop is tighter the higher it lies.
[[nodiscard]] bool at_least_as_tight(Price a, Price b, PositionSide side);

/// The closing stops of this position among the venue's trigger orders.
[[nodiscard]] std::vector<RestingStop> stops_of(const Position& position,
                                                const std::vector<VenueOrder>& triggers);

/// Keeps stops at least as tight as wanted whose quantities fit into the position; tells what is
/// missing and what is too much. `wanted` zero: any stop will do.
/// @param still_opening  what the entry may still add: a stop that covers it already is no surplus.
[[nodiscard]] StopPlan plan_stops(const Position& position, Price wanted, Quantity still_opening,
                                  const std::vector<RestingStop>& resting);

} // namespace rg
