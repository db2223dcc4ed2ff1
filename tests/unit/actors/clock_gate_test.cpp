#include "actors/clock_gate.hpp"
#include "tests/support/catch.hpp"

using namespace rg;
using namespace std::chrono_literals;

namespace {

const Timestamp kNow = Timestamp::from_ms(1'735'689'600'000);

/// One answer that left at `at` and came back after `round_trip`; the venue is `ahead` of us.
ServerTime told(Timestamp at, Duration round_trip, Duration ahead) {
  return {at + round_trip / 2 + ahead, at, at + round_trip};
}

ClockGate gate() {
  return ClockGate(VenueClockSettings{}); // 20 s, 2 s, 10 min
}

} // namespace

TEST_CASE("the clock gate is closed until the venue has told its time", "[unit][clock]") {
  ClockGate g = gate();
  CHECK(g.at(kNow).verdict == ClockVerdict::unmeasured);
  CHECK(g.wants_answer(kNow));
  g.add(told(kNow, 100ms, 40ms), kNow + 100ms);
  const ClockState state = g.at(kNow + 100ms);
  CHECK(state.verdict == ClockVerdict::open);
  CHECK(state.offset == 40ms);
  CHECK(state.uncertainty == 51ms); // half the round trip and the venue's millisecond
  CHECK(state.why(VenueClockSettings{}).empty());
}

TEST_CASE("the shortest round trip counts, whenever it came", "[unit][clock]") {
  ClockGate g = gate();
  g.add(told(kNow, 900ms, 0ms), kNow);
  g.add(told(kNow + 1s, 60ms, 10ms), kNow + 1s);
  g.add(told(kNow + 2s, 800ms, 300ms), kNow + 2s); // agrees within its own error
  const ClockState state = g.at(kNow + 3s);
  CHECK(state.offset == 10ms);
  CHECK(state.uncertainty == 31ms);
  CHECK(state.measured == kNow + 2s);
}

TEST_CASE("the gate's limits hold at their edges", "[unit][clock]") {
  struct Case {
    const char* what;
    Duration round_trip, ahead, age;
    ClockVerdict verdict;
  };
  const std::vector<Case> cases{
      {"offset at the limit", 10ms, 20s, 0s, ClockVerdict::open},
      {"offset beyond it", 10ms, 20s + 1ms, 0s, ClockVerdict::beyond},
      {"offset beyond it, behind", 10ms, -20s - 1ms, 0s, ClockVerdict::beyond},
      {"round trip at the limit", 4s, 0ms, 0s, ClockVerdict::open},
      {"round trip beyond it", 4s + 2ms, 0ms, 0s, ClockVerdict::uncertain},
      {"age at the limit", 10ms, 0ms, 10min, ClockVerdict::open},
      {"older than it", 10ms, 0ms, 10min + 1ms, ClockVerdict::old},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    ClockGate g = gate();
    g.add(told(kNow, c.round_trip, c.ahead), kNow);
    const ClockState state = g.at(kNow + c.age);
    CHECK(state.verdict == c.verdict);
    CHECK(state.why(VenueClockSettings{}).empty() == (c.verdict == ClockVerdict::open));
  }
}

TEST_CASE("an answer that contradicts what was known is believed: a clock was set",
          "[unit][clock]") {
  ClockGate g = gate();
  g.asked(kNow);
  for (int i = 0; i < 6; ++i) {
    g.add(told(kNow + i * 1s, 20ms, 0ms), kNow + i * 1s);
  }
  CHECK_FALSE(g.wants_answer(kNow)); // enough for now
  g.add(told(kNow + 30s, 200ms, 25s), kNow + 30s);
  CHECK(g.at(kNow + 30s).verdict == ClockVerdict::beyond);
  CHECK(g.at(kNow + 30s).offset == 25s);
  CHECK(g.wants_answer(kNow + 30s)); // again a few at once
}

TEST_CASE("a good answer is kept among many bad ones, until it has aged", "[unit][clock]") {
  ClockGate g = gate();
  g.add(told(kNow, 10ms, 0ms), kNow);
  for (int i = 1; i <= 30; ++i) {
    g.add(told(kNow + i * 15s, 6s, 0ms), kNow + i * 15s);
  }
  CHECK(g.at(kNow + 8min).verdict == ClockVerdict::open);
  CHECK(g.at(kNow + 8min).measured == kNow + 450s);
  CHECK(g.at(kNow + 10min + 1s).verdict == ClockVerdict::uncertain);
}

TEST_CASE("our clock set back between question and answer gives no sample", "[unit][clock]") {
  ClockGate g = gate();
  g.add({kNow, kNow + 5s, kNow}, kNow);
  CHECK(g.at(kNow).verdict == ClockVerdict::unmeasured);
}

TEST_CASE("the venue's time is asked for again well within the age that is allowed",
          "[unit][clock]") {
  VenueClockSettings settings;
  settings.max_age = 40s;
  ClockGate g(settings);
  for (int i = 0; i < 4; ++i) {
    CHECK(g.wants_answer(kNow));
    g.asked(kNow);
    g.add(told(kNow, 10ms, 0ms), kNow);
  }
  CHECK_FALSE(g.wants_answer(kNow + 9s));
  CHECK(g.wants_answer(kNow + 10s));
}
