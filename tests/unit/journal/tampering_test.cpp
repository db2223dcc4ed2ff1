// What an attacker with the file, but without the key, can do to a journal: each way is noticed and
// named.

#include "infra/journal/journal_reader.hpp"
#include "infra/journal/journal_verify.hpp"
#include "infra/journal/sqlite_journal.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/journal/sample_records.hpp"
#include "tests/unit/journal/scratch_folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

using namespace rg;
using journal::Database;
using journal::ProblemKind;
using rg::testing::SampleRecords;
using rg::testing::ScratchFolder;

namespace {

/// A journal with several records of every kind, and fresh copies of it to spoil.
class Victim {
public:
  Victim() {
    SampleRecords samples(42);
    SqliteJournal journal(folder_ / "j.db", key());
    for (int round = 0; round < 3; ++round) {
      for (std::size_t kind = 0; kind < journal::kTableCount; ++kind) {
        journal.append({samples.of_kind(kind)});
      }
    }
  }
  [[nodiscard]] std::string key() const { return folder_ / "key"; }
  [[nodiscard]] std::string original() const { return folder_ / "j.db"; }
  static constexpr std::uint64_t kRecords = 3 * journal::kTableCount;

  /// A copy under another name, its triggers dropped so that SQL can change it.
  std::string copy() {
    const std::string path = folder_ / ("copy" + std::to_string(++copies_) + ".db");
    std::filesystem::copy_file(original(), path);
    std::filesystem::copy_file(original() + ".head", path + ".head");
    return path;
  }
  /// Runs the SQL with the triggers out of the way, and puts them back.
  std::string changed(const std::string& sql) {
    const std::string path = copy();
    Database database(path, Database::Mode::create);
    for (const journal::SchemaObject& object : journal::schema_objects()) {
      if (object.sql.starts_with("CREATE TRIGGER")) {
        database.run("DROP TRIGGER " + object.name);
      }
    }
    database.run(sql);
    for (const journal::SchemaObject& object : journal::schema_objects()) {
      if (object.sql.starts_with("CREATE TRIGGER")) {
        database.run(object.sql);
      }
    }
    return path;
  }
  [[nodiscard]] VerifyReport verify(const std::string& path) const {
    const auto report = verify_journal(path, key());
    INFO((report ? "" : report.error().text()));
    REQUIRE(report.has_value());
    return *report;
  }

private:
  ScratchFolder folder_;
  int copies_ = 0;
};

std::string table_of(std::uint64_t sequence) {
  return journal::tables()[(sequence - 1) % journal::kTableCount].name;
}

void check_problem(const VerifyReport& report, ProblemKind kind, const std::string& table,
                   std::uint64_t sequence) {
  REQUIRE(report.problem.has_value());
  INFO(report.problem->text());
  CHECK(report.problem->kind == kind);
  CHECK(report.problem->table == table);
  CHECK(report.problem->sequence == sequence);
}

/// Recomputes the whole chain, as someone would who rewrites the file.
void recompute_chain(const std::string& path) {
  Database database(path, Database::Mode::create);
  journal::ChainHasher hasher;
  journal::CanonicalBytes canonical;
  std::vector<std::string> updates;
  {
    journal::ChainWalk walk(database, 0);
    journal::ChainHash previous = journal::genesis_hash();
    while (const auto table = walk.next()) {
      const journal::TableInfo& info = journal::tables()[*table];
      const journal::RawRow row = journal::read_raw(walk.row(), info.name, info.columns, canonical);
      previous = hasher.next(previous, canonical.bytes());
      updates.push_back(std::string("UPDATE ") + info.name + " SET hash = '" + previous +
                        "' WHERE seq = " + std::to_string(row.sequence));
    }
  }
  for (const journal::TableInfo& table : journal::tables()) {
    database.run(std::string("DROP TRIGGER ") + table.name + "_no_update");
  }
  for (const std::string& update : updates) {
    database.run(update);
  }
  for (const journal::SchemaObject& object : journal::schema_objects()) {
    if (object.name.ends_with("_no_update") && !object.name.starts_with("journal_schema")) {
      database.run(object.sql);
    }
  }
}

} // namespace

TEST_CASE("the untouched copy under another name verifies", "[unit][journal]") {
  Victim victim;
  const VerifyReport report = victim.verify(victim.copy());
  CHECK_FALSE(report.problem);
  CHECK(report.records == Victim::kRecords);
  CHECK_FALSE(victim.verify(victim.changed("SELECT 1")).problem);
}

