// What the regular comparison with the venue finds, and what changes on the account while running.

#include "tests/unit/actors/core_bench_words.hpp"

using namespace rg;
using namespace rg::test;

namespace {

/// Somebody else's order, with this id.
void rest_order(CoreBench& b, const std::string& client_oid) {
  exchange::NewOrder order;
  order.client_oid = client_oid;
  order.symbol = kEth;
  order.size = exchange::SentNumber::parse("0.1");
  order.price = exchange::SentNumber::parse("900");
  REQUIRE(b.core.place(0, order, b.time.now()));
}

} // namespace

TEST_CASE("a close of which the stream told nothing is found by the drop copy, booked once",
          "[unit][actors]") {
  CoreBench b;
  b.start();
  open_btc(b);
  b.venue.news = false;
  REQUIRE(b.core.close_positions(0, kBtc, b.time.now()).size() == 1);
  b.wait(2 * b.settings.reconcile.every);
  CHECK(b.pair(kBtc).position.is_flat());
  CHECK(b.disagreement() == "");
  CHECK(b.journal.supervision("external_close", "cmt_btcusdt") == 1);
  CHECK(b.venue.orders(true).empty()); // its stop went with it
  b.wait(10 * b.settings.reconcile.every);
  CHECK(b.journal.supervision("external_close", "cmt_btcusdt") == 1);
  CHECK(b.engine->status().reconciliations >= 10);
}

TEST_CASE("money that came before the start is in the balance, what comes after it is booked once",
          "[unit][actors]") {
  CoreBench b;
  const auto usdt = [](double n) { return Notional::from_double(n, Rounding::nearest); };
  b.core.transfer(0, usdt(500)); // minutes before the first start: surveys look back an hour
  const Notional opening = b.core.account(0).ledger.collateral();
  b.start();
  REQUIRE(b.engine->status().wallet_balance == opening);
  b.venue.news = false;
  b.core.transfer(0, usdt(250)); // before any market data; the stream says nothing of it
  b.wait(3 * b.settings.reconcile.every);
  CHECK(b.engine->status().wallet_balance == opening + usdt(250));
  CHECK(b.journal.supervision("cash_flow", "account") == 1);
  CHECK(b.journal.supervision("wallet_corrected", "portfolio") == 0);
  CHECK(b.engine->status().high_water_mark == opening + usdt(250));
  b.venue.news = true;
  open_btc(b);
  b.wait(10 * b.settings.reconcile.every);
  CHECK(b.journal.supervision("cash_flow", "account") == 1);
  CHECK(b.journal.supervision("difference", "engine") == 0);
  CHECK(b.disagreement() == "");
}

TEST_CASE("nothing is risked before the private stream has been up", "[unit][actors]") {
  CoreBench b;
  b.private_up = false;
  b.start();
  b.wait(20s);
  REQUIRE(b.engine->status().reconciled);
  const auto turned_down = [&] {
    b.tell_price(kEth);
    return !enters(b, kEth) &&
           b.engine->status().last_decisions.back().refusal == Refusal::not_reconciled;
  };
  CHECK(turned_down());
  b.crash(b.engine->context().order.actor()); // a desk that was never told
  b.wait(20s);
  CHECK(turned_down());
  b.engine->process(LinkEvent{Link::private_stream, true, b.time.now()});
  b.wait(20s);
  b.tell_price(kEth);
  CHECK(enters(b, kEth));
}

