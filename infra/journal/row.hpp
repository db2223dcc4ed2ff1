#pragma once
// A record as one row: its canonical bytes, which the hash chain covers, and its SQLite values.
//
// Canonical bytes of a record (docs/journal.md shows how to make them with the sqlite3 program
// alone):
//
//   <table>\n
//   <column>=<length in bytes>:<value>\n        for every column but `hash`, in table order, `seq`
//   first
//
// integer → decimal digits; text → its bytes; real → the 16 upper-case hex digits of its IEEE-754
// bits (every bit counts, and no two programs have to agree on how a double prints); NULL (a NaN) →
// nothing. hash = lower-case hex of SHA-256(previous record's hash \n canonical bytes); 64 zeros
// precede the first.

#include "infra/config/digest.hpp"
#include "infra/journal/sqlite_handle.hpp"
#include "infra/journal/tables.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rg::journal {

enum class ColumnKind { integer, real, text };
struct ColumnInfo {
  std::string name;
  ColumnKind kind;
};

/// Archive that lists a table's columns.
class ColumnList {
public:
  static constexpr bool kReading = false;
  void integer(const char* name, std::int64_t) { columns_.push_back({name, ColumnKind::integer}); }
  void real(const char* name, double) { columns_.push_back({name, ColumnKind::real}); }
  void text(const char* name, std::string_view) { columns_.push_back({name, ColumnKind::text}); }
  [[nodiscard]] std::vector<ColumnInfo> take() { return std::move(columns_); }

private:
  std::vector<ColumnInfo> columns_;
};
/// The record's own columns, without `seq` and `hash`.
template <class Record> [[nodiscard]] std::vector<ColumnInfo> columns_of() {
  ColumnList list;
  const Record record{};
  Table<Record>::fields(list, record);
  return list.take();
}

/// Builds canonical bytes column by column; shared by writer and verifier.
class CanonicalBytes {
public:
  void start(std::string_view table);
  void integer(std::string_view name, std::int64_t value);
  void real(std::string_view name, double value);
  /// Returns where the value's bytes begin.
  std::size_t text(std::string_view name, std::string_view value);
  void null(std::string_view name);
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

private:
  void open(std::string_view name, std::size_t length);
  std::string bytes_;
};

/// 64 lower-case hex digits.
using ChainHash = std::string;
[[nodiscard]] const ChainHash& genesis_hash();
class ChainHasher {
public:
  [[nodiscard]] ChainHash next(const ChainHash& previous, std::string_view canonical);

private:
  Sha256Stream stream_;
};

/// Archive that writes one record: canonical bytes first, then bound to an INSERT.
class RowWriter {
public:
  static constexpr bool kReading = false;
  void start(std::string_view table, std::uint64_t sequence);
  void integer(const char* name, std::int64_t value);
  void real(const char* name, double value);
  void text(const char* name, std::string_view value);

  [[nodiscard]] const std::string& canonical() const { return canonical_.bytes(); }
  /// Columns in order, then the hash, which must live until the statement has stepped.
  void bind(Statement& insert, const ChainHash& hash) const;

private:
  struct Cell {
    ColumnKind kind;
    std::int64_t integer;
    double real;
    std::size_t offset, length; ///< text within the canonical bytes
  };
  CanonicalBytes canonical_;
  std::vector<Cell> cells_;
};

/// Archive that reads one record from the current row; strict about storage types.
class RowReader {
public:
  static constexpr bool kReading = true;
  RowReader(const Statement& row, int first_column) : row_(row), next_(first_column) {}
  void integer(const char* name, std::int64_t& value);
  void real(const char* name, double& value);
  void text(const char* name, std::string& value);

private:
  const Statement& row_;
  int next_;
};

/// A row of `SELECT seq, <columns>, hash` as the chain sees it. Throws BadColumn for a storage type
/// that this program never writes.
struct RawRow {
  std::uint64_t sequence = 0;
  ChainHash hash;
};
[[nodiscard]] RawRow read_raw(const Statement& row, const char* table,
                              const std::vector<ColumnInfo>& columns, CanonicalBytes& canonical);
/// The same with another sequence number in the place of the stored one (to find reordered
/// records).
[[nodiscard]] RawRow read_raw_as(const Statement& row, const char* table,
                                 const std::vector<ColumnInfo>& columns, std::uint64_t sequence,
                                 CanonicalBytes& canonical);

} // namespace rg::journal
