#pragma once

#include "infra/journal/journal_verify.hpp"

namespace rg {

/// Copies a journal, also one that an engine is writing, to a new file with a head of its own, and
/// verifies the copy.
/// @return what verification found in the copy; InputError when there is no journal, no key, or
/// `out` exists.
/// @throws JournalFailure when the copy cannot be written; an unfinished copy is removed.
[[nodiscard]] Result<VerifyReport, InputError>
backup_journal(const std::string& path, const std::string& out, const std::string& key_path);

} // namespace rg
