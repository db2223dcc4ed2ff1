// The venue has a long and a short side of each pair at once: what somebody else holds on the side
// that is not ours.

#include "tests/unit/actors/core_bench_words.hpp"

using namespace rg;
using namespace rg::test;

namespace {

/// Somebody else's market order.
void trade_outside(CoreBench& b, Symbol s, PositionSide side, bool opens, const char* size) {
  exchange::NewOrder order;
  order.symbol = s;
  order.position = side;
  order.opens = opens;
  order.market = true;
  order.size = exchange::SentNumber::parse(size);
  order.origin = exchange::OrderOrigin::outside;
  REQUIRE(b.core.place(0, order, b.time.now()));
}

Quantity at_venue(const CoreBench& b, Symbol s, PositionSide side) {
  return b.core.account(0).ledger.position(s, side).size;
}

EngineSettings with_foreign(ForeignPolicy policy) {
  EngineSettings s;
  s.foreign = policy;
  return s;
}

/// We hold 0.5 long, a stranger 0.2 short.
void hedge(CoreBench& b) {
  b.start();
  open_btc(b);
  trade_outside(b, kBtc, PositionSide::short_side, true, "0.2");
}

} // namespace

TEST_CASE("what a stranger opens on the other side is closed and ours stays as it was",
          "[unit][actors][opposite]") {
  for (const bool told : {true, false}) { // by the stream, or only by the comparison
    CoreBench b(with_foreign(ForeignPolicy::adopt));
    b.start();
    open_btc(b);
    const Price stop = b.pair(kBtc).stop_price;
    b.venue.news = told;
    trade_outside(b, kBtc, PositionSide::short_side, true, "0.2");
    b.wait(told ? Duration{10s} : 4 * b.settings.reconcile.every);
    INFO("told by the stream: " << told);
    CHECK(at_venue(b, kBtc, PositionSide::short_side).is_zero());
    CHECK(b.pair(kBtc).opposite.is_flat());
    CHECK(b.pair(kBtc).position.quantity == qty("0.5"));
    CHECK(at_venue(b, kBtc, PositionSide::long_side) == qty("0.5"));
    CHECK(b.pair(kBtc).stop_price == stop);
    b.venue.news = true;
    b.wait(3 * b.settings.reconcile.every);
    CHECK(b.disagreement() == "");
    b.exit(kBtc);
    b.wait(10s);
    CHECK(b.disagreement() == "");
    CHECK(at_venue(b, kBtc, PositionSide::long_side).is_zero());
  }
}

TEST_CASE("a stranger's other side is left alone when foreign positions are not to be touched, and "
          "the pair opens nothing beside it",
          "[unit][actors][opposite]") {
  CoreBench b(with_foreign(ForeignPolicy::refuse));
  hedge(b);
  b.wait(10s);
  CHECK(at_venue(b, kBtc, PositionSide::short_side) == qty("0.2"));
  CHECK(b.pair(kBtc).opposite.quantity == qty("0.2"));
  CHECK(b.engine->status().gross_leverage == Approx(0.7 * 1000 / 10'000).epsilon(0.01));
  CHECK(b.engine->status().net_leverage == Approx(0.3 * 1000 / 10'000).epsilon(0.01));
  b.wait(3 * b.settings.reconcile.every);
  CHECK(b.disagreement() == ""); // money counted, nothing held back
  CHECK(b.engine->status().reconcile_differences == 0);
  b.exit(kBtc);
  b.wait(20s);
  CHECK(b.pair(kBtc).position.is_flat());
  CHECK(stands(b, kBtc, "position_open"));
  CHECK_FALSE(enters(b, kBtc));
  trade_outside(b, kBtc, PositionSide::short_side, false, "0.2"); // he closes it himself
  b.wait(20s);
  CHECK(b.pair(kBtc).opposite.is_flat());
  CHECK_FALSE(stands(b, kBtc, "position_open"));
  CHECK(b.disagreement() == "");
  CHECK(enters(b, kBtc));
}

TEST_CASE("the kill switch closes both sides of a pair", "[unit][actors][opposite]") {
  CoreBench b(with_foreign(ForeignPolicy::refuse));
  hedge(b);
  b.wait(5s);
  b.engine->process(OperatorCommand{OperatorAction::kill_flatten, Symbol{}, "asked for", "a test"});
  b.wait(30s);
  CHECK(at_venue(b, kBtc, PositionSide::long_side).is_zero());
  CHECK(at_venue(b, kBtc, PositionSide::short_side).is_zero());
  CHECK(b.journal.supervision("flat_verified", "engine") == 1);
  CHECK(b.disagreement() == "");
}

TEST_CASE("a stranger's other side is known again after kill -9 and after a crash of an actor",
          "[unit][actors][opposite]") {
  CoreBench b(with_foreign(ForeignPolicy::refuse));
  hedge(b);
  b.wait(10s);
  SECTION("the portfolio falls") {
    b.crash(b.engine->context().portfolio.actor());
  }
  SECTION("the process falls") {
    const auto records = b.journal.records;
    b.kill();
    b.boot(records);
  }
  b.wait(30s);
  CHECK(b.pair(kBtc).position.quantity == qty("0.5"));
  CHECK(b.pair(kBtc).position.side == PositionSide::long_side);
  CHECK(b.pair(kBtc).opposite.quantity == qty("0.2"));
  CHECK(b.disagreement() == "");
  CHECK(b.journal.supervision(supervision::kPositionCorrected, "cmt_btcusdt") == 0);
}
