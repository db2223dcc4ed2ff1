#include "actors/feed/slot_builder.hpp"
#include "messages/support/invariant.hpp"
#include "tests/support/catch.hpp"

#include <vector>

using namespace rg;

namespace {

// 2024-01-01 00:00 UTC, the start of a 15m slot.
constexpr std::int64_t kStart = 1'704'067'200'000;
constexpr std::int64_t kMinute = 60'000;

Price price(int units) {
  return Price::from_raw(units * kFixedScale);
}

/// Base bar of `length` that opens `minute` minutes after kStart; prices rise with the minute.
Bar base_bar(int minute, Duration length = 1min) {
  Bar b;
  b.symbol = Symbol::from_id(1);
  b.open_time = Timestamp::from_ms(kStart + minute * kMinute);
  b.length = length;
  b.open = price(1000 + minute);
  b.high = price(1003 + minute);
  b.low = price(998 + minute);
  b.close = price(1001 + minute);
  b.volume = Quantity::from_raw(kFixedScale);
  return b;
}

SlotBuilder builder(Duration base = 1min) {
  return {Symbol::from_id(1), BarSettings{}, base};
}

/// Feeds the minutes [from, to) but those in `skip`; returns what closed.
std::vector<PipelineBar> feed(SlotBuilder& slots, int from, int to,
                              const std::vector<int>& skip = {}) {
  std::vector<PipelineBar> out;
  for (int m = from; m < to; ++m) {
    if (std::find(skip.begin(), skip.end(), m) == skip.end()) {
      if (const auto bar = slots.on_base_bar(base_bar(m))) {
        out.push_back(*bar);
      }
    }
  }
  return out;
}

std::int64_t close_minute(const PipelineBar& bar) {
  return (bar.bar.close_time().ms() - kStart) / kMinute;
}

} // namespace

TEST_CASE("a complete slot closes with its last base bar", "[unit][feed]") {
  SlotBuilder slots = builder();
  REQUIRE(feed(slots, 0, 14).empty());
  const auto closed = slots.on_base_bar(base_bar(14));
  REQUIRE(closed);
  const Bar& bar = closed->bar;
  CHECK(bar.symbol == Symbol::from_id(1));
  CHECK(bar.open_time.ms() == kStart);
  CHECK(bar.length == Duration{15min});
  CHECK(bar.open == price(1000));       // of minute 0
  CHECK(bar.high == price(1003 + 14));  // highest of all
  CHECK(bar.low == price(998));         // lowest of all
  CHECK(bar.close == price(1001 + 14)); // of minute 14
  CHECK(bar.volume.raw() == 15 * kFixedScale);
  CHECK(closed->gap_slots == 0);
  CHECK(slots.slots_seen() == 1);
}

TEST_CASE("a slot with 12 of 15 base bars is good and closes when a later slot begins",
          "[unit][feed]") {
  SlotBuilder slots = builder();
  feed(slots, 0, 15);
  // Minutes 20, 21, 22 are missing: 12 of 15 are exactly 80 %.
  REQUIRE(feed(slots, 15, 30, {20, 21, 22}).empty());
  CHECK(slots.slots_seen() == 1);
  const auto late = slots.on_base_bar(base_bar(30));
  REQUIRE(late);
  CHECK(close_minute(*late) == 30);
  CHECK(late->gap_slots == 0);
  CHECK(late->bar.volume.raw() == 12 * kFixedScale);
  CHECK(slots.slots_seen() == 2);
  // The bar that closed the late slot counts in its own.
  const auto next = feed(slots, 31, 45);
  REQUIRE(next.size() == 1);
  CHECK(next[0].bar.volume.raw() == 15 * kFixedScale);
  CHECK(next[0].bar.open == price(1030));
}

TEST_CASE("a slot with 11 of 15 base bars is a gap", "[unit][feed]") {
  SlotBuilder slots = builder();
  feed(slots, 0, 15);
  CHECK(feed(slots, 15, 31, {20, 21, 22, 23}).empty());
  const auto after = feed(slots, 31, 45);
  REQUIRE(after.size() == 1);
  CHECK(after[0].gap_slots == 1);
  CHECK(slots.slots_seen() == 3);
}

TEST_CASE("a slot whose last base bar is missing closes late at its own close", "[unit][feed]") {
  SlotBuilder slots = builder();
  REQUIRE(feed(slots, 0, 14).empty()); // minute 14 never comes
  const auto late = slots.on_base_bar(base_bar(47));
  REQUIRE(late);
  CHECK(close_minute(*late) == 15);
  CHECK(slots.slots_seen() == 1);
}

