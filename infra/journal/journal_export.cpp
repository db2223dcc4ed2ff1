#include "infra/journal/journal_export.hpp"

#include "infra/journal/schema.hpp"
#include "messages/support/number_text.hpp"

#include <algorithm>
#include <filesystem>

namespace rg {

using journal::Database;
using journal::Statement;
using journal::StoredType;

namespace {

void append_text(std::string& out, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    out += c;
    if (c == '"') {
      out += '"';
    }
  }
  out += '"';
}

void append_value(std::string& out, const Statement& row, int column) {
  switch (row.type(column)) {
  case StoredType::integer:
    out += std::to_string(row.integer(column));
    break;
  case StoredType::real:
    append_double(out, row.real(column));
    break;
  case StoredType::null:
    break;
  default:
    append_text(out, row.text(column));
  }
}

std::string table_csv(Database& database, const journal::TableInfo& table) {
  std::string out = "seq";
  for (const journal::ColumnInfo& column : table.columns) {
    out += ',';
    out += column.name;
  }
  out += ",hash\n";
  const int columns = static_cast<int>(table.columns.size()) + 2;
  Statement row = database.prepare(table.select + " ORDER BY seq");
  while (row.step()) {
    for (int i = 0; i < columns; ++i) {
      if (i > 0) {
        out += ',';
      }
      append_value(out, row, i);
    }
    out += '\n';
  }
  return out;
}

} // namespace

Result<std::optional<std::string>, InputError> export_csv(const std::string& journal,
                                                          const std::string& table) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(journal, ignored)) {
    return fail(InputError{journal, 0, "there is no journal file; give its path with --journal"});
  }
  const auto& all = journal::tables();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& info) { return table == info.name; });
  if (found == all.end()) {
    return std::optional<std::string>();
  }
  Database database(journal, Database::Mode::read);
  return std::optional(table_csv(database, *found));
}

} // namespace rg
