#include "actors/risk/realised_horizon.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>

namespace rg {

RealisedHorizon::RealisedHorizon(std::size_t horizon) : ring_(horizon + 1) {
  RG_ASSERT(horizon >= 1);
}

std::optional<RealisedOutcome> RealisedHorizon::on_bar(const RiskBar& bar) {
  contiguous_ = bar.has_return ? std::min(contiguous_ + 1, ring_.size()) : 1;
  ring_[next_] = bar;
  next_ = next_ + 1 == ring_.size() ? 0 : next_ + 1;
  if (contiguous_ < ring_.size()) {
    return std::nullopt;
  }
  // The ring is full: next_ is the origin, everything else came after it.
  const double origin = ring_[next_].close;
  RealisedOutcome out;
  double highest = origin, lowest = origin;
  const auto take = [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      const RiskBar& later = ring_[i];
      out.variance += later.r * later.r;
      highest = std::max(highest, later.high);
      lowest = std::min(lowest, later.low);
    }
  };
  take(next_ + 1, ring_.size()); // oldest first
  take(0, next_);
  out.adverse_excursion = std::max(highest - origin, origin - lowest);
  return out;
}

} // namespace rg
