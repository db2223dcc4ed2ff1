#include "infra/weex/clock_offset.hpp"

#include <algorithm>

namespace rg::weex {

void ClockOffset::add(const ServerTime& sample) {
  const Duration round_trip = sample.received - sample.sent;
  if (round_trip < Duration::zero()) {
    return; // our clock was set back in between
  }
  const Timestamp middle = sample.sent + round_trip / 2;
  samples_[count_ % samples_.size()] = {sample.server - middle, round_trip};
  ++count_;
  const auto filled = static_cast<std::ptrdiff_t>(std::min(count_, samples_.size()));
  best_ = *std::min_element(
      samples_.begin(), samples_.begin() + filled,
      [](const Sample& a, const Sample& b) { return a.round_trip < b.round_trip; });
}

void ClockOffset::reset() {
  count_ = 0; // best_ stays until a new sample comes: better than nothing
}

} // namespace rg::weex
