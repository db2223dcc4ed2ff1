#include "actors/portfolio/accounting.hpp"
#include "tests/support/trading_builders.hpp"

using namespace rg;
using namespace rg::test;

namespace {

constexpr auto kLong = PositionSide::long_side;
constexpr auto kShort = PositionSide::short_side;

} // namespace

TEST_CASE("a long opened in two parts and closed in two balances to the last unit",
          "[unit][portfolio]") {
  Accounting a(usd("10000"));
  // 0.1 at 100 + 0.2 at 103 = open value 30.6, average 102; fees 0.01 each.
  REQUIRE(a.apply(fill(1, kBtc, kLong, true, qty("0.1"), price("100"), usd("0.01"), at(0s)),
                  ExitReason::rule, {})
              .just_opened);
  const FillEffect second =
      a.apply(fill(2, kBtc, kLong, true, qty("0.2"), price("103"), usd("0.01"), at(1s)),
              ExitReason::rule, {});
  REQUIRE(second.applied);
  REQUIRE_FALSE(second.just_opened);
  REQUIRE(a.book(kBtc).position.open_value == usd("30.6"));
  REQUIRE(a.book(kBtc).position.quantity == qty("0.3"));
  REQUIRE(a.cash() == usd("9999.98"));
  REQUIRE(a.open_mask() == 1U);

  // A third of it closes at 111: value 11.1, its share of the open value 10.2, realised 0.9.
  a.apply(fill(3, kBtc, kLong, false, qty("0.1"), price("111"), usd("0.02"), at(2s)),
          ExitReason::rule, {});
  REQUIRE(a.book(kBtc).position.open_value == usd("20.4"));
  REQUIRE(a.cash() == usd("10000.86"));

  // The rest at 99: value 19.8 against 20.4, realised −0.6.
  const FillEffect last =
      a.apply(fill(4, kBtc, kLong, false, qty("0.2"), price("99"), usd("0.02"), at(3s)),
              ExitReason::stop, {});
  REQUIRE(last.just_closed);
  REQUIRE(last.exit_reason == ExitReason::stop);
  REQUIRE(a.cash() == usd("10000.24"));
  REQUIRE(a.open_mask() == 0U);
  REQUIRE(a.trades().size() == 1);
  const Trade& t = a.trades().front();
  REQUIRE(t.quantity == qty("0.3"));
  REQUIRE(t.entry_price == Approx(102.0));
  REQUIRE(t.exit_price == Approx(30.9 / 0.3)); // 11.1 + 19.8 over 0.3
  REQUIRE(t.fees == usd("0.06"));
  REQUIRE(t.pnl == usd("0.24")); // 0.9 − 0.6 − 0.06
  REQUIRE(last.trade_pnl == t.pnl);
}

TEST_CASE("a short gains when price falls", "[unit][portfolio]") {
  Accounting a(usd("1000"));
  a.apply(fill(1, kEth, kShort, true, qty("2"), price("50"), usd("0"), at(0s)), ExitReason::rule,
          {});
  a.apply(fill(2, kEth, kShort, false, qty("2"), price("45"), usd("0"), at(1s)), ExitReason::rule,
          {});
  REQUIRE(a.cash() == usd("1010"));
  REQUIRE(a.trades().front().side == kShort);
  REQUIRE(a.trades().front().pnl == usd("10"));
}

TEST_CASE("a fill told twice counts once", "[unit][portfolio]") {
  Accounting a(usd("1000"));
  const Fill f = fill(7, kBtc, kLong, true, qty("0.1"), price("100"), usd("0.1"), at(0s));
  REQUIRE(a.apply(f, ExitReason::rule, {}).applied);
  REQUIRE_FALSE(a.apply(f, ExitReason::rule, {}).applied);
  REQUIRE(a.book(kBtc).position.quantity == qty("0.1"));
  REQUIRE(a.cash() == usd("999.9"));
}

