#include "actors/clock_gate.hpp"

#include <algorithm>
#include <array>

namespace rg {

namespace {

using namespace std::chrono_literals;

constexpr Duration kResolution = 1ms; // of the venue's answer
constexpr Duration kUsualPause = 30s;
// Clocks drift apart by some tens of milliseconds within max_age; more is a clock that was set.
constexpr Duration kDrift = 100ms;

std::string milliseconds(Duration d) {
  return std::to_string(d / 1ms) + " ms";
}

} // namespace

const char* to_string(ClockVerdict v) {
  constexpr std::array<const char*, 5> kNames{"open", "unmeasured", "old", "uncertain", "beyond"};
  return kNames[static_cast<std::size_t>(v)];
}

std::string ClockState::why(const VenueClockSettings& settings) const {
  switch (verdict) {
  case ClockVerdict::open:
    return {};
  case ClockVerdict::unmeasured:
    return "the venue has not told its time yet";
  case ClockVerdict::old:
    return "the venue's time was last measured more than " + milliseconds(settings.max_age) +
           " ago";
  case ClockVerdict::uncertain:
    return "the venue's time is known to " + milliseconds(uncertainty) + " only, " +
           milliseconds(settings.max_uncertainty) + " are needed";
  case ClockVerdict::beyond:
    return "our clock is " + milliseconds(-offset) + " ahead of the venue's, at most " +
           milliseconds(settings.max_offset) + " either way are allowed; set the clock";
  }
  return {};
}

void ClockGate::add(const ServerTime& answer, Timestamp now) {
  const Duration round_trip = answer.received - answer.sent;
  if (round_trip < Duration::zero()) {
    return; // our clock was set back in between
  }
  const Sample sample{answer.server - (answer.sent + round_trip / 2), round_trip / 2 + kResolution,
                      now};
  if (const Sample* known = best(now)) {
    const Duration apart = sample.offset > known->offset ? sample.offset - known->offset
                                                         : known->offset - sample.offset;
    if (apart > sample.uncertainty + known->uncertainty + kDrift) {
      samples_.clear();
    }
  }
  if (samples_.size() == kKept) { // the aged ones go first, then the least certain
    samples_.erase(
        std::max_element(samples_.begin(), samples_.end(), [&](const Sample& a, const Sample& b) {
          const bool old_a = now - a.at > settings_.max_age;
          const bool old_b = now - b.at > settings_.max_age;
          return old_a != old_b ? old_b : a.uncertainty < b.uncertainty;
        }));
  }
  samples_.push_back(sample);
}

const ClockGate::Sample* ClockGate::best(Timestamp now) const {
  const Sample* found = nullptr;
  for (const Sample& s : samples_) {
    if (now - s.at <= settings_.max_age &&
        (found == nullptr || s.uncertainty < found->uncertainty)) {
      found = &s;
    }
  }
  return found;
}

ClockState ClockGate::at(Timestamp now) const {
  ClockState state;
  if (samples_.empty()) {
    return state;
  }
  state.measured = samples_.back().at;
  const Sample* sample = best(now);
  if (sample == nullptr) {
    state.verdict = ClockVerdict::old;
    sample = &samples_.back();
  } else if (sample->uncertainty - kResolution > settings_.max_uncertainty) {
    state.verdict = ClockVerdict::uncertain;
  } else if (sample->offset > settings_.max_offset || sample->offset < -settings_.max_offset) {
    state.verdict = ClockVerdict::beyond;
  } else {
    state.verdict = ClockVerdict::open;
  }
  state.offset = sample->offset;
  state.uncertainty = sample->uncertainty;
  return state;
}

bool ClockGate::wants_answer(Timestamp now) const {
  return samples_.size() < kFirst || now - asked_ >= std::min(kUsualPause, settings_.max_age / 4);
}

} // namespace rg
