// SQLite on a disk that forgets: after a death at any write of any commit the journal opens again,
// its chain holds, and no acknowledged record is missing.

#include "infra/journal/appender.hpp"
#include "infra/journal/chain_walk.hpp"
#include "infra/journal/fault_disk.hpp"
#include "infra/market/random_stream.hpp"
#include "tests/support/catch.hpp"

using namespace rg;
using journal::Appender;
using journal::Database;
using journal::FaultDisk;

namespace {

std::vector<JournalRecord> records(int from, int count) {
  std::vector<JournalRecord> out;
  for (int i = 0; i < count; ++i) {
    SupervisionRecord record;
    record.kind = "test";
    record.detail = "record " + std::to_string(from + i) + std::string(200, 'x');
    out.push_back(record);
  }
  return out;
}

struct Opened {
  explicit Opened(FaultDisk& disk, bool make = false)
      : database("j.db", Database::Mode::create, disk.vfs_name()) {
    journal::prepare_for_writing(database, make);
    appender.emplace(database);
  }
  Database database;
  std::optional<Appender> appender;
};

} // namespace

TEST_CASE("a journal survives a death at every write, torn pages included", "[simulation]") {
  RandomStream random(5, 1);
  std::uint64_t lost = 0, deaths = 0;
  for (std::uint64_t at = 1; at <= 120; ++at) {
    FaultDisk disk;
    std::uint64_t acknowledged = 0;
    { Opened make(disk, true); }
    {
      Opened journal(disk);
      disk.kill_at_write(at, at % 2 == 0);
      try {
        for (int i = 0; i < 12; ++i) {
          journal.appender->append(records(10 * i, 1 + i % 5));
          if (!disk.killed()) {
            acknowledged = journal.appender->head().count;
          }
        }
      } catch (const JournalFailure&) {
        ++deaths;
      }
    }
    disk.restart([&] { return random.chance(0.5); });
    lost += disk.bytes_unsynced_lost();
    Opened again(disk);
    const auto head = again.appender->head();
    INFO("death at write " << at);
    CHECK(head.count >= acknowledged);
    CHECK_FALSE(journal::check_chain(again.database, {}, head.count));
    again.appender->append(records(500, 3)); // and it goes on from there
    CHECK(again.appender->head().count == head.count + 3);
    CHECK_FALSE(journal::check_chain(again.database, {}, head.count + 3));
  }
  CHECK(deaths > 30);
  CHECK(lost > 0);
}

TEST_CASE("a full disk refuses, keeps what was there, and takes records again later",
          "[simulation]") {
  FaultDisk disk;
  { Opened make(disk, true); }
  Opened journal(disk);
  journal.appender->append(records(0, 4));
  disk.set_full(true);
  CHECK_THROWS_AS(journal.appender->append(records(4, 4)), JournalFailure);
  CHECK(journal.appender->head().count == 4);
  disk.set_full(false);
  journal.appender->append(records(4, 4));
  CHECK(journal.appender->head().count == 8);
  CHECK_FALSE(journal::check_chain(journal.database, {}, 8));
}

TEST_CASE(
    "a file system that goes read-only under a running journal fails the append whole, and says so",
    "[simulation]") {
  FaultDisk disk;
  { Opened make(disk, true); }
  Opened journal(disk);
  journal.appender->append(records(0, 4));
  disk.set_read_only(true);
  for (int i = 0; i < 3; ++i) { // every time again: trading stands still as long as this does
    std::string told;
    try {
      journal.appender->append(records(4, 4));
    } catch (const JournalFailure& failure) {
      told = failure.what();
    }
    INFO(told);
    CHECK(told.starts_with("j.db: "));
    CHECK(told.find("went read-only; check the device") != std::string::npos);
    CHECK(told.find('\n') == std::string::npos);
  }
  CHECK(journal.appender->head().count == 4);
  disk.set_read_only(false);
  journal.appender->append(records(4, 4));
  CHECK(journal.appender->head().count == 8);
  CHECK_FALSE(journal::check_chain(journal.database, {}, 8));
}

TEST_CASE("what was not synced may be lost, and what was synced is not", "[simulation]") {
  FaultDisk disk;
  FaultDisk::File& file = disk.files()["plain"];
  CHECK(disk.write(file, 0, "abcd", 4) == 0);
  CHECK(disk.sync(file) == 0);
  CHECK(disk.write(file, 2, "XY", 2) == 0);
  CHECK(file.seen == "abXY");
  disk.restart([] { return false; });
  CHECK(file.seen == "abcd");
}
