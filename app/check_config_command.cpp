// regimeguard check-config F: is this file valid, and what does it come to?

#include "app/commands.hpp"
#include "infra/config/config_file.hpp"
#include "infra/config/digest.hpp"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <memory>
#include <nlohmann/json.hpp>

namespace rg::app {

namespace {

constexpr std::array<const char*, 3> kModeNames{"sim", "paper", "live"};

nlohmann::ordered_json summary_of(const EngineSettings& s) {
  nlohmann::ordered_json pairs = nlohmann::ordered_json::array();
  for (const Symbol symbol : Symbol::all()) {
    if (s.pairs[symbol.id()].enabled) {
      pairs.push_back(std::string(symbol.name()));
    }
  }
  return {{"mode", kModeNames[static_cast<std::size_t>(s.mode)]},
          {"api", s.exchange.api},
          {"rest_url", s.exchange.rest_url},
          {"journal", s.journal.path},
          {"console", s.console.enabled ? s.console.listen : std::string("off")},
          {"model", s.model_path.empty() ? std::string("built in") : s.model_path},
          {"interval_minutes",
           std::chrono::duration_cast<std::chrono::minutes>(s.bars.interval).count()},
          {"max_gross_leverage", s.portfolio.max_gross_leverage},
          {"max_net_leverage", s.portfolio.max_net_leverage},
          {"max_drawdown", s.portfolio.max_drawdown},
          {"soft_drawdown", s.portfolio.soft_drawdown},
          {"risk_per_trade", s.risk.risk_per_trade},
          {"pairs", pairs}};
}

int check_config(const std::string& path, bool json) {
  const auto settings = load_config(path);
  if (!settings) {
    throw UsageError(settings.error().text());
  }
  nlohmann::ordered_json summary = summary_of(*settings);
  const std::string hash = hex_text(settings->config_sha256);
  if (json) {
    nlohmann::ordered_json document{{"ok", true}, {"file", path}, {"config_sha256", hash}};
    document["summary"] = summary;
    document["canonical"] = canonical_config(*settings);
    fmt::print("{}\n", document.dump(2));
    return 0;
  }
  fmt::print("OK  {}\n", path);
  for (const auto& [key, value] : summary.items()) {
    std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    if (value.is_array()) {
      text.clear();
      for (const auto& entry : value) {
        text += (text.empty() ? "" : " ") + entry.get<std::string>();
      }
    }
    fmt::print("  {:<20} {}\n", key, text.empty() ? "none" : text);
  }
  fmt::print("  {:<20} {}\n", "config_sha256", hash);
  return 0;
}

} // namespace

void add_check_config(CLI::App& root, Chosen& chosen) {
  struct Options {
    std::string file;
    bool json = false, defaults = false;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command =
      root.add_subcommand("check-config", "Check a config file and show what it comes to");
  command->add_option("file", options->file, "TOML file");
  command->add_flag("--json", options->json, "One JSON document on stdout");
  command->add_flag("--defaults", options->defaults, "Print the documented default config instead");
  command->callback([options, &chosen] {
    chosen = [options] {
      if (options->defaults) {
        fmt::print("{}", documented_config());
        return 0;
      }
      if (options->file.empty()) {
        throw UsageError("check-config: give the config file, e.g. regimeguard check-config "
                         "config/regimeguard.toml");
      }
      return check_config(options->file, options->json);
    };
  });
}

} // namespace rg::app
