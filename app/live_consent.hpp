#pragma once
// Real money needs two words: the config's mode and one of the person who starts the command.

#include "messages/settings/settings.hpp"

#include <string>

namespace rg::app {

/// The environment variable and the value that stand for --live.
inline constexpr const char* kLiveVariable = "REGIMEGUARD_LIVE";
inline constexpr const char* kLiveValue = "yes-real-money";

/// @throws UsageError when the mode is live and neither the flag nor the variable says so, or when
/// the flag is given for another mode: somebody expects what will not happen.
void require_consent(const EngineSettings& settings, bool live_flag, const std::string& command);

} // namespace rg::app
