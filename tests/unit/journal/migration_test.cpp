// A journal of schema 1 becomes one of this schema: nothing lost, nothing invented, provable ever
// after, and the old file stays what it was.

#include "infra/journal/journal_reader.hpp"
#include "infra/journal/migration.hpp"
#include "infra/journal/sqlite_journal.hpp"
#include "infra/journal/writer_lock.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/old_journal.hpp"
#include "tests/unit/journal/sample_records.hpp"
#include "tests/unit/journal/scratch_folder.hpp"

#include <csignal>
#include <filesystem>
#include <limits>
#include <sys/resource.h>
#include <sys/wait.h>

using namespace rg;
using rg::testing::bytes_of;
using rg::testing::SampleRecords;
using rg::testing::ScratchFolder;
using rg::testing::write_old_journal;

namespace {

/// A folder with an old journal of `count` records in it.
struct Old {
  explicit Old(std::size_t count)
      : records(SampleRecords(11).some(count)), head(write_old_journal(path, key, records)),
        bytes(*journal::read_file(path)) {}
  Result<MigrationReport, InputError> migrate() {
    return migrate_journal({path, to, key, Timestamp::from_ms(1735690500000), progress});
  }
  std::string refusal() {
    const auto report = migrate();
    return report ? "carried over" : report.error().text();
  }
  [[nodiscard]] bool nothing_was_made() const {
    for (const char* suffix :
         {"", ".head", ".migrating", ".migrating.head", ".migrating-journal"}) {
      if (std::filesystem::exists(to + suffix)) {
        return false;
      }
    }
    return *journal::read_file(path) == bytes;
  }

  ScratchFolder folder;
  std::string path = folder / "old.db", to = folder / "new.db", key = folder / "key";
  std::vector<JournalRecord> records;
  journal::Head head;
  std::string bytes;
  std::function<void(std::uint64_t, std::uint64_t)> progress;
};

/// The record as schema 1 can tell it: what it did not hold is not known.
JournalRecord as_known(JournalRecord record) {
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  if (auto* d = std::get_if<DecisionRecord>(&record)) {
    d->decision.risk.inputs = {kUnknown, kUnknown, kUnknown, kUnknown, kUnknown, kUnknown};
  }
  return record;
}

std::vector<std::string> records_in(const std::string& path) {
  std::vector<std::string> all;
  auto reader = JournalReader::open(path);
  REQUIRE(reader.has_value());
  reader->for_each(
      [&](std::uint64_t, const JournalRecord& record) { all.push_back(bytes_of(record)); });
  return all;
}

VerifyReport verified(const std::string& path, const std::string& key) {
  const auto report = verify_journal(path, key);
  INFO((report ? "" : report.error().text()));
  REQUIRE(report.has_value());
  return *report;
}

} // namespace

TEST_CASE("schema 1 is known as it was", "[unit][journal]") {
  bool seen = false;
  for (const journal::SchemaObject& object : journal::schema_objects(1)) {
    if (object.name == "decisions") {
      CHECK(object.sql == testing::decisions_of_schema_1());
      seen = true;
    }
  }
  CHECK(seen);
  const Old old(60);
  const VerifyReport report = verified(old.path, old.key);
  INFO((report.problem ? report.problem->text() : ""));
  CHECK_FALSE(report.problem);
  CHECK(report.schema_version == 1);
  CHECK(report.last_hash == old.head.hash);
}

