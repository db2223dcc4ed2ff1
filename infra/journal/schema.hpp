#pragma once
// The journal file's schema, made from tables.hpp. Triggers refuse every UPDATE, DELETE and
// REPLACE, so that a slip at a sqlite3 prompt cannot change history; the hash chain is what shows
// intent.

#include "infra/journal/row.hpp"

#include <string>
#include <vector>

namespace rg::journal {

/// "RGJ1": marks the SQLite file as ours (PRAGMA application_id).
inline constexpr int kApplicationId = 0x52474A31;

/// An object of sqlite_master as this version writes it.
struct SchemaObject {
  std::string name, sql;
};
[[nodiscard]] const std::vector<SchemaObject>& schema_objects();

struct TableInfo {
  const char* name;
  std::vector<ColumnInfo> columns; ///< without seq and hash
  std::string select;              ///< "SELECT seq, …, hash FROM name"
  std::string insert;              ///< with a parameter per column
};
/// By index of the JournalRecord variant.
[[nodiscard]] const std::vector<TableInfo>& tables();

void create_schema(Database& database);
/// The version, when it is not the one that this program reads, as a sentence; empty = it is.
[[nodiscard]] std::string version_difference(Database& database);
/// What does not match this version's schema, as a sentence; empty = all well.
[[nodiscard]] std::string schema_difference(Database& database);
/// Whether the file is a journal of ours at all (application id and schema row).
[[nodiscard]] bool is_journal(Database& database);

} // namespace rg::journal
