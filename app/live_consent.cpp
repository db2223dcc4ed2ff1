#include "app/live_consent.hpp"

#include "app/commands.hpp"
#include "app/engine/run_record.hpp"

#include <cstdlib>
#include <string_view>

namespace rg::app {

void require_consent(const EngineSettings& settings, bool live_flag, const std::string& command) {
  const char* const variable = std::getenv(kLiveVariable);
  const bool said = live_flag || (variable != nullptr && std::string_view(variable) == kLiveValue);
  if (settings.mode == RunMode::live && !said) {
    throw UsageError(command + ": mode = \"live\" trades real money; add --live, or set " +
                     kLiveVariable + "=" + kLiveValue);
  }
  if (settings.mode != RunMode::live && live_flag) {
    throw UsageError(command + ": --live, but the config says mode = \"" +
                     mode_word(settings.mode) + "\"");
  }
}

} // namespace rg::app