TEST_CASE("an entry that waits out a 429 is not sent once the portfolio has fallen",
          "[unit][actors]") {
  CoreBench b;
  b.start();
  b.venue.passage = [](const ChangeRequest& request) {
    const auto* place = std::get_if<PlaceOrder>(&request);
    return place != nullptr && place->opens
               ? CorePassage{false, RequestOutcome::rate_limited, 8s, 429, "too many requests"}
               : CorePassage{};
  };
  b.enter(kBtc, Side::buy, "0.1", "990", "950");
  b.wait(3s);
  REQUIRE(b.venue.entries_sent() == 1);
  b.venue.passage = nullptr;
  SECTION("nothing falls: it is sent when the venue said") {
    b.wait(10s);
    CHECK(b.venue.entries_sent() == 2);
  }
  SECTION("the portfolio falls") {
    b.crash(b.engine->context().portfolio.actor());
    b.wait(20s);
    CHECK(b.engine->status().reconciled);
    CHECK(b.venue.entries_sent() == 1);
    CHECK(b.disagreement() == "");
  }
}

TEST_CASE("reconciliation comes as often as configured", "[unit][actors]") {
  EngineSettings s;
  s.reconcile.every = 7s;
  CoreBench b(s);
  b.start();
  const std::uint64_t before = b.engine->status().reconciliations;
  b.wait(70s);
  const std::uint64_t looks = b.engine->status().reconciliations - before;
  CHECK(looks >= 8);
  CHECK(looks <= 11);
}

TEST_CASE("a wallet that nothing explains is reported as a difference and taken over once",
          "[unit][actors]") {
  // The fee of a small fill is not too small to see, nor what a liquidation left unpaid.
  for (const char* amount : {"12.5", "0.006", "0.00026"}) {
    INFO(amount);
    CoreBench b;
    b.start();
    b.venue.news = false;
    b.venue.account().ledger.transfer(usd(amount)); // without a bill
    b.wait(2 * b.settings.reconcile.every);
    const EngineStatus& status = b.engine->status();
    CHECK(status.reconcile_differences == 1);
    CHECK(status.last_difference.find(amount) != std::string::npos);
    CHECK(b.journal.supervision("difference", "engine") == 1);
    CHECK(status.wallet_balance == b.core.account(0).ledger.collateral());
    b.wait(5 * b.settings.reconcile.every);
    CHECK(b.engine->status().reconcile_differences == 1);
  }
}

