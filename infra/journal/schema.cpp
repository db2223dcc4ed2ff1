#include "infra/journal/schema.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace rg::journal {

namespace {

/// What each version after the first brought. Doubles only: an older record leaves them NULL, which
/// says "not recorded"; a column that has no such value needs a rule of its own in the migration.
struct AddedColumn {
  std::string_view table, column;
  int version;
};
constexpr std::array<AddedColumn, 6> kAdded{{
    {"decisions", "input_drawdown", 2},
    {"decisions", "input_trade_intensity", 2},
    {"decisions", "input_relative_spread", 2},
    {"decisions", "input_depth_ratio", 2},
    {"decisions", "input_jump_share", 2},
    {"decisions", "input_cluster_share", 2},
}};

int version_that_brought(std::string_view table, std::string_view column) {
  const auto* added = std::find_if(kAdded.begin(), kAdded.end(), [&](const AddedColumn& a) {
    return a.table == table && a.column == column;
  });
  return added == kAdded.end() ? 1 : added->version;
}

const char* declared_type(ColumnKind kind) {
  switch (kind) {
  case ColumnKind::integer:
    return " INTEGER NOT NULL";
  case ColumnKind::text:
    return " TEXT NOT NULL";
  case ColumnKind::real:
    return ""; // no affinity: with REAL, SQLite would store -0.0 as the integer 0 and lose the sign
  }
  return "";
}

TableInfo table_info(const char* name, std::vector<ColumnInfo> columns) {
  std::string names = "seq";
  std::string places = "?";
  for (const ColumnInfo& column : columns) {
    names += ", " + column.name;
    places += ", ?";
  }
  const std::string table(name);
  return {name, std::move(columns), "SELECT " + names + ", hash FROM " + table,
          "INSERT INTO " + table + " (" + names + ", hash) VALUES (" + places + ", ?)"};
}

SchemaObject create_table(const TableInfo& table) {
  std::string sql = "CREATE TABLE ";
  sql += table.name;
  sql += " (\n  seq INTEGER PRIMARY KEY";
  for (const ColumnInfo& column : table.columns) {
    sql += ",\n  " + column.name + declared_type(column.kind);
    if (column.kind == ColumnKind::real) {
      sql += " /* double */";
    }
  }
  sql += ",\n  hash TEXT NOT NULL\n)";
  return {table.name, sql};
}

void add_triggers(std::vector<SchemaObject>& objects, const std::string& table) {
  const auto trigger = [&](const std::string& name, const std::string& event,
                           const std::string& reason) {
    const std::string full = table + "_" + name;
    objects.push_back({full, "CREATE TRIGGER " + full + " BEFORE " + event +
                                 " BEGIN SELECT RAISE(ABORT, 'the journal is append-only: " +
                                 reason + "'); END"});
  };
  trigger("no_update", "UPDATE ON " + table, "no record is changed");
  trigger("no_delete", "DELETE ON " + table, "no record is deleted");
  const std::string key = table == "journal_schema" ? "version" : "seq";
  trigger("no_replace",
          "INSERT ON " + table + " WHEN EXISTS (SELECT 1 FROM " + table + " WHERE " + key +
              " = NEW." + key + ")",
          "no record is replaced");
}

} // namespace

namespace {

using PerVersion = std::array<std::vector<TableInfo>, kSchemaVersion>;

PerVersion tables_of_all_versions() {
  PerVersion all;
  for (int version = 1; version <= kSchemaVersion; ++version) {
    for_each_table([&]<class Record>(std::size_t) {
      const char* name = Table<Record>::kName;
      std::vector<ColumnInfo> columns = columns_of<Record>();
      std::erase_if(columns, [&](const ColumnInfo& column) {
        return version_that_brought(name, column.name) > version;
      });
      all[static_cast<std::size_t>(version) - 1].push_back(table_info(name, std::move(columns)));
    });
  }
  return all;
}

std::vector<SchemaObject> objects_of(int version) {
  std::vector<SchemaObject> objects{
      {"journal_schema", "CREATE TABLE journal_schema (\n  version INTEGER PRIMARY KEY\n)"}};
  add_triggers(objects, "journal_schema");
  for (const TableInfo& table : tables(version)) {
    objects.push_back(create_table(table));
    add_triggers(objects, table.name);
  }
  return objects;
}

} // namespace

const std::vector<TableInfo>& tables(int version) {
  static const PerVersion kTables = tables_of_all_versions();
  RG_ASSERT(is_known(version));
  return kTables[static_cast<std::size_t>(version) - 1];
}

const std::vector<SchemaObject>& schema_objects(int version) {
  static const std::array<std::vector<SchemaObject>, kSchemaVersion> kObjects = [] {
    std::array<std::vector<SchemaObject>, kSchemaVersion> all;
    for (int v = 1; v <= kSchemaVersion; ++v) {
      all[static_cast<std::size_t>(v) - 1] = objects_of(v);
    }
    return all;
  }();
  RG_ASSERT(is_known(version));
  return kObjects[static_cast<std::size_t>(version) - 1];
}

std::vector<std::string> columns_since(int version) {
  std::vector<std::string> names;
  for (const AddedColumn& added : kAdded) {
    if (added.version > version) {
      names.push_back(std::string(added.table) + "." + std::string(added.column));
    }
  }
  return names;
}

void create_schema(Database& database) {
  database.run("BEGIN IMMEDIATE");
  database.run("PRAGMA application_id = " + std::to_string(kApplicationId));
  for (const SchemaObject& object : schema_objects()) {
    database.run(object.sql);
  }
  database.run("INSERT INTO journal_schema (version) VALUES (" + std::to_string(kSchemaVersion) +
               ")");
  database.run("COMMIT");
}

bool is_journal(Database& database) {
  return database.one_integer("PRAGMA application_id") == kApplicationId;
}

bool is_known(std::int64_t version) {
  return version >= 1 && version <= kSchemaVersion;
}

std::optional<std::int64_t> version_of(Database& database) {
  if (database.one_integer("SELECT count(*) FROM sqlite_master WHERE name = 'journal_schema'") ==
      0) {
    return std::nullopt;
  }
  return database.one_integer("SELECT max(version) FROM journal_schema");
}

// An older or newer journal differs in its tables as well; its version is what a person must know.
std::string version_difference(Database& database) {
  const auto version = version_of(database);
  if (!version || *version == kSchemaVersion) {
    return {};
  }
  std::string text = "schema version " + std::to_string(*version) + " is not " +
                     std::to_string(kSchemaVersion) + ", which this program writes";
  text += is_known(*version)
              ? "; carry it over into a new file with: regimeguard migrate --journal " +
                    database.path() + " --to NEW"
              : "; use the program that wrote it";
  return text;
}

std::string schema_difference(Database& database, int version) {
  if (const auto found = version_of(database); found && *found != version) {
    return version_difference(database);
  }
  Statement find = database.prepare("SELECT sql FROM sqlite_master WHERE name = ?");
  for (const SchemaObject& object : schema_objects(version)) {
    find.reset();
    find.bind(1, std::string_view(object.name));
    if (!find.step()) {
      return object.name + " is missing from the schema";
    }
    if (find.text(0) != object.sql) {
      return object.name + " was altered in the schema";
    }
  }
  const auto count =
      static_cast<std::size_t>(database.one_integer("SELECT count(*) FROM sqlite_master"));
  if (count != schema_objects(version).size()) {
    return "the schema holds objects that do not belong there";
  }
  return {};
}

} // namespace rg::journal
