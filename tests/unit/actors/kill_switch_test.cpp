// The kill switch by each of its sources: what it does at once, and that kill -9 does not open it.

#include "tests/support/core_bench.hpp"

using namespace rg;
using namespace rg::test;

namespace {

EngineSettings wide_caps() {
  EngineSettings s;
  s.portfolio.max_pair_leverage = s.portfolio.max_cluster_leverage = 1.5;
  s.portfolio.max_drawdown = 0.9;
  s.portfolio.soft_drawdown = 0.8;
  s.portfolio.max_daily_loss = 0.9;
  return s;
}

void open_btc(CoreBench& b) {
  b.pass(2);
  b.enter(kBtc, Side::buy, "5", "", "900");
  b.wait(10s);
  REQUIRE(b.disagreement() == "");
  REQUIRE(b.pair(kBtc).position.quantity == qty("5"));
}

bool enters(CoreBench& b, Symbol s) {
  const std::size_t before = b.venue.entries_sent();
  b.enter(s, Side::buy, "0.1", "990", "950");
  b.wait(2s);
  return b.venue.entries_sent() > before;
}

bool is_close(const ChangeRequest& request) {
  const auto* place = std::get_if<PlaceOrder>(&request);
  return place != nullptr && !place->opens;
}

void command(CoreBench& b, OperatorAction action, const char* origin) {
  b.engine->process(OperatorCommand{action, kBtc, "test", origin});
  b.settle();
}

void guard_kill(CoreBench& b) {
  GuardState state;
  state.symbol = kBtc;
  state.stamp = b.core.data_now();
  state.level = GuardLevel::kill;
  state.cause = GuardCause::jump;
  state.exposure_factor = 0.0;
  b.engine->context().portfolio.send(GuardChange{state, GuardLevel::normal});
  b.engine->context().unit.run();
  b.engine->context().flush_records();
  b.settle();
}

/// kill -9, and a process on the same journal.
void restart(CoreBench& b) {
  const auto records = b.journal.records;
  b.kill();
  b.boot(records);
  b.wait(70s);
  REQUIRE_FALSE(b.engine->stopped());
}

void check_flat_and_verified(CoreBench& b) {
  b.pass(3);
  CHECK(b.venue.positions().empty());
  CHECK(b.venue.orders(true).empty());
  CHECK(b.disagreement() == "");
  CHECK(b.journal.supervision("flat_verified", "engine") >= 1);
}

} // namespace

TEST_CASE("kill switch by the console: flat, verified, latched over kill -9, opened by a person",
          "[unit][kill]") {
  for (const char* origin : {"console", "cli", "signal", "kill_file"}) {
    CoreBench b(wide_caps());
    b.start();
    open_btc(b);
    command(b, OperatorAction::kill_flatten, origin);
    CHECK_FALSE(enters(b, kEth)); // not one turn later
    check_flat_and_verified(b);
    CHECK(b.engine->status().tier == "latched");
    restart(b);
    CHECK(b.engine->status().tier == "latched");
    CHECK_FALSE(enters(b, kEth));
    command(b, OperatorAction::resume_all, "console");
    CHECK(enters(b, kEth));
  }
}

TEST_CASE("kill switch, reduce only: the position keeps its stop, nothing new, over kill -9",
          "[unit][kill]") {
  CoreBench b(wide_caps());
  b.start();
  open_btc(b);
  command(b, OperatorAction::kill_freeze, "console");
  CHECK(b.engine->status().tier == "reduce_only");
  CHECK_FALSE(enters(b, kEth));
  const auto records = b.journal.records;
  b.kill();
  b.boot(records);
  CHECK(b.engine->status().tier == "reduce_only"); // from the first moment
  restart(b);
  CHECK(b.engine->status().tier == "reduce_only");
  CHECK_FALSE(enters(b, kEth));
  CHECK(b.pair(kBtc).position.quantity == qty("5"));
  CHECK(b.disagreement() == "");
}

TEST_CASE("kill switch by the guard: its pair is flat and stays shut over kill -9, others go on",
          "[unit][kill]") {
  CoreBench b(wide_caps());
  b.start();
  open_btc(b);
  guard_kill(b);
  CHECK(enters(b, kEth));
  b.pass(3);
  CHECK(b.venue.positions().empty());
  CHECK(b.journal.supervision("flat_verified", "engine") >= 1);
  restart(b);
  CHECK_FALSE(enters(b, kBtc));
  CHECK(enters(b, kEth));
  command(b, OperatorAction::resume_all, "console");
  CHECK(enters(b, kBtc));
}

TEST_CASE("kill switch of one pair: flat, verified, shut over kill -9, others trade on",
          "[unit][kill]") {
  CoreBench b(wide_caps());
  b.start();
  open_btc(b);
  command(b, OperatorAction::kill_pair_flatten, "console");
  CHECK_FALSE(enters(b, kBtc)); // not one turn later
  CHECK(b.pair(kBtc).kill_latched);
  b.pass(3);
  CHECK(b.venue.positions().empty());
  CHECK(b.disagreement() == "");
  CHECK(b.journal.supervision("flat_verified", "engine") >= 1);
  CHECK(b.engine->status().tier == "none"); // of the account
  CHECK(enters(b, kEth));

  const auto records = b.journal.records;
  b.kill();
  b.boot(records);
  CHECK(b.pair(kBtc).kill_latched); // from the first moment
  restart(b);
  CHECK_FALSE(enters(b, kBtc));
  command(b, OperatorAction::resume_all, "console"); // the account's latch is another one
  CHECK_FALSE(enters(b, kBtc));
  command(b, OperatorAction::resume_pair, "console");
  CHECK_FALSE(b.pair(kBtc).kill_latched);
  CHECK(enters(b, kBtc));
  restart(b);
  CHECK_FALSE(b.pair(kBtc).kill_latched);
}

