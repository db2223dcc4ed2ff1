// regimeguard demo: watch the engine trade a synthetic market for a minute.

#include "app/engine/console_thread.hpp"
#include "app/engine/demo.hpp"
#include "app/engine/kill_file.hpp"
#include "app/engine/signals.hpp"
#include "app/engine/venue_settings.hpp"
#include "infra/market/synthetic_market.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <unistd.h>

namespace rg::app {

namespace {

using Steady = std::chrono::steady_clock;

constexpr Duration kWarmUpPatience = 30s; // wall: history of eight pairs over REST

std::unique_ptr<exchange::ExchangeServer> open_exchange(const DemoOptions& options) {
  SyntheticOptions market;
  market.seed = options.seed;
  exchange::ExchangeServerOptions server;
  server.speed = options.speed;
  server.paused = true; // data time stands still until the engine has read the history
  server.core.seed = options.seed;
  return std::make_unique<exchange::ExchangeServer>(std::move(server),
                                                    std::make_unique<SyntheticMarket>(market));
}

std::string fresh_journal() {
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  return "data/demo-" + std::to_string(now.count()) + ".db";
}

/// The shipped settings with the demo's rules, pointed at the exchange in this process.
HostOptions host_options(const DemoOptions& options, const exchange::ExchangeServer& server) {
  EngineSettings settings = demo_settings();
  settings.exchange.api = options.api;
  settings.exchange.rest_url = server.rest_url();
  settings.exchange.ws_public_url = server.ws_public_url();
  settings.exchange.ws_private_url = server.ws_private_url();
  settings.exchange.ca_file = server.ca_file();
  settings.console.listen = "127.0.0.1:" + std::to_string(options.console_port);
  settings.journal.path = options.journal;
  settings.ai_log.outbox =
      options.journal + ".outbox"; // the shipped one may hold real orders' logs
  const std::filesystem::path folder = std::filesystem::path(options.journal).parent_path();
  settings.kill_file = (folder / "KILL").string();
  const exchange::Credentials& keys = server.credentials();
  weex::Credentials credentials{weex::Secret(keys.api_key), weex::Secret(keys.secret_key),
                                weex::Secret(keys.passphrase)};
  char command[112];
  std::snprintf(command, sizeof command, "demo --duration %g --seed %llu --speed %g --api %.2s",
                options.duration_s, static_cast<unsigned long long>(options.seed), options.speed,
                options.api.c_str());
  return {effective(settings), load_engine_model(""), std::move(credentials), command};
}

bool all_warm(const EngineStatus& status) {
  bool warm = status.reconciled && status.private_link && status.public_link;
  for (const PairStatus& pair : status.pairs) {
    warm = warm && (pair.warm || !pair.enabled);
  }
  return warm && !status.pairs.empty();
}

/// One line that keeps up to date, on a terminal only.
class LiveLine {
public:
  LiveLine() : visible_(::isatty(STDERR_FILENO) == 1) {}
  ~LiveLine() {
    if (visible_) {
      std::fprintf(stderr, "\r\033[K");
    }
  }
  void show(const EngineStatus& s, double seconds_left) const {
    if (!visible_) {
      return;
    }
    std::uint64_t orders = 0, fills = 0;
    for (const PairStatus& pair : s.pairs) {
      orders += pair.orders;
      fills += pair.fills;
    }
    std::fprintf(stderr,
                 "\r\033[K%3.0f s left   equity %.2f USDT   gross leverage %.2f   orders %llu   "
                 "fills %llu   %s",
                 seconds_left, s.equity.to_double(), s.gross_leverage,
                 static_cast<unsigned long long>(orders), static_cast<unsigned long long>(fills),
                 s.tier == "none" ? "" : s.tier.c_str());
    std::fflush(stderr);
  }

private:
  bool visible_;
};

/// True when somebody asked for an early end.
bool interrupted(const Signals& signals, EngineHost& host, Duration wait) {
  const auto signal = signals.wait(wait);
  if (signal == SIGUSR1) {
    host.post(kill_by_signal(host.settings().kill_file));
  }
  return signal == SIGINT || signal == SIGTERM;
}

void watch(EngineHost& host, exchange::ExchangeServer& server, const Signals& signals,
           const DemoOptions& options) {
  const auto begun = Steady::now();
  while (!all_warm(host.snapshot()) && Steady::now() - begun < kWarmUpPatience) {
    if (host.wait_until_stopped(Duration{0}) || interrupted(signals, host, 20ms)) {
      return;
    }
  }
  server.resume();
  const LiveLine line;
  const auto start = Steady::now();
  for (;;) {
    const double left =
        options.duration_s - std::chrono::duration<double>(Steady::now() - start).count();
    if (left <= 0.0 || host.wait_until_stopped(Duration{0})) {
      return;
    }
    line.show(host.snapshot(), left);
    const double look = std::min(left, 0.2);
    if (interrupted(signals, host, Duration{static_cast<std::int64_t>(look * 1e9)})) {
      return;
    }
  }
}

/// On the configured address, or on a free port when something else listens there.
std::unique_ptr<ConsoleThread> open_console(EngineHost& host) {
  ConsoleSettings settings = host.settings().console;
  try {
    return std::make_unique<ConsoleThread>(host, settings);
  } catch (const UsageError& e) {
    std::fprintf(stderr, "console:           a free port instead, for %s\n", e.what());
    settings.listen = "127.0.0.1:0";
    return std::make_unique<ConsoleThread>(host, settings);
  }
}

int run_demo(DemoOptions options) {
  if (!(options.duration_s > 0.0) || options.duration_s > 86'400.0) {
    throw UsageError("--duration must be greater than 0 and at most 86400 seconds");
  }
  if (!(options.speed > 0.0) || options.speed > 20'000.0) {
    throw UsageError("--speed must be greater than 0 and at most 20000");
  }
  if (options.journal.empty()) {
    options.journal = fresh_journal();
  }
  const Signals signals;
  const auto server = open_exchange(options);
  DemoResult result;
  {
    EngineHost host(host_options(options, *server));
    std::fprintf(stderr,
                 "embedded exchange: %s (seed %llu, %g x)\njournal:           %s\n"
                 "rules:             quicker than the shipped ones (config/demo.toml)\n",
                 server->rest_url().c_str(), static_cast<unsigned long long>(options.seed),
                 options.speed, options.journal.c_str());
    std::unique_ptr<ConsoleThread> console;
    if (!options.no_console) {
      console = open_console(host);
      std::fprintf(stderr, "console:           %s\n", console->url().c_str());
    }
    watch(host, *server, signals, options);
    console.reset();
    host.shutdown("the demo is over", "demo");
    result.status = host.snapshot();
    result.run_id = host.run().run_id;
    result.failure = host.stop_reason();
  }
  result.exchange = server->stats();
  result.market_seconds = result.exchange.market_seconds;
  server->stop();
  result.journal_path = options.journal;
  const auto verified = verify_journal(options.journal, settings_from("").journal.key_path);
  if (!verified) {
    throw std::runtime_error(verified.error().text());
  }
  result.journal = *verified;
  options.json ? print_demo_json(options, result) : print_demo_summary(options, result);
  return result.failure.empty() && !result.journal.problem ? 0 : 1;
}

} // namespace

void add_demo(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<DemoOptions>();
  CLI::App* command =
      root.add_subcommand("demo", "Embedded exchange and full engine for a minute, with a summary");
  command->add_option("--duration", options->duration_s, "Wall seconds")->capture_default_str();
  command->add_option("--seed", options->seed, "Seed of the market")->capture_default_str();
  command->add_option("--speed", options->speed, "Data time per wall time")->capture_default_str();
  command->add_option("--api", options->api, "Generation of the protocol: v2 or v3")
      ->check(CLI::IsMember({"v2", "v3"}))
      ->capture_default_str();
  command->add_option("--journal", options->journal,
                      "Journal file (default: a fresh data/demo-<time>.db)");
  command->add_flag("--json", options->json, "One JSON document on stdout");
  command
      ->add_option("--console-port", options->console_port,
                   "TCP port of the web console on 127.0.0.1; 0 picks a free one, which is printed")
      ->capture_default_str();
  command->add_flag("--no-console", options->no_console, "Without the web console");
  command->callback([&chosen, options] { chosen = [options] { return run_demo(*options); }; });
}

} // namespace rg::app
