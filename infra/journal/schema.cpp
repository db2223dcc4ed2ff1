#include "infra/journal/schema.hpp"

namespace rg::journal {

namespace {

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

const std::vector<TableInfo>& tables() {
  static const std::vector<TableInfo> kTables = [] {
    std::vector<TableInfo> all;
    for_each_table([&]<class Record>(std::size_t) {
      all.push_back(table_info(Table<Record>::kName, columns_of<Record>()));
    });
    return all;
  }();
  return kTables;
}

const std::vector<SchemaObject>& schema_objects() {
  static const std::vector<SchemaObject> kObjects = [] {
    std::vector<SchemaObject> objects{
        {"journal_schema", "CREATE TABLE journal_schema (\n  version INTEGER PRIMARY KEY\n)"}};
    add_triggers(objects, "journal_schema");
    for (const TableInfo& table : tables()) {
      objects.push_back(create_table(table));
      add_triggers(objects, table.name);
    }
    return objects;
  }();
  return kObjects;
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

// An older or newer journal differs in its tables as well; its version is what a person must know.
std::string version_difference(Database& database) {
  if (database.one_integer("SELECT count(*) FROM sqlite_master WHERE name = 'journal_schema'") ==
      0) {
    return {};
  }
  const std::int64_t version = database.one_integer("SELECT max(version) FROM journal_schema");
  if (version == kSchemaVersion) {
    return {};
  }
  std::string text = "schema version " + std::to_string(version) + " is not " +
                     std::to_string(kSchemaVersion) + ", which this program reads";
  if (version < kSchemaVersion) {
    text += "; keep the file for the program that wrote it, close its positions there, and begin a "
            "new journal with [journal] path";
  }
  return text;
}

std::string schema_difference(Database& database) {
  if (std::string version = version_difference(database); !version.empty()) {
    return version;
  }
  Statement find = database.prepare("SELECT sql FROM sqlite_master WHERE name = ?");
  for (const SchemaObject& object : schema_objects()) {
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
  if (count != schema_objects().size()) {
    return "the schema holds objects that do not belong there";
  }
  return {};
}

} // namespace rg::journal
