#include "app/engine/reload.hpp"

#include "infra/config/config_change.hpp"
#include "infra/config/config_file.hpp"

namespace rg::app {

std::optional<ReadSettings> read_settings(const std::string& text, const EngineSettings& now) {
  auto next = parse_config(text, "reloaded settings");
  if (!next) {
    return std::nullopt;
  }
  ReadSettings read;
  for (SettingDifference& d : settings_difference(now, *next)) {
    if (!d.while_running) {
      return std::nullopt;
    }
    read.differences.push_back({std::move(d.key), std::move(d.before), std::move(d.after)});
  }
  read.settings = *std::move(next);
  return read;
}

std::vector<std::string> what_needs_a_restart(const EngineSettings& now,
                                              const EngineSettings& next) {
  std::vector<std::string> lines;
  for (const SettingDifference& d : settings_difference(now, next)) {
    if (!d.while_running) {
      lines.push_back(d.key + ": needs a restart (" + d.before + " -> " + d.after + ")");
    }
  }
  return lines;
}

} // namespace rg::app
