#include "tests/support/catch.hpp"
#include "tests/unit/guard/guard_samples.hpp"

using namespace rg;
using namespace rg::test;

TEST_CASE("an ordinary month of minutes raises no halt", "[unit][guard]") {
  MinuteMarket market(0.0005, 5);
  CHECK(market.minutes(30 * 1440) == 0);
}

TEST_CASE("an ordinary month is quiet for an agitated pair as well", "[unit][guard]") {
  MinuteMarket market(0.004, 6);
  CHECK(market.minutes(30 * 1440) == 0);
}

TEST_CASE("a large jump halts in the bar in which it happens", "[unit][guard]") {
  MinuteMarket market(0.001, 7);
  market.minutes(3000);
  const double direction = GENERATE(-1.0, 1.0);
  const auto changed = market.minute_to(market.price() * std::exp(direction * 0.035));
  REQUIRE(changed.has_value());
  CHECK(changed->level == GuardLevel::halt);
  CHECK(changed->cause == GuardCause::jump);
  CHECK(changed->evidence >= 10.0);
  CHECK(changed->threshold == 10.0);
  CHECK(changed->stamp == market.now());
}

TEST_CASE("a wick that comes back within its bar halts too", "[unit][guard]") {
  MinuteMarket market(0.001, 8);
  market.minutes(3000);
  const double p = market.price();
  const Bar wick = make_bar(Symbol{}, 3000, 1min, p, p, p * 0.96, p * 0.999);
  const auto changed = market.guard.on_base_bar(wick);
  REQUIRE(changed.has_value());
  CHECK(changed->level == GuardLevel::halt);
}

TEST_CASE("ten sigmas of nearly nothing are a caution, no halt", "[unit][guard]") {
  MinuteMarket market(0.0001, 9); // 0.01 % a minute
  market.minutes(3000);
  const auto changed = market.minute_to(market.price() * std::exp(0.003)); // 30σ, 0.3 %
  REQUIRE(changed.has_value());
  CHECK(changed->level == GuardLevel::caution);
}

TEST_CASE("a crash that threatens the account is a kill, and latched", "[unit][guard]") {
  MinuteMarket market(0.001, 10);
  market.minutes(3000);
  const auto changed = market.minute_to(market.price() * 0.93);
  REQUIRE(changed.has_value());
  CHECK(changed->level == GuardLevel::kill);
  CHECK(changed->exposure_factor == 0.0);
  market.minutes(12 * 60);
  CHECK(market.guard.state().level == GuardLevel::kill);
  REQUIRE(market.guard.release(market.now()).has_value());
  CHECK(market.guard.state().level == GuardLevel::halt);
}

TEST_CASE("a slide over hours halts although no minute is a jump", "[unit][guard]") {
  MinuteMarket market(0.001, 11);
  market.minutes(5 * 1440);
  std::optional<GuardState> halted;
  // Four hours: volatility doubles and price slips 0.04 % a minute, 9.6 % in all.
  SeededRandom random(12);
  for (int i = 0; i < 240 && !halted; ++i) {
    const auto changed =
        market.minute_to(market.price() * std::exp(-0.0004 + 0.002 * random.normal()));
    if (changed && changed->level >= GuardLevel::halt) {
      halted = changed;
    }
  }
  REQUIRE(halted.has_value());
}

TEST_CASE("volatility that multiplies without a jump raises the level", "[unit][guard]") {
  MinuteMarket market(0.001, 13);
  market.minutes(3000);
  SeededRandom random(14);
  GuardLevel highest = GuardLevel::normal;
  for (int i = 0; i < 60; ++i) {
    static_cast<void>(market.minute_to(market.price() * std::exp(0.0045 * random.normal())));
    highest = std::max(highest, market.guard.state().level);
  }
  CHECK(highest >= GuardLevel::halt);
}

TEST_CASE("volume times twenty without a move is noticed", "[unit][guard]") {
  MinuteMarket market(0.001, 15);
  market.minutes(3000);
  const auto changed = market.minute_to(market.price(), 20.0 * 113.0); // mean of the walk's volume
  REQUIRE(changed.has_value());
  CHECK(changed->level == GuardLevel::caution);
  CHECK(changed->cause == GuardCause::price_volume);
  CHECK(changed->evidence >= 12.0);
}

TEST_CASE("levels end by data time and not before", "[unit][guard]") {
  MinuteMarket market(0.001, 16);
  market.minutes(3000);
  static_cast<void>(market.minute_to(market.price() * std::exp(0.028)));
  REQUIRE(market.guard.state().level == GuardLevel::halt);
  const Timestamp since = market.guard.state().stamp;
  while (market.guard.state().level == GuardLevel::halt) {
    REQUIRE(market.now() < since + 8h);
    static_cast<void>(market.minute());
  }
  CHECK(market.now() - since >= 2h);
}

