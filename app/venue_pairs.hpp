#pragma once
// `--pairs` of the commands towards the venue.

#include "messages/settings/settings.hpp"

#include <string>
#include <vector>

namespace rg::app {

/// The named pairs, each once, in the order of the names; `otherwise` where none is named.
/// @throws UsageError for a name that is none of the eight.
[[nodiscard]] std::vector<Symbol> chosen_pairs(const std::vector<std::string>& names,
                                               std::vector<Symbol> otherwise);
[[nodiscard]] std::vector<Symbol> all_pairs();
[[nodiscard]] std::vector<Symbol> enabled_pairs(const EngineSettings& settings);

} // namespace rg::app