TEST_CASE("a changed value in any column of any table is found and its record named",
          "[unit][journal]") {
  Victim victim;
  std::size_t columns = 0;
  for (std::uint64_t sequence = journal::kTableCount + 1; sequence <= 2 * journal::kTableCount;
       ++sequence) {
    const journal::TableInfo& table = journal::tables()[(sequence - 1) % journal::kTableCount];
    std::vector<journal::ColumnInfo> all = table.columns;
    all.push_back({"hash", journal::ColumnKind::text});
    for (const journal::ColumnInfo& column : all) {
      std::string change;
      switch (column.kind) {
      case journal::ColumnKind::integer:
        change = column.name + " + 1";
        break;
      case journal::ColumnKind::real:
        change = "iif(" + column.name + " IS 1.5, 2.5, 1.5)";
        break;
      case journal::ColumnKind::text: // one byte of it, or one more where it is empty
        change = "iif(" + column.name + " = '', 'x', iif(substr(" + column.name +
                 ", 1, 1) = 'f', 'e', 'f') || substr(" + column.name + ", 2))";
        break;
      }
      INFO(table.name << "." << column.name);
      const std::string path =
          victim.changed(std::string("UPDATE ") + table.name + " SET " + column.name + " = " +
                         change + " WHERE seq = " + std::to_string(sequence));
      check_problem(victim.verify(path), ProblemKind::altered, table.name, sequence);
      std::filesystem::remove(path);
      ++columns;
    }
  }
  CHECK(columns > 130);
}

TEST_CASE("a value of the same text in another storage type is found", "[unit][journal]") {
  Victim victim;
  for (const char* sql :
       {"UPDATE fills SET opens = CAST(opens AS BLOB) WHERE seq = 4",
        "UPDATE fills SET client_id = CAST(client_id AS BLOB) WHERE seq = 4",
        "UPDATE fills SET venue_fill_id = CAST(venue_fill_id AS BLOB) WHERE seq = 4"}) {
    INFO(sql);
    check_problem(victim.verify(victim.changed(sql)), ProblemKind::altered, "fills", 4);
  }
  check_problem(victim.verify(victim.changed("UPDATE equity SET drawdown = '0.5' WHERE seq = 5")),
                ProblemKind::altered, "equity", 5);
}

TEST_CASE("any removed record is found, the last included", "[unit][journal]") {
  Victim victim;
  for (std::uint64_t sequence = 1; sequence <= Victim::kRecords; ++sequence) {
    INFO(sequence);
    const std::string path = victim.changed("DELETE FROM " + table_of(sequence) +
                                            " WHERE seq = " + std::to_string(sequence));
    check_problem(victim.verify(path), ProblemKind::missing, "", sequence);
  }
}

TEST_CASE("a removed record whose successors were renumbered is found", "[unit][journal]") {
  Victim victim;
  std::string sql = "DELETE FROM " + table_of(6) + " WHERE seq = 6;";
  for (std::uint64_t sequence = 7; sequence <= Victim::kRecords; ++sequence) {
    sql += "UPDATE " + table_of(sequence) + " SET seq = " + std::to_string(sequence - 1) +
           " WHERE seq = " + std::to_string(sequence) + ";";
  }
  check_problem(victim.verify(victim.changed(sql)), ProblemKind::altered, table_of(7), 6);
}

TEST_CASE("reordered records are found as such", "[unit][journal]") {
  Victim victim;
  const std::string path = victim.changed("UPDATE fills SET seq = 99 WHERE seq = 4;"
                                          "UPDATE fills SET seq = 4 WHERE seq = 12;"
                                          "UPDATE fills SET seq = 12 WHERE seq = 99");
  const VerifyReport report = victim.verify(path);
  check_problem(report, ProblemKind::reordered, "fills", 4);
  CHECK(report.problem->detail == "the record that belongs here stands at fills 12");

  // Across tables: the numbers of an equity and a fill record exchanged.
  const std::string across = victim.changed(
      "UPDATE fills SET seq = 5 WHERE seq = 4; UPDATE equity SET seq = 4 WHERE seq = 5");
  check_problem(victim.verify(across), ProblemKind::reordered, "equity", 4);

  const std::string moved = victim.changed("UPDATE fills SET seq = 1000 WHERE seq = 4");
  check_problem(victim.verify(moved), ProblemKind::reordered, "fills", 4);
}

