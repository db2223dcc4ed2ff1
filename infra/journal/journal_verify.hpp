#pragma once
// Is this journal what the engine wrote? Read-only, works beside a running engine and on copies.

#include "infra/journal/origin.hpp"
#include "messages/support/input_error.hpp"
#include "messages/support/result.hpp"

#include <array>
#include <optional>
#include <string>

namespace rg {

struct VerifyReport {
  std::uint64_t records = 0; ///< in the file
  std::array<std::uint64_t, journal::kTableCount>
      per_table{};    ///< order of the JournalRecord variant
  journal::Head head; ///< as signed in the head file
  /// Records after the head: those of a commit whose head was not written yet (a running engine) or
  /// not any more (a crash). Chained, but not yet signed.
  std::uint64_t beyond_head = 0;
  std::string last_hash;
  int schema_version = journal::kSchemaVersion; ///< an older one verifies by its own columns
  /// Where the first records come from, when they were carried over from an older schema. Their old
  /// chain was computed again and holds.
  std::optional<journal::Origin> origin;
  std::optional<journal::ChainProblem> problem; ///< the first one; nothing = the journal is intact
};

/// @return the report, or InputError when there is nothing to verify: no file, no journal, no key.
[[nodiscard]] Result<VerifyReport, InputError> verify_journal(const std::string& path,
                                                              const std::string& key_path);

/// The key to use when none is named: `data/journal.key` from here, else `journal.key` beside the
/// journal.
[[nodiscard]] std::string default_key_path(const std::string& journal);

} // namespace rg
