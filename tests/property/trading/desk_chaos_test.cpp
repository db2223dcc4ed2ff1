#include "tests/property/trading/chaos_run.hpp"

#include <cstdlib>
#include <iostream>

using namespace rg;
using namespace rg::test;

namespace {

/// RG_CHAOS_SEEDS=n searches further than the test suite has time for.
std::uint64_t seeds(std::uint64_t usual) {
  const char* more = std::getenv("RG_CHAOS_SEEDS");
  return more != nullptr ? std::strtoull(more, nullptr, 10) : usual;
}
std::uint64_t first_seed() {
  const char* from = std::getenv("RG_CHAOS_FIRST");
  return from != nullptr ? std::strtoull(from, nullptr, 10) : 1;
}

} // namespace

TEST_CASE("in calm weather everything settles", "[property][order]") {
  for (std::uint64_t seed = first_seed(); seed < first_seed() + seeds(40); ++seed) {
    INFO("seed " << seed);
    ChaosRun run(seed);
    run.run(10min, Weather::calm());
    run.quiesce();
    run.check_settled();
  }
}

TEST_CASE("in a storm no order doubles, no budget breaks, every position is protected or closed",
          "[property][order]") {
  int crashes = 0;
  int entries = 0;
  int closes = 0;
  int alarms = 0;
  for (std::uint64_t seed = first_seed(); seed < first_seed() + seeds(60); ++seed) {
    INFO("seed " << seed);
    ChaosRun run(seed);
    run.run(10min, Weather::storm());
    run.quiesce();
    run.check_settled();
    crashes += run.crashes;
    entries += run.entries;
    closes += run.closes;
    alarms += run.alarms;
  }
  std::cout << "chaos: " << entries << " entries, " << closes << " closes, " << crashes
            << " crashes, " << alarms << " unprotected alarms\n";
  REQUIRE(crashes > 20);
  REQUIRE(entries > 500);
  REQUIRE(closes > 100);
}
