#include "infra/journal/journal_reader.hpp"
#include "infra/journal/journal_verify.hpp"
#include "infra/journal/sqlite_journal.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/old_journal.hpp"
#include "tests/unit/journal/sample_records.hpp"
#include "tests/unit/journal/scratch_folder.hpp"

#include <bit>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

using namespace rg;
using rg::testing::bytes_of;
using rg::testing::SampleRecords;
using rg::testing::ScratchFolder;

namespace {

JournalReader reader(const std::string& path) {
  auto opened = JournalReader::open(path);
  REQUIRE(opened.has_value());
  return *std::move(opened);
}

VerifyReport verified(const std::string& path, const std::string& key) {
  const auto report = verify_journal(path, key);
  INFO((report ? "" : report.error().text()));
  REQUIRE(report.has_value());
  return *report;
}

std::string failure_of(const std::string& path, const std::string& key) {
  try {
    SqliteJournal journal(path, key);
  } catch (const JournalFailure& failure) {
    return failure.what();
  }
  return "opened";
}

} // namespace

// A field added to a record must become a column in infra/journal/tables.hpp too (and the schema
// version rise). These sizes are those of the fields that the journal stores.
static_assert(sizeof(DecisionRecord) == 584 && sizeof(OrderEvent) == 224 && sizeof(Fill) == 120);
static_assert(sizeof(RunRecord) == 232 && sizeof(EquityRecord) == 56 && sizeof(GuardRecord) == 56);
static_assert(sizeof(SupervisionRecord) == 112 && sizeof(AiLogRecord) == 144);

TEST_CASE("every field of every record comes back bit for bit", "[unit][journal]") {
  const ScratchFolder folder;
  SampleRecords samples(20250101);
  const std::vector<JournalRecord> written = samples.some(600);
  {
    SqliteJournal journal(folder / "j.db", folder / "key");
    for (std::size_t i = 0; i < written.size(); i += 40) {
      journal.append({written.begin() + static_cast<std::ptrdiff_t>(i),
                      written.begin() + static_cast<std::ptrdiff_t>(i) + 40});
    }
    CHECK(journal.count() == written.size());
  }
  std::size_t next = 0;
  reader(folder / "j.db").for_each([&](std::uint64_t sequence, const JournalRecord& record) {
    REQUIRE(next < written.size());
    CHECK(sequence == next + 1);
    CHECK(record.index() == written[next].index());
    CHECK(bytes_of(record) == bytes_of(written[next]));
    ++next;
  });
  CHECK(next == written.size());
  CHECK(verified(folder / "j.db", folder / "key").records == written.size());
}

TEST_CASE("doubles keep their sign of zero, and a NaN stays one", "[unit][journal]") {
  const ScratchFolder folder;
  EquityRecord odd;
  odd.drawdown = -0.0;
  odd.gross_leverage = std::nan("");
  odd.net_leverage = 0.1 + 0.2;
  {
    SqliteJournal journal(folder / "j.db", folder / "key");
    journal.append({odd});
  }
  const EquityRecord back = reader(folder / "j.db").last<EquityRecord>().at(0).record;
  CHECK(std::bit_cast<std::uint64_t>(back.drawdown) == std::bit_cast<std::uint64_t>(-0.0));
  CHECK(std::isnan(back.gross_leverage));
  CHECK(back.net_leverage == 0.1 + 0.2);
  CHECK_FALSE(verified(folder / "j.db", folder / "key").problem);
}

TEST_CASE("an append is stored as a whole and the head follows", "[unit][journal]") {
  const ScratchFolder folder;
  SampleRecords samples(1);
  SqliteJournal journal(folder / "j.db", folder / "key");
  CHECK(journal.count() == 0);
  CHECK(journal.head_hash() == std::string(64, '0'));
  journal.append({});
  CHECK(journal.count() == 0);
  journal.append(samples.some(3));
  CHECK(journal.count() == 3);
  journal.sync_head();
  const VerifyReport report = verified(folder / "j.db", folder / "key");
  CHECK_FALSE(report.problem);
  CHECK(report.records == 3);
  CHECK(report.head.count == 3);
  CHECK(report.head.hash == journal.head_hash());
  CHECK(report.last_hash == journal.head_hash());
  CHECK(report.beyond_head == 0);
}

TEST_CASE("a journal goes on after it was closed", "[unit][journal]") {
  const ScratchFolder folder;
  SampleRecords samples(2);
  std::string head;
  for (int session = 0; session < 3; ++session) {
    SqliteJournal journal(folder / "deep/er/j.db", folder / "deep/key");
    CHECK(journal.count() == static_cast<std::uint64_t>(5 * session));
    CHECK((session == 0 || journal.head_hash() == head));
    journal.append(samples.some(5));
    head = journal.head_hash();
  }
  CHECK(verified(folder / "deep/er/j.db", folder / "deep/key").records == 15);
}