TEST_CASE("every record of an old journal is carried over, and what it lacked is marked as unknown",
          "[unit][journal]") {
  Old old(700);
  const auto report = old.migrate();
  INFO((report ? "" : report.error().text()));
  REQUIRE(report.has_value());
  CHECK(report->origin == journal::Origin{1, old.head, "old.db"});
  CHECK(report->new_journal.records == 701);
  CHECK(*journal::read_file(old.path) == old.bytes);

  const std::vector<std::string> carried = records_in(old.to);
  REQUIRE(carried.size() == 701);
  std::size_t decisions = 0;
  for (std::size_t i = 0; i < old.records.size(); ++i) {
    INFO("record " << i);
    decisions += std::holds_alternative<DecisionRecord>(old.records[i]) ? 1U : 0U;
    REQUIRE(carried[i + 1] == bytes_of(as_known(old.records[i])));
  }
  CHECK(decisions > 50);
  const VerifyReport now = verified(old.to, old.key);
  CHECK_FALSE(now.problem);
  CHECK(now.schema_version == journal::kSchemaVersion);
  CHECK(now.origin == report->origin);
  CHECK_FALSE(std::filesystem::exists(old.to + ".migrating"));
}

TEST_CASE("a journal that was carried over is written on, and still proves its past",
          "[unit][journal]") {
  Old old(40);
  REQUIRE(old.migrate().has_value());
  SampleRecords samples(3);
  {
    SqliteJournal journal(old.to, old.key);
    CHECK(journal.count() == 41);
    journal.append(samples.some(9));
  }
  const VerifyReport now = verified(old.to, old.key);
  CHECK_FALSE(now.problem);
  CHECK(now.records == 50);
  REQUIRE(now.origin);
  CHECK(now.origin->head == old.head);
}

TEST_CASE("records that are not those of the old journal are found with its last hash alone",
          "[unit][journal]") {
  // Somebody who holds the key writes a past that never was: chain and head are in order.
  const ScratchFolder folder;
  SampleRecords samples(5);
  const journal::Origin claimed{1, {3, std::string(64, 'a')}, "old.db"};
  {
    SqliteJournal journal(folder / "j.db", folder / "key");
    journal.append({SupervisionRecord{{}, {}, "migrated", "journal", origin_text(claimed)}});
    journal.append(samples.some(3));
  }
  const VerifyReport forged = verified(folder / "j.db", folder / "key");
  REQUIRE(forged.problem);
  CHECK(forged.problem->detail ==
        "the records carried over do not give the old journal's last hash");
  const journal::Origin longer{1, {4, std::string(64, 'a')}, "old.db"};
  {
    SqliteJournal journal(folder / "k.db", folder / "key");
    journal.append({SupervisionRecord{{}, {}, "migrated", "journal", origin_text(longer)}});
    journal.append(samples.some(3));
  }
  const VerifyReport cut = verified(folder / "k.db", folder / "key");
  REQUIRE(cut.problem);
  CHECK(cut.problem->detail == "the old journal held 4 records");
}

TEST_CASE("an old journal that was tampered with is not carried over", "[unit][journal]") {
  const auto problem_after = [](const auto& tamper) {
    Old old(30);
    tamper(old);
    old.bytes = *journal::read_file(old.path);
    const auto report = old.migrate();
    REQUIRE(report.has_value());
    REQUIRE(report->old_journal.problem);
    CHECK(old.nothing_was_made());
    return report->old_journal.problem->kind;
  };
  const auto change = [](const char* sql) {
    return [sql](const Old& old) {
      journal::Database database(old.path, journal::Database::Mode::create);
      database.run("DROP TRIGGER equity_no_update; DROP TRIGGER equity_no_delete");
      database.run(sql);
      database.run("PRAGMA wal_checkpoint(TRUNCATE)");
    };
  };
  using journal::ProblemKind;
  CHECK(problem_after(change("UPDATE equity SET wallet_balance = '1'")) == ProblemKind::altered);
  CHECK(problem_after(change("DELETE FROM equity WHERE seq = (SELECT max(seq) FROM equity)")) ==
        ProblemKind::missing);
  CHECK(problem_after([](const Old& old) { std::filesystem::remove(old.path + ".head"); }) ==
        ProblemKind::head);
}