TEST_CASE("a spread of ten times the usual one halts within a few ticks", "[unit][guard]") {
  TickMarket market(0.0005);
  market.seconds(1200);
  REQUIRE(market.guard.state().level == GuardLevel::normal);
  for (int i = 0; i < 8; ++i) {
    market.advance();
    static_cast<void>(market.guard.on_tick(tick_at(market.now(), market.price(), 0.002)));
  }
  CHECK(market.guard.state().level == GuardLevel::halt);
  CHECK(market.guard.state().cause == GuardCause::spread);
}

TEST_CASE("a book that empties halts", "[unit][guard]") {
  TickMarket market(0.0005);
  market.seconds(1200);
  for (int i = 0; i < 12; ++i) {
    market.advance();
    static_cast<void>(market.guard.on_tick(tick_at(market.now(), market.price(), 0.0002, 1.0)));
  }
  CHECK(market.guard.state().level == GuardLevel::halt);
  CHECK(market.guard.state().cause == GuardCause::depth);
}

TEST_CASE("a last price far from mark or index is noticed by its size", "[unit][guard]") {
  TickMarket market(0.0005);
  market.seconds(600);
  Tick tick = tick_at(market.now() + 1s, market.price());
  const bool use_index = GENERATE(false, true);
  (use_index ? tick.index : tick.mark) = price_of(market.price() * 1.006);
  auto changed = market.guard.on_tick(tick);
  REQUIRE(changed.has_value());
  CHECK(changed->level == GuardLevel::caution);
  CHECK(changed->cause == GuardCause::mark_distance);
  (use_index ? tick.index : tick.mark) = price_of(market.price() * 1.016);
  tick.exchange_time = tick.exchange_time + 1s;
  changed = market.guard.on_tick(tick);
  REQUIRE(changed.has_value());
  CHECK(changed->level == GuardLevel::halt);
}

TEST_CASE("fields that a channel does not carry are not judged", "[unit][guard]") {
  GuardModel guard(Symbol{}, GuardSettings{});
  for (int i = 0; i < 500; ++i) {
    Tick bare;
    bare.exchange_time = kMarketStart + 1s * i;
    bare.last = price_of(100.0);
    REQUIRE_FALSE(guard.on_tick(bare).has_value());
  }
}

TEST_CASE("ten seconds without a frame halt, less does not", "[unit][guard]") {
  GuardModel guard(Symbol{}, GuardSettings{});
  CHECK_FALSE(guard.on_silence(kMarketStart, 9'999ms).has_value());
  const auto changed = guard.on_silence(kMarketStart, 10s);
  REQUIRE(changed.has_value());
  CHECK(changed->level == GuardLevel::halt);
  CHECK(changed->cause == GuardCause::silence);
  CHECK(changed->evidence == 10.0);
}

TEST_CASE("a dead link halts, skipped bars call for care", "[unit][guard]") {
  GuardModel blind(Symbol{}, GuardSettings{}), careful(Symbol{}, GuardSettings{});
  const GapKind bad = GENERATE(GapKind::link_lost, GapKind::burst_of_errors, GapKind::silence);
  CHECK(blind.on_gap({Symbol{}, bad, kMarketStart, kMarketStart})->level == GuardLevel::halt);
  const GapKind mild = GENERATE(GapKind::missing_bars, GapKind::version_break);
  CHECK(careful.on_gap({Symbol{}, mild, kMarketStart, kMarketStart})->level == GuardLevel::caution);
}

TEST_CASE("history sets the scale before the first tick", "[unit][guard]") {
  GuardModel guard(Symbol{}, GuardSettings{});
  SeededRandom random(17);
  double price = 100.0;
  for (int i = 0; i < 500; ++i) {
    const double next = price * std::exp(0.004 * random.normal()); // 0.1 % a minute
    guard.warm(step_bar(i, price, next));
    price = next;
  }
  const Timestamp start = kMarketStart + 15min * 500;
  CHECK_FALSE(guard.on_tick(tick_at(start, price)).has_value());
  const auto changed = guard.on_tick(tick_at(start + 5s, price * 1.03));
  REQUIRE(changed.has_value());
  CHECK(changed->level == GuardLevel::halt);
}

TEST_CASE("the mirrored market has the same levels at the same times", "[unit][guard]") {
  GuardModel guard(Symbol{}, GuardSettings{}), mirrored(Symbol{}, GuardSettings{});
  SeededRandom random(19);
  double price = 100.0;
  int changes = 0;
  for (int i = 0; i < 20'000; ++i) {
    const double shock = i % 997 == 0 ? 0.015 : 0.0;
    const double close = price * std::exp(0.001 * random.normal() + shock);
    const double high = std::max(price, close) * 1.0003, low = std::min(price, close) * 0.9998;
    const auto a = guard.on_base_bar(make_bar(Symbol{}, i, 1min, price, high, low, close));
    const auto b = mirrored.on_base_bar(
        make_bar(Symbol{}, i, 1min, 1e4 / price, 1e4 / low, 1e4 / high, 1e4 / close));
    REQUIRE(a.has_value() == b.has_value());
    if (a) {
      REQUIRE(a->level == b->level);
      REQUIRE(a->cause == b->cause);
      ++changes;
    }
    price = close;
  }
  CHECK(changes > 20);
}
