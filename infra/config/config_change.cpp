#include "infra/config/config_change.hpp"

#include "infra/config/config_key.hpp"

#include <algorithm>
#include <array>

namespace rg {

namespace {

/// Tables whose keys may change, but for those of the second list.
constexpr std::array<std::string_view, 7> kLiveTables{
    "portfolio", "risk", "guard", "alerts", "retention", "venue_clock", "reconcile"};
/// Keys of other tables. Those of [watchdog] are for its own process, which reads them at SIGHUP.
constexpr std::array<std::string_view, 7> kLiveKeys{
    "order.price_collar",       "order.stale_decision",      "order.repeated_executions",
    "order.stop_verify_within", "order.flatten_on_shutdown", "watchdog.blind_after",
    "watchdog.action",
};
constexpr std::array<std::string_view, 4> kFixedKeys{
    "portfolio.leverage",                   // the venue was told
    "portfolio.correlation_half_life_bars", // the correlations were learnt with it
    "risk.cluster_half_life_hours",         // so was the trade intensity
    "guard.cusum_k",                        // and the sum of the CUSUM
};

} // namespace

bool may_change_while_running(std::string_view key) {
  if (std::find(kFixedKeys.begin(), kFixedKeys.end(), key) != kFixedKeys.end()) {
    return false;
  }
  if (std::find(kLiveKeys.begin(), kLiveKeys.end(), key) != kLiveKeys.end()) {
    return true;
  }
  const std::string_view table = key.substr(0, key.find('.'));
  return std::find(kLiveTables.begin(), kLiveTables.end(), table) != kLiveTables.end() ||
         (table == "pairs" && key.ends_with(".enabled"));
}

std::vector<SettingDifference> settings_difference(const EngineSettings& before,
                                                   const EngineSettings& after) {
  std::vector<SettingDifference> differences;
  for (const config::ConfigKey& key : config::config_keys()) {
    std::string old_text = key.text(before);
    std::string new_text = key.text(after);
    if (old_text != new_text) {
      const std::string name = key.full_name();
      differences.push_back(
          {name, std::move(old_text), std::move(new_text), may_change_while_running(name)});
    }
  }
  return differences;
}

} // namespace rg
