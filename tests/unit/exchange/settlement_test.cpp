#include "tests/support/catch.hpp"
#include "tests/unit/exchange/scripted_market.hpp"

using namespace rg;
using namespace rg::exchange;
using namespace rg::exchange::test;

namespace {
// 2025-01-01 07:59:45 UTC: the next step ends at 08:00:00.
constexpr Timestamp kBeforeEight = Timestamp::from_ms(1'735'718'385'000);
} // namespace

TEST_CASE("funding at eight: longs pay a positive rate, shorts receive it", "[unit][exchange]") {
  Venue v({}, FaultPlan{}, kBeforeEight);
  v.market->rate = 0.0001;
  v.must_place(v.order(kLong, true, "0.1"));
  v.must_place(v.order(kShort, true, "0.03"));
  const Notional before = v.acc().ledger.collateral();
  static_cast<void>(v.core->take_events());
  v.step("100000");
  // −0.0001 × 10,000 = −1 and +0.0001 × 3,000 = +0.3
  CHECK(v.position(kLong).funding == money("-1"));
  CHECK(v.position(kShort).funding == money("0.3"));
  CHECK(v.acc().ledger.collateral() - before == money("-0.7"));
  CHECK(v.acc().bills.back().kind == BillKind::funding);
  CHECK(v.acc().bills.back().amount == money("0.3"));
  int funding_events = 0;
  for (const CoreEvent& e : v.core->take_events()) {
    funding_events += e.cause == CoreEvent::Cause::funding ? 1 : 0;
  }
  CHECK(funding_events == 3); // two positions, one collateral
  v.step("100000");           // 08:00:15: nothing more
  CHECK(v.position(kLong).funding == money("-1"));
  v.core->check();
}

TEST_CASE("a negative rate is paid by the shorts", "[unit][exchange]") {
  Venue v({}, FaultPlan{}, kBeforeEight);
  v.market->rate = -0.0002;
  v.must_place(v.order(kShort, true, "0.1"));
  v.step("110000");
  CHECK(v.position(kShort).funding == money("-2.2")); // −0.0002 × 11,000
}

TEST_CASE("liquidation strikes when equity meets maintenance, not a tick earlier",
          "[unit][exchange]") {
  // 0.15 BTC bought at 100,000.1 = 15,000.015, fee 12.000012, collateral 987.999988.
  // 987.999988 + 0.15 m − 15,000.015 <= 0.005 × 0.15 m  ⇔  m <= 93,882.84…
  Venue v({}, FaultPlan{}, Timestamp::from_ms(1'735'689'600'000), "1000");
  v.must_place(v.order(kLong, true, "0.15"));
  CHECK(v.core->liquidation_price(v.account, v.position(kLong)).to_double() ==
        Approx(93882.8477).epsilon(1e-8));
  v.step("93882.9");
  CHECK(v.position(kLong).size == quantity("0.15"));
  v.step("93882.8");
  CHECK(v.position(kLong).size.is_zero());
  const FillRow& fill = v.acc().fills.back();
  CHECK(fill.liquidation);
  CHECK(fill.price == price("93882.8"));
  CHECK(v.acc().bills.back().kind == BillKind::liquidation_end);
  // 987.999988 + (14,082.42 − 15,000.015) − 11.265936
  CHECK(v.acc().ledger.collateral() == money("59.139052"));
  v.core->check();
}

TEST_CASE("liquidation of a short, with the liquidation fee and resting orders cancelled",
          "[unit][exchange]") {
  CoreOptions options;
  options.liquidation_fee_units = 1'000'000; // 1 %
  Venue v(options, FaultPlan{}, Timestamp::from_ms(1'735'689'600'000), "1000");
  v.must_place(v.order(kShort, true, "0.1"));
  const OrderId resting = v.must_place(v.order(kLong, true, "0.01", "90000"));
  v.step("109500"); // 992 − 950 = 42 <= 0.005 × 10,950 = 54.75
  CHECK(v.acc().ledger.flat());
  CHECK(v.find(resting).cancel_reason == CancelReason::liquidation);
  const FillRow& fill = v.acc().fills.back();
  CHECK(fill.liquidation_fee == money("109.5001")); // 1 % of 10,950.01
  // The account went below zero: the venue's fund covers it.
  CHECK(v.acc().ledger.collateral().is_zero());
  CHECK(v.acc().ledger.totals().insurance.is_positive());
  v.core->check();
}

TEST_CASE("an isolated position is liquidated on its own margin", "[unit][exchange]") {
  Venue v;
  REQUIRE(!v.core->set_modes(v.account, btc(), MarginMode::isolated, false));
  v.must_place(v.order(kLong, true, "0.1")); // margin 500.0005
  v.step("95480");                           // 500.0005 − 452.01 = 47.99 > 47.74
  CHECK(v.position(kLong).size == quantity("0.1"));
  v.step("95470"); // 46.99 <= 47.735
  CHECK(v.position(kLong).size.is_zero());
  CHECK(v.acc().ledger.collateral() > money("9480"));
  v.core->check();
}

