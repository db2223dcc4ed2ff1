#pragma once

#include "messages/venue/answers.hpp"

#include <array>
#include <cstddef>

namespace rg::weex {

/// Venue clock minus ours, from round trips. The sample with the shortest round trip among the last
/// eight counts: its error is at most half of that round trip plus the venue's millisecond.
class ClockOffset {
public:
  void add(const ServerTime& sample);
  [[nodiscard]] bool known() const { return count_ > 0; }
  [[nodiscard]] Duration offset() const { return best_.offset; }
  [[nodiscard]] Duration uncertainty() const { return best_.round_trip / 2 + kResolution; }
  /// What the venue's clock shows when ours shows `local`.
  [[nodiscard]] Timestamp venue_time(Timestamp local) const { return local + best_.offset; }
  /// Forgets all: our clock was set, or the venue refused a stamp.
  void reset();

private:
  static constexpr Duration kResolution = std::chrono::milliseconds(1);
  struct Sample {
    Duration offset{}, round_trip{};
  };
  std::array<Sample, 8> samples_{};
  std::size_t count_ = 0;
  Sample best_;
};

} // namespace rg::weex
