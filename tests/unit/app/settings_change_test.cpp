// Settings and conditions that change while the engine runs: at one point in the order of events,
// as a whole or not at all, the same again in a replay.

#include "app/engine/reload.hpp"
#include "app/engine/run_record.hpp"
#include "infra/config/config_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/engine_bench.hpp"

using namespace rg;
using namespace rg::app;
using rg::test::EngineBench;

namespace {

EngineBench bench_with_reader() {
  return EngineBench(3, true, {}, read_settings);
}

/// The bench's settings, with these lines of TOML in force on top.
SettingsChange change_to(const EngineBench& bench,
                         const std::function<void(EngineSettings&)>& edit) {
  EngineSettings next = bench.settings;
  edit(next);
  return {canonical_config(effective(next)), "SIGHUP", {}};
}

std::vector<std::string> details(const EngineBench& bench, const std::string& kind) {
  std::vector<std::string> out;
  for (const SupervisionRecord& r : bench.journal.of<SupervisionRecord>()) {
    if (r.kind == kind) {
      out.push_back(r.subject + ": " + r.detail);
    }
  }
  return out;
}

double limit_of(EngineBench& bench, const std::string& id) {
  for (const LimitUsage& use : bench.engine->status().limits) {
    if (use.id == id) {
      return use.limit;
    }
  }
  return -1.0;
}

bool stands(EngineBench& bench, const std::string& word) {
  for (const PairStatus& pair : bench.engine->status().pairs) {
    const auto& because = pair.not_trading_because;
    if (std::find(because.begin(), because.end(), word) == because.end()) {
      return false;
    }
  }
  return true;
}

} // namespace

TEST_CASE("a settings change is in force from its input on, journalled key by key", "[unit][app]") {
  EngineBench bench = bench_with_reader();
  bench.start();
  const std::string before = bench.engine->status().config_sha256;
  bench.engine->process(change_to(bench, [](EngineSettings& s) {
    s.portfolio.max_gross_leverage = 1.25;
    s.risk.risk_per_trade = 0.005;
    s.guard.jump_sigmas_halt = 9.5;
  }));
  bench.pump();
  CHECK(limit_of(bench, "gross_leverage") == 1.25);
  CHECK(bench.engine->context().settings.risk.risk_per_trade == 0.005);
  CHECK(bench.engine->status().settings_changes == 1);
  CHECK(bench.engine->status().config_sha256 != before);
  const auto told = details(bench, "setting_changed");
  REQUIRE(told.size() == 3);
  CHECK(std::find(told.begin(), told.end(), "portfolio.max_gross_leverage: 2.0 -> 1.25 (SIGHUP)") !=
        told.end());
}

TEST_CASE("a settings change that needs a restart is refused as a whole", "[unit][app]") {
  EngineBench bench = bench_with_reader();
  bench.start();
  const SettingsChange change = change_to(bench, [](EngineSettings& s) {
    s.portfolio.max_gross_leverage = 1.25;
    s.strategy.ema_fast = 7;
  });
  const auto next = parse_config(change.settings_text, "next").value();
  const auto lines = what_needs_a_restart(bench.settings, next);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0] == "strategy.ema_fast: needs a restart (6 -> 7)");
  bench.engine->process(change); // even when somebody sends it all the same
  CHECK(limit_of(bench, "gross_leverage") == 2.0);
  CHECK(bench.engine->status().settings_changes == 0);
  CHECK(details(bench, "settings_refused").size() == 1);
}

