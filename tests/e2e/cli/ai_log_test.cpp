// The AI log end to end: refused uploads wait, stop new risk, survive kill -9, and arrive.

#include "tests/e2e/cli/venue_house.hpp"

using namespace rg;
using namespace rg::test;
using namespace std::chrono_literals;

TEST_CASE(
    "uploads that the venue refuses survive kill -9, stop new risk meanwhile, and arrive once",
    "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house(
      {.speed = 4.0,
       .faults = {{exchange::FaultKind::server_error, {.rate = 1.0, .only = "uploadAiLog"}}}});
  const std::string config = house.config(
      dir, "sim", "[ai_log]\nstuck_after = \"10s\"\noutbox = \"" + (dir / "outbox.db") + "\"\n");
  const std::string journal = dir / "sim.db";
  const auto supervision = [&](const std::string& kind) {
    std::size_t n = 0;
    if (auto reader = JournalReader::open(journal)) {
      for (const auto& stored : reader->last<SupervisionRecord>()) {
        n += stored.record.kind == kind && stored.record.subject == "ai_log_stuck" ? 1 : 0;
      }
    }
    return n;
  };
  const auto acked = [&] {
    std::vector<AiLogRecord> logs;
    if (auto reader = JournalReader::open(journal)) {
      for (const auto& stored : reader->last<AiLogRecord>()) {
        logs.push_back(stored.record);
      }
    }
    return logs;
  };

  { // two orders whose logs are refused: the test trade and its close
    const Finished told =
        house.run(dir, {"api-test", "--config", config, "--timeout", "15", "--json"});
    INFO(told.out << told.err);
    CHECK(told.exit_code == 1); // the log was not acked; all else held
    CHECK(house.flat());
    CHECK(house.ai_logs().empty());
    CHECK(acked().empty());
  }
  { // a day later, as it were: the backlog is too old
    Process engine({engine_binary(), "run", "--config", config}, dir / "run.out", dir / "run.err",
                   dir.path(), house.environment());
    const bool stuck = wait_for([&] { return supervision("condition_stands") == 1; }, 60s);
    INFO(read_file(dir / "run.err"));
    REQUIRE(stuck);
    engine.signal(SIGKILL);
    engine.wait();
  }
  house.set_fault(exchange::FaultKind::server_error, {.rate = 0.0, .only = {}});
  {
    Process engine({engine_binary(), "run", "--config", config}, dir / "run.out", dir / "run2.err",
                   dir.path(), house.environment());
    const bool arrived = wait_for([&] { return acked().size() >= 2; }, 60s);
    INFO(read_file(dir / "run2.err"));
    REQUIRE(arrived);
    REQUIRE(wait_for([&] { return supervision("condition_cleared") >= 1; }, 30s));
    engine.signal(SIGTERM);
    CHECK(engine.wait() == 0);
  }
  const auto logs = house.ai_logs();
  const auto records = acked();
  CHECK(logs.size() == records.size());
  std::set<std::uint64_t> orders;
  for (const AiLogRecord& record : records) {
    CHECK(record.status == "acked");
    CHECK(record.head_hash.size() == 64);
    CHECK(orders.insert(record.venue_id).second);
  }
  for (const exchange::AiLog& log : logs) {
    CHECK(orders.contains(log.order)); // what arrived is what the journal says
  }
  CHECK(house.run(dir, {"verify", "--journal", journal}).exit_code == 0);
}
