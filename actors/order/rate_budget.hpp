#pragma once
// The order limit as the exchange counts it: at most N requests in any half-open second, whatever
// the network does between here and there.
//
// A request has arrived at the latest when its answer is back, so it holds its slot until one
// second after the answer. A new request, which cannot arrive before it is sent, therefore finds at
// most N − 1 others in its second. No guess about latency is needed; a slow venue simply gets fewer
// requests.

#include "messages/units/timestamp.hpp"
#include "messages/venue/requests.hpp"

#include <array>
#include <cstddef>

namespace rg {

class RateBudget {
public:
  /// @param per_second  1 .. 10;  @param reserved  of these, only for protective requests.
  RateBudget(int per_second, int reserved);

  /// Whoever ran here before may have spent the last second's requests: starts full.
  void start(Timestamp wall_now);
  [[nodiscard]] bool may_send(bool is_protective, Timestamp wall_now) const;
  void sent(RequestId id);
  void answered(RequestId id, Timestamp wall_now);
  /// When a slot for this kind comes free by itself; zero when only an answer can free one.
  [[nodiscard]] Timestamp next_slot(bool is_protective, Timestamp wall_now) const;

private:
  static constexpr std::size_t kMaxSlots = 10;
  struct Slot {
    RequestId id = 0;       // 0 = answered, or never used
    Timestamp busy_until{}; // valid when id is 0
  };
  [[nodiscard]] std::size_t limit(bool is_protective) const {
    return is_protective ? slots_used_ : slots_used_ - reserved_;
  }
  [[nodiscard]] std::size_t busy(Timestamp wall_now) const;

  std::array<Slot, kMaxSlots> slots_{};
  std::size_t slots_used_, reserved_;
};

/// Holds back after 429: as long as told, else 1, 2, 4 ... s for protective requests; entries wait
/// at least the venue's whole window. After three in a row the breaker counts as open.
class BackOff {
public:
  /// @param sent  when the request left. Answers to requests that were on their way together are
  /// one refusal: eight closes that a full window turns away do not wait 2^8 times as long.
  void on_rate_limited(Timestamp wall_now, Timestamp sent, Duration told);
  void on_not_sent(Timestamp wall_now); ///< link down: a short pause instead of a hot loop
  void on_executed() { repeats_ = 0; }
  [[nodiscard]] bool may_send(bool is_protective, Timestamp wall_now) const {
    return wall_now >= (is_protective ? protective_from_ : entries_from_);
  }
  [[nodiscard]] Timestamp until(bool is_protective) const {
    return is_protective ? protective_from_ : entries_from_;
  }
  [[nodiscard]] bool is_open() const { return repeats_ >= 3; }

private:
  std::uint32_t repeats_ = 0;
  Timestamp counted_; ///< wall: the last 429 that was a new one
  Timestamp protective_from_, entries_from_;
};

} // namespace rg