TEST_CASE("auto-append feeds an isolated position from the collateral instead",
          "[unit][exchange]") {
  Venue v;
  REQUIRE(!v.core->set_modes(v.account, btc(), MarginMode::isolated, false));
  v.must_place(v.order(kLong, true, "0.1"));
  REQUIRE(!v.core->set_auto_append(v.account, v.position(kLong).id, true));
  v.step("95470");
  CHECK(v.position(kLong).size == quantity("0.1"));
  CHECK(v.position(kLong).isolated_margin == money("977.3505")); // + 9,547 / 20
  v.core->check();
}

TEST_CASE("a liquidation larger than the book still closes everything", "[unit][exchange]") {
  Venue v({}, FaultPlan{}, Timestamp::from_ms(1'735'689'600'000), "10000000");
  for (int i = 0; i < 15; ++i) { // fresh levels after every step
    static_cast<void>(v.must_place(v.order(kLong, true, "100")));
    v.step("100000");
  }
  PairStep thin = ScriptedMarket::make(btc(), price("93500"));
  thin.level_size = quantity("0.01");
  v.market->push(thin);
  REQUIRE(v.core->step(v.wall));
  CHECK(v.acc().ledger.flat());
  v.core->check();
}

TEST_CASE("deposits and withdrawals are bills and events of their own", "[unit][exchange]") {
  Venue v;
  static_cast<void>(v.core->take_events());
  v.core->transfer(v.account, money("250"));
  v.core->transfer(v.account, money("-100"));
  CHECK(v.acc().ledger.collateral() == money("10150"));
  const auto events = v.core->take_events();
  REQUIRE(events.size() == 2);
  CHECK(events[0].cause == CoreEvent::Cause::deposit);
  CHECK(events[1].cause == CoreEvent::Cause::withdrawal);
  CHECK(events[1].version == events[0].version + 1);
  CHECK(v.acc().bills.back().amount == money("-100"));
  v.core->check();
}

TEST_CASE("separated mode: each opening order is a position of its own", "[unit][exchange]") {
  Venue v;
  REQUIRE(!v.core->set_modes(v.account, btc(), MarginMode::cross, true));
  const OrderId first = v.must_place(v.order(kLong, true, "0.02"));
  const OrderId rests = v.must_place(v.order(kLong, true, "0.01", "99000"));
  v.step("98900");
  const auto positions = [&] {
    std::vector<PositionRow> rows;
    v.acc().ledger.each_open([&](const PositionRow& p) { rows.push_back(p); });
    return rows;
  };
  auto rows = positions();
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].opened_by == first);
  CHECK(rows[0].size == quantity("0.02"));
  CHECK(rows[1].opened_by == rests);
  CHECK(rows[1].open_value == money("990"));
  CHECK(rows[0].id != rows[1].id);
  CHECK(v.acc().ledger.held(btc(), kLong) == quantity("0.03"));
  CHECK(v.acc().fills.back().opened_by == rests);

  // Which of them an order closes cannot be said.
  const std::string not_named =
      "FAILED_PRECONDITION: The position id is required in the 'SEPARATED' separated mode";
  CHECK(v.place(v.order(kLong, false, "0.01")).error().message == not_named);
  CHECK(v.core->place_trigger(v.account, v.stop(kLong, "0.01", "90000"), v.wall).error().message ==
        not_named);
  // Nor may the mode change under them.
  CHECK(v.core->set_modes(v.account, btc(), MarginMode::cross, false));

  const auto closed = v.core->close_positions(v.account, btc(), v.wall);
  REQUIRE(closed.size() == 2);
  CHECK(closed[0].position_id == rows[0].id);
  CHECK(v.find(closed[1].order).opened_by == rests);
  CHECK(positions().empty());
  CHECK(!v.core->set_modes(v.account, btc(), MarginMode::cross, false));
  v.core->check();
}

TEST_CASE(
    "separated mode: attached exits close their own position, isolated margin is per position",
    "[unit][exchange]") {
  Venue v;
  REQUIRE(!v.core->set_modes(v.account, btc(), MarginMode::isolated, true));
  auto guarded = v.order(kLong, true, "0.02");
  guarded.preset_stop_loss = SentNumber::parse("99500");
  const OrderId first = v.must_place(guarded);
  const OrderId second = v.must_place(v.order(kLong, true, "0.01"));
  std::vector<PositionRow> rows;
  v.acc().ledger.each_open([&](const PositionRow& p) { rows.push_back(p); });
  REQUIRE(rows.size() == 2);
  CHECK(!v.core->adjust_margin(v.account, rows[1].id, money("20")));
  v.step("99400"); // the first one's stop
  rows.clear();
  v.acc().ledger.each_open([&](const PositionRow& p) { rows.push_back(p); });
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].opened_by == second);
  CHECK(v.acc().fills.back().opened_by == first);
  CHECK(rows[0].isolated_margin == margin_of(rows[0].open_value, 20 * kFixedScale) + money("20"));
  v.core->check();
}
