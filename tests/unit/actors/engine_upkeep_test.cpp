// What stands beside the decisions and may stop new risk: the venue's clock, the AI log; and the
// test trade of a person.

#include "tests/support/catch.hpp"
#include "tests/support/engine_bench.hpp"

#include <algorithm>

using namespace rg;
using rg::test::EngineBench;

namespace {

const Symbol kBtc = Symbol::from_id(0);

bool blocked(const EngineBench& bench, Symbol symbol, const std::string& word) {
  const auto& reasons = bench.pair(symbol).not_trading_because;
  return std::find(reasons.begin(), reasons.end(), word) != reasons.end();
}

bool all_blocked(const EngineBench& bench, const std::string& word) {
  for (const Symbol symbol : Symbol::all()) {
    if (!blocked(bench, symbol, word)) {
      return false;
    }
  }
  return true;
}

std::size_t entries(const EngineBench& bench) {
  std::size_t n = 0;
  for (const ChangeRequest& request : bench.gateway.sent) {
    const auto* placed = std::get_if<PlaceOrder>(&request);
    n += placed != nullptr && placed->opens ? 1 : 0;
  }
  return n;
}

} // namespace

TEST_CASE("a venue clock that jumps away closes the gate, and opens it when it is back",
          "[unit][actors]") {
  EngineBench bench;
  bench.start();
  bench.wait(5s);
  CHECK(bench.engine->status().venue_clock.open);
  bench.gateway.clock_skew = 25s; // the limit is 20 s
  bench.wait(40s);
  CHECK_FALSE(bench.engine->status().venue_clock.open);
  CHECK_FALSE(bench.engine->status().venue_clock.closed_because.empty());
  CHECK(all_blocked(bench, "clock_uncertain"));
  CHECK(bench.journal.supervision("clock_uncertain", "engine") == 1);
  const std::size_t before = entries(bench);
  bench.step_minutes(6 * 60);
  CHECK(entries(bench) == before);

  bench.gateway.clock_skew = {};
  bench.wait(40s);
  CHECK(bench.engine->status().venue_clock.open);
  CHECK(bench.journal.supervision("clock_certain", "engine") == 1);
  CHECK_FALSE(blocked(bench, kBtc, "clock_uncertain"));
}

TEST_CASE("slow answers close the gate once the good measurement has aged", "[unit][actors]") {
  EngineBench bench;
  bench.start();
  bench.wait(5s);
  bench.gateway.clock_round_trip = 6s; // known to 3 s only; 2 s are needed
  bench.wait(5min);
  CHECK(bench.engine->status().venue_clock.open); // the good one still counts
  bench.wait(6min);
  CHECK_FALSE(bench.engine->status().venue_clock.open);
  CHECK(blocked(bench, kBtc, "clock_uncertain"));
}

TEST_CASE("a restarted portfolio knows that the gate is closed", "[unit][actors]") {
  EngineBench bench;
  bench.start();
  bench.gateway.clock_skew = 25s;
  bench.engine->process(ConditionNews{Refusal::ai_log_stuck, true, "the oldest waits"});
  bench.wait(40s);
  bench.crash(bench.engine->context().portfolio.actor());
  bench.wait(2s);
  CHECK(bench.engine->context().portfolio.is_up());
  CHECK(blocked(bench, kBtc, "clock_uncertain"));
  bench.gateway.clock_skew = {};
  bench.wait(40s);
  CHECK(blocked(bench, kBtc, "ai_log_stuck"));
}

TEST_CASE("an AI log that waits too long stops entries with its reason, and lets them go on",
          "[unit][actors]") {
  EngineBench bench;
  bench.start();
  bench.engine->process(
      ConditionNews{Refusal::ai_log_stuck, true, "the oldest upload waits for ten minutes"});
  CHECK(all_blocked(bench, "ai_log_stuck"));
  CHECK(bench.journal.supervision("condition_stands", "ai_log_stuck") == 1);
  bench.step_minutes(12 * 60);
  CHECK(entries(bench) == 0);
  bool refused = false;
  for (const DecisionRecord& r : bench.journal.of<DecisionRecord>()) {
    refused = refused || r.decision.refusal == Refusal::ai_log_stuck;
  }
  CHECK(refused);

  bench.engine->process(ConditionNews{Refusal::ai_log_stuck, false, "nothing waits"});
  CHECK(bench.journal.supervision("condition_cleared", "ai_log_stuck") == 1);
  CHECK(bench.step_until([&] { return entries(bench) > 0; }, 4000));
}

TEST_CASE("an ack of the AI log goes on record", "[unit][actors]") {
  EngineBench bench;
  bench.start();
  const DecisionId id{kBtc, Timestamp::from_ms(1'735'690'500'000), DecisionKind::signal, 0};
  const auto client = derive_client_order_id(1, id, OrderRole::entry, 1);
  bench.engine->process(AiLogNews{id, client, 702'345, "abcd", "acked"});
  const auto records = bench.journal.of<AiLogRecord>();
  REQUIRE(records.size() == 1);
  CHECK(records[0].decision == id);
  CHECK(records[0].client_id == client);
  CHECK(records[0].venue_id == 702'345);
  CHECK(records[0].head_hash == "abcd");
  CHECK(records[0].status == "acked");
}

TEST_CASE("a test trade is refused by an engine that was not started for it", "[unit][actors]") {
  EngineBench bench;
  bench.start();
  bench.step_minute();
  bench.engine->process(OperatorCommand{OperatorAction::test_trade, kBtc, "try", "cli"});
  bench.pump();
  CHECK(bench.journal.supervision("test_trade_refused", "cmt_btcusdt") == 1);
  CHECK(entries(bench) == 0);
}

TEST_CASE("a test trade opens about ten dollars with a stop, and the shutdown closes it",
          "[unit][actors]") {
  EngineSettings settings;
  settings.order.flatten_on_shutdown = true;
  EngineBench bench(3, true, settings);
  bench.engine->context().options.test_trade = true;
  bench.start();
  bench.step_minute();
  bench.engine->process(OperatorCommand{OperatorAction::test_trade, kBtc, "try", "cli"});
  bench.pump();
  REQUIRE(entries(bench) == 1);
  PlaceOrder placed;
  for (const ChangeRequest& request : bench.gateway.sent) {
    if (const auto* p = std::get_if<PlaceOrder>(&request)) {
      placed = *p;
    }
  }
  CHECK(placed.limit.is_zero()); // at market
  CHECK(placed.preset_stop.is_positive());
  const double notional = placed.quantity.to_double() * bench.pair(kBtc).mark_price.to_double();
  CHECK(notional >= 5.0); // within half a lot of ten, or the minimum
  CHECK(notional < 20.0);
  bench.step_minutes(2);
  CHECK_FALSE(bench.pair(kBtc).position.is_flat());
  CHECK(bench.pair(kBtc).stop_price.is_positive());

  bench.engine->process(OperatorCommand{OperatorAction::shutdown, kBtc, "done", "cli"});
  bench.pump();
  bench.step_minutes(2);
  bench.wait(20s);
  CHECK(bench.engine->stopped());
  CHECK(bench.pair(kBtc).position.is_flat());
  const Decision& exit = bench.engine->status().last_decisions.back();
  CHECK(exit.outcome == Outcome::exit);
  CHECK(exit.exit_reason == ExitReason::guard); // "the guard or the operator called for it"
}
