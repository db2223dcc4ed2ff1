// regimeguard set-leverage: the leverage of each pair at the configured venue, set and read back.

#include "app/engine/venue_settings.hpp"
#include "app/venue_asker.hpp"
#include "app/venue_pairs.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

namespace rg::app {

namespace {

using Json = nlohmann::ordered_json;

struct LeverageOptions {
  std::string config;
  std::vector<std::string> pairs;
  std::optional<int> leverage; ///< absent: as configured
  bool json = false;
};

struct LeverageLine {
  Symbol symbol;
  int wanted = 0;
  LeverageSetting found; ///< after the change
  std::string error;
  [[nodiscard]] bool holds() const {
    return found.long_leverage == wanted && found.short_leverage == wanted;
  }
};

void print(const std::vector<LeverageLine>& lines, bool json) {
  Json list = Json::array();
  for (const LeverageLine& l : lines) {
    if (json) {
      list.push_back({{"symbol", l.symbol.name()},
                      {"wanted", l.wanted},
                      {"long_leverage", l.found.long_leverage},
                      {"short_leverage", l.found.short_leverage},
                      {"ok", l.holds()},
                      {"error", l.error}});
    } else {
      const auto told = [](int leverage) { // negative: not one figure for this side
        return leverage < 0 ? std::string("-") : std::to_string(leverage);
      };
      std::printf("%-13.*s wanted %2d  long %2s  short %2s  %s\n",
                  static_cast<int>(l.symbol.name().size()), l.symbol.name().data(), l.wanted,
                  told(l.found.long_leverage).c_str(), told(l.found.short_leverage).c_str(),
                  l.holds()         ? "ok"
                  : l.error.empty() ? "NOT SET"
                                    : l.error.c_str());
    }
  }
  if (json) {
    std::printf("%s\n", Json{{"leverage", list}}.dump(2).c_str());
  }
}

int set_leverage(const LeverageOptions& options) {
  const EngineSettings settings = settings_from(options.config);
  if (settings.mode == RunMode::paper) {
    throw UsageError("set-leverage: mode = \"paper\" has no account at the venue");
  }
  const int leverage = options.leverage.value_or(static_cast<int>(settings.portfolio.leverage));
  if (leverage < 1 || leverage > static_cast<int>(kMaxLeverage)) {
    throw UsageError("--leverage: must be 1 to 20, the bound that no setting lifts");
  }
  VenueAsker venue(settings.exchange, credentials_from(settings));
  static_cast<void>(venue.clock_offset(3));
  std::vector<LeverageLine> lines;
  for (const Symbol symbol : chosen_pairs(options.pairs, enabled_pairs(settings))) {
    const ChangeAnswer answer = venue.set_leverage(symbol, leverage);
    lines.push_back({symbol,
                     leverage,
                     {},
                     answer.outcome == RequestOutcome::ok ? std::string()
                     : answer.message.empty()             ? to_string(answer.outcome)
                                                          : answer.message});
  }
  for (const LeverageSetting& found :
       venue.ask<std::vector<LeverageSetting>>(QueryKind::leverage)) {
    for (LeverageLine& line : lines) {
      if (line.symbol == found.symbol) {
        line.found = found;
        if (line.error.empty() && (found.long_leverage < 0 || found.short_leverage < 0)) {
          line.error = "isolated or separated: see set-margin-mode, set-position-mode";
        }
      }
    }
  }
  print(lines, options.json);
  return std::all_of(lines.begin(), lines.end(), [](const LeverageLine& l) { return l.holds(); })
             ? 0
             : 1;
}

} // namespace

void add_set_leverage(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<LeverageOptions>();
  CLI::App* command =
      root.add_subcommand("set-leverage", "Leverage of each pair at the venue, set and read back");
  command->add_option("--config", options->config, "Config file (default: the built-in settings)");
  command->add_option("--pairs", options->pairs, "Pairs, e.g. BTC,ETH (default: the enabled ones)")
      ->delimiter(',');
  command->add_option("--leverage", options->leverage, "1 to 20 (default: [portfolio] leverage)");
  command->add_flag("--json", options->json, "One JSON document on stdout");
  command->callback([&chosen, options] { chosen = [options] { return set_leverage(*options); }; });
}

} // namespace rg::app
