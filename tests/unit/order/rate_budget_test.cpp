#include "actors/order/rate_budget.hpp"
#include "tests/support/trading_builders.hpp"

using namespace rg;
using namespace rg::test;

TEST_CASE("the last second is taken to be full at start", "[unit][order]") {
  RateBudget b(8, 2);
  b.start(at(0s));
  REQUIRE_FALSE(b.may_send(true, at(1s)));
  REQUIRE(b.may_send(true, at(1100ms)));
  REQUIRE(b.next_slot(true, at(0s)) == at(1100ms));
}

TEST_CASE("two of the eight are kept for protection", "[unit][order]") {
  RateBudget b(8, 2);
  for (RequestId id = 1; id <= 6; ++id) {
    REQUIRE(b.may_send(false, at(0s)));
    b.sent(id);
  }
  REQUIRE_FALSE(b.may_send(false, at(0s)));
  REQUIRE(b.may_send(true, at(0s)));
  b.sent(7);
  b.sent(8);
  REQUIRE_FALSE(b.may_send(true, at(0s)));
}

TEST_CASE("a slot is held until a second after the answer", "[unit][order]") {
  RateBudget b(1, 0);
  b.sent(1);
  REQUIRE_FALSE(b.may_send(true, at(100s))); // it may arrive at any time until it is answered
  REQUIRE(b.next_slot(true, at(100s)) == Timestamp{});
  b.answered(1, at(100s));
  REQUIRE_FALSE(b.may_send(true, at(101s)));
  REQUIRE(b.next_slot(true, at(100s)) == at(101s + 20ms));
  REQUIRE(b.may_send(true, at(101s + 20ms)));
  REQUIRE_THROWS_AS((b.sent(2), b.sent(3)), InvariantBroken);
}

TEST_CASE("the next slot of entries leaves the reserve alone", "[unit][order]") {
  RateBudget b(4, 2);
  for (RequestId id = 1; id <= 4; ++id) {
    b.sent(id);
    b.answered(id, at(100ms * static_cast<int>(id)));
  }
  // Busy until 1.12, 1.22, 1.32, 1.42: protection may go at the first, entries when two are left.
  REQUIRE(b.next_slot(true, at(500ms)) == at(1120ms));
  REQUIRE(b.next_slot(false, at(500ms)) == at(1320ms));
  REQUIRE_FALSE(b.may_send(false, at(1319ms)));
  REQUIRE(b.may_send(false, at(1320ms)));
}

TEST_CASE("no setting lifts the limit above ten", "[unit][order]") {
  RateBudget b(50, 0);
  for (RequestId id = 1; id <= 10; ++id) {
    REQUIRE(b.may_send(true, at(0s)));
    b.sent(id);
  }
  REQUIRE_FALSE(b.may_send(true, at(0s)));
}

TEST_CASE("429 holds back as told, else longer each time, entries for the venue's window",
          "[unit][order]") {
  BackOff b;
  REQUIRE(b.may_send(true, at(0s)));
  b.on_rate_limited(at(0s), at(0s), Duration{});
  REQUIRE(b.until(true) == at(1s));
  REQUIRE(b.until(false) == at(10s));
  b.on_rate_limited(at(1s), at(1s), Duration{});
  REQUIRE(b.until(true) == at(3s));
  REQUIRE_FALSE(b.is_open());
  b.on_rate_limited(at(3s), at(3s), 30s);
  REQUIRE(b.until(true) == at(33s));
  REQUIRE(b.until(false) == at(33s));
  REQUIRE(b.is_open());
  b.on_executed();
  REQUIRE_FALSE(b.is_open());
  b.on_rate_limited(at(40s), at(40s), Duration{});
  REQUIRE(b.until(true) == at(41s));
}

TEST_CASE("closes that a full window turns away together wait once, not 2^8 times as long",
          "[unit][order]") {
  BackOff b;
  for (int i = 0; i < 8; ++i) { // all left before the first answer came
    b.on_rate_limited(at(1s + i * 1ms), at(0s), Duration{});
  }
  REQUIRE(b.until(true) == at(2s));
  REQUIRE(b.until(false) == at(11s));
  REQUIRE_FALSE(b.is_open());
  b.on_rate_limited(at(1s + 9ms), at(0s), 4s); // what the venue says counts all the same
  REQUIRE(b.until(true) == at(5s + 9ms));
  b.on_rate_limited(at(6s), at(5s + 500ms), Duration{}); // sent after the pause: a repeat
  REQUIRE(b.until(true) == at(8s));
}