TEST_CASE("slots without any base bar count as gap slots", "[unit][feed]") {
  SlotBuilder slots = builder();
  feed(slots, 0, 15);
  const auto after = feed(slots, 60, 75); // slots 2, 3 and 4 hold nothing
  REQUIRE(after.size() == 1);
  CHECK(after[0].gap_slots == 3);
  CHECK(slots.slots_seen() == 5);
}

TEST_CASE("a leading partial slot is a gap even with 14 of 15 base bars", "[unit][feed]") {
  SlotBuilder slots = builder();
  REQUIRE(feed(slots, 1, 15).empty());
  const auto first = feed(slots, 15, 30);
  REQUIRE(first.size() == 1);
  CHECK(close_minute(first[0]) == 30);
  CHECK(first[0].gap_slots == 0); // no good bar came before it
  CHECK(slots.slots_seen() == 2); // the partial slot counts as the pair's first
}

TEST_CASE("a first slot that begins on time may miss later base bars like any other",
          "[unit][feed]") {
  SlotBuilder slots = builder();
  feed(slots, 0, 15, {5});
  const auto late = slots.on_base_bar(base_bar(15));
  REQUIRE(late);
  CHECK(close_minute(*late) == 15);
}

TEST_CASE("five-minute base bars need all three of a slot", "[unit][feed]") {
  SlotBuilder slots = builder(5min);
  CHECK_FALSE(slots.on_base_bar(base_bar(0, 5min)));
  CHECK_FALSE(slots.on_base_bar(base_bar(5, 5min)));
  CHECK(slots.on_base_bar(base_bar(10, 5min)));
  CHECK_FALSE(slots.on_base_bar(base_bar(15, 5min)));
  CHECK_FALSE(slots.on_base_bar(base_bar(25, 5min))); // 2 of 3 are 67 %
  CHECK_FALSE(slots.on_base_bar(base_bar(30, 5min)));
  CHECK_FALSE(slots.on_base_bar(base_bar(35, 5min)));
  const auto after = slots.on_base_bar(base_bar(40, 5min));
  REQUIRE(after);
  CHECK(after->gap_slots == 1);
}

TEST_CASE("base bars as long as a slot close at once", "[unit][feed]") {
  SlotBuilder slots = builder(15min);
  CHECK(slots.on_base_bar(base_bar(0, 15min)));
  const auto next = slots.on_base_bar(base_bar(30, 15min));
  REQUIRE(next);
  CHECK(next->gap_slots == 1);
  CHECK(slots.slots_seen() == 3);
}

TEST_CASE("a gap of 480 slots keeps the warm-up count, one more starts it anew", "[unit][feed]") {
  for (const int gap : {480, 481}) {
    SlotBuilder slots = builder();
    feed(slots, 0, 15);
    const int next = 15 * (1 + gap);
    const auto after = feed(slots, next, next + 15);
    REQUIRE(after.size() == 1);
    CHECK(after[0].gap_slots == static_cast<std::uint32_t>(gap));
    CHECK(slots.slots_seen() == (gap == 480 ? 482u : 1u));
  }
}

TEST_CASE("history bars count and base bars go on after them", "[unit][feed]") {
  SlotBuilder slots = builder();
  const auto first = slots.on_history_bar(base_bar(0, 15min));
  CHECK(first.gap_slots == 0);
  const auto second = slots.on_history_bar(base_bar(45, 15min));
  CHECK(second.gap_slots == 2);
  CHECK(slots.slots_seen() == 4);
  // Minute 60 is missing: after history the slot is an ordinary one, not a leading partial one.
  CHECK(feed(slots, 61, 75).empty());
  const auto late = slots.on_base_bar(base_bar(75));
  REQUIRE(late);
  CHECK(late->gap_slots == 0);
  CHECK(slots.slots_seen() == 5);
}

TEST_CASE("a base bar that repeats or steps back breaks an invariant", "[unit][feed]") {
  SlotBuilder slots = builder();
  feed(slots, 0, 3);
  CHECK_THROWS_AS(slots.on_base_bar(base_bar(2)), InvariantBroken);
  CHECK_THROWS_AS(slots.on_base_bar(base_bar(1)), InvariantBroken);
  SlotBuilder live = builder();
  CHECK(live.on_history_bar(base_bar(0, 15min)).gap_slots == 0);
  CHECK_THROWS_AS(live.on_base_bar(base_bar(14)), InvariantBroken); // inside the history bar
  CHECK_THROWS_AS(live.on_history_bar(base_bar(0, 15min)), InvariantBroken);
}

TEST_CASE("base bars must divide the interval", "[unit][feed]") {
  CHECK_THROWS_AS(builder(7min), InvariantBroken);
  CHECK_THROWS_AS(builder(1h), InvariantBroken);
}
