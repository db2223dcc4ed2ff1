// regimeguard doctor: does everything hold that trading needs? A line each, with the mend.

#include "app/engine/run_record.hpp"
#include "app/engine/venue_settings.hpp"
#include "app/venue_checkup.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

namespace rg::app {

namespace {

using Json = nlohmann::ordered_json;

struct DoctorOptions {
  std::string config;
  bool json = false;
};

const char* sign_of(Finding f) {
  switch (f) {
  case Finding::ok:
  case Finding::note:
    return "\u2713";
  case Finding::broken:
    return "\u2717";
  case Finding::skipped:
    return "-";
  }
  return "?";
}

void print_table(const std::vector<CheckLine>& lines) {
  for (const CheckLine& l : lines) {
    std::printf("%s  %-26s %s\n", sign_of(l.finding), l.what.c_str(), l.found.c_str());
    if (!l.mend.empty()) {
      std::printf("   %-26s -> %s\n", "", l.mend.c_str());
    }
  }
}

void print_json(const std::vector<CheckLine>& lines, bool healthy, const EngineSettings& settings) {
  Json list = Json::array();
  for (const CheckLine& l : lines) {
    list.push_back({{"id", l.id},
                    {"what", l.what},
                    {"finding", to_string(l.finding)},
                    {"found", l.found},
                    {"mend", l.mend}});
  }
  std::printf("%s\n", Json{{"ok", healthy},
                           {"mode", mode_word(settings.mode)},
                           {"api", settings.exchange.api},
                           {"checks", list}}
                          .dump(2)
                          .c_str());
}

int run_doctor(const DoctorOptions& options) {
  const EngineSettings settings = settings_from(options.config);
  std::vector<CheckLine> lines;
  lines.push_back({"config", "configuration", Finding::ok,
                   (options.config.empty() ? std::string("built-in settings") : options.config) +
                       ", mode " + mode_word(settings.mode),
                   ""});
  auto loaded = weex::load_credentials(settings.exchange.credentials);
  const std::string no_credentials = loaded ? std::string() : loaded.error().text();
  const std::optional<weex::Credentials> credentials =
      loaded ? std::optional(*std::move(loaded)) : std::nullopt;
  const auto found = venue_checkup(settings, credentials, no_credentials);
  lines.insert(lines.end(), found.begin(), found.end());
  const bool healthy = std::none_of(lines.begin(), lines.end(), [](const CheckLine& l) {
    return l.finding == Finding::broken || l.finding == Finding::skipped;
  });
  if (options.json) {
    print_json(lines, healthy, settings);
  } else {
    print_table(lines);
  }
  return healthy ? 0 : 1;
}

} // namespace

void add_doctor(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<DoctorOptions>();
  CLI::App* command = root.add_subcommand(
      "doctor", "Network, protocol, clock, key, permissions, contracts, leverage, streams");
  command->add_option("--config", options->config, "Config file (default: the built-in settings)");
  command->add_flag("--json", options->json, "One JSON document on stdout");
  command->callback([&chosen, options] { chosen = [options] { return run_doctor(*options); }; });
}

} // namespace rg::app
