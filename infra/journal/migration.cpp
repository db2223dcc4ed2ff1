#include "infra/journal/migration.hpp"

#include "infra/journal/appender.hpp"
#include "infra/journal/journal_reader.hpp"
#include "infra/journal/writer_lock.hpp"
#include "messages/support/invariant.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <limits>
#include <unistd.h>

namespace rg {

using journal::ChainHash;
using journal::ColumnKind;
using journal::Database;
using journal::Head;
using journal::Origin;
using journal::Statement;
using journal::StoredType;
using journal::TableInfo;

namespace {

constexpr std::uint64_t kProgressEvery = 1000; // records

/// Writes old rows with this version's columns, in one chain with what stands before them.
class CarryOver {
public:
  CarryOver(Database& to, int version, Head before)
      : old_tables_(journal::tables(version)), head_(std::move(before)) {
    for (const TableInfo& table : journal::tables()) {
      inserts_.push_back(to.prepare(table.insert));
    }
  }

  void take(std::size_t table, const Statement& row) {
    const TableInfo& now = journal::tables()[table];
    const std::vector<journal::ColumnInfo>& before = old_tables_[table].columns;
    row_.start(now.name, head_.count + 1);
    std::size_t next = 0; // both list their common columns in the same order
    for (const journal::ColumnInfo& column : now.columns) {
      const bool recorded = next < before.size() && before[next].name == column.name;
      if (recorded) {
        copy(column, row, static_cast<int>(++next)); // column 0 is seq
      } else {
        RG_ASSERT(column.kind == ColumnKind::real);
        row_.real(column.name.c_str(), std::numeric_limits<double>::quiet_NaN());
      }
    }
    RG_ASSERT(next == before.size());
    head_ = {head_.count + 1, hasher_.next(head_.hash, row_.canonical())};
    Statement& insert = inserts_[table];
    insert.reset();
    row_.bind(insert, head_.hash);
    static_cast<void>(insert.step());
    insert.reset();
  }
  [[nodiscard]] const Head& head() const { return head_; }

private:
  void copy(const journal::ColumnInfo& column, const Statement& row, int index) {
    const char* name = column.name.c_str();
    switch (column.kind) {
    case ColumnKind::integer:
      row_.integer(name, row.integer(index));
      break;
    case ColumnKind::real:
      row_.real(name, row.type(index) == StoredType::null ? std::numeric_limits<double>::quiet_NaN()
                                                          : row.real(index));
      break;
    case ColumnKind::text:
      row_.text(name, row.text(index));
      break;
    }
  }

  const std::vector<TableInfo>& old_tables_;
  Head head_;
  std::vector<Statement> inserts_;
  journal::RowWriter row_;
  journal::ChainHasher hasher_;
};

/// What was begun and has not got its name yet; goes away with this.
class Draft {
public:
  explicit Draft(const std::string& to) : path_(to + ".migrating") { remove(); }
  ~Draft() { remove(); }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

private:
  void remove() const {
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm", "-journal", ".head", ".head.new"}) {
      std::filesystem::remove(path_ + suffix, ignored);
    }
  }
  std::string path_;
};

std::optional<InputError> taken(const std::string& to) {
  for (const std::string& path :
       {to, to + "-wal", to + "-shm", to + "-journal", journal::head_path(to)}) {
    if (::access(path.c_str(), F_OK) == 0) {
      return InputError{path, 0, "exists already; choose another --to, nothing is overwritten"};
    }
  }
  return std::nullopt;
}

/// The old file's schema, when this program can carry it over.
Result<int, InputError> old_version(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) {
    return fail(InputError{path, 0, "there is no journal file; give its path with --journal"});
  }
  try {
    Database database(path, Database::Mode::read);
    if (!journal::is_journal(database)) {
      return fail(InputError{path, 0,
                             "is no RegimeGuard journal; give the file that [journal] path names"});
    }
    const auto version = journal::version_of(database);
    if (version == journal::kSchemaVersion) {
      return fail(InputError{path, 0,
                             "has this program's schema already (" + std::to_string(*version) +
                                 "); there is nothing to carry over"});
    }
    if (!version || !journal::is_known(*version)) {
      return fail(InputError{
          path, 0,
          version ? "has schema version " + std::to_string(*version) +
                        ", which is newer than this program's " +
                        std::to_string(journal::kSchemaVersion) + "; use the program that wrote it"
                  : std::string("does not say which schema it has; run: regimeguard verify")});
    }
    return static_cast<int>(*version);
  } catch (const JournalFailure& failure) {
    return fail(journal::input_error(path, failure));
  }
}

