#include "infra/journal/sqlite_journal.hpp"

#include "infra/journal/chain_walk.hpp"
#include "messages/support/invariant.hpp"

#include <sqlite3.h>

#include <optional>

namespace rg {

using journal::Database;
using journal::Head;
using journal::HeadState;

namespace {

std::unique_ptr<Database> open_database(const std::string& path) {
  journal::make_folder_of(path);
  return std::make_unique<Database>(path, Database::Mode::create);
}

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw JournalFailure(path + ": " + why +
                       "; nothing was written. Run: regimeguard verify --journal " + path);
}

} // namespace

SqliteJournal::SqliteJournal(const std::string& path, const std::string& key_path)
    : path_(path), lock_(path), key_(journal::JournalKey::load_or_make(key_path)) {
  open_or_create();
  appender_.emplace(*database_);
  settle_head();
  sqlite3_wal_hook(
      database_->handle(),
      [](void* pages, sqlite3*, const char*, int in_log) {
        *static_cast<int*>(pages) = in_log;
        return SQLITE_OK;
      },
      &log_pages_);
}

SqliteJournal::~SqliteJournal() = default;

void SqliteJournal::open_or_create() {
  const bool has_head =
      journal::read_head(journal::head_path(path_), key_).state != HeadState::missing;
  const bool exists = ::access(path_.c_str(), F_OK) == 0;
  if (!exists && has_head) {
    refuse(path_, "the journal is gone but its head is still there; restore the file, or remove " +
                      journal::head_path(path_) + " to begin a new journal");
  }
  database_ = open_database(path_);
  const bool empty = database_->one_integer("SELECT count(*) FROM sqlite_master") == 0;
  if (empty && has_head) {
    refuse(path_, "the journal is empty but its head is not");
  }
  if (!empty && !journal::is_journal(*database_)) {
    refuse(path_, "this SQLite file is no journal");
  }
  journal::prepare_for_writing(*database_, empty);
  const std::string difference = journal::schema_difference(*database_);
  if (!difference.empty()) {
    refuse(path_, difference);
  }
}

void SqliteJournal::settle_head() {
  const Head& in_file = appender_->head();
  upkeep_ = std::make_unique<journal::Upkeep>(path_, key_);
  const journal::StoredHead stored = journal::read_head(journal::head_path(path_), key_);
  if (stored.state == HeadState::good && stored.head == in_file) {
    return;
  }
  if (stored.state == HeadState::missing && in_file.count > 0) {
    refuse(path_, "the head file " + journal::head_path(path_) + " is missing");
  }
  if (stored.state == HeadState::malformed || stored.state == HeadState::forged) {
    refuse(path_, "the head file does not carry our signature (another key, or altered)");
  }
  if (stored.state == HeadState::good && stored.head.count > in_file.count) {
    refuse(path_, "the head knows " + std::to_string(stored.head.count) +
                      " records but the file holds " + std::to_string(in_file.count));
  }
  // Behind, as a crash between commit and head leaves it: what came after must follow from the
  // head.
  const auto problem = journal::check_chain(*database_, stored.head, in_file.count);
  if (problem) {
    refuse(path_, problem->text());
  }
  journal::write_head(journal::head_path(path_), in_file, key_);
}

void SqliteJournal::append(const std::vector<JournalRecord>& records) {
  if (records.empty()) {
    return;
  }
  if (!upkeep_->head_problem().empty()) {
    sync_head(); // fails again while the disk does, before anything new is written
  }
  appender_->append(records);
  upkeep_->publish(appender_->head());
  keep_log_short();
}

void SqliteJournal::sync_head() {
  upkeep_->wait();
  if (!upkeep_->head_problem().empty()) {
    upkeep_->publish(appender_->head());
    upkeep_->wait();
  }
  const std::string problem = upkeep_->head_problem();
  if (!problem.empty()) {
    throw JournalFailure(problem);
  }
}

/// The log is moved into the file beside the appends. Only when they come so fast that it never
/// gets to the log's end does an append wait for it, before the log eats the disk.
void SqliteJournal::keep_log_short() {
  constexpr int kPagesToMove = 1000; ///< 4 MB
  constexpr int kPagesTooMany = 3000;
  if (log_pages_ < kPagesToMove) {
    next_checkpoint_ = kPagesToMove; // the log has started over
  }
  if (log_pages_ < next_checkpoint_) {
    return;
  }
  next_checkpoint_ = log_pages_ + kPagesToMove;
  if (log_pages_ < kPagesTooMany) {
    upkeep_->checkpoint();
  } else {
    sqlite3_wal_checkpoint_v2(database_->handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr,
                              nullptr);
  }
}

} // namespace rg
