#include "infra/journal/sqlite_handle.hpp"

#include <sqlite3.h>

namespace rg::journal {

namespace {

std::string advice_for(int code) {
  switch (code & 0xFF) {
  case SQLITE_FULL:
    return "the disk is full; free some space, then start again";
  case SQLITE_READONLY:
    return "the file or its folder is read-only; give write permission";
  case SQLITE_CANTOPEN:
    return "the file cannot be opened; check path and permissions";
  case SQLITE_NOTADB:
    return "the file is no journal";
  case SQLITE_CORRUPT:
    return "the file is damaged; keep it, run verify, and restore a backup";
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return "another process holds the file; stop it first";
  case SQLITE_IOERR:
    return "the disk gave an error, or its file system went read-only; check the device";
  default:
    return "";
  }
}

} // namespace

std::string advice(int code) {
  const std::string text = advice_for(code);
  return text.empty() ? text : "; " + text;
}

InputError input_error(const std::string& path, const JournalFailure& failure) {
  const std::string_view text = failure.what();
  const std::string named = path + ": ";
  return {path, 0, std::string(text.starts_with(named) ? text.substr(named.size()) : text)};
}

void Database::Close::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}
void Statement::Finalize::operator()(sqlite3_stmt* handle) const {
  sqlite3_finalize(handle);
}

Database::Database(const std::string& path, Mode mode, const char* vfs) : path_(path) {
  const int flags =
      mode == Mode::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* raw = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs);
  handle_.reset(raw);
  if (code != SQLITE_OK) {
    fail(code);
  }
  sqlite3_busy_timeout(raw, mode == Mode::read ? 5000 : 1000); // ms; a journal has one writer
}

void Database::fail(int code) const {
  throw SqliteFailure(
      code & 0xFF, path_ + ": " + (handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code)) +
                       advice(code));
}

void Database::run(const std::string& sql) {
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) {
    fail(code);
  }
}

Statement Database::prepare(const std::string& sql) {
  return Statement(*this, sql);
}

std::string Database::one_text(const std::string& sql) {
  Statement statement = prepare(sql);
  return statement.step() ? std::string(statement.text(0)) : std::string();
}

std::int64_t Database::one_integer(const std::string& sql) {
  Statement statement = prepare(sql);
  return statement.step() ? statement.integer(0) : 0;
}

Statement::Statement(const Database& database, const std::string& sql) : database_(&database) {
  sqlite3_stmt* raw = nullptr;
  check(sqlite3_prepare_v3(database.handle(), sql.c_str(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &raw, nullptr));
  handle_.reset(raw);
}

void Statement::check(int code) const {
  if (code != SQLITE_OK) {
    database_->fail(code);
  }
}

void Statement::bind(int index, std::int64_t value) {
  check(sqlite3_bind_int64(handle_.get(), index, value));
}
void Statement::bind(int index, double value) {
  check(sqlite3_bind_double(handle_.get(), index, value));
}
void Statement::bind(int index, std::string_view value) {
  check(sqlite3_bind_text(handle_.get(), index, value.data() == nullptr ? "" : value.data(),
                          static_cast<int>(value.size()), nullptr));
}
void Statement::bind_null(int index) {
  check(sqlite3_bind_null(handle_.get(), index));
}

bool Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code != SQLITE_ROW && code != SQLITE_DONE) {
    database_->fail(code);
  }
  return code == SQLITE_ROW;
}

void Statement::reset() {
  static_cast<void>(sqlite3_reset(handle_.get()));
} // repeats step's error, already told

StoredType Statement::type(int column) const {
  switch (sqlite3_column_type(handle_.get(), column)) {
  case SQLITE_INTEGER:
    return StoredType::integer;
  case SQLITE_FLOAT:
    return StoredType::real;
  case SQLITE_TEXT:
    return StoredType::text;
  case SQLITE_BLOB:
    return StoredType::blob;
  default:
    return StoredType::null;
  }
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}
double Statement::real(int column) const {
  return sqlite3_column_double(handle_.get(), column);
}
std::string_view Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
  return {bytes == nullptr ? "" : bytes,
          static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

} // namespace rg::journal