TEST_CASE("a close told before its open waits for it", "[unit][portfolio]") {
  Accounting a(usd("1000"));
  const Fill close = fill(2, kBtc, kLong, false, qty("0.1"), price("110"), usd("0.1"), at(1s));
  const Fill open = fill(1, kBtc, kLong, true, qty("0.1"), price("100"), usd("0.1"), at(0s));
  REQUIRE_FALSE(a.apply(close, ExitReason::stop, {}).applied);
  REQUIRE(a.has_held(kBtc));
  REQUIRE(a.cash() == usd("1000"));
  const FillEffect both = a.apply(open, ExitReason::rule, {});
  REQUIRE(both.just_opened);
  REQUIRE(both.just_closed);
  REQUIRE(both.exit_reason == ExitReason::stop);
  REQUIRE_FALSE(a.has_held(kBtc));
  REQUIRE(a.cash() == usd("1000.8")); // +1 − 0.2
}

TEST_CASE("a fill held back at a restart is taken when it is told again", "[unit][portfolio]") {
  Accounting a(usd("1000"));
  const Fill close = fill(2, kBtc, kLong, false, qty("0.1"), price("110"), usd("0.1"), at(1s));
  a.apply(close, ExitReason::stop, {});
  PortfolioState saved;
  a.save(saved);
  Accounting b(usd("0"));
  b.load(saved);
  b.apply(fill(1, kBtc, kLong, true, qty("0.1"), price("100"), usd("0.1"), at(0s)),
          ExitReason::rule, {});
  REQUIRE(b.apply(close, ExitReason::stop, {}).just_closed);
  REQUIRE(b.cash() == usd("1000.8"));
}

TEST_CASE("our open on the other side waits for the close of this one", "[unit][portfolio]") {
  Accounting a(usd("1000"));
  a.apply(fill(1, kBtc, kLong, true, qty("0.1"), price("100"), usd("0"), at(0s)), ExitReason::rule,
          {});
  const Fill turn = fill(3, kBtc, kShort, true, qty("0.2"), price("110"), usd("0"), at(2s));
  EntryOrigin ours;
  ours.decision = {kBtc, at(2s), DecisionKind::signal, 0};
  REQUIRE_FALSE(a.apply(turn, ExitReason::rule, ours).applied);
  REQUIRE(a.has_held(kBtc));
  const FillEffect both =
      a.apply(fill(2, kBtc, kLong, false, qty("0.1"), price("110"), usd("0"), at(1s)),
              ExitReason::rule, {});
  REQUIRE(both.just_closed);
  REQUIRE(both.just_opened);
  REQUIRE_FALSE(a.has_held(kBtc));
  REQUIRE(a.book(kBtc).position.side == kShort);
  REQUIRE(a.book(kBtc).position.quantity == qty("0.2"));
  REQUIRE(a.cash() == usd("1001"));
}