TEST_CASE("the key is random, private and made once", "[unit][journal]") {
  const ScratchFolder folder;
  { SqliteJournal journal(folder / "a.db", folder / "key"); }
  struct stat info {};
  REQUIRE(::stat((folder / "key").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0600U);
  CHECK(info.st_size == 32);
  const auto before = journal::read_file(folder / "key");
  { SqliteJournal journal(folder / "b.db", folder / "key"); } // the same key for another journal
  CHECK(journal::read_file(folder / "key") == before);
  { SqliteJournal journal(folder / "c.db", folder / "other"); }
  CHECK(journal::read_file(folder / "other") != before);

  std::filesystem::permissions(folder / "key", std::filesystem::perms(0644));
  CHECK(failure_of(folder / "a.db", folder / "key").find("others may read the journal's key") !=
        std::string::npos);
}

TEST_CASE("a second writer is refused while readers go on", "[unit][journal]") {
  const ScratchFolder folder;
  SampleRecords samples(3);
  SqliteJournal journal(folder / "j.db", folder / "key");
  journal.append(samples.some(4));
  const std::string failure = failure_of(folder / "j.db", folder / "key");
  CHECK(failure.find("another engine (process " + std::to_string(::getpid()) +
                     ") writes this journal") != std::string::npos);

  const JournalReader first = reader(folder / "j.db");
  const JournalReader second = reader(folder / "j.db");
  CHECK(first.count() == 4);
  journal.append(samples.some(2)); // not blocked by readers
  CHECK(second.count() == 6);
  CHECK_FALSE(verified(folder / "j.db", folder / "key").problem);
}

TEST_CASE("UPDATE, DELETE and REPLACE are refused by the file itself", "[unit][journal]") {
  const ScratchFolder folder;
  SampleRecords samples(4);
  {
    SqliteJournal journal(folder / "j.db", folder / "key");
    for (std::size_t kind = 0; kind < journal::kTableCount; ++kind) {
      journal.append({samples.of_kind(kind)});
    }
  }
  journal::Database database(folder / "j.db", journal::Database::Mode::create);
  for (const journal::TableInfo& table : journal::tables()) {
    const std::string name = table.name;
    for (const std::string& sql : {"UPDATE " + name + " SET hash = 'x'", "DELETE FROM " + name,
                                   "INSERT OR REPLACE INTO " + name + " SELECT * FROM " + name}) {
      INFO(sql);
      CHECK_THROWS_WITH(database.run(sql), Catch::Contains("the journal is append-only"));
    }
  }
  CHECK_THROWS_WITH(database.run("UPDATE journal_schema SET version = 9"),
                    Catch::Contains("append-only"));
}

TEST_CASE("what cannot be a journal is refused and left as it was", "[unit][journal]") {
  const ScratchFolder folder;
  std::ofstream(folder / "text.db")
      << "this is a text file, longer than a SQLite header would be, and no database\n"
         "at all, whatever its name may say about it.................................";
  const auto before = journal::read_file(folder / "text.db");
  CHECK(failure_of(folder / "text.db", folder / "key").find("no journal") != std::string::npos);
  CHECK(journal::read_file(folder / "text.db") == before);
  {
    journal::Database other(folder / "other.db", journal::Database::Mode::create);
    other.run("CREATE TABLE mine (x)");
  }
  CHECK(failure_of(folder / "other.db", folder / "key").find("this SQLite file is no journal") !=
        std::string::npos);
  CHECK(failure_of("/proc/nowhere/j.db", folder / "key").find("cannot make the folder") !=
        std::string::npos);
}

TEST_CASE("a journal of an older version is refused by its version, and left as it was",
          "[unit][journal]") {
  const ScratchFolder folder;
  SampleRecords samples(6);
  const std::string path = folder / "j.db";
  const std::string key = folder / "key";
  testing::write_old_journal(path, key, samples.some(6));
  const auto before = journal::read_file(path);
  const std::string failure = failure_of(path, key);
  INFO(failure);
  CHECK(failure.find("schema version 1 is not 2") != std::string::npos);
  CHECK(failure.find("regimeguard migrate") != std::string::npos);
  CHECK(failure.find("nothing was written") != std::string::npos);
  CHECK(journal::read_file(path) == before);
  const auto opened = JournalReader::open(path); // explain, replay, the console
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().text().find("schema version 1 is not 2") != std::string::npos);
}

