#pragma once
// The configured venue, as commands that talk to it need it.

#include "app/commands.hpp"
#include "infra/weex/credentials.hpp"
#include "messages/settings/settings.hpp"

#include <string>

namespace rg::app {

/// @param config  empty = the built-in settings. @throws UsageError.
[[nodiscard]] EngineSettings settings_from(const std::string& config);
/// The shipped settings with the demo's rules (config/demo.toml).
[[nodiscard]] EngineSettings demo_settings();
/// @throws UsageError naming what is missing, never a value.
[[nodiscard]] weex::Credentials credentials_from(const EngineSettings& settings);

} // namespace rg::app