TEST_CASE("a stranger's open on the other side has a book of its own, and its money counts",
          "[unit][portfolio]") {
  Accounting a(usd("1000"));
  a.apply(fill(1, kBtc, kLong, true, qty("0.1"), price("100"), usd("0.01"), at(0s)),
          ExitReason::rule, {});
  const FillEffect strange =
      a.apply(fill(2, kBtc, kShort, true, qty("0.3"), price("110"), usd("0.02"), at(1s)),
              ExitReason::rule, {});
  CHECK(strange.applied);
  CHECK_FALSE(strange.just_opened);
  CHECK_FALSE(a.has_held(kBtc));
  CHECK(a.book(kBtc).position.quantity == qty("0.1"));
  CHECK(a.opposite(kBtc).side == kShort);
  CHECK(a.opposite(kBtc).quantity == qty("0.3"));
  CHECK(a.cash() == usd("999.97"));

  PortfolioState saved; // remembered over a restart
  a.save(saved);
  Accounting b(usd("0"));
  b.load(saved);
  CHECK(b.opposite(kBtc).quantity == qty("0.3"));
  CHECK(b.opposite_mask() == 1U);

  // A third of it closes 10 lower: 0.1 x 10 gained. Ours closes with nothing gained.
  b.apply(fill(3, kBtc, kShort, false, qty("0.1"), price("100"), usd("0"), at(2s)),
          ExitReason::guard, {});
  CHECK(b.cash() == usd("1000.97"));
  CHECK(b.opposite(kBtc).quantity == qty("0.2"));
  const FillEffect ours =
      b.apply(fill(4, kBtc, kLong, false, qty("0.1"), price("100"), usd("0"), at(3s)),
              ExitReason::rule, {});
  CHECK(ours.just_closed);
  CHECK(b.trades().size() == 1);
  CHECK(b.open_mask() == 0U);
  CHECK(b.opposite_mask() == 1U);
  b.apply(fill(5, kBtc, kShort, false, qty("0.2"), price("120"), usd("0"), at(4s)),
          ExitReason::guard, {});
  CHECK(b.opposite_mask() == 0U);
  CHECK(b.cash() == usd("998.97"));
  CHECK(b.trades().size() == 1); // his are no trades of ours
}

TEST_CASE("a liquidation is the exit reason whatever the caller says", "[unit][portfolio]") {
  Accounting a(usd("1000"));
  a.apply(fill(1, kBtc, kLong, true, qty("0.1"), price("100"), usd("0"), at(0s)), ExitReason::rule,
          {});
  Fill f = fill(2, kBtc, kLong, false, qty("0.1"), price("50"), usd("0.05"), at(1s));
  f.liquidation = true;
  REQUIRE(a.apply(f, ExitReason::rule, {}).exit_reason == ExitReason::liquidation);
}

TEST_CASE("funding belongs to the open trade and to cash, once per bill", "[unit][portfolio]") {
  Accounting a(usd("1000"));
  a.apply(fill(1, kBtc, kLong, true, qty("1"), price("100"), usd("0"), at(0s)), ExitReason::rule,
          {});
  CashFlow paid{CashFlowKind::funding, kBtc, usd("-0.01"), at(1h), 55};
  REQUIRE(a.apply(paid));
  REQUIRE_FALSE(a.apply(paid));
  REQUIRE(a.cash() == usd("999.99"));
  a.apply(fill(2, kBtc, kLong, false, qty("1"), price("100"), usd("0"), at(2h)), ExitReason::rule,
          {});
  REQUIRE(a.trades().front().funding == usd("0.01"));
  REQUIRE(a.trades().front().pnl == usd("-0.01"));
}

TEST_CASE("odd thirds leave nothing behind", "[unit][portfolio]") {
  Accounting a(usd("0"));
  // 1/3 of 0.00000010 does not exist on the grid: the parts are rounded, the last takes the rest.
  Fill open = fill(1, kBtc, kLong, true, qty("3"), price("1"), usd("0"), at(0s));
  open.value = usd("0.0000001");
  a.apply(open, ExitReason::rule, {});
  for (VenueFillId id = 2; id <= 4; ++id) {
    Fill close = fill(id, kBtc, kLong, false, qty("1"), price("1"), usd("0"), at(1s));
    close.value = usd("0");
    a.apply(close, ExitReason::rule, {});
  }
  REQUIRE(a.book(kBtc).position.open_value.is_zero());
  REQUIRE(a.cash() == usd("-0.0000001"));
}

TEST_CASE("unrealised profit never flatters", "[unit][portfolio]") {
  Position p{kBtc, kLong, Quantity::from_raw(1), Notional::zero(), at(0s)};
  // 1e-8 coin at 1.5 is 1.5 units of value: a long counts 1, a short owes 2.
  REQUIRE(unrealised_pnl(p, price("1.5")).raw() == 1);
  p.side = kShort;
  REQUIRE(unrealised_pnl(p, price("1.5")).raw() == -2);
}
