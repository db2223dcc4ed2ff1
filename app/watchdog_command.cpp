// regimeguard watchdog: a process of its own that reads the engine's heartbeat and, when the engine
// is dead or blind, cancels its entries and protects or closes its positions over a connection of
// its own. Judgement: actors/watchdog. Here are clock, file, sockets and the lines it prints.

#include "actors/watchdog/watchdog_model.hpp"
#include "app/engine/reload.hpp"
#include "app/engine/run_record.hpp"
#include "app/engine/signals.hpp"
#include "app/engine/venue_settings.hpp"
#include "infra/alerts/alert_sender.hpp"
#include "infra/clock/system_clock.hpp"
#include "infra/heartbeat/heartbeat_file.hpp"
#include "infra/net/io_loop.hpp"
#include "infra/weex/gateway.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

namespace rg::app {

namespace {

constexpr Duration kTick = 250ms; // wall

struct WatchdogOptions {
  std::string config;
  bool json = false;
};

/// The lines: for people on stderr, with --json one object a line on stdout; alerts go to the
/// engine's receivers as well.
class Reporter {
public:
  /// @throws UsageError when the webhook's address cannot be read.
  Reporter(bool json, const AlertSettings& settings) : json_(json) { tell(settings); }
  /// Alerts go to these receivers from now on. @throws UsageError, and then nothing has changed.
  void tell(const AlertSettings& settings) {
    auto address = alerts::webhook_address(settings);
    if (!address) {
      throw UsageError(address.error().text());
    }
    sender_.emplace(*std::move(address), settings.command, [](const std::string& line) {
      std::fprintf(stderr, "watchdog: %s\n", line.c_str());
    });
  }
  void say(Timestamp now, const WatchdogSay& line) {
    if (line.alert) {
      sender_->send(
          {"watchdog", line.event, alerts::Severity::critical, line.detail, now, {}, false});
    }
    if (json_) {
      std::printf("%s\n", nlohmann::ordered_json{{"ts_ms", now.ms()},
                                                 {"event", line.event},
                                                 {"alert", line.alert},
                                                 {"detail", line.detail}}
                              .dump()
                              .c_str());
      std::fflush(stdout);
    }
    std::fprintf(stderr, "watchdog%s: %s: %s\n", line.alert ? " ALERT" : "", line.event.c_str(),
                 line.detail.c_str());
  }

private:
  bool json_;
  std::optional<alerts::AlertSender> sender_;
};

/// The config file as it is in force here: read again at SIGHUP by the same rule as the engine's,
/// all of it or nothing. The engine is told by a signal of its own.
class ConfigInForce {
public:
  explicit ConfigInForce(std::string path)
      : path_(std::move(path)), settings_(effective(settings_from(path_))) {}
  [[nodiscard]] const EngineSettings& settings() const { return settings_; }

  void read_again(WatchdogModel& model, Reporter& reporter, Timestamp now) {
    try {
      EngineSettings next = effective(settings_from(path_));
      const std::vector<std::string> fixed = what_needs_a_restart(settings_, next);
      if (!fixed.empty()) {
        reporter.say(now, {"settings_refused", fixed.front(), true});
        return;
      }
      reporter.tell(next.alerts);
      model.set_settings(next.watchdog);
      settings_ = std::move(next);
    } catch (const UsageError& e) {
      reporter.say(now, {"settings_refused", e.what(), true});
      return;
    }
    reporter.say(
        now, {"settings_read",
              "acts after " + std::to_string(settings_.watchdog.blind_after / 1ms) + " ms, " +
                  (settings_.watchdog.action == WatchdogAction::flatten ? "closes" : "protects"),
              false});
  }

private:
  std::string path_;
  EngineSettings settings_;
};

/// One life of the connection. Ends by signal, or by an exception of the transport.
class Watch final : public GatewayListener {
public:
  Watch(ConfigInForce& config, const weex::Credentials& credentials, WatchdogModel& model,
        const Signals& signals, Reporter& reporter)
      : config_(config), heartbeat_(config.settings().watchdog.heartbeat), model_(model),
        signals_(signals), reporter_(reporter),
        gateway_(loop_, clock_, config.settings().exchange, credentials) {
    gateway_.set_listener(this);
  }
  void run() {
    loop_.post([this] { tick(); });
    loop_.run();
  }