TEST_CASE("deposits and withdrawals move the high-water mark: no gain, no drawdown",
          "[unit][actors]") {
  for (const bool told : {true, false}) { // by the stream, or only by the bills
    CoreBench b;
    b.start();
    b.pass(2);
    open_btc(b);
    b.set_price(kBtc, "980"); // a small drawdown
    b.pass(2);
    const double before = b.engine->status().drawdown;
    REQUIRE(before > 0.0);
    b.venue.news = told;
    b.core.transfer(0, usd("5000"));
    b.pass(6);
    CHECK(b.engine->status().drawdown == Approx(before).margin(1e-6));
    CHECK(b.engine->status().high_water_mark.to_double() == Approx(15'000.0).epsilon(0.001));
    b.core.transfer(0, -usd("9000"));
    b.pass(6);
    CHECK(b.engine->status().drawdown == Approx(before).margin(1e-6));
    CHECK(b.engine->status().high_water_mark.to_double() == Approx(6'000.0).epsilon(0.001));
    CHECK(b.engine->status().tier == "none");
    CHECK(b.journal.supervision(supervision::kCashFlow, "account") == 2); // each once
    CHECK(b.engine->status().reconcile_differences == 0);
    CHECK(b.disagreement() == "");
  }
}

TEST_CASE("a stop that vanishes unseen is placed again", "[unit][actors]") {
  CoreBench b;
  b.start();
  open_btc(b);
  b.venue.news = false;
  b.core.cancel_all(0, std::nullopt, true, b.time.now());
  b.wait(b.settings.reconcile.every + 12s);
  CHECK(b.disagreement() == "");
  CHECK(b.pair(kBtc).stop_price == price("950"));
  CHECK(b.pair(kBtc).position.quantity == qty("0.5"));
}

TEST_CASE("contract rules that change while running stop new risk until the pair is resumed",
          "[unit][actors]") {
  CoreBench b;
  b.start();
  REQUIRE(enters(b, kBtc));
  b.venue.contracts[kBtc.id()].taker_fee = Ratio{0.0009};
  b.wait(11 * b.settings.reconcile.every); // contracts are asked for with every tenth comparison
  CHECK(b.pair(kBtc).contract_changed);
  CHECK(stands(b, kBtc, "contract_changed"));
  CHECK(b.journal.supervision(supervision::kContractChanged, "cmt_btcusdt") == 1);
  CHECK(b.venue.orders(false).empty()); // what rested under the old rules
  CHECK_FALSE(enters(b, kBtc));
  CHECK(enters(b, kEth)); // the others go on
  b.wait(20min);
  CHECK(b.journal.supervision(supervision::kContractChanged, "cmt_btcusdt") == 1);

  const auto records = b.journal.records;
  b.kill(); // survives kill -9
  b.boot(records);
  b.wait(70s);
  CHECK_FALSE(enters(b, kBtc));
  b.engine->process(OperatorCommand{OperatorAction::resume_pair, kBtc, "read them", "console"});
  b.settle();
  CHECK(enters(b, kBtc));
}

TEST_CASE("a contract that is closed and opened again needs nobody", "[unit][actors]") {
  CoreBench b;
  b.start();
  b.venue.contracts[kBtc.id()].tradable = false;
  b.wait(6min);
  CHECK_FALSE(enters(b, kBtc));
  CHECK(b.journal.supervision("contract_status", "cmt_btcusdt") == 1);
  b.venue.contracts[kBtc.id()].tradable = true;
  b.wait(6min);
  CHECK(enters(b, kBtc));
  CHECK(b.journal.supervision("contract_status", "cmt_btcusdt") == 2);
}

TEST_CASE("maintenance: no answers, no new risk, blind after a while, then it goes on",
          "[unit][actors]") {
  CoreBench b;
  b.start();
  REQUIRE(b.engine->status().blind_since == Timestamp{});
  b.venue.down = true;
  b.wait(b.settings.reconcile.every + 10s);
  CHECK_FALSE(b.engine->status().reconciled);
  CHECK(b.journal.supervision("reconcile_failed", "venue") >= 1);
  CHECK(stands(b, kBtc, "not_reconciled"));
  b.wait(3 * b.settings.reconcile.every);
  CHECK(b.engine->status().blind_since != Timestamp{});
  CHECK(b.journal.supervision("reconcile_failed", "venue") == 1);
  b.venue.down = false;
  b.wait(8s);
  CHECK(b.engine->status().reconciled);
  CHECK(b.engine->status().blind_since == Timestamp{});
  CHECK(enters(b, kBtc));
}

TEST_CASE("a refusal of the venue makes the rules be read again soon", "[unit][actors]") {
  CoreBench b;
  b.start();
  b.wait(b.settings.reconcile.every); // the rules are fresh
  b.venue.contracts[kBtc.id()].lot_size = qty("0.001");
  b.venue.passage = [](const ChangeRequest& request) {
    CorePassage way;
    if (std::holds_alternative<PlaceOrder>(request)) {
      way.executed = false;
      way.told = RequestOutcome::rejected;
      way.code = 40015;
      way.message = "INVALID_ARGUMENT: stepSize";
    }
    return way;
  };
  b.enter(kBtc, Side::buy, "0.1", "990", "950");
  b.wait(b.settings.reconcile.every + 5s);
  CHECK(b.pair(kBtc).contract_changed);
  CHECK(b.journal.supervision(supervision::kContractChanged, "cmt_btcusdt") == 1);
}

TEST_CASE("rules that change during maintenance are read before anything is risked",
          "[unit][actors]") {
  CoreBench b;
  b.start();
  b.venue.down = true;
  b.wait(b.settings.reconcile.every + 10s);
  REQUIRE_FALSE(b.engine->status().reconciled);
  b.venue.contracts[kBtc.id()].taker_fee = Ratio{0.0009};
  b.venue.down = false;
  b.wait(8s);
  CHECK(b.engine->status().reconciled);
  CHECK(b.pair(kBtc).contract_changed);
  CHECK_FALSE(enters(b, kBtc));
  CHECK(enters(b, kEth));
}

TEST_CASE("links that are down make the engine blind from that moment", "[unit][actors]") {
  CoreBench b;
  b.start();
  b.wait(5s);
  const Timestamp down = b.time.now();
  b.engine->process(LinkEvent{Link::private_stream, false, down});
  b.wait(10s);
  CHECK(b.engine->status().blind_since >= down);
  CHECK(b.engine->status().blind_since <= down + 1s);
  b.engine->process(LinkEvent{Link::private_stream, true, b.time.now()});
  b.settle();
  b.wait(2s);
  CHECK(b.engine->status().blind_since == Timestamp{});
}

TEST_CASE("a second engine on the account is noticed while running: no new risk, latched",
          "[unit][actors]") {
  for (const bool told : {true, false}) {
    for (const std::uint32_t instance : {2U, 1U}) { // another number; or the same, started twice
      CoreBench b;
      b.start();
      b.pass(2);
      REQUIRE(enters(b, kBtc));
      b.venue.news = told;
      const DecisionId decided{kEth, b.core.data_now() + 1s, DecisionKind::signal, 0};
      rest_order(
          b, std::string(derive_client_order_id(instance, decided, OrderRole::entry, 1).text()));
      b.wait(2 * b.settings.reconcile.every);
      INFO("instance " << instance << ", told " << told);
      CHECK(b.journal.supervision("second_engine", "engine") == 1);
      CHECK(b.engine->status().tier == "reduce_only");
      CHECK_FALSE(enters(b, kBtc));
      CHECK(b.engine->context().ledger.latch() == HaltTier::reduce_only);
    }
  }
}

TEST_CASE("orders of people and of the watchdog are no second engine", "[unit][actors]") {
  CoreBench b;
  b.start();
  b.pass(2);
  rest_order(b, "by-hand-1");
  const DecisionId decided{kEth, b.time.now(), DecisionKind::exit, 90};
  rest_order(b, std::string(derive_client_order_id(1, decided, OrderRole::exit, 1).text()));
  b.wait(2 * b.settings.reconcile.every);
  CHECK(b.journal.supervision("second_engine", "engine") == 0);
  CHECK(enters(b, kBtc));
}

TEST_CASE("a process that stood still reconciles before it risks anything", "[unit][actors]") {
  CoreBench b;
  b.start();
  open_btc(b);
  b.venue.news = false; // meanwhile the watchdog closes the position
  REQUIRE(b.core.close_positions(0, kBtc, b.time.now()).size() == 1);
  b.core.cancel_all(0, std::nullopt, true, b.time.now());
  b.time.set(b.time.now() + 60s); // SIGSTOP
  const std::size_t sent = b.venue.sent.size();
  Tick tick;
  tick.symbol = kBtc;
  tick.exchange_time = b.core.data_now();
  tick.last = tick.mark = tick.index = b.core.last(kBtc);
  b.engine->process(tick); // SIGCONT: the first frame that was waiting
  CHECK_FALSE(b.engine->status().reconciled);
  CHECK(b.journal.supervision("stalled", "engine") == 1);
  b.settle();
  b.wait(20s);
  CHECK(b.engine->status().reconciled);
  CHECK(b.pair(kBtc).position.is_flat());
  CHECK(b.disagreement() == "");
  for (std::size_t i = sent; i < b.venue.sent.size(); ++i) { // nothing undone, nothing fought
    CHECK_FALSE(std::holds_alternative<PlaceOrder>(b.venue.sent[i]));
    CHECK_FALSE(std::holds_alternative<PlaceStop>(b.venue.sent[i]));
  }
}
