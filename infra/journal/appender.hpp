#pragma once
// Appends records to an open journal file: one transaction, one chain. What stands around it on a
// real disk (lock, signed head, moving the log) is SqliteJournal's.

#include "infra/journal/head_file.hpp"
#include "infra/journal/schema.hpp"
#include "infra/ports/journal_store.hpp"

#include <vector>

namespace rg::journal {

/// Sets the write-ahead log and full syncs, makes the schema in an empty file. @throws
/// JournalFailure.
void prepare_for_writing(Database& database, bool empty);
/// Count and hash of the newest record in the file.
[[nodiscard]] Head head_in_file(Database& database);

class Appender {
public:
  explicit Appender(Database& database);

  /// All or nothing, synced when it returns. @throws JournalFailure; nothing is stored then.
  void append(const std::vector<JournalRecord>& records);
  [[nodiscard]] const Head& head() const { return head_; }

private:
  [[nodiscard]] Head insert(const std::vector<JournalRecord>& records);
  void insert_one(const JournalRecord& record, Head& head);
  void recover_from_failed_commit(const Head& intended);

  Database& database_;
  std::vector<Statement> inserts_; ///< by index of the JournalRecord variant
  RowWriter row_;
  ChainHasher hasher_;
  Head head_; ///< of what is durably in the file
};

} // namespace rg::journal