  void on_answer(const QueryAnswer& answer) override { model_.on_answer(answer, clock_.now()); }
  void on_answer(const ChangeAnswer& answer) override { model_.on_answer(answer, clock_.now()); }
  void on_order(const VenueOrderUpdate&) override {}
  void on_fill(const Fill&) override {}
  void on_account(const AccountSnapshot&) override {}
  void on_position(const Position&) override {}
  void on_cash_flow(const CashFlow&) override {}
  void on_link(const LinkEvent&) override {}

private:
  void tick() {
    const auto signal = signals_.wait(Duration{0});
    if (signal == SIGINT || signal == SIGTERM) {
      loop_.stop();
      return;
    }
    if (signal == SIGHUP) {
      config_.read_again(model_, reporter_, clock_.now());
    }
    auto beat = read_heartbeat(heartbeat_);
    if (!beat && !unreadable_said_) { // as if it had stopped: the last good one grows old
      reporter_.say(clock_.now(), {"unreadable", beat.error().text(), true});
    }
    unreadable_said_ = !beat;
    model_.on_tick(beat ? *beat : std::nullopt, clock_.now());
    carry_out();
    loop_.timer().after(kTick, [this] { tick(); });
  }
  void carry_out() {
    for (const WatchdogCommand& command : model_.take_commands()) {
      if (const auto* ask = std::get_if<WatchdogAsk>(&command)) {
        gateway_.ask(ask->id, ask->query);
      } else if (const auto* send = std::get_if<WatchdogSend>(&command)) {
        gateway_.send(send->id, send->request);
      } else {
        reporter_.say(clock_.now(), std::get<WatchdogSay>(command));
      }
    }
  }

  ConfigInForce& config_;
  std::string heartbeat_;
  SystemClock clock_;
  WatchdogModel& model_;
  const Signals& signals_;
  Reporter& reporter_;
  net::IoLoop loop_;
  weex::WeexGateway gateway_;
  bool unreadable_said_ = false;
};

int watch(const WatchdogOptions& options) {
  ConfigInForce config(options.config);
  const EngineSettings settings = config.settings();
  if (settings.mode == RunMode::paper) { // its heartbeat tells of positions that no venue holds
    throw UsageError("watchdog: mode = \"paper\" has nothing at the venue to protect");
  }
  const weex::Credentials credentials = credentials_from(settings);
  const Signals signals;
  Reporter reporter(options.json, settings.alerts);
  const SystemClock clock;
  WatchdogModel model(settings.watchdog, settings.instance);
  reporter.say(clock.now(), {"watching",
                             settings.watchdog.heartbeat + ", acts after " +
                                 std::to_string(settings.watchdog.blind_after / 1ms) + " ms",
                             false});
  for (;;) {
    try {
      Watch(config, credentials, model, signals, reporter).run();
      return 0;
    } catch (const std::invalid_argument& e) { // an address that cannot be one
      throw UsageError(options.config + ": [exchange]: " + e.what());
    } catch (const std::exception& e) {
      reporter.say(clock.now(), {"restarting", e.what(), true});
    }
    constexpr Duration kPause = 5s;
    if (const auto signal = signals.wait(kPause); signal == SIGINT || signal == SIGTERM) {
      return 0;
    }
  }
}

} // namespace

void add_watchdog(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<WatchdogOptions>();
  CLI::App* command = root.add_subcommand(
      "watchdog", "Protects positions when the engine is dead or blind; a process of its own");
  command->add_option("--config", options->config, "Config file of the engine")->required();
  command->add_flag("--json", options->json, "Each event as one JSON object a line on stdout");
  command->callback([&chosen, options] { chosen = [options] { return watch(*options); }; });
}

} // namespace rg::app
