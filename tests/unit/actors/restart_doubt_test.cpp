// A restart into a market that does not wait: the answers of one survey are of different moments,
// and a venue may be silent for a while. An engine with something at the venue does not give up.

#include "tests/support/core_bench.hpp"

using namespace rg;
using namespace rg::test;

namespace {

/// The process is killed with an entry resting at 990.
void kill_with_resting_entry(CoreBench& b) {
  b.start();
  b.enter(kBtc, Side::buy, "0.5", "990", "950");
  b.wait(3s);
  REQUIRE(b.venue.orders(false).size() == 1);
  b.kill();
}

void open_and_kill(CoreBench& b) {
  b.start();
  b.enter(kBtc, Side::buy, "0.5", "", "950");
  b.wait(10s);
  REQUIRE(b.disagreement() == "");
  b.kill();
}

/// Happens once, before the venue answers the first question of this kind.
void before_first(CoreBench& b, QueryKind kind, std::function<void()> what) {
  b.venue.before_answer = [&b, kind, what = std::move(what)](const Query& query) {
    if (query.kind == kind) {
      const auto now = what;
      b.venue.before_answer = {};
      now();
    }
  };
}

std::size_t booked_fills(const CoreBench& b) {
  std::set<VenueFillId> ids;
  for (const JournalRecord& record : b.journal.records) {
    if (const auto* fill = std::get_if<Fill>(&record)) {
      CHECK(ids.insert(fill->venue_fill_id).second);
    }
  }
  return ids.size();
}

void check_position_is_ours(CoreBench& b) {
  INFO("stopped: " << b.engine->stop_reason());
  REQUIRE_FALSE(b.engine->stopped());
  b.wait(70s);
  CHECK(b.disagreement() == "");
  CHECK(b.pair(kBtc).position.quantity == qty("0.5"));
  CHECK(b.pair(kBtc).stop_price == price("950"));
  CHECK(b.journal.supervision("adopted", "cmt_btcusdt") == 0);
  CHECK(b.engine->status().reconcile_differences == 0);
  CHECK(booked_fills(b) == b.venue.account().fills.size());
}

} // namespace

TEST_CASE("an entry that fills while the start asks its questions is no stranger's position",
          "[unit][actors]") {
  for (const ForeignPolicy policy :
       {ForeignPolicy::refuse, ForeignPolicy::adopt, ForeignPolicy::ignore}) {
    for (const bool news : {true, false}) { // of the private stream
      EngineSettings s;
      s.foreign = policy;
      CoreBench b(s);
      kill_with_resting_entry(b);
      const auto records = b.journal.records;
      before_first(b, QueryKind::positions, [&b, news] {
        b.venue.news = news;
        b.set_price(kBtc, "989.9");
        b.step_market();
        b.set_price(kBtc, "1000");
      });
      b.boot(records);
      check_position_is_ours(b);
    }
  }
}

TEST_CASE("a stop that triggers while the start asks its questions is booked by its fill, once",
          "[unit][actors]") {
  for (const bool news : {true, false}) {
    CoreBench b;
    open_and_kill(b);
    const auto records = b.journal.records;
    before_first(b, QueryKind::positions, [&b, news] {
      b.venue.news = news;
      b.set_price(kBtc, "940");
      b.step_market();
    });
    b.boot(records);
    b.wait(70s);
    REQUIRE_FALSE(b.engine->stopped());
    REQUIRE(b.venue.positions().empty());
    CHECK(b.disagreement() == "");
    CHECK(b.engine->status().reconcile_differences == 0);
    CHECK(booked_fills(b) == b.venue.account().fills.size());
  }
}

