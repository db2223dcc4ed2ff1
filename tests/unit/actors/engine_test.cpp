// The actors together, in virtual time: what crashes, who goes on, what is kept.

#include "tests/support/catch.hpp"
#include "tests/support/engine_bench.hpp"

using namespace rg;
using rg::test::EngineBench;

namespace {

const Symbol kBtc = Symbol::from_id(0);
const Symbol kEth = Symbol::from_id(1);

std::uint64_t filled_entries(const EngineBench& bench) {
  std::uint64_t n = 0;
  for (const Fill& fill : bench.journal.of<Fill>()) {
    n += fill.opens ? 1 : 0;
  }
  return n;
}

/// Until a position is open, with its stop confirmed.
Symbol open_a_position(EngineBench& bench) {
  REQUIRE(bench.step_until([&] { return bench.any_position(); }, 4000));
  for (const PairStatus& pair : bench.engine->status().pairs) {
    if (!pair.position.is_flat()) {
      return pair.symbol;
    }
  }
  return kBtc;
}

} // namespace

TEST_CASE("start-up surveys the venue, warms every pair from candles, and then trades",
          "[unit][actors]") {
  EngineBench bench;
  bench.engine->start();
  CHECK_FALSE(bench.engine->status().reconciled);
  bench.pump();
  CHECK(bench.engine->status().reconciled);
  CHECK(bench.engine->status().initial_equity == EngineBench::money("10000"));
  CHECK(bench.candle_answers == Symbol::kCount);
  for (const PairStatus& pair : bench.engine->status().pairs) {
    CHECK(pair.warm);
    CHECK(pair.regime.posterior_valid);
  }
  CHECK(bench.journal.supervision("reconciled", "engine") == 1);
  bench.engine->process(LinkEvent{Link::private_stream, true, bench.time.now()});
  REQUIRE(bench.step_until([&] { return bench.any_position(); }, 4000));
  CHECK(bench.engine->status().restarts == 0);
}

TEST_CASE("no entry leaves before its intent is durable", "[unit][actors]") {
  EngineBench bench;
  bench.start();
  bench.journal.hold = true;
  REQUIRE(bench.step_until([&] { return bench.gateway.prepared > 0; }, 4000));
  bench.step_minutes(1);
  CHECK(bench.gateway.count<PlaceOrder>() == 0); // built and signed, not sent
  const auto events = bench.journal.of<OrderEvent>();
  REQUIRE_FALSE(events.empty());
  CHECK(events.front().to == OrderState::intended);
  bench.journal.hold = false;
  bench.pump();
  CHECK(bench.gateway.count<PlaceOrder>() > 0);
}

TEST_CASE("a decision is on record before its order", "[unit][actors]") {
  EngineBench bench;
  bench.start();
  REQUIRE(bench.step_until([&] { return bench.gateway.count<PlaceOrder>() > 0; }, 4000));
  std::optional<DecisionId> decided;
  for (const JournalRecord& record : bench.journal.records) {
    if (const auto* d = std::get_if<DecisionRecord>(&record);
        d != nullptr && d->decision.outcome == Outcome::approved) {
      decided = d->decision.id;
    }
    if (const auto* e = std::get_if<OrderEvent>(&record)) {
      REQUIRE(decided);
      CHECK(e->decision == *decided);
      break;
    }
  }
}

TEST_CASE("a crashed pair group restarts alone, re-warms, and knows its position again",
          "[unit][actors]") {
  EngineBench bench;
  bench.start();
  const Symbol symbol = open_a_position(bench);
  const Symbol other = symbol == kBtc ? kEth : kBtc;
  const Position before = bench.pair(symbol).position;
  const std::size_t answers = bench.candle_answers;
  const std::uint64_t other_bars = bench.pair(other).bars;

  bench.crash(bench.engine->context().groups[symbol.id()].regime);
  CHECK_FALSE(bench.engine->context().groups[symbol.id()].is_up()); // one for all
  CHECK(bench.engine->context().groups[other.id()].is_up());
  CHECK_FALSE(bench.pair(symbol).warm);
  CHECK(bench.pair(symbol).position.quantity == before.quantity);
  CHECK(bench.journal.supervision("crash", std::string(symbol.name())) == 1);
  CHECK(bench.candle_answers == answers); // back-off first

  bench.wait(1s);
  CHECK(bench.engine->context().groups[symbol.id()].is_up());
  CHECK(bench.pair(symbol).warm);
  CHECK(bench.candle_answers == answers + 1);
  CHECK(bench.pair(symbol).restarts == 1);
  CHECK(bench.journal.supervision("restart", std::string(symbol.name())) == 1);

  bench.step_minutes(30);
  CHECK(bench.pair(other).bars == other_bars + 2);
  CHECK(bench.engine->status().restarts == 1);
  // The group knows its position: sooner or later it, or its stop, closes it.
  CHECK(bench.step_until([&] { return bench.pair(symbol).position.is_flat(); }, 4000));
}

