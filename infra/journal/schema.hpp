#pragma once
// The journal file's schema, made from tables.hpp. Triggers refuse every UPDATE, DELETE and
// REPLACE, so that a slip at a sqlite3 prompt cannot change history; the hash chain is what shows
// intent.

#include "infra/journal/row.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rg::journal {

/// "RGJ1": marks the SQLite file as ours (PRAGMA application_id).
inline constexpr int kApplicationId = 0x52474A31;

/// An object of sqlite_master as this version writes it.
struct SchemaObject {
  std::string name, sql;
};
/// @param version  1 … kSchemaVersion.
[[nodiscard]] const std::vector<SchemaObject>& schema_objects(int version = kSchemaVersion);

struct TableInfo {
  const char* name;
  std::vector<ColumnInfo> columns; ///< without seq and hash
  std::string select;              ///< "SELECT seq, …, hash FROM name"
  std::string insert;              ///< with a parameter per column
};
/// By index of the JournalRecord variant, as `version` had them (1 … kSchemaVersion).
[[nodiscard]] const std::vector<TableInfo>& tables(int version = kSchemaVersion);
/// Columns of doubles that came after `version`, as "table.column".
[[nodiscard]] std::vector<std::string> columns_since(int version);

void create_schema(Database& database);
/// The version that the file says it has; nothing when it does not say.
[[nodiscard]] std::optional<std::int64_t> version_of(Database& database);
/// Whether this program knows the file's tables: its own version or an older one.
[[nodiscard]] bool is_known(std::int64_t version);
/// The version, when it is not the one that this program writes, as a sentence with what to do;
/// empty = it is.
[[nodiscard]] std::string version_difference(Database& database);
/// What does not match the schema of `version`, as a sentence; empty = all well.
[[nodiscard]] std::string schema_difference(Database& database, int version = kSchemaVersion);
/// Whether the file is a journal of ours at all (application id and schema row).
[[nodiscard]] bool is_journal(Database& database);

} // namespace rg::journal
