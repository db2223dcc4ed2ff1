#pragma once

#include "actors/journal/ledger.hpp"

#include <optional>
#include <string>

namespace rg::app {

/// What the journal knows of the time before a run.
/// @param before_run  only records before this run's own; empty = all there is.
/// @throws JournalFailure when the journal cannot be read.
[[nodiscard]] Ledger read_past(const std::string& journal_path, std::uint32_t instance,
                               const std::optional<std::string>& before_run);

} // namespace rg::app
