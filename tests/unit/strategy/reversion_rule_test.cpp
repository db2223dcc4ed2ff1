#include "actors/strategy/reversion_rule.hpp"
#include "tests/support/bar_builders.hpp"
#include "tests/support/catch.hpp"

#include <vector>

using namespace rg;
using namespace rg::test;

namespace {

StrategySettings short_settings() {
  StrategySettings s;
  s.band_window = 10;
  s.band_entry_z = 1.5;
  return s;
}

class Feeder {
public:
  explicit Feeder(ReversionRule& rule) : rule_(rule) {}
  /// One slot with all four prices and the volume given.
  void flat(double price, double volume = 10.0, std::uint32_t gap_slots = 0) {
    index_ += gap_slots;
    rule_.on_bar(to_rule_bar(step_bar(index_++, price, price, volume, gap_slots)));
  }
  void chop(int bars) {
    for (int i = 0; i < bars; ++i) {
      flat(i % 2 == 0 ? 100.0 : 101.0);
    }
  }

private:
  ReversionRule& rule_;
  std::int64_t index_ = 0;
};

} // namespace

TEST_CASE("the band is the rolling VWAP and the deviation of log closes", "[unit][strategy]") {
  ReversionRule rule(short_settings());
  Feeder feed(rule);
  feed.chop(10);
  // Five closes at ln 100 and five at ln 101, equal volumes: the centre lies half way, and the
  // sample standard deviation is ½·ln 1.01·√(10/9).
  const double half = 0.5 * std::log(1.01);
  CHECK(rule.centre() == Approx(std::log(100.0) + half).epsilon(1e-12));
  CHECK(rule.width() == Approx(half * std::sqrt(10.0 / 9.0)).epsilon(1e-9));
  CHECK(rule.z() == Approx(std::sqrt(9.0 / 10.0)).epsilon(1e-9)); // the last close is the upper one
}

TEST_CASE("the band is valid with at least 80 % of its slots", "[unit][strategy]") {
  ReversionRule rule(short_settings());
  Feeder feed(rule);
  feed.chop(7);
  CHECK_FALSE(rule.ready());
  feed.flat(100.0);
  CHECK(rule.ready());
  feed.flat(101.0, 10.0, 5); // five missing slots: 5 of 10 are left
  CHECK_FALSE(rule.ready());
  CHECK_FALSE(rule.due().has_value());
}

TEST_CASE("an excursion is faded once, when it turns back", "[unit][strategy]") {
  ReversionRule rule(short_settings());
  Feeder feed(rule);
  feed.chop(10);
  feed.flat(103.0);
  REQUIRE(rule.z() > 1.5);
  CHECK_FALSE(rule.due().has_value()); // still going out
  feed.flat(102.4);                    // turned
  REQUIRE(rule.due() == Side::sell);
  rule.consume();
  CHECK_FALSE(rule.due().has_value());
  feed.flat(102.2);
  CHECK_FALSE(rule.due().has_value()); // one signal per excursion
}

TEST_CASE("a low excursion is bought", "[unit][strategy]") {
  ReversionRule rule(short_settings());
  Feeder feed(rule);
  feed.chop(10);
  feed.flat(98.0);
  feed.flat(98.6);
  CHECK(rule.due() == Side::buy);
}

TEST_CASE("an excursion that has nearly gone back is over", "[unit][strategy]") {
  ReversionRule rule(short_settings());
  Feeder feed(rule);
  feed.chop(10);
  feed.flat(103.0);
  feed.flat(100.9); // within half of band_entry_z
  CHECK_FALSE(rule.due().has_value());
}

TEST_CASE("prices that do not move make no band", "[unit][strategy]") {
  ReversionRule rule(short_settings());
  Feeder feed(rule);
  for (int i = 0; i < 30; ++i) {
    feed.flat(100.0);
  }
  CHECK_FALSE(rule.ready());
  CHECK(rule.z() == 0.0);
}

TEST_CASE("without volume the band centres on the mean close", "[unit][strategy]") {
  ReversionRule rule(short_settings());
  Feeder feed(rule);
  for (int i = 0; i < 10; ++i) {
    feed.flat(i % 2 == 0 ? 100.0 : 101.0, 0.0);
  }
  CHECK(rule.centre() == Approx(0.5 * (std::log(100.0) + std::log(101.0))).epsilon(1e-12));
}
