#include "actors/guard/guard_levels.hpp"
#include "tests/support/bar_builders.hpp"
#include "tests/support/catch.hpp"

using namespace rg;
using namespace rg::test;

namespace {

GuardEvidence evidence(GuardLevel level, GuardCause cause = GuardCause::jump) {
  return {level, cause, 12.0, 10.0};
}

} // namespace

TEST_CASE("a level rises at once and tells its cause", "[unit][guard]") {
  GuardLevels levels(Symbol::from_id(2), GuardSettings{});
  CHECK(levels.state().level == GuardLevel::normal);
  CHECK(levels.state().exposure_factor == 1.0);
  const auto changed = levels.on_evidence(evidence(GuardLevel::halt), kMarketStart);
  REQUIRE(changed.has_value());
  CHECK(changed->symbol == Symbol::from_id(2));
  CHECK(changed->level == GuardLevel::halt);
  CHECK(changed->cause == GuardCause::jump);
  CHECK(changed->evidence == 12.0);
  CHECK(changed->threshold == 10.0);
  CHECK(changed->exposure_factor == 0.0);
  CHECK(changed->stamp == kMarketStart);
}

TEST_CASE("caution leaves a part of the exposure", "[unit][guard]") {
  GuardLevels levels(Symbol{}, GuardSettings{});
  CHECK(levels.on_evidence(evidence(GuardLevel::caution), kMarketStart)->exposure_factor == 0.5);
}

TEST_CASE("lesser evidence neither lowers a level nor changes its cause", "[unit][guard]") {
  GuardLevels levels(Symbol{}, GuardSettings{});
  static_cast<void>(levels.on_evidence(evidence(GuardLevel::halt), kMarketStart));
  CHECK_FALSE(levels.on_evidence(evidence(GuardLevel::caution, GuardCause::spread), kMarketStart));
  CHECK(levels.state().cause == GuardCause::jump);
}

TEST_CASE("a halt steps down through caution, each for its hold time", "[unit][guard]") {
  GuardLevels levels(Symbol{}, GuardSettings{}); // 2 h and 30 min
  static_cast<void>(levels.on_evidence(evidence(GuardLevel::halt), kMarketStart));
  CHECK_FALSE(levels.on_time(kMarketStart + 2h - 1ns));
  const auto caution = levels.on_time(kMarketStart + 2h);
  REQUIRE(caution.has_value());
  CHECK(caution->level == GuardLevel::caution);
  CHECK(caution->cause == GuardCause::jump);
  CHECK_FALSE(levels.on_time(kMarketStart + 2h + 30min - 1ns));
  const auto normal = levels.on_time(kMarketStart + 2h + 30min);
  REQUIRE(normal.has_value());
  CHECK(normal->level == GuardLevel::normal);
  CHECK(normal->cause == GuardCause::none);
  CHECK(normal->exposure_factor == 1.0);
  CHECK_FALSE(levels.on_time(kMarketStart + 1000h));
}

TEST_CASE("new evidence for a level renews its hold time", "[unit][guard]") {
  GuardLevels levels(Symbol{}, GuardSettings{});
  static_cast<void>(levels.on_evidence(evidence(GuardLevel::halt), kMarketStart));
  static_cast<void>(levels.on_evidence(evidence(GuardLevel::halt), kMarketStart + 1h));
  CHECK_FALSE(levels.on_time(kMarketStart + 3h - 1ns));
  CHECK(levels.on_time(kMarketStart + 3h)->level == GuardLevel::caution);
}

TEST_CASE("a kill is latched: time and quiet do not open it within a day", "[unit][guard]") {
  GuardLevels levels(Symbol{}, GuardSettings{});
  static_cast<void>(levels.on_evidence(evidence(GuardLevel::kill), kMarketStart));
  for (Timestamp t = kMarketStart; t < kMarketStart + 24h; t = t + 10min) {
    REQUIRE_FALSE(levels.on_time(t).has_value());
    REQUIRE(levels.state().level == GuardLevel::kill);
  }
}

TEST_CASE("a person's release opens a kill into a halt", "[unit][guard]") {
  GuardLevels levels(Symbol{}, GuardSettings{});
  CHECK_FALSE(levels.release(kMarketStart).has_value()); // nothing to release
  static_cast<void>(levels.on_evidence(evidence(GuardLevel::kill), kMarketStart));
  const auto released = levels.release(kMarketStart + 1h);
  REQUIRE(released.has_value());
  CHECK(released->level == GuardLevel::halt);
  CHECK(released->cause == GuardCause::operator_action);
  CHECK(levels.on_time(kMarketStart + 3h)->level == GuardLevel::caution);
}

TEST_CASE("the written rule opens a kill after a day without new evidence", "[unit][guard]") {
  GuardLevels levels(Symbol{}, GuardSettings{});
  static_cast<void>(levels.on_evidence(evidence(GuardLevel::kill), kMarketStart));
  static_cast<void>(levels.on_evidence(evidence(GuardLevel::kill), kMarketStart + 5h));
  CHECK_FALSE(levels.on_time(kMarketStart + 29h - 1ns));
  CHECK(levels.on_time(kMarketStart + 29h)->level == GuardLevel::halt);
}
