#include "app/engine/venue_settings.hpp"

#include "infra/config/config_file.hpp"

namespace rg::app {

EngineSettings settings_from(const std::string& config) {
  auto settings =
      config.empty() ? parse_config(builtin_config_toml(), "built-in config") : load_config(config);
  if (!settings) {
    throw UsageError(settings.error().text());
  }
  return *std::move(settings);
}

EngineSettings demo_settings() {
  auto settings = parse_config(demo_config_toml(), "built-in config/demo.toml");
  if (!settings) {
    throw UsageError(settings.error().text());
  }
  return *std::move(settings);
}

weex::Credentials credentials_from(const EngineSettings& settings) {
  auto credentials = weex::load_credentials(settings.exchange.credentials);
  if (!credentials) {
    throw UsageError(credentials.error().text());
  }
  return *std::move(credentials);
}

} // namespace rg::app