TEST_CASE("a journal that does not fit its head takes no records", "[unit][journal]") {
  const ScratchFolder folder;
  SampleRecords samples(5);
  const std::string path = folder / "j.db";
  const std::string key = folder / "key";
  {
    SqliteJournal journal(path, key);
    journal.append(samples.some(6));
  }
  const std::string head = *journal::read_file(path + ".head");

  SECTION("the head was removed") {
    std::filesystem::remove(path + ".head");
    CHECK(failure_of(path, key).find("is missing") != std::string::npos);
  }
  SECTION("the head was made with another key") {
    CHECK(failure_of(path, folder / "key2").find("does not carry our signature") !=
          std::string::npos);
  }
  SECTION("the head is nonsense") {
    std::ofstream(path + ".head") << "{}";
    CHECK(failure_of(path, key).find("does not carry our signature") != std::string::npos);
  }
  SECTION("the file was removed") {
    std::filesystem::remove(path);
    CHECK(failure_of(path, key).find("the journal is gone but its head is still there") !=
          std::string::npos);
    CHECK_FALSE(std::filesystem::exists(path));
  }
  SECTION("the file was replaced by an empty one") {
    std::filesystem::remove(path);
    std::ofstream touch(path);
    touch.close();
    CHECK(failure_of(path, key).find("the journal is empty but its head is not") !=
          std::string::npos);
  }
  SECTION("the tail was removed") {
    {
      journal::Database database(path, journal::Database::Mode::create);
      for (const journal::TableInfo& table : journal::tables()) {
        database.run(std::string("DROP TRIGGER ") + table.name + "_no_delete");
        database.run(std::string("DELETE FROM ") + table.name + " WHERE seq = 6");
      }
      for (const journal::SchemaObject& object : journal::schema_objects()) {
        if (object.name.find("_no_delete") != std::string::npos &&
            object.name.find("journal_schema") != 0) {
          database.run(object.sql);
        }
      }
    }
    CHECK(failure_of(path, key).find("the head knows 6 records but the file holds 5") !=
          std::string::npos);
  }
  CHECK((!std::filesystem::exists(path + ".head") || journal::read_file(path + ".head") == head ||
         *journal::read_file(path + ".head") == "{}"));
}

TEST_CASE("a head that a crash left behind is renewed at start", "[unit][journal]") {
  const ScratchFolder folder;
  SampleRecords samples(6);
  const std::string path = folder / "j.db";
  const std::string key = folder / "key";
  std::string old_head;
  {
    SqliteJournal journal(path, key);
    journal.append(samples.some(3));
    journal.sync_head();
    old_head = *journal::read_file(path + ".head");
    journal.append(samples.some(4));
  }
  std::ofstream(path + ".head", std::ios::trunc) << old_head;
  const VerifyReport behind = verified(path, key);
  CHECK_FALSE(behind.problem);
  CHECK(behind.beyond_head == 4);
  {
    SqliteJournal journal(path, key);
    CHECK(journal.count() == 7);
  }
  const VerifyReport renewed = verified(path, key);
  CHECK_FALSE(renewed.problem);
  CHECK(renewed.beyond_head == 0);
  CHECK(renewed.head.count == 7);
}

TEST_CASE("a head file that cannot be written stops the next append, and nothing is lost",
          "[unit][journal]") {
  const ScratchFolder folder;
  SampleRecords samples(7);
  const std::string path = folder / "j.db";
  SqliteJournal journal(path, folder / "key");
  journal.append(samples.some(2));
  journal.sync_head();
  std::filesystem::create_directory(path + ".head.new"); // the draft's name is taken
  journal.append(samples.some(2));                       // durable, so it counts
  CHECK(journal.count() == 4);
  CHECK_THROWS_AS(journal.sync_head(), JournalFailure);
  CHECK_THROWS_AS(journal.append(samples.some(2)), JournalFailure);
  CHECK(journal.count() == 4);
  std::filesystem::remove(path + ".head.new");
  journal.append(samples.some(2));
  CHECK(journal.count() == 6);
  journal.sync_head();
  CHECK(verified(path, folder / "key").beyond_head == 0);
}

TEST_CASE("a write lock held by another program fails the append, not the journal",
          "[unit][journal]") {
  const ScratchFolder folder;
  SampleRecords samples(8);
  const std::string path = folder / "j.db";
  SqliteJournal journal(path, folder / "key");
  journal.append(samples.some(2));
  journal::Database other(path, journal::Database::Mode::create);
  other.run("BEGIN IMMEDIATE");
  CHECK_THROWS_WITH(journal.append(samples.some(1)),
                    Catch::Contains("another process holds the file"));
  CHECK(journal.count() == 2);
  other.run("ROLLBACK");
  journal.append(samples.some(1));
  CHECK(journal.count() == 3);
  CHECK_FALSE(verified(path, folder / "key").problem);
}

TEST_CASE("the write-ahead log does not grow with the journal", "[unit][journal]") {
  const ScratchFolder folder;
  const std::string path = folder / "j.db";
  SqliteJournal journal(path, folder / "key");
  const SupervisionRecord record{{}, {}, "restart", "cmt_btcusdt", std::string(3000, 'x')};
  std::uintmax_t largest = 0;
  for (int i = 0; i < 6000; ++i) { // some 18 MB of records
    journal.append({record});
    largest = std::max(largest, std::filesystem::file_size(path + "-wal"));
  }
  CHECK(largest < 14'000'000);
  CHECK(verified(path, folder / "key").records == 6000);
}
