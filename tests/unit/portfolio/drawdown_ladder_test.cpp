#include "actors/portfolio/drawdown_ladder.hpp"
#include "tests/support/trading_builders.hpp"

using namespace rg;
using namespace rg::test;

namespace {

PortfolioSettings settings() {
  PortfolioSettings s;
  s.soft_drawdown = 0.05;
  s.max_drawdown = 0.15;
  s.resume_after = 24h;
  s.max_daily_loss = 0.05;
  return s;
}

} // namespace

TEST_CASE("the ladder warns at the soft rung and halts at the hard one", "[unit][portfolio]") {
  DrawdownLadder l(settings(), usd("10000"), true);
  REQUIRE_FALSE(l.update(usd("9500.01"), at(0s)));
  REQUIRE(l.rung() == Rung::none);
  REQUIRE_FALSE(l.update(usd("9500"), at(1s)));
  REQUIRE(l.rung() == Rung::soft);
  REQUIRE_FALSE(l.update(usd("8500.01"), at(2s)));
  REQUIRE(l.update(usd("8500"), at(3s))); // 15 % exactly
  REQUIRE(l.is_halted());
  REQUIRE(l.halted_until() == at(24h + 3s));
}

TEST_CASE("a halt ends by data time, and the mark starts again from there", "[unit][portfolio]") {
  DrawdownLadder l(settings(), usd("10000"), true);
  REQUIRE(l.update(usd("8000"), at(0s)));
  REQUIRE_FALSE(l.update(usd("9990"), at(24h - 1ns))); // recovering does not end it early
  REQUIRE(l.is_halted());
  REQUIRE_FALSE(l.update(usd("8000"), at(24h)));
  REQUIRE_FALSE(l.is_halted());
  REQUIRE(l.high_water_mark() == usd("8000"));
  REQUIRE(l.drawdown(usd("8000")) == 0.0);
}

TEST_CASE("a person may end a halt before its time", "[unit][portfolio]") {
  DrawdownLadder l(settings(), usd("10000"), true);
  REQUIRE(l.update(usd("8000"), at(0s)));
  l.release(usd("8000"));
  REQUIRE_FALSE(l.is_halted());
  REQUIRE_FALSE(l.update(usd("8000"), at(1s)));
}

TEST_CASE("without the ladder nothing halts, but the soft rung still warns", "[unit][portfolio]") {
  DrawdownLadder l(settings(), usd("10000"), false);
  REQUIRE_FALSE(l.update(usd("1000"), at(0s)));
  REQUIRE(l.rung() == Rung::soft);
}

TEST_CASE("withdrawals and deposits keep the drawdown", "[unit][portfolio]") {
  DrawdownLadder l(settings(), usd("10000"), true);
  l.update(usd("9000"), at(0s)); // 10 %
  l.on_flow(usd("9000"), usd("4500"));
  REQUIRE(l.high_water_mark() == usd("5000"));
  REQUIRE(l.drawdown(usd("4500")) == Approx(0.1));
  l.on_flow(usd("4500"), usd("9000"));
  REQUIRE(l.high_water_mark() == usd("10000"));
}

TEST_CASE("the daily loss binds at its share of the day's opening equity", "[unit][portfolio]") {
  DailyLoss d(0.05);
  REQUIRE(d.roll(usd("10000"), at(5min)));
  REQUIRE_FALSE(d.roll(usd("9999"), at(23h)));
  REQUIRE_FALSE(d.update(usd("9500.00000001")));
  REQUIRE(d.update(usd("9500")));
  REQUIRE_FALSE(d.update(usd("9400"))); // said once
  REQUIRE(d.is_hit());
  REQUIRE_FALSE(d.roll(usd("9400"), at(24h - 1ns)));
  REQUIRE(d.roll(usd("9400"), at(24h))); // a stamp of 00:00 opens the new day
  REQUIRE_FALSE(d.is_hit());
  REQUIRE(d.opening() == usd("9400"));
}
