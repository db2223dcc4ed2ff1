// A venue whose clock is too far from ours: the engine runs, signs with the venue's time, and opens
// nothing until the clocks agree.

#include "tests/e2e/cli/venue_house.hpp"

#include <algorithm>

using namespace rg;
using namespace rg::test;
using namespace std::chrono_literals;

TEST_CASE("a venue clock that is 25 s ahead closes the gate, set right, it opens", "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house({.faults = {{exchange::FaultKind::clock_skew,
                                {.rate = 1.0, .delay_ms = 25'000, .only = {}}}}});
  const std::string config = house.config(dir, "sim", "[venue_clock]\nmax_age = \"10s\"\n");
  const auto status = [&]() -> Json {
    const Finished told = house.run(dir, {"status", "--config", config, "--json"});
    return told.exit_code == 0 ? Json::parse(told.out) : Json();
  };
  const auto all_say = [](const Json& now, const std::string& word) {
    return now.is_object() &&
           std::all_of(now.at("pairs").begin(), now.at("pairs").end(), [&](const Json& pair) {
             const Json& because = pair.at("not_trading_because");
             return std::find(because.begin(), because.end(), word) != because.end();
           });
  };
  Process engine({engine_binary(), "run", "--config", config}, dir / "run.out", dir / "run.err",
                 dir.path(), house.environment());
  Json now;
  const bool closed = wait_for([&] { return all_say(now = status(), "clock_uncertain"); }, 40s);
  INFO(read_file(dir / "run.err") << now.dump());
  REQUIRE(closed);
  CHECK(now.at("venue_clock").at("open") == false);
  CHECK(now.at("clock_offset_ms").get<double>() > 24'000.0);
  CHECK_FALSE(now.at("venue_clock").at("closed_because").get<std::string>().empty());
  CHECK(now.at("reconciled") == true); // signed with the venue's own time, private calls work
  const Finished refused = house.run(dir, {"api-test", "--config", config, "--timeout", "3"});
  CHECK(refused.exit_code != 0); // the engine holds the journal, and the gate would be closed too

  house.set_fault(exchange::FaultKind::clock_skew, {.rate = 0.0, .only = {}});
  const bool opened = wait_for(
      [&] {
        now = status();
        return now.is_object() && now.at("venue_clock").at("open") == true &&
               !all_say(now, "clock_uncertain");
      },
      40s);
  INFO(now.dump());
  CHECK(opened);
  engine.signal(SIGTERM);
  CHECK(engine.wait() == 0);
  std::vector<std::string> kinds;
  if (auto reader = JournalReader::open(dir / "sim.db")) {
    for (const auto& stored : reader->last<SupervisionRecord>()) {
      kinds.push_back(stored.record.kind);
    }
  }
  CHECK(std::count(kinds.begin(), kinds.end(), "clock_uncertain") == 1);
  CHECK(std::count(kinds.begin(), kinds.end(), "clock_certain") == 1);
  CHECK(house.server().stats().orders == 0);
}
