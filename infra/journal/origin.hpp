#pragma once
// Where a journal's records come from when they were carried over from an older schema: its first
// record names the old file's version, count and last hash. Because the old chain covers only
// columns that the new file still has, anybody can compute it again from the new file alone.

#include "infra/journal/chain_walk.hpp"

#include <optional>
#include <string>

namespace rg::journal {

/// What the first record of a migrated journal says. Its records 2 … head.count + 1 are the old
/// ones.
struct Origin {
  int version = 0;       ///< schema of the old file
  Head head;             ///< its records and the last one's hash
  std::string file_name; ///< of the old journal, without its folder
  friend bool operator==(const Origin&, const Origin&) = default;
};

inline constexpr const char* kMigrated = "migrated"; ///< SupervisionRecord::kind, subject "journal"

/// One sentence that parse_origin reads again; it names the columns that the old schema lacked.
[[nodiscard]] std::string origin_text(const Origin& origin);
[[nodiscard]] std::optional<Origin> parse_origin(const std::string& text);

/// The origin that the journal's first record names; nothing when it was not carried over.
/// @throws SqliteFailure; JournalFailure when the record cannot be understood.
[[nodiscard]] std::optional<Origin> origin_of(Database& database);

/// Computes the old chain from the records that were carried over; the first problem, or nothing.
[[nodiscard]] std::optional<ChainProblem> check_origin(Database& database, const Origin& origin);

} // namespace rg::journal
