#pragma once
// Walking the chain through all tables in order of sequence.

#include "infra/journal/head_file.hpp"
#include "infra/journal/schema.hpp"

#include <functional>
#include <optional>
#include <string>

namespace rg::journal {

enum class ProblemKind {
  altered,    ///< a record's columns do not give its hash
  missing,    ///< a sequence number without a record
  reordered,  ///< the record that belongs here stands elsewhere
  duplicated, ///< a sequence number with two records
  damaged,    ///< SQLite cannot read the table
  schema,     ///< tables or triggers are not those that this program makes
  head,       ///< the head file is missing, forged, or does not fit the records
};
[[nodiscard]] const char* to_string(ProblemKind kind);

struct ChainProblem {
  ProblemKind kind = ProblemKind::altered;
  std::string table;          ///< empty when no table can be named
  std::uint64_t sequence = 0; ///< 0 when no record can be named
  std::string detail;
  [[nodiscard]] std::string text() const; ///< one line
};

/// SQLite cannot read on in this table.
struct DamagedTable {
  std::string table, what;
};

/// All tables as one stream, ascending in sequence. Use inside one transaction.
class ChainWalk {
public:
  /// This constructor and next() throw DamagedTable.
  /// @param version  the columns to read: those of this schema version.
  ChainWalk(const Database& database, std::uint64_t after, int version = kSchemaVersion);
  /// The table of the next record, or nothing at the end.
  [[nodiscard]] std::optional<std::size_t> next();
  [[nodiscard]] const Statement& row() const { return cursors_[*current_].statement; }
  [[nodiscard]] std::uint64_t sequence() const { return cursors_[*current_].sequence; }

private:
  struct Cursor {
    const char* table;
    Statement statement;
    bool has_row = false;
    std::uint64_t sequence = 0;
  };
  static void advance(Cursor& cursor);
  std::vector<Cursor> cursors_;
  std::optional<std::size_t> current_;
};

/// Recomputes the chain from the record after `from` up to `last`; the first problem, or nothing.
/// Also checks that the record `from` itself is there with its hash. With problems of SQLite's own
/// it names the table that cannot be read. The records are read as schema `version` has them.
[[nodiscard]] std::optional<ChainProblem>
check_chain(Database& database, const Head& from, std::uint64_t last, int version = kSchemaVersion);

} // namespace rg::journal
