#pragma once
// Is the venue's time known well enough to trade on? The venue refuses requests whose stamp lies
// more than 30 s off its clock, so an engine that does not know that clock may be unable to cancel
// or close what it opens. Pure: samples and the present in, verdict out.
//
// The gate stops entries alone. Cancels, stops and exits still go: the venue judges their stamps
// itself, a refused one was not executed, and one that is taken makes the position safer.

#include "messages/settings/operations.hpp"
#include "messages/venue/answers.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace rg {

enum class ClockVerdict : std::uint8_t {
  open,
  unmeasured, ///< no answer yet
  old,        ///< the last good measurement is older than max_age
  uncertain,  ///< half the best round trip is above max_uncertainty
  beyond,     ///< our clock is farther from the venue's than max_offset
};
[[nodiscard]] const char* to_string(ClockVerdict v);

struct ClockState {
  ClockVerdict verdict = ClockVerdict::unmeasured;
  Duration offset{};      ///< venue − ours
  Duration uncertainty{}; ///< the offset's error is at most this: half the round trip plus 1 ms
  Timestamp measured;     ///< wall, ours; when the newest answer came
  /// One sentence for people; empty while open.
  [[nodiscard]] std::string why(const VenueClockSettings& settings) const;
};

class ClockGate {
public:
  explicit ClockGate(const VenueClockSettings& settings) : settings_(settings) {}

  /// Limits from the next look on; what was measured stays.
  void set_settings(const VenueClockSettings& settings) { settings_ = settings; }

  /// The venue's clock as told in one round trip; `now` is when its answer is looked at (wall).
  /// An answer that contradicts the best one so far means that a clock was set: what was known
  /// before is dropped.
  void add(const ServerTime& answer, Timestamp now);
  [[nodiscard]] ClockState at(Timestamp now) const;
  /// A few at once at the beginning or after a contradiction, then every half minute, or more often
  /// when max_age is short.
  [[nodiscard]] bool wants_answer(Timestamp now) const;
  void asked(Timestamp now) { asked_ = now; }

private:
  struct Sample {
    Duration offset{}, uncertainty{};
    Timestamp at; ///< wall
  };
  [[nodiscard]] const Sample* best(Timestamp now) const;

  static constexpr std::size_t kKept = 8;
  static constexpr std::size_t kFirst = 4; ///< asked for without a pause between them

  VenueClockSettings settings_;
  std::vector<Sample> samples_; ///< oldest first, at most kKept
  Timestamp asked_;
};

} // namespace rg
