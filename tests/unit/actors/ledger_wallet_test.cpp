// The money that the journal knows: the balance it begins with, flows, the high-water mark.

#include "tests/support/catch.hpp"
#include "tests/unit/actors/ledger_records.hpp"

using namespace rg;
using namespace rg::test;

TEST_CASE("the balance that the journal begins with contains the flows before it",
          "[unit][ledger]") {
  const auto flow = [](std::uint64_t bill, Timestamp when) {
    CashFlow f;
    f.kind = CashFlowKind::deposit;
    f.amount = usdt(500);
    f.venue_bill_id = bill;
    f.exchange_time = when;
    return f;
  };
  Ledger ledger(kInstance);
  CHECK_FALSE(ledger.knows_wallet());
  const std::string text = opening_balance_text(
      usdt(10'000.25), kNoon, {flow(6, kNoon - 1h), flow(7, kNoon), flow(8, kNoon)});
  CHECK(text == "10000.25 USDT with all flows before 1735732800000 and bills 7, 8");
  ledger.apply(word(supervision::kOpeningBalance, "account", text.c_str()));
  REQUIRE(ledger.knows_wallet());
  CHECK(ledger.has_history());
  CHECK(ledger.opened_with_bills_until() == kNoon);
  CHECK(ledger.knows_bill(7));
  CHECK(ledger.knows_bill(8));
  CHECK_FALSE(ledger.knows_bill(9)); // of the same instant, later
  const PortfolioState state = ledger.portfolio_state(usdt(77));
  CHECK(state.cash == usdt(10'000.25));
  CHECK(state.high_water_mark == usdt(10'000.25));

  Ledger bare(kInstance); // an account that never moved any money
  bare.apply(
      word(supervision::kOpeningBalance, "account", opening_balance_text(usdt(0), {}, {}).c_str()));
  CHECK(bare.knows_wallet());
  CHECK(bare.opened_with_bills_until() == Timestamp{});
  Ledger other(kInstance);
  other.apply(word(supervision::kOpeningBalance, "account", "of no form"));
  CHECK_FALSE(other.knows_wallet());
}

TEST_CASE(
    "a transfer moves mark and opening although the process dies before the next equity record",
    "[unit][ledger]") {
  const auto transfer = [](CashFlowKind kind, double amount, std::uint64_t bill) {
    CashFlow f;
    f.kind = kind;
    f.amount = usdt(amount);
    f.venue_bill_id = bill;
    return word(supervision::kCashFlow, kind == CashFlowKind::funding ? "cmt_ethusdt" : "account",
                cash_flow_text(f).c_str());
  };
  Ledger ledger(kInstance);
  ledger.apply(equity(kNoon, 9'000, 10'000)); // a tenth below the mark
  ledger.apply(transfer(CashFlowKind::withdrawal, -4'500, 21));
  const auto state = [&ledger] { return ledger.portfolio_state(usdt(1)); };
  CHECK(state().high_water_mark == usdt(5'000));
  CHECK(state().day_opening_equity == usdt(4'500));
  CHECK(state().cash == usdt(8'995 - 4'500));
  ledger.apply(transfer(CashFlowKind::withdrawal, -4'500, 21)); // told again
  CHECK(state().high_water_mark == usdt(5'000));
  ledger.apply(transfer(CashFlowKind::deposit, 1'500, 22));
  CHECK(state().high_water_mark.to_double() == Approx(6'000 * 10.0 / 9.0));
  const Notional mark = state().high_water_mark;
  ledger.apply(transfer(CashFlowKind::funding, -3, 23)); // a cost
  CHECK(state().high_water_mark == mark);
}

TEST_CASE("a halt of the ladder that ended does not come back with the old mark",
          "[unit][ledger]") {
  for (const char* end : {supervision::kReleased, supervision::kLadderResumed}) {
    Ledger ledger(kInstance);
    ledger.apply(equity(kNoon, 8'000, 10'000));
    ledger.apply(word(supervision::kLadderHalted, "portfolio", "until 1735800000000"));
    CHECK(ledger.portfolio_state(usdt(1)).high_water_mark == usdt(10'000));
    ledger.apply(word(end, "portfolio", "operator: looked into it"));
    CHECK(ledger.portfolio_state(usdt(1)).high_water_mark == usdt(8'000));
  }
  Ledger ledger(kInstance); // a release of a kill alone forgives no drawdown
  ledger.apply(equity(kNoon, 9'500, 10'000));
  ledger.apply(word(supervision::kReleased, "portfolio", "operator: checked"));
  CHECK(ledger.portfolio_state(usdt(1)).high_water_mark == usdt(10'000));
}