Head begin_with_origin(Database& to, const Origin& origin, Timestamp wall_time) {
  journal::Appender appender(to);
  appender.append({SupervisionRecord{
      {}, wall_time, journal::kMigrated, "journal", journal::origin_text(origin)}});
  return appender.head();
}

Head carry_over(const MigrationRequest& request, const Origin& origin, Database& to) {
  Database from(request.from, Database::Mode::read);
  from.run("BEGIN"); // one snapshot
  to.run("PRAGMA synchronous = FULL");
  journal::create_schema(to);
  const Head first = begin_with_origin(to, origin, request.wall_time);
  to.run("BEGIN IMMEDIATE");
  CarryOver rows(to, origin.version, first);
  journal::ChainWalk walk(from, 0, origin.version);
  while (const auto table = walk.next()) {
    rows.take(*table, walk.row());
    const std::uint64_t done = rows.head().count - 1;
    if (request.progress && done % kProgressEvery == 0) {
      request.progress(done, origin.head.count);
    }
  }
  to.run("COMMIT");
  return rows.head();
}

/// Each record has to be one that the engine can read: it will, at its next start.
void read_everything(const std::string& path) {
  auto reader = JournalReader::open(path);
  if (!reader) {
    throw JournalFailure(reader.error().text());
  }
  reader->for_each([](std::uint64_t, const JournalRecord&) {});
}

/// Atomic, and never over a file that somebody else has made meanwhile.
void give_name(const std::string& draft, const std::string& name) {
  if (::link(draft.c_str(), name.c_str()) != 0) {
    throw JournalFailure(name + ": cannot be given its name (" + std::strerror(errno) + ")");
  }
}

void sync_folder_of(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const int fd = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) {
    ::close(fd);
  }
  if (!synced) {
    throw JournalFailure(folder.string() + ": cannot sync the folder (" + std::strerror(error) +
                         ")");
  }
}

/// The head first: a journal without one is refused, a head without a journal as well.
void publish(const Draft& draft, const std::string& to) {
  give_name(journal::head_path(draft.path()), journal::head_path(to));
  try {
    give_name(draft.path(), to);
  } catch (const JournalFailure&) {
    std::error_code ignored;
    std::filesystem::remove(journal::head_path(to), ignored);
    throw;
  }
  sync_folder_of(to);
}

} // namespace

Result<MigrationReport, InputError> migrate_journal(const MigrationRequest& request) {
  const auto version = old_version(request.from);
  if (!version) {
    return fail(version.error());
  }
  if (auto error = taken(request.to)) {
    return fail(*std::move(error));
  }
  const auto key = journal::JournalKey::load(request.key_path);
  if (!key) {
    return fail(key.error());
  }
  const journal::WriterLock old_lock(request.from);
  const journal::WriterLock new_lock(request.to);
  auto verified = verify_journal(request.from, request.key_path);
  if (!verified) {
    return fail(verified.error());
  }
  MigrationReport report;
  report.old_journal = *std::move(verified);
  if (report.old_journal.problem) {
    return report;
  }
  report.origin = {*version,
                   {report.old_journal.records, report.old_journal.last_hash},
                   std::filesystem::path(request.from).filename().string()};
  const Draft draft(request.to);
  {
    Database to(draft.path(), Database::Mode::create);
    const Head head = carry_over(request, report.origin, to);
    journal::write_head(journal::head_path(draft.path()), head, *key);
  }
  auto carried = verify_journal(draft.path(), request.key_path);
  if (!carried || carried->problem) {
    throw JournalFailure(request.to + ": what was written does not verify (" +
                         (carried ? carried->problem->text() : carried.error().text()) +
                         "); nothing was kept");
  }
  read_everything(draft.path());
  report.new_journal = *std::move(carried);
  publish(draft, request.to);
  return report;
}

} // namespace rg
