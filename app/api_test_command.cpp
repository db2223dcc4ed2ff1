// regimeguard api-test: one round trip of about ten USDT on cmt_btcusdt, by the engine itself: the
// portfolio approves it, the order desk checks, journals and sends it, verifies the stop, and the
// shutdown closes it. Then the venue is asked whether nothing is left.

#include "app/engine/engine_host.hpp"
#include "app/engine/signals.hpp"
#include "app/engine/venue_settings.hpp"
#include "app/journal_queries.hpp"
#include "app/live_consent.hpp"
#include "app/timed_steps.hpp"
#include "app/venue_asker.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <unistd.h>

namespace rg::app {

namespace {

using namespace std::chrono_literals;
using Json = nlohmann::ordered_json;

struct ApiTestOptions {
  std::string config;
  double timeout_s = 60.0;
  bool yes = false, live = false, json = false;
};

const Symbol kPair = Symbol::from_id(0); // cmt_btcusdt: the qualification's pair

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

/// What the engine still lacks before it could take an order; empty = nothing.
std::string missing(const EngineStatus& s) {
  std::string list;
  const auto lacks = [&list](bool is_missing, const std::string& what) {
    if (is_missing) {
      list += (list.empty() ? "" : "; ") + what;
    }
  };
  lacks(!s.reconciled, "not reconciled with the venue");
  lacks(!s.public_link, "no market data stream");
  lacks(!s.private_link, "no account stream");
  lacks(!s.venue_clock.open, "the venue's clock: " + (s.venue_clock.closed_because.empty()
                                                          ? std::string("not known yet")
                                                          : s.venue_clock.closed_because));
  lacks(s.pairs.empty() || !s.pairs[kPair.id()].mark_price.is_positive(), "no mark price");
  return list;
}

/// One trade, as seen from outside the engine: by its state, its journal, and the venue.
class TestTradeWatch {
public:
  TestTradeWatch(EngineHost& host, VenueAsker& venue, TimedSteps& steps)
      : host_(host), venue_(venue), steps_(steps),
        journal_(host.settings().journal.path, host.settings().journal.key_path) {}

  /// @return data time just before the trade; zero = it never came so far.
  Timestamp run() {
    Timestamp begin;
    if (wait_until_ready()) {
      begin = host_.snapshot().data_time;
      posted_ = host_.snapshot().wall_time;
      host_.post({OperatorAction::test_trade, kPair, "api-test", "cli"});
    }
    wait_for_order();
    wait_for_fill();
    wait_for_stop();
    return begin;
  }

private:
  using Found = std::optional<std::string>;

  [[nodiscard]] PairStatus pair() const { return host_.snapshot().pairs.at(kPair.id()); }
  [[nodiscard]] Found stopped() const {
    return host_.wait_until_stopped(Duration{0}) ? Found(host_.stop_reason()) : std::nullopt;
  }

  /// Why nothing more will come of the trade; empty while it may.
  [[nodiscard]] Found over() const {
    if (Found why = stopped()) {
      return why;
    }
    if (const std::string refused = refusal_of(host_.snapshot()); !refused.empty()) {
      return refused;
    }
    for (const JournalEvent& event : journal_.events(10)) {
      if (event.kind == "unprotected" && event.wall_time >= posted_) {
        return "closed again: " + event.detail;
      }
    }
    for (const OrderEvent& order : journal_.orders(10)) {
      if (order.role == OrderRole::entry && order.wall_time >= posted_ && is_terminal(order.to) &&
          order.filled.is_zero()) {
        return std::string("the order ended as ") + to_string(order.to) + ": " + order.note.data();
      }
    }
    return std::nullopt;
  }