TEST_CASE("a second record with the same number and a number below one are found",
          "[unit][journal]") {
  Victim victim;
  const std::string twice =
      victim.changed("INSERT INTO equity SELECT 4, data_time_ns, equity, high_water_mark, "
                     "wallet_balance, drawdown, "
                     "gross_leverage, net_leverage, hash FROM equity WHERE seq = 5");
  const VerifyReport report = victim.verify(twice);
  REQUIRE(report.problem);
  CHECK(report.problem->sequence == 4);
  check_problem(
      victim.verify(victim.changed(
          "INSERT INTO equity SELECT -1, data_time_ns, equity, high_water_mark, wallet_balance, "
          "drawdown, gross_leverage, net_leverage, hash FROM equity WHERE seq = 5")),
      ProblemKind::altered, "equity", 0);
}

TEST_CASE("a cut tail is found by the signed head", "[unit][journal]") {
  Victim victim;
  std::string sql;
  for (std::uint64_t sequence = 20; sequence <= Victim::kRecords; ++sequence) {
    sql += "DELETE FROM " + table_of(sequence) + " WHERE seq = " + std::to_string(sequence) + ";";
  }
  const VerifyReport report = victim.verify(victim.changed(sql));
  check_problem(report, ProblemKind::missing, "", 20);
  CHECK(report.problem->text() ==
        "the file: record 20 is missing: cut off at the end, with all up to record 24");
}

TEST_CASE("a file rewritten with a recomputed chain is found by the signed head",
          "[unit][journal]") {
  Victim victim;
  const std::string path = victim.changed("UPDATE fills SET fee = '0' WHERE seq = 4");
  recompute_chain(path);
  const VerifyReport report = victim.verify(path);
  check_problem(report, ProblemKind::head, "", Victim::kRecords);

  // Signing it takes the key: a head of another key, an old head with a new count, a dropped head.
  const journal::JournalKey other = journal::JournalKey::load_or_make(path + ".otherkey");
  journal::write_head(path + ".head", {Victim::kRecords, report.head.hash}, other);
  CHECK(victim.verify(path).problem->text() ==
        "the head does not fit: the head file does not carry this key's signature");
  std::string head = *journal::read_file(victim.original() + ".head");
  head.replace(head.find(":24,"), 4, ":23,");
  std::ofstream(path + ".head", std::ios::trunc) << head;
  CHECK(victim.verify(path).problem->text() ==
        "the head does not fit: the head file does not carry this key's signature");
  std::filesystem::remove(path + ".head");
  CHECK(victim.verify(path).problem->text() == "the head does not fit: the head file is missing");
}

TEST_CASE("dropped triggers, strange tables and an unknown schema version are found",
          "[unit][journal]") {
  Victim victim;
  for (const auto& [sql, expected] : std::initializer_list<std::pair<const char*, const char*>>{
           {"DROP TRIGGER fills_no_update", "fills_no_update is missing from the schema"},
           {"CREATE TABLE extra (x)", "the schema holds objects that do not belong there"},
           {"DROP TRIGGER fills_no_update; CREATE TRIGGER fills_no_update BEFORE UPDATE ON fills "
            "BEGIN SELECT 1; END",
            "fills_no_update was altered in the schema"}}) {
    const std::string path = victim.copy();
    Database(path, Database::Mode::create).run(sql);
    const VerifyReport report = victim.verify(path);
    REQUIRE(report.problem);
    CHECK(report.problem->text() == std::string("the file's schema is altered: ") + expected);
  }
  const VerifyReport version =
      victim.verify(victim.changed("UPDATE journal_schema SET version = 7"));
  CHECK(version.problem->detail ==
        "schema version 7 is not 2, which this program writes; use the program that wrote it");
  const VerifyReport dropped = victim.verify(victim.changed("ALTER TABLE fills DROP COLUMN fee"));
  REQUIRE(dropped.problem);
  CHECK(dropped.problem->table == "fills");
}

