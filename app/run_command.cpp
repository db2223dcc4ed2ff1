// regimeguard run: the engine against the configured venue until it is told to stop.

#include "app/engine/console_thread.hpp"
#include "app/engine/engine_host.hpp"
#include "app/engine/heartbeat_thread.hpp"
#include "app/engine/kill_file.hpp"
#include "app/engine/signals.hpp"
#include "app/engine/upkeep_thread.hpp"
#include "app/engine/venue_settings.hpp"
#include "app/live_consent.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <memory>

namespace rg::app {

namespace {

struct RunOptions {
  std::string config;
  bool quiet = false, live = false;
};

constexpr Duration kStatusEvery = 60s; // wall

void print_status(const EngineStatus& s) {
  int warm = 0, open = 0;
  for (const PairStatus& pair : s.pairs) {
    warm += pair.warm ? 1 : 0;
    open += pair.position.is_flat() ? 0 : 1;
  }
  std::fprintf(stderr,
               "equity %s USDT, drawdown %.2f%%, gross leverage %.2f, %d pairs warm, %d positions, "
               "tier %s%s\n",
               s.equity.text().c_str(), 100.0 * s.drawdown, s.gross_leverage, warm, open,
               s.tier.c_str(), s.reconciled ? "" : ", not reconciled");
}

/// SIGHUP: the same file again, as a whole or not at all.
void reload(EngineHost& host) {
  const ReloadOutcome outcome = host.reload("SIGHUP");
  for (const std::string& line : outcome.lines) {
    std::fprintf(stderr, "%s\n", line.c_str());
  }
  std::fprintf(stderr, "%s\n",
               !outcome.taken          ? "configuration refused: nothing was changed"
               : outcome.lines.empty() ? "configuration read again: nothing differs"
                                       : "configuration taken");
}

void obey_signals(EngineHost& host, const Signals& signals, const RunOptions& options) {
  Duration since_status{};
  constexpr Duration kLook = 200ms;
  while (!host.wait_until_stopped(Duration{0})) {
    const auto signal = signals.wait(kLook);
    if (signal == SIGINT || signal == SIGTERM) {
      std::fprintf(stderr, "shutting down: no new risk, entries are cancelled\n");
      host.shutdown(*signal == SIGINT ? "SIGINT" : "SIGTERM", "signal");
      return;
    }
    if (signal == SIGHUP) {
      reload(host);
    } else if (signal == SIGUSR1) {
      std::fprintf(stderr, "kill switch: latched until an operator resumes\n");
      host.post(kill_by_signal(host.settings().kill_file));
    }
    since_status += kLook;
    if (!options.quiet && since_status >= kStatusEvery) {
      since_status = Duration{};
      print_status(host.snapshot());
    }
  }
}

int run(const RunOptions& options) {
  EngineSettings settings = effective(settings_from(options.config));
  require_consent(settings, options.live, "run --config " + options.config);
  // Paper trading asks public questions alone: it is given no key that it could use.
  const weex::Credentials credentials =
      settings.mode == RunMode::paper ? weex::Credentials{} : credentials_from(settings);
  HostOptions host_options{settings, load_engine_model(settings.model_path, settings.regime.model),
                           credentials, "run --config " + options.config, options.config};
  const Signals signals;
  EngineHost host(std::move(host_options));
  std::fprintf(stderr, "run %s (%s): journal %s, venue %s\n", host.run().run_id.c_str(),
               mode_word(settings.mode), settings.journal.path.c_str(),
               settings.exchange.rest_url.c_str());
  {
    const UpkeepThread upkeep(
        host, [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); });
    const HeartbeatThread heartbeat(host, settings.watchdog.heartbeat);
    const ConsoleThread console(host, settings.console);
    if (!console.url().empty()) {
      std::fprintf(stderr, "console: %s\n", console.url().c_str());
    }
    obey_signals(host, signals, options);
  }
  if (const std::string why = host.stop_reason(); !why.empty()) {
    std::fprintf(stderr, "stopped: %s\n", why.c_str());
    return 1;
  }
  print_status(host.snapshot());
  return 0;
}

} // namespace

void add_run(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command = root.add_subcommand("run", "The engine against the configured venue");
  command->add_option("--config", options->config, "Config file")->required();
  command->add_flag("--live", options->live,
                    "Yes, real money: needed with mode = \"live\" (or REGIMEGUARD_LIVE)");
  command->add_flag("--quiet", options->quiet, "No status line every minute");
  command->callback([&chosen, options] { chosen = [options] { return run(*options); }; });
}

} // namespace rg::app
