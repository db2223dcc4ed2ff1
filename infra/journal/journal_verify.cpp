#include "infra/journal/journal_verify.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <unistd.h>

namespace rg {

using journal::ChainProblem;
using journal::Database;
using journal::HeadState;
using journal::ProblemKind;
using journal::StoredHead;

namespace {

InputError no_journal(const std::string& path) {
  return {path, 0, "is no RegimeGuard journal; give the file that [journal] path names"};
}

void count_records(Database& database, VerifyReport& report) {
  std::size_t index = 0;
  for (const journal::TableInfo& table : journal::tables()) {
    journal::Statement count = database.prepare(std::string("SELECT count(*) FROM ") + table.name);
    report.per_table[index] = count.step() ? static_cast<std::uint64_t>(count.integer(0)) : 0;
    report.records += report.per_table[index];
    ++index;
  }
}

std::optional<ChainProblem> stray_record(Database& database) {
  for (const journal::TableInfo& table : journal::tables()) {
    if (database.one_integer(std::string("SELECT count(*) FROM ") + table.name + " WHERE seq < 1") >
        0) {
      return ChainProblem{ProblemKind::altered, table.name, 0,
                          "it holds a record with a number below 1"};
    }
  }
  return std::nullopt;
}

std::optional<ChainProblem> check_head(Database& database, const StoredHead& stored,
                                       const VerifyReport& report) {
  switch (stored.state) {
  case HeadState::missing:
    return ChainProblem{ProblemKind::head, "", 0, "the head file is missing"};
  case HeadState::malformed:
    return ChainProblem{ProblemKind::head, "", 0, "the head file is not readable as one"};
  case HeadState::forged:
    return ChainProblem{ProblemKind::head, "", 0,
                        "the head file does not carry this key's signature"};
  case HeadState::good:
    break;
  }
  return journal::check_chain(database, stored.head, std::max(report.records, stored.head.count),
                              report.schema_version);
}

/// SQLite's own structures; the first complaint.
std::optional<ChainProblem> check_structure(Database& database) {
  const std::string verdict = database.one_text("PRAGMA integrity_check(1)");
  return verdict == "ok" ? std::nullopt
                         : std::optional(ChainProblem{ProblemKind::damaged, "", 0, verdict});
}

std::optional<ChainProblem> first_problem(Database& database, const StoredHead& stored,
                                          VerifyReport& report) {
  const std::int64_t version = journal::version_of(database).value_or(journal::kSchemaVersion);
  if (!journal::is_known(version)) {
    return ChainProblem{ProblemKind::schema, "", 0, journal::version_difference(database)};
  }
  report.schema_version = static_cast<int>(version);
  // The tables' own content first: it can name the record.
  const bool signed_head = stored.state == HeadState::good;
  if (auto problem = journal::check_chain(database, {}, signed_head ? stored.head.count : 0,
                                          report.schema_version)) {
    return problem;
  }
  if (auto problem = stray_record(database)) {
    return problem;
  }
  const std::string difference = journal::schema_difference(database, report.schema_version);
  if (!difference.empty()) {
    return ChainProblem{ProblemKind::schema, "", 0, difference};
  }
  count_records(database, report);
  if (auto problem = check_head(database, stored, report)) {
    return problem;
  }
  report.origin = journal::origin_of(database);
  if (report.origin) {
    if (auto problem = journal::check_origin(database, *report.origin)) {
      return problem;
    }
  }
  return check_structure(database);
}

std::string hash_of_last(Database& database, std::uint64_t records) {
  for (const journal::TableInfo& table : journal::tables()) {
    std::string hash = database.one_text(std::string("SELECT hash FROM ") + table.name +
                                         " WHERE seq = " + std::to_string(records));
    if (!hash.empty()) {
      return hash;
    }
  }
  return journal::genesis_hash();
}

using ReadHead = std::function<StoredHead()>;

std::uint64_t last_sequence(Database& database) {
  std::int64_t last = 0;
  for (const journal::TableInfo& table : journal::tables()) {
    last = std::max(last, database.one_integer(std::string("SELECT max(seq) FROM ") + table.name));
  }
  return static_cast<std::uint64_t>(last);
}

/// Fills the report from an open file; SQLite's complaints come out as exceptions.
std::optional<InputError> examine(Database& database, StoredHead stored, const ReadHead& read_head,
                                  VerifyReport& report) {
  database.run("BEGIN"); // one snapshot for everything, from the first read on
  if (!journal::is_journal(database)) {
    if (stored.state != HeadState::good) {
      return no_journal(database.path());
    }
    report.problem = ChainProblem{ProblemKind::schema, "", 0,
                                  "the file does not say any more that it is a journal"};
    return std::nullopt;
  }
  // A running engine went on between our first look at the head and the snapshot. Its newer head is
  // the better one to hold the records against, unless it has left the snapshot behind already.
  const StoredHead newer = read_head();
  if (newer.state == HeadState::good && newer.head.count <= last_sequence(database)) {
    stored = newer;
    report.head = stored.head;
  }
  report.problem = first_problem(database, stored, report);
  if (!report.problem) {
    report.last_hash = hash_of_last(database, report.records);
    report.beyond_head = report.records - stored.head.count;
  }
  return std::nullopt;
}

} // namespace

std::string default_key_path(const std::string& journal) {
  const std::string usual = "data/journal.key";
  const std::string beside =
      (std::filesystem::path(journal).parent_path() / "journal.key").string();
  return ::access(usual.c_str(), F_OK) != 0 && ::access(beside.c_str(), F_OK) == 0 ? beside : usual;
}

Result<VerifyReport, InputError> verify_journal(const std::string& path,
                                                const std::string& key_path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) {
    return fail(InputError{path, 0, "there is no journal file; give its path with --journal"});
  }
  const Result<journal::JournalKey, InputError> key = journal::JournalKey::load(key_path);
  VerifyReport report;
  try {
    // The head before the records: a running engine commits first, so the file is never behind it.
    const ReadHead read_head = [&] {
      return key ? journal::read_head(journal::head_path(path), *key) : StoredHead{};
    };
    const StoredHead stored = read_head();
    report.head = stored.head;
    try {
      Database database(path, Database::Mode::read);
      if (auto error = examine(database, stored, read_head, report)) {
        return fail(*std::move(error));
      }
    } catch (const journal::SqliteFailure& failure) {
      const bool unreadable = failure.code() == SQLITE_CORRUPT || failure.code() == SQLITE_NOTADB ||
                              failure.code() == SQLITE_ERROR;
      if (!unreadable || (failure.code() == SQLITE_NOTADB && stored.state != HeadState::good)) {
        return fail(failure.code() == SQLITE_NOTADB ? no_journal(path)
                                                    : journal::input_error(path, failure));
      }
      report.problem = ChainProblem{ProblemKind::damaged, "", 0, failure.what()};
    }
  } catch (const JournalFailure& failure) {
    return fail(journal::input_error(path, failure));
  }
  if (!key && (!report.problem || report.problem->kind == ProblemKind::head)) {
    return fail(key.error()); // the chain holds, but whether its end is missing cannot be told
  }
  return report;
}

} // namespace rg