TEST_CASE("what the account did before the first start is in its balance, and is not booked again",
          "[unit][actors]") {
  CoreBench b;
  const auto round_trip = [&b](const char* id) {
    exchange::NewOrder order;
    order.client_oid = id;
    order.symbol = kBtc;
    order.market = true;
    order.size = exchange::SentNumber::parse("0.5");
    REQUIRE(b.core.place(0, order, b.time.now()));
    REQUIRE(b.core.close_positions(0, kBtc, b.time.now()).size() == 1);
  };
  round_trip("by-hand");
  b.core.transfer(0, usd("5000"));
  b.venue.forget();
  const Timestamp before = b.core.data_now();
  b.step_market();
  b.first_row = before.slot_start(1min) - 10min; // what the market tells first is of before
  b.start();
  b.wait(5 * b.settings.reconcile.every);
  const auto undisturbed = [&b] {
    CHECK(b.disagreement() == "");
    CHECK(b.journal.supervision("external_close", "cmt_btcusdt") == 0);
    CHECK(b.engine->status().reconcile_differences == 0);
    CHECK(booked_fills(b) == 0);
    CHECK(b.engine->status().drawdown == 0.0);
  };
  undisturbed();
  CHECK(b.journal.supervision(supervision::kCashFlow, "account") == 0);
  // Nor by the next process, which asks for the last hour again; what is new counts.
  const auto records = b.journal.records;
  b.kill();
  b.first_row = Timestamp{};
  b.pass_alone(2);
  b.core.transfer(0, usd("700"));
  b.venue.forget();
  b.boot(records);
  b.wait(5 * b.settings.reconcile.every);
  undisturbed();
  CHECK(b.journal.supervision(supervision::kCashFlow, "account") == 1);
}

TEST_CASE("a position that nothing explains is refused, though not at the first look",
          "[unit][actors]") {
  CoreBench b;
  b.start();
  b.kill();
  exchange::NewOrder order;
  order.client_oid = "by-hand";
  order.symbol = kBtc;
  order.market = true;
  order.size = exchange::SentNumber::parse("0.5");
  REQUIRE(b.core.place(0, order, b.time.now()));
  b.venue.forget();
  b.boot(b.journal.records);
  CHECK_FALSE(b.engine->stopped());
  b.wait(10s);
  CHECK(b.engine->stopped());
  CHECK(b.engine->stop_reason().find("cmt_btcusdt long 0.5") != std::string::npos);
}

TEST_CASE("a start with a position at a silent venue waits for its answers", "[unit][actors]") {
  CoreBench b;
  open_and_kill(b);
  b.venue.down = true;
  b.boot(b.journal.records);
  b.wait(10min);
  REQUIRE_FALSE(b.engine->stopped());
  CHECK(b.journal.supervision("reconcile_failed", "venue") == 1); // said once
  CHECK(b.engine->status().blind_since != Timestamp{});           // the watchdog may act
  CHECK_FALSE(b.engine->status().reconciled);
  b.venue.down = false;
  b.wait(10s);
  CHECK(b.disagreement() == "");
  CHECK(b.pair(kBtc).position.quantity == qty("0.5"));
  CHECK(b.engine->status().blind_since == Timestamp{});
}

TEST_CASE("a start that leaves nothing at a silent venue says so and ends", "[unit][actors]") {
  CoreBench b;
  b.venue.down = true;
  b.start();
  CHECK(b.engine->stopped());
  CHECK(b.engine->stop_reason().find("does not answer") != std::string::npos);
}

TEST_CASE("killed again while an order is looked up: its fill is found by the next start",
          "[unit][actors]") {
  CoreBench b;
  kill_with_resting_entry(b);
  b.venue.forget();
  // The second process is killed before it knew any data time; the third finds the filled order.
  std::vector<JournalRecord> left = b.journal.records;
  OrderEvent lookup;
  for (const JournalRecord& record : left) {
    if (const auto* event = std::get_if<OrderEvent>(&record)) {
      lookup = *event;
    }
  }
  lookup.from = lookup.to;
  lookup.to = OrderState::unknown;
  lookup.data_time = Timestamp{};
  left.emplace_back(lookup);
  b.set_price(kBtc, "989.9");
  b.step_market();
  b.set_price(kBtc, "1000");
  b.venue.forget();
  b.boot(left);
  check_position_is_ours(b);
}