TEST_CASE("a group that keeps crashing is quarantined and wound down, the others go on",
          "[unit][actors]") {
  EngineBench bench;
  bench.start();
  const Symbol symbol = open_a_position(bench);
  for (std::uint32_t i = 0; i <= bench.settings.supervision.max_restarts; ++i) {
    REQUIRE(bench.engine->context().groups[symbol.id()].is_up());
    bench.crash(bench.engine->context().groups[symbol.id()].feed);
    bench.wait(40s); // beyond the longest back-off, inside the window
  }
  CHECK(bench.pair(symbol).quarantined);
  CHECK_FALSE(bench.engine->context().groups[symbol.id()].is_up());
  CHECK(bench.journal.supervision(supervision::kQuarantined, std::string(symbol.name())) == 1);
  bench.step_minutes(3);
  CHECK(bench.pair(symbol).position.is_flat());
  const auto reasons = bench.pair(symbol).not_trading_because;
  CHECK(std::find(reasons.begin(), reasons.end(), "quarantined") != reasons.end());
  const std::uint64_t entries = filled_entries(bench);
  CHECK(bench.step_until([&] { return filled_entries(bench) > entries; }, 5000));
}

TEST_CASE("a crashed portfolio comes back from the ledger: same book, nothing lost",
          "[unit][actors]") {
  EngineBench bench;
  bench.start();
  const Symbol symbol = open_a_position(bench);
  const Position before = bench.pair(symbol).position;
  const Notional wallet = bench.engine->status().wallet_balance;

  bench.crash(bench.engine->context().portfolio.actor());
  CHECK_FALSE(bench.engine->context().portfolio.is_up());
  CHECK_FALSE(bench.engine->status().reconciled); // no new risk anywhere
  bench.step_minutes(1); // fills and steps wait in the slot; then it is back
  bench.wait(5s);
  REQUIRE(bench.engine->context().portfolio.is_up());
  CHECK(bench.engine->status().reconciled);
  CHECK(bench.engine->context().portfolio.waiting() == 0);
  CHECK(bench.journal.supervision("crash", "portfolio") == 1);
  CHECK(bench.journal.supervision("restart", "portfolio") == 1);
  CHECK(bench.journal.supervision("position_corrected", std::string(symbol.name())) == 0);
  if (!bench.pair(symbol).position.is_flat()) {
    CHECK(bench.pair(symbol).position.quantity == before.quantity);
    CHECK(bench.pair(symbol).position.open_value == before.open_value);
    CHECK(bench.engine->status().wallet_balance == wallet);
  }
  bench.step_minutes(600);
  CHECK(bench.engine->status().wallet_balance == bench.venue.wallet());
}

TEST_CASE("a crashed order desk comes back, asks the venue, and the stop is still there",
          "[unit][actors]") {
  EngineBench bench;
  bench.start();
  const Symbol symbol = open_a_position(bench);
  bench.step_minutes(1); // the stop has been looked up
  bench.crash(bench.engine->context().order.actor());
  CHECK_FALSE(bench.engine->status().reconciled);
  bench.wait(30s);
  REQUIRE(bench.engine->context().order.is_up());
  CHECK(bench.engine->status().reconciled);
  CHECK(bench.engine->context().order.waiting() == 0);
  if (!bench.pair(symbol).position.is_flat()) {
    CHECK(bench.pair(symbol).stop_price.is_positive());
  }
  std::map<std::string, int> entries; // one decision, at most one order
  for (const ChangeRequest& request : bench.gateway.sent) {
    if (const auto* place = std::get_if<PlaceOrder>(&request)) {
      CHECK(++entries[std::string(place->client_id.text())] == 1);
    }
  }
  bench.step_minutes(600);
  CHECK(bench.engine->status().wallet_balance == bench.venue.wallet());
}

