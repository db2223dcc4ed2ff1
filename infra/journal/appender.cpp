#include "infra/journal/appender.hpp"

#include "messages/support/invariant.hpp"

#include <sqlite3.h>

namespace rg::journal {

void prepare_for_writing(Database& database, bool empty) {
  if (database.one_text("PRAGMA journal_mode = WAL") != "wal") {
    throw JournalFailure(
        database.path() +
        ": the file system does not support SQLite's write-ahead log; use a local disk");
  }
  database.run("PRAGMA synchronous = FULL");
  if (empty) {
    create_schema(database);
  }
}

Head head_in_file(Database& database) {
  Head head;
  for (const TableInfo& table : tables()) {
    Statement last = database.prepare(std::string("SELECT seq, hash FROM ") + table.name +
                                      " ORDER BY seq DESC LIMIT 1");
    if (last.step() && static_cast<std::uint64_t>(last.integer(0)) > head.count) {
      head = {static_cast<std::uint64_t>(last.integer(0)), ChainHash(last.text(1))};
    }
  }
  return head;
}

Appender::Appender(Database& database) : database_(database), head_(head_in_file(database)) {
  for (const TableInfo& table : tables()) {
    inserts_.push_back(database_.prepare(table.insert));
  }
}

void Appender::append(const std::vector<JournalRecord>& records) {
  Head intended;
  try {
    intended = insert(records);
  } catch (const SqliteFailure&) {
    if (sqlite3_get_autocommit(database_.handle()) == 0) {
      sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
    throw; // not committed
  }
  try {
    database_.run("COMMIT");
  } catch (const SqliteFailure&) {
    recover_from_failed_commit(intended);
  }
  head_ = intended;
}

Head Appender::insert(const std::vector<JournalRecord>& records) {
  database_.run("BEGIN IMMEDIATE");
  Head head = head_;
  for (const JournalRecord& record : records) {
    insert_one(record, head);
  }
  return head;
}

void Appender::insert_one(const JournalRecord& record, Head& head) {
  std::visit(
      [&]<class Record>(const Record& r) {
        row_.start(Table<Record>::kName, head.count + 1);
        Table<Record>::fields(row_, r);
      },
      record);
  head.hash = hasher_.next(head.hash, row_.canonical());
  ++head.count;
  Statement& statement = inserts_[record.index()];
  statement.reset();
  row_.bind(statement, head.hash);
  const bool row = statement.step();
  statement.reset();
  RG_ASSERT(!row);
}

/// A COMMIT that fails may or may not have reached the disk; the file itself says which.
void Appender::recover_from_failed_commit(const Head& intended) {
  const int code = sqlite3_errcode(database_.handle());
  const std::string reason = sqlite3_errmsg(database_.handle());
  if (sqlite3_get_autocommit(database_.handle()) == 0) {
    sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  if (head_in_file(database_) != intended) {
    throw JournalFailure(database_.path() + ": cannot commit: " + reason + advice(code));
  }
}

} // namespace rg::journal
