#pragma once
// What a journal tells of the runs before this one, beyond the ledger: their mode, and the paper
// account they left.

#include "app/engine/paper_venue.hpp"
#include "messages/settings/settings.hpp"

#include <string>

namespace rg::app {

/// One journal, one kind of trading: paper profits must not pass for real ones.
/// @throws UsageError when the newest run of the journal had another mode. A journal without runs,
/// or none at all, is free.
void check_journal_mode(const std::string& journal_path, RunMode mode);

/// Wallet and positions after everything on record; `initial` when nothing is.
/// @throws JournalFailure.
[[nodiscard]] PaperAccount paper_account(const std::string& journal_path, std::uint32_t instance,
                                         Notional initial);

} // namespace rg::app
