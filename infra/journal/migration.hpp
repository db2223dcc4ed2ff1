#pragma once
// A journal of an older schema, carried over record by record into a new file of this one. The old
// file is read, never written.

#include "infra/journal/journal_verify.hpp"
#include "infra/journal/origin.hpp"

#include <functional>
#include <string>

namespace rg {

struct MigrationReport {
  VerifyReport old_journal; ///< with a problem, nothing was made
  journal::Origin origin;
  VerifyReport new_journal;
};

struct MigrationRequest {
  std::string from;     ///< stays as it is; only `<from>.lock` is made beside it
  std::string to;       ///< must not exist, nor its head
  std::string key_path; ///< signs both heads
  Timestamp wall_time;  ///< for the record of the migration
  /// Called now and then with records done and records in all; may be empty.
  std::function<void(std::uint64_t done, std::uint64_t all)> progress;
};

/// Verifies the old journal, then writes the new one under a name of its own beside `to`, verifies
/// it too (both chains: the new one, and the old one computed from the new file), and only then
/// gives it its name. Its first record says where it came from; each column that the old schema
/// lacked is NULL.
/// @return InputError when there is nothing to carry over: no journal, no key, a schema that is
///         this program's own or newer, a target that exists.
/// @throws JournalFailure when an engine writes one of the two, or the new file cannot be written;
///         what was begun is removed then.
[[nodiscard]] Result<MigrationReport, InputError> migrate_journal(const MigrationRequest& request);

} // namespace rg
