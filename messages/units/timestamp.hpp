#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace rg {

using Duration = std::chrono::nanoseconds;

/// Nanoseconds since 1970-01-01 UTC. Which clock it belongs to (data time or wall time, design §12)
/// is said where it is used; the two are never mixed.
class Timestamp {
public:
  constexpr Timestamp() = default;
  [[nodiscard]] static constexpr Timestamp from_ns(std::int64_t ns) {
    Timestamp t;
    t.ns_ = ns;
    return t;
  }
  [[nodiscard]] static constexpr Timestamp from_ms(std::int64_t ms) {
    return from_ns(ms * 1'000'000);
  }
  [[nodiscard]] constexpr std::int64_t ns() const { return ns_; }
  /// Whole milliseconds, towards the past.
  [[nodiscard]] constexpr std::int64_t ms() const {
    return ns_ >= 0 ? ns_ / 1'000'000 : -((-ns_ + 999'999) / 1'000'000);
  }
  /// Start of the UTC-aligned slot of this length that holds this instant (times before 1970
  /// unused).
  [[nodiscard]] constexpr Timestamp slot_start(Duration length) const {
    return from_ns(ns_ - ns_ % length.count());
  }

  friend constexpr auto operator<=>(const Timestamp&, const Timestamp&) = default;
  friend constexpr Timestamp operator+(Timestamp t, Duration d) {
    return from_ns(t.ns_ + d.count());
  }
  friend constexpr Timestamp operator-(Timestamp t, Duration d) {
    return from_ns(t.ns_ - d.count());
  }
  friend constexpr Duration operator-(Timestamp a, Timestamp b) { return Duration{a.ns_ - b.ns_}; }

private:
  std::int64_t ns_ = 0;
};

} // namespace rg