TEST_CASE("the venue's clock, the desk and the reconciliation take new limits while running",
          "[unit][app]") {
  EngineBench bench = bench_with_reader();
  bench.gateway.clock_round_trip = 600ms; // known to 0.3 s
  bench.start();
  bench.wait(5s);
  REQUIRE(bench.engine->status().venue_clock.open);
  bench.engine->process(change_to(bench, [](EngineSettings& s) {
    s.venue_clock.max_uncertainty = 200ms;
    s.order.price_collar = 0.01;
    s.order.stop_verify_within = 5s;
    s.reconcile.every = 45s;
    s.watchdog.blind_after = 25s;
  }));
  bench.pump();
  CHECK_FALSE(bench.engine->status().venue_clock.open); // at once
  CHECK(stands(bench, "clock_uncertain"));
  CHECK(bench.engine->context().options.reconcile_every == 45s);
  CHECK(bench.engine->context().settings.order.price_collar == 0.01);
  CHECK(details(bench, "setting_changed").size() == 5);
  CHECK(bench.engine->status().restarts == 0);        // the desk took them too
  bench.crash(bench.engine->context().order.actor()); // and its successor begins with them
  bench.wait(5s);
  bench.engine->process(change_to(bench, [](EngineSettings& s) { s.order.price_collar = 0.01; }));
  CHECK(bench.engine->status().venue_clock.open);
}

TEST_CASE("what is under way at the desk was reckoned with settings that need a restart",
          "[unit][app]") {
  EngineBench bench = bench_with_reader();
  for (const auto& edit : std::initializer_list<void (*)(EngineSettings&)>{
           [](EngineSettings& s) { s.order.requests_per_second = 7; },
           [](EngineSettings& s) { s.order.request_timeout = 9s; },
           [](EngineSettings& s) { s.order.repeated_window = 48h; },
           [](EngineSettings& s) { s.order.unknown_write_off = 60s; },
           [](EngineSettings& s) { s.watchdog.heartbeat = "elsewhere"; },
           [](EngineSettings& s) { s.watchdog.requests_per_second = 1; }}) {
    EngineSettings next = bench.settings;
    edit(next);
    const auto lines = what_needs_a_restart(effective(bench.settings), effective(next));
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].find(": needs a restart (") != std::string::npos);
  }
}

TEST_CASE("no reload lifts a hard bound", "[unit][app]") {
  EngineBench bench = bench_with_reader();
  bench.start();
  std::string text = canonical_config(bench.settings);
  const std::string key = "max_gross_leverage = 2.0";
  text.replace(text.find(key), key.size(), "max_gross_leverage = 25.0");
  bench.engine->process(SettingsChange{text, "SIGHUP", {}});
  CHECK(limit_of(bench, "gross_leverage") == 2.0);
  CHECK(details(bench, "settings_refused").size() == 1);
}

TEST_CASE("a wider limit releases nothing that was halted", "[unit][app]") {
  EngineBench bench = bench_with_reader();
  bench.start();
  bench.engine->process(OperatorCommand{OperatorAction::kill_freeze, {}, "drill", "console"});
  bench.engine->process(change_to(bench, [](EngineSettings& s) {
    s.portfolio.max_drawdown = 0.5;
    s.portfolio.max_daily_loss = 0.5;
  }));
  CHECK(bench.engine->status().tier == "reduce_only");
  CHECK(stands(bench, "kill_latched"));
}

TEST_CASE("pairs are switched by the same change, and a restarted part keeps the new settings",
          "[unit][app]") {
  EngineBench bench = bench_with_reader();
  bench.start();
  bench.engine->process(change_to(bench, [](EngineSettings& s) {
    s.pairs[1].enabled = false;
    s.portfolio.max_net_leverage = 0.5;
  }));
  bench.pump();
  CHECK(bench.journal.supervision("disabled", "cmt_ethusdt") == 1);
  bench.wait(3s);
  CHECK_FALSE(bench.pair(Symbol::from_id(1)).enabled);
  bench.crash(bench.engine->context().portfolio.actor());
  bench.wait(3s);
  CHECK(limit_of(bench, "net_leverage") == 0.5);
}

