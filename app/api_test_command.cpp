// regimeguard api-test: one round trip of about ten USDT on cmt_btcusdt, by the engine itself: the
// portfolio approves it, the order desk checks, journals and sends it, verifies the stop, and the
// shutdown closes it. Then the venue is asked whether nothing is left.

#include "app/engine/engine_host.hpp"
#include "app/engine/venue_settings.hpp"
#include "app/live_consent.hpp"
#include "app/venue_asker.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <functional>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <unistd.h>

namespace rg::app {

namespace {

using namespace std::chrono_literals;
using Json = nlohmann::ordered_json;
using Steady = std::chrono::steady_clock;

struct ApiTestOptions {
  std::string config;
  double timeout_s = 60.0;
  bool yes = false, live = false, json = false;
};

struct Step {
  std::string what;
  bool ok = false;
  std::string detail;
  double seconds = 0.0;
};

const Symbol kPair = Symbol::from_id(0); // cmt_btcusdt: the qualification's pair

/// Runs the steps and keeps their times; after the first that fails, none begins.
class Steps {
public:
  explicit Steps(double timeout_s) : patience_(std::chrono::duration<double>(timeout_s)) {}

  /// @param look  text when it has come; empty while not.
  bool wait(const std::string& what, const std::function<std::optional<std::string>()>& look,
            const std::function<std::string()>& why_not) {
    if (failed_) {
      return false;
    }
    const auto begin = Steady::now();
    for (;;) {
      const auto found = look();
      const std::chrono::duration<double> taken = Steady::now() - begin;
      if (found || taken >= patience_) {
        list_.push_back({what, found.has_value(), found ? *found : why_not(), taken.count()});
        failed_ = !found;
        return found.has_value();
      }
      std::this_thread::sleep_for(100ms); // between two looks at the engine's state
    }
  }
  void note(const std::string& what, bool ok, const std::string& detail) {
    list_.push_back({what, ok, detail, 0.0});
    failed_ = failed_ || !ok;
  }
  [[nodiscard]] const std::vector<Step>& list() const { return list_; }
  [[nodiscard]] bool failed() const { return failed_; }

private:
  std::chrono::duration<double> patience_;
  std::vector<Step> list_;
  bool failed_ = false;
};

EngineSettings test_settings(const ApiTestOptions& options) {
  EngineSettings settings = settings_from(options.config);
  if (settings.mode == RunMode::paper) {
    throw UsageError("api-test: mode = \"paper\" sends nothing to the venue; use sim or live");
  }
  for (const Symbol symbol : Symbol::all()) {
    settings.pairs[symbol.id()].enabled = symbol == kPair;
  }
  settings.order.flatten_on_shutdown = true;
  settings.refit = RefitSettings{};
  return effective(settings);
}

/// What stands on the account that the test would get in the way of; empty = nothing.
std::string in_the_way(VenueAsker& venue) {
  std::string found;
  for (const Position& p : venue.ask<std::vector<Position>>(QueryKind::positions)) {
    if (!p.is_flat()) {
      found += " position " + std::string(p.symbol.name()) + " " + p.quantity.text() + ";";
    }
  }
  for (const QueryKind kind : {QueryKind::open_orders, QueryKind::trigger_orders}) {
    for (const VenueOrder& o : venue.ask<std::vector<VenueOrder>>(kind)) {
      found += " order " + std::string(o.symbol.name()) + " " + o.quantity.text() + ";";
    }
  }
  return found;
}

void ask_person(const EngineSettings& settings, const ApiTestOptions& options) {
  require_consent(settings, options.live, "api-test");
  if (settings.mode != RunMode::live || options.yes) {
    return;
  }
  if (::isatty(STDIN_FILENO) == 0) {
    throw UsageError("api-test: would trade about 10 USDT of real money; add --yes");
  }
  std::fprintf(stderr,
               "This buys about 10 USDT of %s at market on %s and sells it again: two taker fees.\n"
               "Type yes to go on: ",
               std::string(kPair.name()).c_str(), settings.exchange.rest_url.c_str());
  std::string word;
  std::getline(std::cin, word);
  if (word != "yes") {
    throw UsageError("api-test: nothing was traded");
  }
}

std::string refusal_of(const EngineStatus& status) {
  for (auto d = status.last_decisions.rbegin(); d != status.last_decisions.rend(); ++d) {
    if (d->outcome == Outcome::refused) {
      return std::string("refused: ") + describe(d->refusal);
    }
  }
  return {};
}

/// The trade, as seen from outside the engine.
/// @return data time just before it; zero = it never came so far.
Timestamp trade(EngineHost& host, VenueAsker& venue, Steps& steps) {
  const auto pair = [&] { return host.snapshot().pairs.at(kPair.id()); };
  const auto why = [&](const char* otherwise) {
    return [&host, otherwise] {
      const std::string stopped = host.wait_until_stopped(Duration{0}) ? host.stop_reason() : "";
      const std::string refused = refusal_of(host.snapshot());
      return !stopped.empty() ? stopped : !refused.empty() ? refused : std::string(otherwise);
    };
  };
  steps.wait(
      "engine reconciled with the venue",
      [&]() -> std::optional<std::string> {
        const EngineStatus s = host.snapshot();
        const bool ready = !s.pairs.empty() && s.reconciled && s.public_link && s.private_link &&
                           s.venue_clock.open && s.pairs[kPair.id()].mark_price.is_positive();
        return ready ? std::optional("wallet " + s.wallet_balance.text() + " USDT, price " +
                                     s.pairs[kPair.id()].mark_price.text())
                     : std::nullopt;
      },
      why("links, clock or price did not come"));
  Timestamp begin;
  if (!steps.failed()) {
    begin = host.snapshot().data_time;
    host.post({OperatorAction::test_trade, kPair, "api-test", "cli"});
  }
  steps.wait(
      "order placed",
      [&]() -> std::optional<std::string> {
        return pair().orders > 0 ? std::optional<std::string>("buy at market, stop attached")
                                 : std::nullopt;
      },
      why("no order left"));
  steps.wait(
      "order filled",
      [&]() -> std::optional<std::string> {
        const Position p = pair().position;
        return p.is_flat()
                   ? std::nullopt
                   : std::optional(p.quantity.text() + " for " + p.open_value.text() + " USDT");
      },
      why("no fill came"));
  steps.wait(
      "stop rests at the venue",
      [&]() -> std::optional<std::string> {
        for (const VenueOrder& o : venue.ask<std::vector<VenueOrder>>(QueryKind::trigger_orders)) {
          if (o.symbol == kPair && o.quantity >= pair().position.quantity) {
            return "asked apart from the engine: " + o.quantity.text() + " at " +
                   o.trigger_price.text();
          }
        }
        return std::nullopt;
      },
      why("no stop was seen"));
  return begin;
}

void prove_flat(VenueAsker& venue, Timestamp since, Steps& steps, Json& fills) {
  const std::string left = in_the_way(venue);
  steps.note("flat at the venue", left.empty(),
             left.empty() ? "no position, no order, no trigger order" : "left:" + left);
  Query query;
  query.kind = QueryKind::fills;
  query.since = since;
  Notional cost;
  int count = 0;
  const QueryAnswer answer = since != Timestamp{} ? venue.answer(query) : QueryAnswer{};
  if (const auto* all = std::get_if<std::vector<Fill>>(&answer.payload)) {
    for (const Fill& f : *all) {
      if (f.exchange_time >= since && f.symbol == kPair) {
        ++count;
        cost += f.fee - f.realised_pnl;
        fills.push_back({{"venue_fill_id", std::to_string(f.venue_fill_id)},
                         {"side", to_string(f.side)},
                         {"quantity", f.quantity.text()},
                         {"price", f.price.text()},
                         {"fee", f.fee.text()}});
      }
    }
  }
  steps.note("fills listed by the venue", count >= 2,
             std::to_string(count) + " fills, cost " + cost.text() + " USDT");
}

int report(const Steps& steps, const Json& fills, const std::string& run_id, bool json) {
  if (json) {
    Json list = Json::array();
    for (const Step& s : steps.list()) {
      list.push_back(
          {{"step", s.what}, {"ok", s.ok}, {"detail", s.detail}, {"seconds", s.seconds}});
    }
    std::printf("%s\n", Json{{"ok", !steps.failed()},
                             {"run_id", run_id},
                             {"pair", kPair.name()},
                             {"steps", list},
                             {"fills", fills}}
                            .dump(2)
                            .c_str());
  } else {
    for (const Step& s : steps.list()) {
      std::printf("%s  %-34s %6.2f s  %s\n", s.ok ? "\u2713" : "\u2717", s.what.c_str(), s.seconds,
                  s.detail.c_str());
    }
  }
  return steps.failed() ? 1 : 0;
}

int run_api_test(const ApiTestOptions& options) {
  if (!(options.timeout_s > 0.0) || options.timeout_s > 600.0) {
    throw UsageError("--timeout must be greater than 0 and at most 600 seconds");
  }
  const EngineSettings settings = test_settings(options);
  ask_person(settings, options);
  const weex::Credentials credentials = credentials_from(settings);
  VenueAsker venue(settings.exchange, credentials);
  static_cast<void>(venue.clock_offset(3));
  if (const std::string found = in_the_way(venue); !found.empty()) {
    std::fprintf(stderr, "api-test: needs an account without positions and orders; it holds%s\n",
                 found.c_str());
    return 1;
  }
  Steps steps(options.timeout_s);
  std::string run_id;
  Timestamp data_start; ///< zero: nothing was traded
  {
    EngineHost host({settings, load_engine_model(settings.model_path, settings.regime.model),
                     credentials, std::string(kApiTestCommand) + " --config " + options.config});
    run_id = host.run().run_id;
    data_start = trade(host, venue, steps); // older fills are history
    if (settings.ai_log.upload && !steps.failed()) {
      steps.wait(
          "AI log acked",
          [&]() -> std::optional<std::string> {
            const AiLogStatus log = host.snapshot().ai_log;
            return log.acked > 0 && log.waiting == 0
                       ? std::optional(std::to_string(log.acked) +
                                       (log.acked == 1 ? " upload" : " uploads"))
                       : std::nullopt;
          },
          [&] { return "waiting: " + host.snapshot().ai_log.last_error; });
    }
    host.shutdown("api-test", "cli"); // closes what is open, whatever failed before
    const EngineStatus after = host.snapshot();
    steps.note("position closed", after.pairs.empty() || after.pairs[kPair.id()].position.is_flat(),
               "the engine holds nothing");
  }
  Json fills = Json::array();
  prove_flat(venue, data_start, steps, fills);
  return report(steps, fills, run_id, options.json);
}

} // namespace

void add_api_test(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<ApiTestOptions>();
  CLI::App* command = root.add_subcommand(
      "api-test", "A round trip of about 10 USDT on cmt_btcusdt through the order desk");
  command->add_option("--config", options->config, "Config file (default: the built-in settings)");
  command->add_option("--timeout", options->timeout_s, "Wall seconds for each step")
      ->capture_default_str();
  command->add_flag("--live", options->live, "Yes, real money: needed with mode = \"live\"");
  command->add_flag("--yes", options->yes, "Do not ask before trading on a live venue");
  command->add_flag("--json", options->json, "One JSON document on stdout");
  command->callback([&chosen, options] { chosen = [options] { return run_api_test(*options); }; });
}

} // namespace rg::app
