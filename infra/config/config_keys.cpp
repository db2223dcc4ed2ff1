#include "infra/config/config_key.hpp"

#include <array>
#include <utility>

namespace rg::config {

namespace {

/// The shipped file's order of tables: the contract's first, then the models'.
constexpr std::array<std::pair<std::string_view, std::string_view>, 21> kTables{{
    {"exchange", "The venue."},
    {"journal", "The tamper-evident record (docs/journal.md)."},
    {"console", "The web console and its API."},
    {"startup", "What the engine finds when it starts."},
    {"model", "The fitted regime and risk models."},
    {"supervision", "Restarts of crashed pair groups."},
    {"backtest", "Runs on candle files."},
    {"bars", "Base bars are read, pipeline bars are what the models see."},
    {"regime", "How the regime in force follows the filter's posterior."},
    {"strategy", "The rules that pick the direction (docs/strategy_rules.md)."},
    {"risk", "Position size, stop distance and trade frequency (docs/risk_framework.md)."},
    {"guard", "Thresholds of the anomaly guard."},
    {"portfolio", "Caps over all pairs and the drawdown ladder."},
    {"order", "The way of an order to the venue."},
    {"reconcile", "The venue's books against ours."},
    {"venue_clock", "When the venue's time counts as known."},
    {"ai_log", "Upload of each order's reasoning to the venue."},
    {"watchdog", "The independent process that acts when the engine is dead or blind."},
    {"alerts", "Who is told, and when."},
    {"retention", "What is kept on disk, and for how long."},
    {"pairs", "One table per contract."},
}};

} // namespace

const std::vector<ConfigKey>& config_keys() {
  static const std::vector<ConfigKey> kKeys = [] {
    std::vector<ConfigKey> keys;
    add_engine_keys(keys);
    add_model_keys(keys);
    add_trading_keys(keys);
    add_operations_keys(keys);
    add_pair_keys(keys);
    return keys;
  }();
  return kKeys;
}

std::string table_help(std::string_view table) {
  const std::string_view first = table.substr(0, table.find('.'));
  for (const auto& [name, help] : kTables) {
    if (name == first) {
      return std::string(first == "pairs" ? table.substr(first.size() + 1) : help);
    }
  }
  return {};
}

} // namespace rg::config