TEST_CASE("a poison message is given up after its second crash, and said so", "[unit][actors]") {
  EngineBench bench;
  bench.start();
  Fill poison; // no quantity: breaks an invariant wherever it is booked
  poison.symbol = kBtc;
  poison.venue_fill_id = 99;
  bench.engine->process(poison);
  bench.wait(60s);
  const std::size_t given_up = bench.journal.supervision("dead_letter", "portfolio") +
                               bench.journal.supervision("dead_letter", "order");
  CHECK(given_up == 1);
  CHECK(bench.engine->status().restarts == 2);
  CHECK(bench.engine->status().reconciled);
  CHECK_FALSE(bench.engine->stopped());
}

TEST_CASE("the kill switch goes before what waits, flattens, latches, and needs a resume",
          "[unit][actors]") {
  EngineBench bench;
  bench.start();
  open_a_position(bench);
  const std::size_t sent = bench.gateway.sent.size();
  bench.engine->process(OperatorCommand{OperatorAction::kill_flatten, kBtc, "test", "console"});
  REQUIRE(bench.gateway.sent.size() > sent);
  CHECK(std::holds_alternative<CancelAll>(bench.gateway.sent[sent])); // before the closes
  bench.pump();
  bench.step_minutes(3);
  CHECK_FALSE(bench.any_position());
  CHECK(bench.engine->status().tier == "latched");
  CHECK(bench.journal.supervision(supervision::kLatched, "portfolio") == 1);

  const std::uint64_t entries = filled_entries(bench);
  bench.step_minutes(3000);
  CHECK(filled_entries(bench) == entries);
  // What a process started on this journal would begin with:
  CHECK(bench.engine->context().ledger.latch() == HaltTier::flatten);

  bench.engine->process(OperatorCommand{OperatorAction::resume_all, kBtc, "checked", "console"});
  CHECK(bench.engine->context().ledger.latch() == HaltTier::none);
  CHECK(bench.step_until([&] { return filled_entries(bench) > entries; }, 5000));
}

TEST_CASE("a disabled pair is wound down, then its group stops, enabling brings it back",
          "[unit][actors]") {
  EngineBench bench;
  bench.start();
  const Symbol symbol = open_a_position(bench);
  bench.engine->process(OperatorCommand{OperatorAction::disable_pair, symbol, "", "config"});
  CHECK(bench.pair(symbol).winding_down);
  CHECK(bench.engine->context().groups[symbol.id()].is_up()); // its exits still need it
  REQUIRE(
      bench.step_until([&] { return !bench.engine->context().groups[symbol.id()].is_up(); }, 5000));
  CHECK(bench.pair(symbol).position.is_flat());
  CHECK_FALSE(bench.pair(symbol).enabled);
  const std::uint64_t bars = bench.pair(symbol).bars;
  bench.step_minutes(30);
  CHECK(bench.pair(symbol).bars == bars);

  bench.engine->process(OperatorCommand{OperatorAction::enable_pair, symbol, "", "config"});
  bench.pump();
  CHECK(bench.pair(symbol).warm);
  bench.step_minutes(30);
  CHECK(bench.pair(symbol).bars >= bars + 1);
}

TEST_CASE("a lost private stream stops new risk until the venue was asked again",
          "[unit][actors]") {
  EngineBench bench;
  bench.start();
  bench.engine->process(LinkEvent{Link::private_stream, false, bench.time.now()});
  CHECK_FALSE(bench.engine->status().reconciled);
  bench.engine->process(LinkEvent{Link::private_stream, true, bench.time.now()});
  CHECK_FALSE(bench.engine->status().reconciled); // the questions are on their way
  bench.pump();
  CHECK(bench.engine->status().reconciled);
}

