#include "backtests/fill_model.hpp"
#include "tests/unit/backtests/venue_fixture.hpp"

using namespace rg;
using namespace rg::test;

TEST_CASE("a market entry fills at the next bar's open, taker fee included", "[unit][fill]") {
  VenueFixture v;
  v.bar(100, 101, 99, 100);
  v.entry(kLong, 2.0, 0.0);
  REQUIRE(v.fills().empty()); // never in the bar that led to it
  v.bar(102, 103, 101, 103);
  REQUIRE(v.fills().size() == 1);
  const Fill& f = v.fills()[0];
  CHECK(f.price.text() == "102");
  CHECK(f.value.text() == "204");
  // 204 × 0.0008, rounded up by at most one unit of 1e-8
  CHECK(f.fee >= usdt(0.1632));
  CHECK(f.fee <= usdt(0.16320001));
  CHECK_FALSE(f.maker);
  CHECK(f.exchange_time == v.now() - std::chrono::minutes{1}); // the open
  // Equity at mark: 10,000 − 0.1632 + 2 × (103 − 102)
  CHECK(v.venue().equity() == usdt(10'002) - f.fee);
}

TEST_CASE("a post-only limit fills only when price trades strictly through it", "[unit][fill]") {
  VenueFixture v;
  v.bar(100, 101, 99, 100);
  const VenueOrderId id = v.entry(kLong, 1.0, 99.5);
  v.bar(100, 100.5, 99.5, 100); // touched, not through
  CHECK(v.fills().empty());
  v.bar(100, 100.5, 99.4, 100);
  REQUIRE(v.fills().size() == 1);
  CHECK(v.fills()[0].price.text() == "99.5");
  CHECK(v.fills()[0].maker);
  CHECK(v.fills()[0].fee.text() == "0.0199");   // 99.5 × 0.0002
  CHECK(v.fills()[0].exchange_time == v.now()); // known at the bar's close only
  CHECK(v.state(id) == OrderState::filled);
}

TEST_CASE("a sell limit needs a high strictly above it", "[unit][fill]") {
  VenueFixture v;
  v.bar(100, 101, 99, 100);
  v.entry(kShort, 1.0, 100.5);
  v.bar(100, 100.5, 99.5, 100);
  CHECK(v.fills().empty());
  v.bar(100, 100.6, 99.5, 100);
  REQUIRE(v.fills().size() == 1);
  CHECK(v.fills()[0].price.text() == "100.5");
}

TEST_CASE("a bar that opens beyond a resting limit gives the limit, not the better open",
          "[unit][fill]") {
  VenueFixture v;
  v.bar(100, 101, 99, 100);
  v.entry(kLong, 1.0, 99.0);
  v.bar(97, 98, 96, 97);
  REQUIRE(v.fills().size() == 1);
  CHECK(v.fills()[0].price.text() == "99");
}

TEST_CASE("a post-only order that would take is cancelled at once", "[unit][fill]") {
  FillParameters costs = plain_costs();
  costs.half_spread = 0.001; // the ask stands at 100.1
  VenueFixture v(costs);
  v.bar(100, 101, 99, 100);
  CHECK(v.state(v.entry(kLong, 1.0, 100.1)) == OrderState::cancelled);
  CHECK(v.state(v.entry(kLong, 1.0, 100.0)) == OrderState::acked);
  CHECK(v.state(v.entry(kShort, 1.0, 99.9)) == OrderState::cancelled);
  v.bar(100, 100, 99.9, 100);
  CHECK(v.fills().size() == 1);
}

TEST_CASE("slippage is half a spread plus square-root impact, rounded to the tick against us",
          "[unit][fill]") {
  FillParameters costs;
  costs.half_spread = 0.0005;
  costs.impact = 0.01;
  VenueFixture v(costs);
  v.bar(100, 101, 99, 100, 100.0);
  v.entry(kLong, 1.0, 0.0);
  // participation 1/100: 0.0005 + 0.01 × 0.1 = 0.0015 → 100 × 1.0015 = 100.15 → 100.2 on the tick
  v.bar(100, 101, 99, 100, 100.0);
  REQUIRE(v.fills().size() == 1);
  CHECK(v.fills()[0].price.text() == "100.2");
  v.close(kLong, 1.0);
  v.bar(100, 101, 99, 100, 100.0); // 100 × 0.9985 = 99.85 → 99.8
  CHECK(v.fills()[1].price.text() == "99.8");
}

TEST_CASE("a bar without volume costs the largest impact", "[unit][fill]") {
  FillParameters costs = plain_costs();
  costs.impact = 0.01;
  costs.max_participation = 4.0;
  VenueFixture v(costs);
  v.bar(100, 101, 99, 100);
  v.entry(kLong, 1.0, 0.0);
  v.bar(100, 100, 100, 100, 0.0); // √4 × 1 % = 2 %
  CHECK(v.fills().at(0).price.text() == "102");
}

TEST_CASE("a stop that is touched fills at its trigger", "[unit][fill]") {
  VenueFixture v;
  v.bar(100, 101, 99, 100);
  v.entry(kLong, 1.0, 0.0, 95.0);
  v.bar(100, 101, 99, 100);
  v.bar(100, 101, 95, 99);
  REQUIRE(v.fills().size() == 2);
  CHECK(v.fills()[1].price.text() == "95");
  CHECK_FALSE(v.fills()[1].opens);
  CHECK_FALSE(v.fills()[1].maker);
  CHECK(v.fills()[1].realised_pnl.text() == "-5");
  CHECK(v.flat());
}

TEST_CASE("a stop that gaps fills at the worse open", "[unit][fill]") {
  SECTION("long") {
    VenueFixture v;
    v.bar(100, 101, 99, 100);
    v.entry(kLong, 1.0, 0.0, 95.0);
    v.bar(100, 101, 99, 100);
    v.bar(90, 96, 89, 95);
    CHECK(v.fills().at(1).price.text() == "90");
  }
  SECTION("short") {
    VenueFixture v;
    v.bar(100, 101, 99, 100);
    v.entry(kShort, 1.0, 0.0, 105.0);
    v.bar(100, 101, 99, 100);
    v.bar(110, 111, 104, 105);
    CHECK(v.fills().at(1).price.text() == "110");
  }
}

TEST_CASE("a bar that holds entry and stop gives both, the stop after the entry", "[unit][fill]") {
  VenueFixture v;
  v.bar(100, 101, 99, 100);
  v.entry(kLong, 1.0, 99.0, 97.0);
  v.bar(100, 101, 96, 101);
  REQUIRE(v.fills().size() == 2);
  CHECK(v.fills()[0].price.text() == "99");
  CHECK(v.fills()[1].price.text() == "97");
  CHECK(v.fills()[1].exchange_time >= v.fills()[0].exchange_time);
}

TEST_CASE("a bar that jumps over entry and stop closes at its open", "[unit][fill]") {
  VenueFixture v;
  v.bar(100, 101, 99, 100);
  v.entry(kLong, 1.0, 99.0, 97.0);
  v.bar(95, 96, 94, 95);
  REQUIRE(v.fills().size() == 2);
  CHECK(v.fills()[0].price.text() == "99");
  CHECK(v.fills()[1].price.text() == "95");
  CHECK(v.fills()[1].exchange_time >= v.fills()[0].exchange_time);
}

TEST_CASE("when a bar holds stop and target the stop counts", "[unit][fill]") {
  VenueFixture v;
  v.bar(100, 101, 99, 100);
  v.entry(kLong, 1.0, 0.0, 95.0);
  v.bar(100, 101, 99, 100);
  const VenueOrderId target = v.close(kLong, 1.0, 105.0);
  v.bar(100, 106, 94, 105);
  REQUIRE(v.fills().size() == 2);
  CHECK(v.fills()[1].price.text() == "95");
  CHECK(v.state(target) == OrderState::cancelled); // nothing left to close
}

TEST_CASE("a target alone fills at its limit as maker", "[unit][fill]") {
  VenueFixture v;
  v.bar(100, 101, 99, 100);
  v.entry(kLong, 1.0, 0.0, 95.0);
  v.bar(100, 101, 99, 100);
  v.close(kLong, 1.0, 105.0);
  v.bar(100, 105, 99, 105);
  CHECK(v.fills().size() == 1); // touched only
  v.bar(105, 105.1, 99, 105);
  REQUIRE(v.fills().size() == 2);
  CHECK(v.fills()[1].price.text() == "105");
  CHECK(v.fills()[1].maker);
}

TEST_CASE("a close never sells more than is held", "[unit][fill]") {
  VenueFixture v;
  v.bar(100, 101, 99, 100);
  v.entry(kLong, 1.0, 0.0);
  v.bar(100, 101, 99, 100);
  v.close(kLong, 5.0);
  v.bar(100, 101, 99, 100);
  CHECK(v.fills().at(1).quantity.text() == "1");
  CHECK(v.flat());
}

TEST_CASE("stops outlive the position until they are swept, and then close nothing",
          "[unit][fill]") {
  VenueFixture v;
  v.bar(100, 101, 99, 100);
  v.entry(kLong, 1.0, 0.0, 95.0);
  v.bar(100, 101, 99, 100);
  v.close(kLong, 1.0);
  v.bar(100, 101, 99, 100);
  REQUIRE(v.flat());
  Query triggers{QueryKind::trigger_orders, true, {}, {}};
  CHECK(std::get<std::vector<VenueOrder>>(v.venue().answer(1, triggers).payload).size() == 1);
  SECTION("fired without a position") {
    v.bar(100, 101, 90, 91);
    CHECK(v.fills().size() == 2);
  }
  SECTION("swept") {
    CHECK(v.send(CancelAll{true, {}, true}).outcome == RequestOutcome::ok);
  }
  CHECK(std::get<std::vector<VenueOrder>>(v.venue().answer(1, triggers).payload).empty());
}

TEST_CASE("a placed stop protects its quantity and can be cancelled", "[unit][fill]") {
  VenueFixture v;
  v.bar(100, 101, 99, 100);
  CHECK(v.send(PlaceStop{{}, v.btc(), kLong, quantity(1), price(95)}).outcome ==
        RequestOutcome::rejected); // nothing to protect
  v.entry(kLong, 2.0, 0.0);
  v.bar(100, 101, 99, 100);
  const ChangeAnswer stop = v.send(PlaceStop{{}, v.btc(), kLong, quantity(1), price(95)});
  const ChangeAnswer other = v.send(PlaceStop{{}, v.btc(), kLong, quantity(1), price(96)});
  REQUIRE(stop.outcome == RequestOutcome::ok);
  CHECK(v.send(CancelStop{v.btc(), other.venue_id}).outcome == RequestOutcome::ok);
  CHECK(v.send(CancelStop{v.btc(), other.venue_id}).outcome == RequestOutcome::rejected);
  v.bar(100, 101, 94, 95);
  REQUIRE(v.fills().size() == 2);
  CHECK(v.fills()[1].quantity.text() == "1");
  CHECK(v.venue().position(v.btc(), kLong).quantity.text() == "1");
}

TEST_CASE("cancelled entries do not fill", "[unit][fill]") {
  VenueFixture v;
  v.bar(100, 101, 99, 100);
  const VenueOrderId id = v.entry(kLong, 1.0, 99.0);
  CHECK(v.send(CancelOrder{{}, v.btc(), id}).outcome == RequestOutcome::ok);
  CHECK(v.state(id) == OrderState::cancelled);
  CHECK(v.send(CancelOrder{{}, v.btc(), id}).outcome == RequestOutcome::rejected);
  v.bar(100, 101, 90, 99);
  CHECK(v.fills().empty());
}

TEST_CASE("orders that the venue cannot take are rejected", "[unit][fill]") {
  VenueFixture v;
  PlaceOrder o;
  o.symbol = v.btc();
  o.quantity = quantity(1);
  CHECK(v.send(o).outcome == RequestOutcome::rejected); // no bar yet: market closed
  v.bar(100, 101, 99, 100);
  CHECK(v.send(o).outcome == RequestOutcome::ok);
  o.quantity = quantity(0.00005);
  CHECK(v.send(o).outcome == RequestOutcome::rejected); // off the lot
  o.quantity = quantity(1);
  o.limit = price(99.95);
  CHECK(v.send(o).outcome == RequestOutcome::rejected); // off the tick
  o.limit = price(99.9);
  o.quantity = quantity(2002); // 2002 × 99.9 / 20 = 9,999.99 of 10,000, but one order rests already
  CHECK(v.send(o).outcome == RequestOutcome::rejected);
  o.quantity = quantity(1);
  o.opens = false;
  CHECK(v.send(o).outcome == RequestOutcome::rejected); // nothing to close
}

TEST_CASE("funding is charged at 00, 08 and 16 UTC on the last close, longs pay", "[unit][fill]") {
  FillParameters costs = plain_costs();
  costs.default_funding_rate = 0.001;
  VenueFixture v(costs);
  v.set_now(Timestamp::from_ms(1735689600000 + 8 * 3600000 - 180000)); // 07:57
  v.bar(100, 100, 100, 100);
  v.entry(kLong, 2.0, 0.0);
  v.bar(100, 100, 100, 100); // 07:59
  CHECK(v.flows().empty());
  v.bar(100, 110, 100, 110); // closes at 08:00
  REQUIRE(v.flows().size() == 1);
  CHECK(v.flows()[0].amount.text() == "-0.22"); // 2 × 110 × 0.001
  CHECK(v.flows()[0].exchange_time.ms() == 1735689600000 + 8 * 3600000);
  v.bar(110, 110, 110, 110);
  CHECK(v.flows().size() == 1);
}

TEST_CASE("shorts receive funding, and a gap over a settlement still charges it", "[unit][fill]") {
  FillParameters costs = plain_costs();
  costs.default_funding_rate = 0.001;
  VenueFixture v(costs);
  v.set_now(Timestamp::from_ms(1735689600000 + 7 * 3600000));
  v.bar(100, 100, 100, 100);
  v.entry(kShort, 1.0, 0.0);
  v.bar(100, 100, 100, 100);
  v.close(kShort, 1.0);
  v.set_now(Timestamp::from_ms(1735689600000 + 17 * 3600000)); // 08:00 and 16:00 passed
  v.bar(90, 90, 90, 90);
  REQUIRE(v.flows().size() == 2); // held until the first bar after the gap
  CHECK(v.flows()[0].amount.text() == "0.1");
  CHECK(v.flows()[1].amount.text() == "0.1");
  CHECK(v.flat());
}

TEST_CASE("rates from files replace the default, stamped a few milliseconds late or not",
          "[unit][fill]") {
  FundingSchedule schedule(std::chrono::hours{8}, 0.0001);
  const Symbol btc = *Symbol::parse("BTC");
  const Timestamp eight = Timestamp::from_ms(1735718400000);
  schedule.set(btc, eight + std::chrono::milliseconds{3}, -0.0005);
  CHECK(schedule.rate(btc, eight) == -0.0005);
  CHECK(schedule.from_file(btc, eight));
  CHECK(schedule.rate(*Symbol::parse("ETH"), eight) == 0.0001);
  CHECK(schedule.rate(btc, eight + std::chrono::hours{8}) == 0.0001);
  CHECK(schedule.next_after(eight) == eight + std::chrono::hours{8});
  CHECK(schedule.next_at_or_after(eight) == eight);
}

TEST_CASE("at the pair's last bar positions close at its close and orders are dropped",
          "[unit][fill]") {
  VenueFixture v;
  v.bar(100, 101, 99, 100);
  v.entry(kLong, 1.0, 0.0, 95.0);
  v.bar(100, 101, 99, 100);
  const VenueOrderId resting = v.entry(kLong, 1.0, 98.0);
  v.last_bar(100, 104, 99, 103);
  REQUIRE(v.fills().size() == 2);
  CHECK(v.fills()[1].price.text() == "103");
  CHECK(v.fills()[1].fee.text() == "0.0824"); // taker
  CHECK(v.fills()[1].venue_order_id == 0);
  CHECK(v.state(resting) == OrderState::cancelled);
  CHECK(v.venue().idle());
  CHECK(v.venue().equity() == v.venue().wallet());
}

TEST_CASE("the wallet is the sum of what was realised, paid and received", "[unit][fill]") {
  FillParameters costs;
  costs.default_funding_rate = 0.0003;
  VenueFixture v(costs);
  v.set_now(Timestamp::from_ms(1735689600000 + 8 * 3600000 - 300000));
  v.bar(100, 101, 99, 100);
  v.entry(kLong, 3.0, 0.0, 90.0);
  for (const double p : {101.0, 99.0, 104.0, 97.0}) {
    v.bar(p, p + 1, p - 1, p);
  }
  v.close(kLong, 1.0);
  v.bar(98, 99, 97, 98);
  v.bar(92, 93, 80, 85);
  REQUIRE(v.flat());
  Notional expected = usdt(10'000);
  for (const Fill& f : v.fills()) {
    expected += f.realised_pnl - f.fee;
  }
  for (const CashFlow& c : v.flows()) {
    expected += c.amount;
  }
  CHECK(v.flows().size() == 1);
  CHECK(v.fills().size() == 3);
  CHECK(v.venue().wallet() == expected);
  const TradingSums sums = v.venue().sums();
  CHECK(v.venue().pair_state(v.btc()).result ==
        Approx(expected.to_double() - 10'000).epsilon(1e-12));
  CHECK(sums.funding == Approx(-v.flows()[0].amount.to_double()));
}

TEST_CASE("questions are answered from the venue's own book", "[unit][fill]") {
  VenueFixture v;
  v.bar(100, 101, 99, 100);
  v.send(SetLeverage{v.btc(), 5});
  CHECK(v.send(SetLeverage{v.btc(), 25}).outcome == RequestOutcome::rejected);
  v.entry(kLong, 2.0, 0.0, 95.0);
  v.bar(100, 101, 99, 100);
  v.entry(kLong, 1.0, 99.0);
  const auto ask = [&](QueryKind kind) {
    return v.venue().answer(7, Query{kind, false, v.btc(), {}}).payload;
  };
  CHECK(std::get<std::vector<Position>>(ask(QueryKind::positions)).size() == 1);
  CHECK(std::get<std::vector<VenueOrder>>(ask(QueryKind::open_orders)).size() == 1);
  CHECK(std::get<std::vector<VenueOrder>>(ask(QueryKind::trigger_orders))
            .at(0)
            .trigger_price.text() == "95");
  CHECK(std::get<std::vector<VenueOrder>>(ask(QueryKind::order_history)).size() == 1);
  CHECK(std::get<std::vector<Fill>>(ask(QueryKind::fills)).size() == 1);
  CHECK(std::get<std::vector<LeverageSetting>>(ask(QueryKind::leverage)).at(0).long_leverage == 5);
  CHECK(std::get<std::vector<ContractRules>>(ask(QueryKind::contracts)).size() == 1);
  const auto account = std::get<AccountSnapshot>(ask(QueryKind::account));
  CHECK(account.wallet_balance == v.venue().wallet());
  CHECK(account.frozen.text() == "59.8"); // (2 × 100 + 99) / 5
}
