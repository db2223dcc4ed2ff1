// The demo through the built program: exchange and engine over TLS on loopback, its summary, its
// journal, and the replay of it.

#include "infra/journal/journal_reader.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/old_journal.hpp"
#include "tests/support/process.hpp"

#include <sqlite3.h>

#include <cmath>
#include <nlohmann/json.hpp>

using namespace rg;
using namespace rg::test;
using Json = nlohmann::json;

namespace {

Json demo(const TempDir& dir, const std::string& journal) {
  const Finished run = run_engine({"demo", "--duration", "24", "--speed", "1800", "--seed", "22",
                                   "--journal", journal, "--json", "--no-console"},
                                  dir.path());
  INFO("stderr: " << run.err);
  REQUIRE(run.exit_code == 0);
  return Json::parse(run.out); // exactly one document
}

} // namespace

TEST_CASE("the demo trades over real sockets within the exchange's limits", "[e2e]") {
  const TempDir dir;
  const std::string journal = dir / "demo.db";
  const Json j = demo(dir, journal);

  const std::vector<std::string> fields{"run_id",   "seed",     "duration_s", "market_seconds",
                                        "pairs",    "exchange", "portfolio",  "journal",
                                        "restarts", "exit"};
  CHECK(j.size() == fields.size());
  for (const std::string& field : fields) {
    INFO(field);
    CHECK(j.contains(field));
  }
  REQUIRE(j.at("pairs").size() == 8);
  std::uint64_t bars = 0, decisions = 0, orders = 0, fills = 0;
  for (const auto& [name, pair] : j.at("pairs").items()) {
    INFO(name);
    CHECK(Symbol::parse(name)->name() == name);
    bars += pair.at("bars").get<std::uint64_t>();
    decisions += pair.at("decisions").get<std::uint64_t>();
    orders += pair.at("orders").get<std::uint64_t>();
    fills += pair.at("fills").get<std::uint64_t>();
    CHECK(pair.at("regime").is_string());
    CHECK(pair.at("pnl").is_number());
  }
  CHECK(bars >= 8 * 15);
  CHECK(decisions > 0);
  CHECK(orders > 0);
  CHECK(fills > 0);
  CHECK(j.at("market_seconds").get<double>() >= 24 * 1800 * 0.9);
  const Json& exchange = j.at("exchange");
  CHECK(exchange.at("order_requests").get<std::uint64_t>() >= orders);
  CHECK(exchange.at("max_requests_per_second").get<int>() <= 10);
  CHECK(exchange.at("rejected_429") == 0);
  CHECK(exchange.at("signature_failures") == 0);
  CHECK(j.at("journal").at("verified") == true);
  CHECK(j.at("restarts") == 0);
  CHECK(j.at("exit") == 0);

  { // its journal verifies and explains itself
    CHECK(run_engine({"verify", "--journal", journal}, dir.path()).exit_code == 0);
    const Finished explained =
        run_engine({"explain", "--last", "3", "--journal", journal}, dir.path());
    CHECK(explained.exit_code == 0);
    CHECK(explained.out.find("regime with") != std::string::npos);
  }
  { // a replay comes to identical records
    const Finished replay = run_engine({"replay", "--journal", journal, "--json"}, dir.path());
    INFO(replay.out << replay.err);
    CHECK(replay.exit_code == 0);
    const Json r = Json::parse(replay.out);
    CHECK(r.at("identical") == true);
    CHECK(r.at("clean_end") == true);
    CHECK(r.at("decisions").get<std::uint64_t>() == decisions);
    CHECK(r.at("fills").get<std::uint64_t>() == fills);
  }
  { // a backup in another folder can be replayed too
    const std::string copy = dir / "backup/copy.db";
    const Finished backup =
        run_engine({"backup", "--journal", journal, "--out", copy, "--json"}, dir.path());
    INFO(backup.out << backup.err);
    REQUIRE(backup.exit_code == 0);
    CHECK(Json::parse(backup.out).at("recordings").at("copied").size() == 1);
    const Finished replay = run_engine({"replay", "--journal", copy, "--json"}, dir.path());
    INFO(replay.out << replay.err);
    CHECK(replay.exit_code == 0);
    CHECK(Json::parse(replay.out).at("identical") == true);
    CHECK(Json::parse(replay.out).at("clean_end") == true);

    // One byte of one record, changed in the file: verify names the record.
    std::string bytes = read_file(copy);
    const auto at = bytes.find("the demo is over");
    REQUIRE(at != std::string::npos);
    bytes[at] = 'T';
    write_file(copy, bytes);
    const Finished verify =
        run_engine({"verify", "--journal", copy, "--key", dir / "data/journal.key"}, dir.path());
    INFO(verify.out << verify.err);
    CHECK(verify.exit_code == 1);
    CHECK(verify.out.find("supervision_events") != std::string::npos);
    auto reader = JournalReader::open(journal);
    REQUIRE(reader);
    for (const auto& stored : reader->last<SupervisionRecord>()) {
      if (stored.record.kind == "shutdown") {
        CHECK(verify.out.find(std::to_string(stored.sequence)) != std::string::npos);
      }
    }
  }
  { // the same run as schema 1 journalled it, carried over, is explained, replayed and written on
    const std::string key = dir / "data/journal.key";
    std::vector<JournalRecord> records;
    {
      auto reader = JournalReader::open(journal);
      REQUIRE(reader);
      reader->for_each([&](std::uint64_t, const JournalRecord& r) { records.push_back(r); });
    }
    const auto head = testing::write_old_journal(dir / "old.db", key, records);
    const Finished explained =
        run_engine({"explain", "--last", "1", "--journal", dir / "old.db"}, dir.path());
    CHECK(explained.exit_code == 2);
    CHECK(explained.err.find("regimeguard migrate") != std::string::npos);
    const std::string now = dir / "carried.db";
    const Finished migrated =
        run_engine({"migrate", "--journal", dir / "old.db", "--to", now, "--json"}, dir.path());
    INFO(migrated.out << migrated.err);
    REQUIRE(migrated.exit_code == 0);
    CHECK(Json::parse(migrated.out).at("ok") == true);
    CHECK(Json::parse(migrated.out).at("origin").at("head_hash") == head.hash);
    CHECK(run_engine({"verify", "--journal", now}, dir.path()).exit_code == 0);
    const Finished told =
        run_engine({"explain", "--last", "1", "--journal", now, "--json"}, dir.path());
    CHECK(told.exit_code == 0);
    auto carried = JournalReader::open(now);
    REQUIRE(carried);
    for (const auto& stored : carried->last<DecisionRecord>()) {
      CHECK(std::isnan(stored.record.decision.risk.inputs.cluster_share));
    }
    const Finished replay = run_engine({"replay", "--journal", now, "--json"}, dir.path());
    INFO(replay.out << replay.err);
    CHECK(replay.exit_code == 0);
    const Json r = Json::parse(replay.out);
    CHECK(r.at("identical") == true);
    CHECK(r.at("decisions").get<std::uint64_t>() == decisions);
    CHECK(r.at("not_recorded").get<std::uint64_t>() == 6 * decisions);
    CHECK(run_engine({"migrate", "--journal", dir / "old.db", "--to", now}, dir.path()).exit_code ==
          2);
  }
  { // after a change, a replay names the first field that differs
    auto reader = JournalReader::open(journal);
    REQUIRE(reader);
    const auto last = reader->last<DecisionRecord>(1);
    REQUIRE(last.size() == 1);
    const std::string id = last[0].record.decision.id.text();
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open(journal.c_str(), &db) == SQLITE_OK);
    const std::string change =
        "UPDATE decisions SET confidence = confidence + 0.125 WHERE decision = '" + id + "'";
    // The journal refuses changes by triggers; somebody who edits the file drops them first.
    sqlite3_exec(db,
                 "PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE type = 'trigger'; "
                 "PRAGMA writable_schema = RESET",
                 nullptr, nullptr, nullptr);
    REQUIRE(sqlite3_exec(db, change.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(db);
    const Finished replay = run_engine({"replay", "--journal", journal, "--json"}, dir.path());
    INFO(replay.out << replay.err);
    CHECK(replay.exit_code == 1);
    const Json r = Json::parse(replay.out);
    CHECK(r.at("identical") == false);
    CHECK(r.at("difference").at("field") == "confidence");
    CHECK(r.at("difference").at("where").get<std::string>() == "decision " + id);
    CHECK(run_engine({"verify", "--journal", journal}, dir.path()).exit_code == 1);
  }
}

TEST_CASE("the demo trades over v3 too, and its run replays", "[e2e]") {
  const TempDir dir;
  const std::string journal = dir / "v3.db";
  const Finished run = run_engine({"demo", "--api", "v3", "--duration", "16", "--speed", "1800",
                                   "--seed", "22", "--journal", journal, "--json", "--no-console"},
                                  dir.path());
  INFO("stderr: " << run.err);
  REQUIRE(run.exit_code == 0);
  const Json j = Json::parse(run.out);
  std::uint64_t fills = 0;
  for (const auto& [name, pair] : j.at("pairs").items()) {
    fills += pair.at("fills").get<std::uint64_t>();
  }
  CHECK(fills > 0);
  CHECK(j.at("exchange").at("signature_failures") == 0);
  CHECK(j.at("exchange").at("rejected_429") == 0);
  CHECK(j.at("restarts") == 0);
  const Finished replay = run_engine({"replay", "--journal", journal, "--json"}, dir.path());
  INFO(replay.out << replay.err);
  CHECK(replay.exit_code == 0);
}

TEST_CASE("the demo says what is wrong with its options", "[e2e]") {
  const TempDir dir;
  for (const auto& bad : std::vector<std::vector<std::string>>{
           {"--duration", "0"}, {"--speed", "-5"}, {"--speed", "1e9"}, {"--api", "v4"}}) {
    std::vector<std::string> arguments{"demo"};
    arguments.insert(arguments.end(), bad.begin(), bad.end());
    const Finished run = run_engine(arguments, dir.path());
    CHECK(run.exit_code == 2);
    CHECK(run.err.find(bad[0]) != std::string::npos);
  }
}