TEST_CASE("kill switch of one pair, reduce only: its position keeps its stop, over kill -9",
          "[unit][kill]") {
  CoreBench b(wide_caps());
  b.start();
  open_btc(b);
  command(b, OperatorAction::kill_pair_freeze, "console");
  b.pass(2);
  CHECK(b.pair(kBtc).position.quantity == qty("5"));
  restart(b);
  CHECK(b.pair(kBtc).kill_latched);
  CHECK(b.pair(kBtc).position.quantity == qty("5"));
  CHECK(b.disagreement() == "");
  command(b, OperatorAction::kill_pair_flatten, "console"); // the wider word wins
  b.pass(3);
  CHECK(b.venue.positions().empty());
  command(b, OperatorAction::kill_pair_freeze, "console"); // and stays
  CHECK_FALSE(enters(b, kBtc));
}

TEST_CASE("a pair's kill that died before its close is finished after the restart",
          "[unit][kill]") {
  CoreBench b(wide_caps());
  b.start();
  open_btc(b);
  b.venue.passage = [](const ChangeRequest& request) {
    return is_close(request)
               ? CorePassage{false, RequestOutcome::rejected, {}, 40'015, "system busy"}
               : CorePassage{};
  };
  command(b, OperatorAction::kill_pair_flatten, "console");
  const auto records = b.journal.records;
  b.kill();
  b.venue.passage = {};
  b.boot(records);
  b.wait(70s);
  b.pass(3);
  CHECK(b.venue.positions().empty());
  CHECK(b.disagreement() == "");
}

TEST_CASE("a guard's kill that died half way is finished after the restart", "[unit][kill]") {
  CoreBench b(wide_caps());
  b.start();
  open_btc(b);
  b.venue.passage = [](const ChangeRequest& request) {
    return is_close(request) ? CorePassage{false, RequestOutcome::unknown, {}, 0, "lost"}
                             : CorePassage{};
  };
  guard_kill(b);
  b.wait(1s);
  REQUIRE_FALSE(b.venue.positions().empty());
  b.venue.passage = nullptr;
  restart(b);
  b.pass(3);
  CHECK(b.venue.positions().empty());
  CHECK(b.disagreement() == "");
}

TEST_CASE("kill switch by the drawdown ladder: flat, halted over kill -9, opened by its rule",
          "[unit][kill]") {
  EngineSettings s = wide_caps();
  s.portfolio.max_drawdown = 0.02;
  s.portfolio.soft_drawdown = 0.01;
  s.portfolio.resume_after = 10min;
  CoreBench b(s);
  b.start();
  open_btc(b);
  b.set_price(kBtc, "970"); // 5 x 30 = 1.5 %: the soft rung
  b.pass(2);
  CHECK(b.engine->status().tier == "warn");
  CHECK_FALSE(b.venue.positions().empty());
  b.set_price(kBtc, "950"); // 2.5 %
  b.pass(2);
  check_flat_and_verified(b);
  CHECK(b.journal.supervision(supervision::kLadderHalted, "portfolio") == 1);
  CHECK_FALSE(enters(b, kEth));
  restart(b);
  CHECK_FALSE(enters(b, kEth));
  b.pass(40); // ten minutes of data time
  CHECK(enters(b, kEth));
}

TEST_CASE("kill switch by the daily loss: flat, shut for the day over kill -9", "[unit][kill]") {
  EngineSettings s = wide_caps();
  s.portfolio.max_daily_loss = 0.02;
  CoreBench b(s);
  b.start();
  open_btc(b);
  b.set_price(kBtc, "950");
  b.pass(2);
  check_flat_and_verified(b);
  CHECK(b.journal.supervision(supervision::kDailyLoss, "portfolio") == 1);
  CHECK_FALSE(enters(b, kEth));
  // Back above the limit: the day stays shut all the same.
  b.core.transfer(0, usd("400"));
  b.pass(4);
  restart(b);
  CHECK_FALSE(enters(b, kEth));
}

TEST_CASE("a flatten that the venue refuses is pursued by wall time, louder each time, until flat",
          "[unit][kill]") {
  CoreBench b(wide_caps());
  b.start();
  open_btc(b);
  bool refusing = true;
  std::size_t refused = 0;
  b.venue.passage = [&](const ChangeRequest& request) {
    if (refusing && is_close(request)) {
      ++refused;
      return CorePassage{false, RequestOutcome::rejected, {}, 40'015, "system busy"};
    }
    return CorePassage{};
  };
  const Timestamp data = b.core.data_now();
  command(b, OperatorAction::kill_flatten, "console");
  const std::size_t sweeps = b.venue.count<CancelAll>();
  b.wait(3min); // the market is dead: data time stands still
  CHECK(b.core.data_now() == data);
  CHECK(refused > 10);
  CHECK(b.pair(kBtc).flatten_tries >= 3);
  CHECK(b.journal.supervision("flatten_retry", "cmt_btcusdt") >= 2);
  CHECK(b.venue.count<CancelAll>() > sweeps); // what rests may hold the position
  CHECK(b.journal.supervision("flat_verified", "engine") == 0);
  refusing = false;
  b.wait(15s);
  CHECK(b.venue.positions().empty());
  CHECK(b.pair(kBtc).flatten_tries == 0);
  b.wait(15s);
  CHECK(b.journal.supervision("flat_verified", "engine") == 1);
  CHECK(b.disagreement() == "");
}