TEST_CASE("a migration that has nothing to carry over says so in one line", "[unit][journal]") {
  Old old(5);
  SECTION("a newer schema") {
    {
      journal::Database newer(old.path, journal::Database::Mode::create);
      newer.run("DROP TRIGGER journal_schema_no_update; UPDATE journal_schema SET version = 3; "
                "PRAGMA wal_checkpoint(TRUNCATE)");
    }
    old.bytes = *journal::read_file(old.path);
    CHECK(old.refusal() == old.path + ": has schema version 3, which is newer than this program's "
                                      "2; use the program that wrote it");
    CHECK(old.nothing_was_made());
  }
  SECTION("this program's schema") {
    REQUIRE(old.migrate().has_value());
    old.path = old.to;
    old.to = old.folder / "again.db";
    CHECK(old.refusal().find("has this program's schema already (2)") != std::string::npos);
  }
  SECTION("a target that is there") {
    REQUIRE(old.migrate().has_value());
    const std::string before = *journal::read_file(old.to);
    CHECK(old.refusal().find("exists already") != std::string::npos);
    CHECK(*journal::read_file(old.to) == before);
    std::filesystem::remove(old.to); // its head alone is enough
    CHECK(old.refusal().find("new.db.head: exists already") != std::string::npos);
  }
  SECTION("no journal, no key") {
    std::filesystem::remove(old.key);
    CHECK(old.refusal().find("key is missing") != std::string::npos);
    old.path = old.folder / "nowhere.db";
    CHECK(old.refusal().find("there is no journal file") != std::string::npos);
  }
}

TEST_CASE("a journal that an engine writes is not carried over", "[unit][journal]") {
  Old old(5);
  const journal::WriterLock engine(old.path);
  CHECK_THROWS_WITH(old.migrate(), Catch::Contains("another engine"));
  CHECK(old.nothing_was_made());
}

TEST_CASE("a disk that is full half way leaves the old journal alone", "[unit][journal]") {
  Old old(1500);
  std::signal(SIGXFSZ, SIG_IGN); // a file beyond the limit is an error of write(), not a signal
  struct rlimit before {};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const struct rlimit tight { static_cast<rlim_t>(old.bytes.size() / 2), before.rlim_max };
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
  std::string failure;
  try {
    static_cast<void>(old.migrate());
  } catch (const JournalFailure& problem) {
    failure = problem.what();
  }
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  std::signal(SIGXFSZ, SIG_DFL);
  INFO(failure);
  CHECK(failure.find("new.db.migrating: ") != std::string::npos);
  CHECK(old.nothing_was_made());
  CHECK(old.migrate().has_value()); // with room again
}

TEST_CASE("a migration that is killed half way leaves nothing that looks like a journal",
          "[unit][journal]") {
  Old old(1500);
  old.progress = [](std::uint64_t, std::uint64_t) { std::raise(SIGKILL); };
  const pid_t child = ::fork();
  if (child == 0) {
    static_cast<void>(old.migrate());
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  CHECK_FALSE(std::filesystem::exists(old.to));
  CHECK_FALSE(std::filesystem::exists(old.to + ".head"));
  CHECK(std::filesystem::exists(old.to + ".migrating"));
  old.progress = {};
  const auto again = old.migrate();
  REQUIRE(again.has_value());
  CHECK(again->new_journal.records == 1501);
  CHECK_FALSE(std::filesystem::exists(old.to + ".migrating"));
}

TEST_CASE("the record of a migration reads back as it was written", "[unit][journal]") {
  const journal::Origin origin{1, {12, std::string(64, '7')}, "a; not recorded then: b.db"};
  const std::string text = journal::origin_text(origin);
  CHECK(text.ends_with("decisions.input_cluster_share"));
  CHECK(journal::parse_origin(text) == origin);
  for (const char* wrong : {"", "carried over from schema x", "carried over from schema 1: 12",
                            "carried over from schema 9: 1 records, head "}) {
    CHECK_FALSE(journal::parse_origin(wrong));
  }
}
