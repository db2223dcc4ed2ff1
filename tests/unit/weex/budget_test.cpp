#include "infra/clock/system_clock.hpp"
#include "infra/net/io_loop.hpp"
#include "infra/weex/backoff.hpp"
#include "infra/weex/clock_offset.hpp"
#include "infra/weex/rest_channel.hpp"
#include "infra/weex/weight_budget.hpp"
#include "tests/support/catch.hpp"

namespace rg::weex {

using namespace std::chrono_literals;

namespace {
Timestamp at(std::int64_t ms) {
  return Timestamp::from_ms(ms);
}
} // namespace

TEST_CASE("the weight budget counts a sliding ten seconds and keeps its reserve", "[unit][weex]") {
  WeightBudget budget(100);
  CHECK(budget.wait_for(80, 20, at(0)) == Duration::zero());
  budget.spend(50, at(0));
  budget.spend(30, at(4'000));
  CHECK(budget.spent(at(4'000)) == 80);
  CHECK(budget.wait_for(20, 0, at(5'000)) == Duration::zero());
  CHECK(budget.wait_for(21, 0, at(5'000)) == 5s);  // until the 50 are ten seconds old
  CHECK(budget.wait_for(60, 20, at(5'000)) == 9s); // until the 30 are, too
  CHECK(budget.spent(at(9'999)) == 80);
  CHECK(budget.spent(at(10'000)) == 30);
  CHECK(budget.spent(at(14'000)) == 0);
}

TEST_CASE("what never fits goes when the window is empty, changes may overdraw", "[unit][weex]") {
  WeightBudget budget(10);
  CHECK(budget.wait_for(50, 5, at(0)) == Duration::zero());
  budget.spend(50, at(0));
  CHECK(budget.wait_for(50, 5, at(1)) > 9s);
  budget.spend(5, at(1));
  CHECK(budget.spent(at(1)) == 55);
  CHECK(budget.wait_for(1, 0, at(2)) == 9'998ms);
}

TEST_CASE("the offset is the one of the shortest round trip", "[unit][weex]") {
  ClockOffset offset;
  CHECK_FALSE(offset.known());
  CHECK(offset.venue_time(at(5)) == at(5));
  offset.add({at(10'100), at(0), at(200)}); // middle 100, offset 10 s, round trip 200 ms
  CHECK(offset.offset() == 10s);
  CHECK(offset.uncertainty() == 101ms);
  offset.add({at(10'035), at(20), at(40)}); // 30 → offset 10.005 s, round trip 20 ms
  CHECK(offset.offset() == 10'005ms);
  CHECK(offset.uncertainty() == 11ms);
  offset.add({at(99'000), at(20), at(500)}); // worse: ignored
  CHECK(offset.offset() == 10'005ms);
  CHECK(offset.venue_time(at(1'000)) == at(11'005));
  offset.add({at(0), at(100), at(50)}); // our clock went back: no sample
  CHECK(offset.offset() == 10'005ms);
}

TEST_CASE("old samples give way, and a reset listens to the next one at once", "[unit][weex]") {
  ClockOffset offset;
  offset.add({at(1'001), at(0), at(2)}); // 1 s, best for ever by round trip
  for (int i = 0; i < 8; ++i) {
    offset.add({at(3'010), at(0), at(20)}); // the clocks drifted: 3 s
  }
  CHECK(offset.offset() == 3s);
  offset.reset();
  CHECK(offset.offset() == 3s); // until something better is known
  offset.add({at(9'100), at(0), at(200)});
  CHECK(offset.offset() == 9s);
}

TEST_CASE("back-off doubles with jitter up to its bound, the same for the same seed",
          "[unit][weex]") {
  Backoff a(250ms, 4s, 7), b(250ms, 4s, 7), c(250ms, 4s, 8);
  Duration bound = 250ms;
  bool differs = false;
  for (int i = 0; i < 20; ++i) {
    const Duration wait = a.next();
    CHECK(wait == b.next());
    differs = differs || wait != c.next();
    CHECK(wait >= bound / 2);
    CHECK(wait <= bound);
    bound = std::min<Duration>(bound * 2, 4s);
  }
  CHECK(differs);
  a.reset();
  CHECK(a.next() <= 250ms);
}

TEST_CASE("questions that a full window turns away together pause once, not longer for each",
          "[unit][weex]") {
  net::IoLoop loop;
  const SystemClock clock;
  RestChannel rest(loop, clock, "http://127.0.0.1:1", {}, std::nullopt, {});
  rest.back_off({});
  const Timestamp until = rest.paused_until();
  CHECK(until - loop.steady_now() <= 10s);
  for (int i = 0; i < 7; ++i) {
    rest.back_off({});
  }
  CHECK(rest.paused_until() == until);
  rest.back_off(30s); // what the venue says counts
  CHECK(rest.paused_until() > until + 15s);
}

} // namespace rg::weex
