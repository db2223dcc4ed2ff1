#include "actors/strategy/trend_rule.hpp"
#include "tests/support/bar_builders.hpp"
#include "tests/support/catch.hpp"

using namespace rg;
using namespace rg::test;

namespace {

StrategySettings short_settings() {
  StrategySettings s;
  s.ema_fast = 2;
  s.ema_slow = 6;
  s.trend_min_score = 0.05;
  s.trend_setup_bars = 4;
  return s;
}

/// Feeds closes as bars and keeps the index running.
class Feeder {
public:
  explicit Feeder(TrendRule& rule) : rule_(rule) {}
  void close(double price, std::uint32_t gap_slots = 0) {
    index_ += gap_slots;
    rule_.on_bar(to_rule_bar(step_bar(index_++, last_, price, 10.0, gap_slots)));
    last_ = price;
  }
  /// Alternating closes that end flat: averages meet, volatility is known.
  void warm_up(double price, int bars) {
    last_ = price;
    for (int i = 0; i < bars; ++i) {
      close(i % 2 == 0 ? price * 1.001 : price);
    }
  }
  [[nodiscard]] double last() const { return last_; }

private:
  TrendRule& rule_;
  std::int64_t index_ = 0;
  double last_ = 0.0;
};

} // namespace

TEST_CASE("EMAs of log price follow their recursion", "[unit][strategy]") {
  TrendRule rule(short_settings());
  Feeder feed(rule);
  feed.close(100.0); // both averages start at the first close
  feed.close(110.0);
  // α = 2/(N+1): 2/3 and 2/7 of the step ln 1.1
  const double step = std::log(1.1);
  CHECK(rule.fast() == Approx(std::log(100.0) + step * 2.0 / 3.0).epsilon(1e-12));
  CHECK(rule.slow() == Approx(std::log(100.0) + step * 2.0 / 7.0).epsilon(1e-12));
}

TEST_CASE("a close after a gap weighs for the missing slots too", "[unit][strategy]") {
  TrendRule rule(short_settings());
  Feeder feed(rule);
  feed.close(100.0);
  feed.close(110.0, 2); // two slots missing: three steps of the slow average
  const double kept = std::pow(1.0 - 2.0 / 7.0, 3.0);
  CHECK(rule.slow() == Approx(std::log(100.0) + std::log(1.1) * (1.0 - kept)).epsilon(1e-12));
  CHECK(rule.bar_volatility() == 0.0); // the jump over the gap is no bar's return
}

TEST_CASE("an upward cross fires once, one bar later at the earliest", "[unit][strategy]") {
  TrendRule rule(short_settings());
  Feeder feed(rule);
  feed.warm_up(100.0, 40);
  // Drop below so that the next rise is a cross.
  for (int i = 0; i < 6; ++i) {
    feed.close(feed.last() * 0.995);
  }
  REQUIRE(rule.direction() == -1);
  int bars_to_cross = 0;
  while (rule.direction() < 0) {
    feed.close(feed.last() * 1.01);
    REQUIRE(++bars_to_cross < 20);
  }
  CHECK_FALSE(rule.due().has_value()); // the bar of the cross itself
  feed.close(feed.last() * 1.01);
  REQUIRE(rule.due() == Side::buy);
  rule.consume();
  CHECK_FALSE(rule.due().has_value());
  feed.close(feed.last() * 1.01);
  CHECK_FALSE(rule.due().has_value());
}

TEST_CASE("a setup that waits longer than allowed is dropped", "[unit][strategy]") {
  StrategySettings settings = short_settings();
  settings.trend_min_score = 1e6; // never due
  TrendRule rule(settings);
  StrategySettings patient = short_settings();
  patient.trend_setup_bars = 4;
  TrendRule other(patient);
  Feeder a(rule), b(other);
  a.warm_up(100.0, 40);
  b.warm_up(100.0, 40);
  for (int i = 0; i < 6; ++i) {
    a.close(a.last() * 0.995);
    b.close(b.last() * 0.995);
  }
  for (int i = 0; i < 4; ++i) {
    a.close(a.last() * 1.01);
    b.close(b.last() * 1.01);
  }
  CHECK_FALSE(rule.due().has_value()); // slope bound binds
  CHECK(other.due().has_value());
  for (int i = 0; i < 6; ++i) {
    b.close(b.last() * 1.01);
  }
  CHECK_FALSE(other.due().has_value()); // too old now, and never consumed
}

TEST_CASE("a pullback to the other side of the fast EMA arms a new setup", "[unit][strategy]") {
  TrendRule rule(short_settings());
  Feeder feed(rule);
  feed.warm_up(100.0, 40);
  for (int i = 0; i < 12; ++i) {
    feed.close(feed.last() * 1.01);
  }
  rule.consume();
  REQUIRE(rule.direction() == 1);
  feed.close(feed.last() * 0.985); // below the fast EMA, above the slow one
  REQUIRE(rule.direction() == 1);
  REQUIRE(rule.close() < rule.fast());
  feed.close(feed.last() * 1.02); // back above: armed
  CHECK_FALSE(rule.due().has_value());
  feed.close(feed.last() * 1.01);
  CHECK(rule.due() == Side::buy);
}

TEST_CASE("touching averages are no opposite cross", "[unit][strategy]") {
  TrendRule rule(short_settings());
  Feeder feed(rule);
  feed.warm_up(100.0, 40);
  CHECK_FALSE(rule.crossed_against(PositionSide::long_side));
  CHECK_FALSE(rule.crossed_against(PositionSide::short_side));
  for (int i = 0; i < 10; ++i) {
    feed.close(feed.last() * 0.99);
  }
  CHECK(rule.crossed_against(PositionSide::long_side));
  CHECK_FALSE(rule.crossed_against(PositionSide::short_side));
}

TEST_CASE("prices that do not move give no trend signal", "[unit][strategy]") {
  TrendRule rule(short_settings());
  Feeder feed(rule);
  for (int i = 0; i < 100; ++i) {
    feed.close(100.0);
  }
  CHECK(rule.score() == 0.0);
  CHECK_FALSE(rule.due().has_value());
}
