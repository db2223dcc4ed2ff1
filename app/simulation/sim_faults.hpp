#pragma once
// What may go wrong in a simulated run, and when. The whole list is drawn from the seed before the
// run begins: a run is a function of (seed, list), so that a failing list can be shrunk by leaving
// single faults out.

#include "messages/support/input_error.hpp"
#include "messages/support/result.hpp"
#include "messages/units/timestamp.hpp"

#include <array>
#include <bitset>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rg::sim {

enum class Fault : std::uint8_t {
  frame_lost,
  frame_delayed, ///< by seconds; later ones overtake it
  frame_duplicated,
  frame_reordered, ///< the next frame arrives first
  frame_corrupted,
  stream_dropped, ///< the websocket ends and comes back
  timeout_before, ///< the request never arrives, nobody answers
  timeout_after,  ///< executed, the answer is lost
  rate_limited,   ///< 429
  server_error,   ///< 500, not executed
  executed_502,   ///< executed, answered 502
  address_refused_521,
  partial_fill,
  cancel_race, ///< the order fills before its cancel
  clock_skew,  ///< the venue's clock moves away for minutes
  candle_gap,
  crossed_book,
  price_gap,
  stop_vanishes,
  outside_order, ///< somebody else opens on the account
  outside_close,
  liquidation,
  actor_crash,  ///< in the middle of a message or between two
  process_kill, ///< at a write to the journal's disk
  torn_page,    ///< the same, and half of the last write reaches the disk
  disk_full,
  transfer, ///< the owner pays money in or takes some out
};
inline constexpr std::size_t kFaultCount = static_cast<std::size_t>(Fault::transfer) + 1;
[[nodiscard]] std::string_view to_string(Fault fault);
[[nodiscard]] std::optional<Fault> parse_fault(std::string_view name);

using FaultMask = std::bitset<kFaultCount>;
/// "all", "none", or names separated by commas. The error names the unknown word.
[[nodiscard]] Result<FaultMask, std::string> parse_fault_list(std::string_view text);

/// One fault to come: from `at` on, the next opportunity of its kind is hit.
struct PlannedFault {
  Fault kind = Fault::frame_lost;
  Duration at{};          ///< since the run's start
  std::uint64_t draw = 0; ///< chooses the victim, the size, the moment
  friend bool operator==(const PlannedFault&, const PlannedFault&) = default;
};
using FaultList = std::vector<PlannedFault>;

/// Faults of one run, ascending by time. Each seed takes a subset of the allowed kinds, and its own
/// intensity: a run in which everything goes wrong at once hides what a single fault would show.
[[nodiscard]] FaultList plan_faults(std::uint64_t seed, Duration length, const FaultMask& allowed);

/// Hands planned faults to those who carry them out, each once.
class FaultInjector {
public:
  /// Two kinds of opportunity are told apart: private or public frames, changes or any request.
  /// `first` takes faults whose draw is even, `second` the odd ones.
  enum class Channel : std::uint8_t { any, first, second };

  /// @param end  nothing strikes from then on, whatever still waits.
  FaultInjector(const FaultList& list, Duration end);
  void set_elapsed(Duration elapsed) { elapsed_ = elapsed; }
  /// The oldest fault of this kind that is due, or none; it counts as injected.
  [[nodiscard]] std::optional<PlannedFault> take(Fault kind, Channel channel = Channel::any);
  [[nodiscard]] bool due(Fault kind, Channel channel = Channel::any) const;
  /// An opportunity that turned out to be none: the fault waits for the next one.
  void put_back(const PlannedFault& fault);
  [[nodiscard]] std::uint64_t injected(Fault kind) const {
    return injected_[static_cast<std::size_t>(kind)];
  }
  [[nodiscard]] Duration last_injected() const { return last_injected_; }
  [[nodiscard]] bool any_injected() const { return any_; }

private:
  using Queue = std::deque<PlannedFault>;
  [[nodiscard]] const Queue* due_queue(Fault kind, Channel channel) const;
  std::array<std::array<Queue, 2>, kFaultCount> waiting_;
  std::array<std::uint64_t, kFaultCount> injected_{};
  Duration end_, elapsed_{}, last_injected_{};
  bool any_ = false;
};

} // namespace rg::sim
