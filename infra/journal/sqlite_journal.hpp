#pragma once
// The journal on disk: an append-only SQLite file whose records form one hash chain (design §11,
// docs/journal.md). One writer at a time, kept by a lock on `<path>.lock`; readers need no lock and
// work while the engine writes.

#include "infra/journal/appender.hpp"
#include "infra/journal/upkeep.hpp"
#include "infra/journal/writer_lock.hpp"
#include "infra/ports/journal_store.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rg {

class SqliteJournal final : public JournalStore {
public:
  /// Opens the journal for writing, or makes it. Checks the last records against the head and
  /// renews a head that a crash left behind.
  /// @throws JournalFailure when another process writes it, when it is no journal, damaged,
  /// read-only, or
  ///         does not match its head (tampering); nothing is changed then.
  SqliteJournal(const std::string& path, const std::string& key_path);
  ~SqliteJournal() override;

  /// One transaction for all: either every record is durable when this returns, or none is stored
  /// and JournalFailure tells why. After a failure the next call tries again from what is on disk.
  /// @cost one synced write, whatever the number of records. The head is signed beside it, a moment
  /// later.
  void append(const std::vector<JournalRecord>& records) override;
  [[nodiscard]] std::uint64_t count() const override { return appender_->head().count; }
  [[nodiscard]] std::string head_hash() const override { return appender_->head().hash; }
  /// Returns when the head of the last append is in its file. @throws JournalFailure when it cannot
  /// be.
  void sync_head();

private:
  void open_or_create();
  void settle_head();
  void keep_log_short();

  std::string path_;
  journal::WriterLock lock_; ///< released last
  journal::JournalKey key_;
  std::unique_ptr<journal::Database> database_;
  std::optional<journal::Appender> appender_;
  int log_pages_ = 0; ///< in the write-ahead log after the last commit
  int next_checkpoint_ = 0;
  std::unique_ptr<journal::Upkeep> upkeep_;
};

} // namespace rg
