#include "actors/risk/trade_clock.hpp"
#include "tests/unit/risk/risk_samples.hpp"

using namespace rg;
using namespace rg::test;

TEST_CASE("trade intensity halves after its half-life", "[unit][risk]") {
  TradeClock clock{RiskSettings{}};
  CHECK(clock.intensity(kMarketStart) == 0.0);
  clock.on_opened(kMarketStart);
  CHECK(clock.intensity(kMarketStart) == 1.0);
  CHECK(clock.intensity(kMarketStart + 6h) == Approx(0.5));
  clock.on_opened(kMarketStart + 6h);
  CHECK(clock.intensity(kMarketStart + 12h) == Approx(0.75)); // (0.5 + 1) / 2
}

TEST_CASE("a cluster of trades starts a cooldown", "[unit][risk]") {
  TradeClock clock{RiskSettings{}}; // half way from 2 to 8: five trades at once
  for (int i = 0; i < 4; ++i) {
    clock.on_opened(kMarketStart);
    CHECK(clock.cooldown_until() == Timestamp{});
  }
  clock.on_opened(kMarketStart);
  CHECK(clock.cooldown_until() == kMarketStart + 2h);
}

TEST_CASE("a stop starts a cooldown", "[unit][risk]") {
  TradeClock clock{RiskSettings{}};
  clock.on_stopped(kMarketStart);
  CHECK(clock.cooldown_until() == kMarketStart + 2h);
}

TEST_CASE("a halt cools down from its end, caution does not", "[unit][risk]") {
  TradeClock clock{RiskSettings{}};
  clock.on_guard(guard_at(GuardLevel::caution, kMarketStart, 0.5));
  CHECK(clock.cooldown_until() == Timestamp{});
  clock.on_guard(guard_at(GuardLevel::halt, kMarketStart));
  CHECK(clock.cooldown_until() == kMarketStart + 1h);
  clock.on_guard(guard_at(GuardLevel::caution, kMarketStart + 3h, 0.5));
  CHECK(clock.cooldown_until() == kMarketStart + 4h);
  clock.on_guard(guard_at(GuardLevel::normal, kMarketStart + 4h));
  CHECK(clock.cooldown_until() == kMarketStart + 4h);
}

TEST_CASE("a later event never shortens a cooldown", "[unit][risk]") {
  RiskSettings settings;
  settings.cooldown_after_stop = 5h;
  TradeClock clock{settings};
  clock.on_stopped(kMarketStart);
  clock.on_guard(guard_at(GuardLevel::kill, kMarketStart + 1h));
  CHECK(clock.cooldown_until() == kMarketStart + 5h);
}

TEST_CASE("the end of a clustering suspension is when the factor leaves zero", "[unit][risk]") {
  const RiskSettings settings;
  TradeClock clock{settings};
  for (int i = 0; i < 16; ++i) {
    clock.on_opened(kMarketStart);
  }
  // From 16 to 8 is one half-life.
  const Timestamp end = clock.clustering_ends(kMarketStart);
  CHECK(end >= kMarketStart + 6h);
  CHECK(end < kMarketStart + 6h + 1s);
  CHECK(clock.intensity(end) < settings.cluster_zero + 1e-9);
  CHECK(clock.clustering_ends(kMarketStart + 7h) == kMarketStart + 7h); // already below
}
