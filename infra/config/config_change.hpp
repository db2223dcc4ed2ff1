#pragma once
// What differs between two sets of settings, key by key, and which of it may change while the
// engine runs.

#include "messages/settings/settings.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rg {

struct SettingDifference {
  std::string key;           ///< "portfolio.max_gross_leverage"
  std::string before, after; ///< as in canonical_config()
  bool while_running = false;
};

/// In the order of the shipped file; empty when both mean the same.
[[nodiscard]] std::vector<SettingDifference> settings_difference(const EngineSettings& before,
                                                                 const EngineSettings& after);

/// May this key change without a restart? Limits, budgets and thresholds may, and which pairs
/// trade; what models have learnt with, files, addresses and identities may not. The ranges of the
/// keys, which nobody can lift, hold for either.
[[nodiscard]] bool may_change_while_running(std::string_view key);

} // namespace rg