  bool wait_until_ready() {
    StepWait ready;
    ready.look = [this]() -> Found {
      const EngineStatus s = host_.snapshot();
      return missing(s).empty() ? Found("wallet " + s.wallet_balance.text() + " USDT, price " +
                                        s.pairs[kPair.id()].mark_price.text())
                                : std::nullopt;
    };
    ready.over = [this] { return stopped(); };
    ready.otherwise = [this] {
      return missing(host_.snapshot()) + "; regimeguard doctor looks closer";
    };
    return steps_.wait("engine reconciled with the venue", ready);
  }

  void wait_for_order() {
    StepWait placed;
    placed.look = [this]() -> Found {
      return pair().orders > 0 ? Found("buy at market, stop attached") : std::nullopt;
    };
    placed.over = [this] { return over(); };
    placed.otherwise = [] { return std::string("no order left"); };
    steps_.wait("order placed", placed);
  }

  void wait_for_fill() {
    StepWait filled;
    filled.look = [this]() -> Found {
      const Position p = pair().position;
      bought_ = p.quantity;
      return p.is_flat() ? std::nullopt
                         : Found(p.quantity.text() + " for " + p.open_value.text() + " USDT");
    };
    filled.over = [this] { return over(); };
    filled.otherwise = [] { return std::string("no fill came"); };
    steps_.wait("order filled", filled);
  }

  /// The venue shows attached stops late, and its limits count this connection's questions and
  /// the engine's together: the engine's own look at the stop must not be turned away for ours.
  void wait_for_stop() {
    StepWait rests;
    rests.every = 2s;
    rests.look = [this]() -> Found {
      for (const VenueOrder& o : venue_.ask<std::vector<VenueOrder>>(QueryKind::trigger_orders)) {
        if (o.symbol == kPair && o.quantity >= bought_) {
          return "asked apart from the engine: " + o.quantity.text() + " at " +
                 o.trigger_price.text();
        }
      }
      return std::nullopt;
    };
    rests.over = [this] { return over(); };
    rests.otherwise = [] { return std::string("no stop was seen"); };
    steps_.wait("stop rests at the venue", rests);
  }

  EngineHost& host_;
  VenueAsker& venue_;
  TimedSteps& steps_;
  JournalQueries journal_;
  Timestamp posted_; ///< wall
  Quantity bought_;
};

void wait_for_ai_log(EngineHost& host, TimedSteps& steps) {
  StepWait acked;
  acked.look = [&host]() -> std::optional<std::string> {
    const AiLogStatus log = host.snapshot().ai_log;
    return log.acked > 0 && log.waiting == 0
               ? std::optional(std::to_string(log.acked) +
                               (log.acked == 1 ? " upload" : " uploads"))
               : std::nullopt;
  };
  acked.otherwise = [&host] { return "waiting: " + host.snapshot().ai_log.last_error; };
  steps.wait("AI log acked", acked);
}

void prove_flat(VenueAsker& venue, Timestamp since, TimedSteps& steps, Json& fills) {
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

int report(const TimedSteps& steps, const Json& fills, const std::string& run_id, bool json) {
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
  const Signals signals;
  VenueAsker venue(settings.exchange, credentials);
  static_cast<void>(venue.clock_offset(3));
  if (const std::string found = in_the_way(venue); !found.empty()) {
    std::fprintf(stderr, "api-test: needs an account without positions and orders; it holds%s\n",
                 found.c_str());
    return 1;
  }
  // Whoever ends the command early leaves no position behind either.
  TimedSteps steps(options.timeout_s, [&signals](Duration d) -> std::optional<std::string> {
    return signals.wait(d) ? std::optional<std::string>("ended by a signal") : std::nullopt;
  });
  std::string run_id;
  Timestamp data_start; ///< zero: nothing was traded
  {
    EngineHost host({settings, load_engine_model(settings.model_path, settings.regime.model),
                     credentials, std::string(kApiTestCommand) + " --config " + options.config});
    run_id = host.run().run_id;
    data_start = TestTradeWatch(host, venue, steps).run(); // older fills are history
    if (settings.ai_log.upload) {
      wait_for_ai_log(host, steps);
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