TEST_CASE("a journal that cannot be written stops new risk, durable again, it goes on",
          "[unit][actors]") {
  EngineBench bench;
  bench.start();
  bench.engine->process(JournalAck{bench.journal.submissions, false, "disk full"});
  CHECK_FALSE(bench.engine->status().reconciled);
  CHECK(bench.journal.supervision("journal_down", "journal") == 1);
  bench.engine->process(JournalAck{bench.journal.submissions, true, {}});
  bench.pump();
  CHECK(bench.engine->status().reconciled);
  CHECK(bench.journal.supervision("restart", "journal") == 1);
}

TEST_CASE("an entry that waits for a failed journal does not leave when the disk is back",
          "[unit][actors]") {
  EngineBench bench;
  bench.start();
  bench.journal.hold = true;
  REQUIRE(bench.step_until([&] { return bench.gateway.prepared > 0; }, 4000));
  bench.engine->process(JournalAck{bench.journal.submissions, false, "disk full"});
  bench.journal.hold = false;
  bench.pump(); // durable again, and the venue is asked
  CHECK(bench.engine->status().reconciled);
  CHECK(bench.gateway.count<PlaceOrder>() == 0);
}

TEST_CASE("a position that the journal does not explain refuses the start", "[unit][actors]") {
  EngineBench bench;
  bench.step_venue();
  // Somebody bought before us.
  PlaceOrder order;
  order.client_id = *ClientOrderId::parse("somebody");
  order.symbol = kEth;
  order.quantity = Quantity::from_double(0.1, Rounding::nearest);
  static_cast<void>(bench.venue.execute(1, order));
  bench.step_venue(); // fills at the next bar; nobody listens yet
  bench.venue.clear_events();
  bench.engine->start();
  bench.pump();
  CHECK_FALSE(bench.engine->stopped()); // the fill behind it may come late
  bench.wait(5s);
  CHECK(bench.engine->stopped());
  CHECK(bench.engine->stop_reason().find("cmt_ethusdt") != std::string::npos);
  CHECK(bench.gateway.sent.empty());
}

TEST_CASE("shutdown takes no new risk, cancels entries and ends", "[unit][actors]") {
  EngineBench bench;
  bench.start();
  open_a_position(bench);
  bench.engine->process(OperatorCommand{OperatorAction::shutdown, kBtc, "test", "signal"});
  bench.pump();
  bench.wait(20s);
  CHECK(bench.engine->stopped());
  CHECK(bench.engine->stop_reason().empty());
  CHECK(bench.any_position()); // kept, with its stop
}

TEST_CASE("missing rows are fetched, and the bars come out as if nothing had happened",
          "[unit][actors]") {
  EngineBench smooth;
  smooth.start();
  EngineBench gappy;
  gappy.start();
  const Symbol symbol = kEth;
  for (int minute = 0; minute < 60; ++minute) {
    smooth.step_minute();
    if (minute >= 20 && minute < 25) { // the stream is silent for five minutes
      auto feed = std::exchange(gappy.engine->context().groups[symbol.id()].feed, FeedHandle{});
      gappy.step_minute();
      gappy.engine->context().groups[symbol.id()].feed = feed;
    } else {
      gappy.step_minute();
    }
  }
  CHECK(gappy.journal.supervision("feed_gap", std::string(symbol.name())) == 1);
  CHECK(gappy.pair(symbol).bars == smooth.pair(symbol).bars);
  CHECK(gappy.pair(symbol).regime.posterior == smooth.pair(symbol).regime.posterior);
}

TEST_CASE("a recorded run with restarts replays to the same records", "[unit][actors]") {
  EngineBench bench;
  bench.start();
  const Symbol symbol = open_a_position(bench);
  bench.engine->process(GroupRestart{symbol, 1});
  bench.pump();
  bench.step_minutes(200);
  bench.engine->process(OperatorCommand{OperatorAction::pause_pair, kEth, "lunch", "console"});
  bench.step_minutes(100);

  EngineBench
      again; // only its clock and its records are used: nothing is delivered but the recording
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
  for (std::size_t i = 0; i < now.size(); ++i) {
    CHECK(now[i].decision.id == before[i].decision.id);
    CHECK(now[i].decision.quantity == before[i].decision.quantity);
    CHECK(now[i].decision.risk.multiplier == before[i].decision.risk.multiplier);
    CHECK(now[i].wall_time == before[i].wall_time);
  }
  CHECK(again.journal.records.size() == bench.journal.records.size());
}