TEST_CASE("a full disk stops new risk with its reason until there is room again", "[unit][app]") {
  EngineBench bench = bench_with_reader();
  bench.start();
  bench.engine->process(ConditionNews{Refusal::disk_low, true, "120 MB free, 500 wanted"});
  CHECK(stands(bench, "disk_low"));
  const std::size_t orders = bench.gateway.count<PlaceOrder>();
  bench.step_minutes(1500);
  CHECK(bench.gateway.count<PlaceOrder>() == orders);
  bench.crash(bench.engine->context().portfolio.actor()); // a successor knows it too
  bench.wait(3s);
  CHECK(stands(bench, "disk_low"));
  bench.engine->process(ConditionNews{Refusal::disk_low, false, "room again"});
  CHECK_FALSE(stands(bench, "disk_low"));
  CHECK(bench.journal.supervision("condition_stands", "disk_low") == 1);
  CHECK(bench.journal.supervision("condition_cleared", "disk_low") == 1);
  CHECK(bench.step_until([&] { return bench.gateway.count<PlaceOrder>() > orders; }, 4000));
}

TEST_CASE("a pair says which of its own stages would refuse a signal", "[unit][app]") {
  EngineBench bench = bench_with_reader();
  bench.start();
  const Symbol btc = Symbol::from_id(0);
  const auto says = [&](const char* word) {
    const auto& because = bench.pair(btc).not_trading_because;
    return std::find(because.begin(), because.end(), word) != because.end();
  };
  CHECK_FALSE(says("stale_data"));
  bench.engine->process(LinkEvent{Link::public_stream, false, bench.time.now()});
  CHECK(says("stale_data"));
  bench.engine->process(LinkEvent{Link::public_stream, true, bench.time.now()});
  CHECK_FALSE(says("stale_data"));
  // Whatever the market brings in two days, a reason is given exactly when a stage has one.
  bool unknown = false, doubtful = false;
  for (int hour = 0; hour < 48; ++hour) {
    bench.step_minutes(60);
    const PairStatus& pair = bench.pair(btc);
    unknown = pair.regime.regime == Regime::unknown;
    doubtful = !unknown && pair.regime.confidence < bench.settings.risk.min_confidence;
    CHECK(says("regime_unknown") == unknown);
    CHECK(says("low_confidence") == doubtful);
    CHECK(says("no_forecast") == !pair.forecast.valid);
    CHECK(says("cooldown") == (pair.cooldown_until > bench.engine->context().data_now));
  }
}

TEST_CASE("a recorded run with changed settings replays to the same records", "[unit][app]") {
  EngineBench bench = bench_with_reader();
  bench.start();
  bench.step_minutes(400);
  bench.engine->process(change_to(bench, [](EngineSettings& s) {
    s.risk.risk_per_trade = 0.004;
    s.portfolio.max_pair_leverage = 0.3;
  }));
  bench.engine->process(SettingsChange{{}, "SIGHUP", "c.toml:3: broken"});
  bench.step_minutes(1200);

  EngineBench again = bench_with_reader();
  again.engine->start();
  again.gateway.lose_answers();
  for (const RecordedInput& input : bench.recorded) {
    again.time.set(input.wall_time);
    again.engine->process_at(input.input, input.wall_time);
    again.gateway.lose_answers();
    again.market.requests.clear();
  }
  const auto before = bench.journal.of<DecisionRecord>();
  const auto now = again.journal.of<DecisionRecord>();
  REQUIRE(before.size() > 3);
  REQUIRE(now.size() == before.size());
  bool hash_changed = false;
  for (std::size_t i = 0; i < now.size(); ++i) {
    CHECK(now[i].decision.id == before[i].decision.id);
    CHECK(now[i].decision.quantity == before[i].decision.quantity);
    CHECK(now[i].decision.config_hash == before[i].decision.config_hash);
    hash_changed = hash_changed || now[i].decision.config_hash != now[0].decision.config_hash;
  }
  CHECK(hash_changed); // decisions after the change name the settings that they were made with
  CHECK(again.journal.records.size() == bench.journal.records.size());
}