TEST_CASE("bytes changed in the file itself are found, wherever they matter", "[unit][journal]") {
  Victim victim;
  std::mt19937_64 random(77);
  const std::string whole = *journal::read_file(victim.original());
  const auto content_of = [](const std::string& path) {
    std::string all;
    if (auto reader = JournalReader::open(path)) {
      try {
        reader->for_each([&](std::uint64_t sequence, const JournalRecord& record) {
          all += std::to_string(sequence) + testing::bytes_of(record);
        });
      } catch (const JournalFailure&) {
        return std::string("unreadable");
      }
    } else {
      return std::string("unreadable");
    }
    return all;
  };
  const std::string content = content_of(victim.original());
  std::size_t noticed = 0;
  for (int round = 0; round < 400; ++round) {
    std::string bad = whole;
    const std::size_t at = random() % bad.size();
    bad[at] = static_cast<char>(bad[at] ^ static_cast<char>(1U << (random() % 8)));
    const std::string path = victim.copy();
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bad;
    const auto report = verify_journal(path, victim.key());
    const bool refused = !report || report->problem;
    INFO("byte " << at);
    // Free space, SQLite's change counters and the like may differ; the records may not.
    CHECK((refused || content_of(path) == content));
    noticed += refused ? 1 : 0;
    for (const char* suffix : {"", ".head", "-wal", "-shm"}) {
      std::filesystem::remove(path + suffix);
    }
  }
  CHECK(noticed > 20);
}

TEST_CASE("a value found and replaced in the raw file names its record", "[unit][journal]") {
  ScratchFolder folder;
  Fill fill;
  fill.venue_fill_id = 614567890123456789;
  SupervisionRecord other{
      {}, {}, "restart", "cmt_btcusdt", "a sentence that someone would rather not have said"};
  {
    SqliteJournal journal(folder / "j.db", folder / "key");
    journal.append({fill, other, fill});
  }
  std::string bytes = *journal::read_file(folder / "j.db");
  bytes.replace(bytes.find("rather not"), 10, "rather now");
  std::ofstream(folder / "j.db", std::ios::binary | std::ios::trunc) << bytes;
  const auto report = verify_journal(folder / "j.db", folder / "key");
  REQUIRE(report.has_value());
  check_problem(*report, ProblemKind::altered, "supervision_events", 2);
  CHECK(report->problem->text() ==
        "supervision_events record 2 is altered: its columns do not give its hash");
}

TEST_CASE("what is no journal, or has no key, cannot be verified", "[unit][journal]") {
  Victim victim;
  ScratchFolder folder;
  CHECK(verify_journal(folder / "none.db", victim.key()).error().text() ==
        folder / "none.db" + ": there is no journal file; give its path with --journal");
  std::ofstream(folder / "text.db") << std::string(2000, 'x');
  CHECK(verify_journal(folder / "text.db", victim.key()).error().text() ==
        folder / "text.db" +
            ": is no RegimeGuard journal; give the file that [journal] path names");
  std::ofstream(folder / "empty.db") << "";
  CHECK_FALSE(verify_journal(folder / "empty.db", victim.key()).has_value());
  Database(folder / "other.db", Database::Mode::create).run("CREATE TABLE t (x)");
  CHECK_FALSE(verify_journal(folder / "other.db", victim.key()).has_value());
  CHECK(verify_journal(victim.original(), folder / "nokey")
            .error()
            .what.find("the journal's key is missing") == 0);
  // But tampering that shows without the key is tampering.
  const auto report =
      verify_journal(victim.changed("DELETE FROM fills WHERE seq = 4"), folder / "nokey");
  REQUIRE(report.has_value());
  check_problem(*report, ProblemKind::missing, "", 4);
}

TEST_CASE("the chain can be recomputed with sqlite3 and sha256sum alone", "[unit][journal]") {
  if (std::system("command -v sqlite3 sha256sum > /dev/null") != 0) {
    WARN("skipped: the sqlite3 program is not installed here");
    return;
  }
  Victim victim;
  const auto recipe = [](const std::string& path) {
    const std::string out = path + ".out";
    const int code = std::system(("sh docs/verify_journal.sh " + path + " > " + out).c_str());
    return std::pair(code, journal::read_file(out).value_or(""));
  };
  const auto [good, text] = recipe(victim.original());
  CHECK(good == 0);
  CHECK(text == std::to_string(Victim::kRecords) + " records, last hash " +
                    victim.verify(victim.original()).last_hash + "\n");
  const auto [bad, complaint] =
      recipe(victim.changed("UPDATE guard_events SET evidence = 1.25 WHERE seq = 14"));
  CHECK(bad != 0);
  CHECK(complaint == "guard_events record 14 is altered\n");
}
