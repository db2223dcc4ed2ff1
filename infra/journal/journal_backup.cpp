#include "infra/journal/journal_backup.hpp"

#include "infra/journal/journal_reader.hpp"

#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <unistd.h>

namespace rg {

using journal::Database;

namespace {

void copy_pages(const Database& from, Database& to) {
  struct Finish {
    void operator()(sqlite3_backup* handle) const { sqlite3_backup_finish(handle); }
  };
  std::unique_ptr<sqlite3_backup, Finish> copy(
      sqlite3_backup_init(to.handle(), "main", from.handle(), "main"));
  if (!copy) {
    to.fail(sqlite3_errcode(to.handle()));
  }
  // All pages in one step: one snapshot, while the engine goes on writing to its log.
  const int code = sqlite3_backup_step(copy.get(), -1);
  if (code != SQLITE_DONE) {
    to.fail(code);
  }
}

void remove_copy(const std::string& out) {
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm", "-journal", ".head"}) {
    std::filesystem::remove(out + suffix, ignored);
  }
}

/// What the copy holds at its end, for its own head.
journal::Head last_record(Database& database) {
  journal::Head head;
  for (const journal::TableInfo& table : journal::tables()) {
    journal::Statement last = database.prepare(std::string("SELECT seq, hash FROM ") + table.name +
                                               " ORDER BY seq DESC LIMIT 1");
    if (last.step() && static_cast<std::uint64_t>(last.integer(0)) > head.count) {
      head = {static_cast<std::uint64_t>(last.integer(0)), std::string(last.text(1))};
    }
  }
  return head;
}

} // namespace

Result<VerifyReport, InputError> backup_journal(const std::string& path, const std::string& out,
                                                const std::string& key_path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) {
    return fail(InputError{path, 0, "there is no journal file; give its path with --journal"});
  }
  for (const std::string& taken : {out, journal::head_path(out)}) {
    if (::access(taken.c_str(), F_OK) == 0) {
      return fail(
          InputError{taken, 0, "exists already; choose another --out, nothing is overwritten"});
    }
  }
  const auto key = journal::JournalKey::load(key_path);
  if (!key) {
    return fail(key.error());
  }
  // Signed only if it follows from the source's own signed head: a backup must not whitewash.
  const journal::StoredHead stored = journal::read_head(journal::head_path(path), *key);
  try {
    journal::make_folder_of(out);
  } catch (const JournalFailure& failure) {
    return fail(journal::input_error(out, failure));
  }
  try {
    Database source(path, Database::Mode::read);
    if (!journal::is_journal(source)) {
      return fail(InputError{path, 0,
                             "is no RegimeGuard journal; give the file that [journal] path names"});
    }
    Database copy(out, Database::Mode::create);
    copy.run("PRAGMA synchronous = FULL");
    copy_pages(source, copy);
    if (stored.state == journal::HeadState::good) {
      const journal::Head last = last_record(copy);
      const auto version = journal::version_of(copy).value_or(journal::kSchemaVersion);
      const bool follows =
          journal::is_known(version) &&
          !journal::check_chain(copy, stored.head, last.count, static_cast<int>(version));
      journal::write_head(journal::head_path(out), follows ? last : stored.head, *key);
    }
  } catch (const JournalFailure&) {
    remove_copy(out);
    throw;
  }
  return verify_journal(out, key_path);
}

namespace {

/// A journal names its recordings by plain file names; anything else was not written by us.
bool is_plain_name(const std::string& name) {
  return !name.empty() && std::filesystem::path(name).filename() == name && name != "." &&
         name != "..";
}

void copy_whole(const std::filesystem::path& from, const std::filesystem::path& to) {
  const std::filesystem::path beside = to.string() + ".tmp" + std::to_string(::getpid());
  std::error_code failed;
  std::filesystem::copy_file(from, beside, std::filesystem::copy_options::overwrite_existing,
                             failed);
  if (!failed) {
    std::filesystem::rename(beside, to, failed);
  }
  if (failed) {
    std::error_code ignored;
    std::filesystem::remove(beside, ignored);
    throw JournalFailure(to.string() + ": cannot be written: " + failed.message());
  }
}

} // namespace

Result<RecordingsBackup, InputError> backup_recordings(const std::string& path,
                                                       const std::string& out) {
  namespace fs = std::filesystem;
  auto reader = JournalReader::open(out);
  if (!reader) {
    return fail(reader.error());
  }
  RecordingsBackup done;
  for (const auto& run : reader->last<RunRecord>()) {
    const std::string& name = run.record.recording;
    if (!is_plain_name(name)) {
      continue;
    }
    const fs::path from = fs::path(path).parent_path() / name;
    const fs::path to = fs::path(out).parent_path() / name;
    std::error_code ignored;
    if (!fs::is_regular_file(from, ignored)) {
      done.missing.push_back(name);
    } else if (fs::equivalent(from, to, ignored)) {
      done.present.push_back(name);
    } else {
      copy_whole(from, to);
      done.copied.push_back(name);
    }
  }
  return done;
}

} // namespace rg
