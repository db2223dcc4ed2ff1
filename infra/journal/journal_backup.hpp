#pragma once

#include "infra/journal/journal_verify.hpp"

#include <string>
#include <vector>

namespace rg {

/// Copies a journal, also one that an engine is writing, to a new file with a head of its own, and
/// verifies the copy.
/// @return what verification found in the copy; InputError when there is no journal, no key, or
/// `out` exists.
/// @throws JournalFailure when the copy cannot be written; an unfinished copy is removed.
[[nodiscard]] Result<VerifyReport, InputError>
backup_journal(const std::string& path, const std::string& out, const std::string& key_path);

/// What became of the recordings that a backed-up journal names.
struct RecordingsBackup {
  std::vector<std::string> copied;  ///< file names
  std::vector<std::string> present; ///< the copy lies in the same folder: they are there already
  std::vector<std::string>
      missing; ///< not beside the source any more: these runs cannot be replayed
};

/// Copies the runs' recordings beside the copy `out`, so that `replay` works there. One that is
/// being written is copied as far as it goes; an older copy of the same run is replaced.
/// @throws JournalFailure when a file cannot be written; an unfinished one is removed.
[[nodiscard]] Result<RecordingsBackup, InputError> backup_recordings(const std::string& path,
                                                                     const std::string& out);

} // namespace rg
