#pragma once
// SQLite with destructors, and with its error codes turned into JournalFailure.

#include "infra/ports/journal_store.hpp"
#include "messages/support/input_error.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace rg::journal {

/// "; what to do", or nothing, after what SQLite says of a failure with this code.
[[nodiscard]] std::string advice(int code);

/// A JournalFailure that still knows SQLite's (primary) code.
class SqliteFailure : public JournalFailure {
public:
  SqliteFailure(int code, const std::string& text) : JournalFailure(text), code_(code) {}
  [[nodiscard]] int code() const { return code_; }

private:
  int code_;
};

/// A failure as an input error, which names the file once.
[[nodiscard]] InputError input_error(const std::string& path, const JournalFailure& failure);

class Statement;

class Database {
public:
  enum class Mode { read, create };
  /// @throws SqliteFailure naming the file and what is wrong with it.
  /// @param vfs  SQLite's name of the file system; null = the operating system's.
  Database(const std::string& path, Mode mode, const char* vfs = nullptr);
  Database(const Database&) = delete; // statements point to it
  Database& operator=(const Database&) = delete;

  void run(const std::string& sql);
  [[nodiscard]] Statement prepare(const std::string& sql);
  /// The first column of the first row, empty when there is no row.
  [[nodiscard]] std::string one_text(const std::string& sql);
  [[nodiscard]] std::int64_t one_integer(const std::string& sql);
  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[noreturn]] void fail(int code) const;

private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  std::string path_;
  std::unique_ptr<sqlite3, Close> handle_;
};

enum class StoredType { integer, real, text, blob, null };

class Statement {
public:
  Statement(const Database& database, const std::string& sql);
  Statement(Statement&&) noexcept = default;
  Statement& operator=(Statement&&) noexcept = default;

  void bind(int index, std::int64_t value); ///< indices from 1
  void bind(int index, double value);
  void bind(int index,
            std::string_view value); ///< the bytes must live until the next step or reset
  void bind_null(int index);
  [[nodiscard]] bool step(); ///< true: a row is there
  void reset();

  [[nodiscard]] StoredType type(int column) const; ///< columns from 0
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::string_view text(int column) const; ///< valid until the next step or reset

private:
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const;
  };
  void check(int code) const;

  const Database* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

} // namespace rg::journal
