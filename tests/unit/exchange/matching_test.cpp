#include "tests/support/catch.hpp"
#include "tests/unit/exchange/scripted_market.hpp"

using namespace rg;
using namespace rg::exchange;
using namespace rg::exchange::test;

TEST_CASE("a market order takes the ask, pays the taker fee and opens a position",
          "[unit][exchange]") {
  Venue v;
  const OrderId id = v.must_place(v.order(kLong, true, "0.1"));
  const Order& o = v.find(id);
  CHECK(o.status == OrderStatus::filled);
  CHECK(o.tif == TimeInForce::ioc);
  // 0.1 × 100,000.1 = 10,000.01; × 0.0008 = 8.000008
  CHECK(o.filled_value == money("10000.01"));
  CHECK(o.fee == money("8.000008"));
  CHECK(v.position(kLong).size == quantity("0.1"));
  CHECK(v.position(kLong).open_value == money("10000.01"));
  CHECK(v.acc().ledger.collateral() == money("9991.999992"));
  // marginSize = mark value / leverage = 10,000 / 20
  CHECK(v.acc().ledger.position_margin(v.position(kLong), price("100000")) == money("500"));
  // equity = 9,991.999992 − 0.01 (bought one tick above the mark)
  CHECK(v.core->equity(v.account) == money("9991.989992"));
  CHECK(v.core->available(v.account) == money("9491.989992"));
  v.core->check();
}

TEST_CASE("closing realises the proportional profit, the last close all that is left",
          "[unit][exchange]") {
  Venue v;
  v.must_place(v.order(kLong, true, "0.3"));
  v.step("101000");
  const OrderId part = v.must_place(v.order(kLong, false, "0.1"));
  // open value 30,000.03; a third = 10,000.01; sold at 101,000 → 10,100 − 10,000.01 = 89.99…
  // = 99.99
  CHECK(v.find(part).realised == money("99.99"));
  CHECK(v.position(kLong).open_value == money("20000.02"));
  const OrderId rest = v.must_place(v.order(kLong, false, "0.2"));
  CHECK(v.find(rest).realised == money("199.98"));
  CHECK(v.position(kLong).size.is_zero());
  CHECK(v.position(kLong).open_value.is_zero());
  // 10,000 − 24.000024 (fee in) + 299.97 − 24.24 (fee out)
  CHECK(v.acc().ledger.collateral() == money("10251.729976"));
  v.core->check();
}

TEST_CASE("a short earns when the price falls", "[unit][exchange]") {
  Venue v;
  v.must_place(v.order(kShort, true, "0.1")); // sold at the bid, 100,000.0
  v.step("99000");
  const OrderId id = v.must_place(v.order(kShort, false, "0.1")); // bought at 99,000.1
  CHECK(v.find(id).realised == money("99.99"));
}

TEST_CASE("long and short of one symbol stand side by side", "[unit][exchange]") {
  Venue v;
  v.must_place(v.order(kLong, true, "0.1"));
  v.must_place(v.order(kShort, true, "0.05"));
  CHECK(v.position(kLong).size == quantity("0.1"));
  CHECK(v.position(kShort).size == quantity("0.05"));
}

TEST_CASE("a large market order walks the book at worsening prices", "[unit][exchange]") {
  Venue v({}, FaultPlan{}, Timestamp::from_ms(1'735'689'600'000), "100000000");
  const auto asks = v.core->depth(btc(), Side::sell, 3);
  REQUIRE(asks.size() == 3);
  CHECK(asks[0].price < asks[1].price);
  const Quantity two_levels = asks[0].size + asks[1].size;
  const Quantity size = two_levels + quantity("0.0001");
  const OrderId id = v.must_place(v.order(kLong, true, size.text().c_str()));
  CHECK(v.find(id).status == OrderStatus::filled);
  CHECK(v.find(id).max_fill == asks[2].price);
  CHECK(v.find(id).min_fill == asks[0].price);
  CHECK(v.acc().fills.size() == 3);
  CHECK(v.acc().fills[0].size == asks[0].size);
  // What was taken is gone until the market moves on.
  const auto after = v.core->depth(btc(), Side::sell, 1);
  CHECK(after[0].price == asks[2].price);
  v.step("100000");
  CHECK(v.core->depth(btc(), Side::sell, 1)[0].price == asks[0].price);
}

TEST_CASE("a limit order rests, freezes margin, and fills as maker when the market trades through",
          "[unit][exchange]") {
  Venue v;
  const OrderId id = v.must_place(v.order(kLong, true, "0.1", "99990"));
  CHECK(v.find(id).status == OrderStatus::open);
  // 9,999 / 20 = 499.95 + taker fee 7.9992
  CHECK(v.acc().frozen == money("507.9492"));
  CHECK(v.core->available(v.account) == money("9492.0508"));
  v.step("99995");
  CHECK(v.find(id).status == OrderStatus::open);
  v.step("99980");
  const Order& o = v.find(id);
  CHECK(o.status == OrderStatus::filled);
  CHECK(o.filled_value == money("9999"));
  CHECK(o.fee == money("1.9998")); // maker: 0.0002 × 9,999
  CHECK(v.acc().fills.back().maker);
  CHECK(v.acc().frozen.is_zero());
  v.core->check();
}

TEST_CASE("at its own price a resting order waits for the queue ahead of it", "[unit][exchange]") {
  Venue v;
  const OrderId id = v.must_place(v.order(kLong, true, "0.2", "99999.9"));
  const Quantity ahead = v.find(id).queue_ahead;
  REQUIRE(ahead.is_positive());
  // Each of the four prints of a step lets half a quarter of its volume through: 2 BTC → 0.25 a
  // print.
  v.market->push_btc({"99999.9", "100000", "100000", "100000"}, "2");
  REQUIRE(v.core->step(v.wall));
  CHECK(v.find(id).status == OrderStatus::open);
  CHECK(v.find(id).queue_ahead == ahead - quantity("0.25"));
  // Enough volume to eat the queue and 0.1 of the order.
  const Quantity enough = ahead - quantity("0.25") + quantity("0.1");
  const Quantity volume = Quantity::from_raw(enough.raw() * 8);
  v.market->push_btc({"99999.9", "100000", "100000", "100000"}, volume.text().c_str());
  REQUIRE(v.core->step(v.wall));
  CHECK(v.find(id).filled == quantity("0.1"));
  CHECK(v.find(id).status == OrderStatus::open);
}

TEST_CASE("thin volume fills a resting order in parts", "[unit][exchange]") {
  Venue v;
  const OrderId id = v.must_place(v.order(kLong, true, "1.0", "99990"));
  v.market->push_btc({"99980", "100000", "100000", "100000"}, "4"); // half of a quarter: 0.5
  REQUIRE(v.core->step(v.wall));
  CHECK(v.find(id).filled == quantity("0.5"));
  CHECK(v.find(id).status == OrderStatus::open);
  v.core->check();
  v.step("99980");
  CHECK(v.find(id).status == OrderStatus::filled);
}

TEST_CASE("post-only that would take is canceled, one that rests stays", "[unit][exchange]") {
  Venue v;
  const OrderId crossing =
      v.must_place(v.order(kLong, true, "0.1", "100000.1", TimeInForce::post_only));
  CHECK(v.find(crossing).status == OrderStatus::canceled);
  CHECK(v.find(crossing).filled.is_zero());
  CHECK(v.acc().fills.empty());
  const OrderId resting =
      v.must_place(v.order(kLong, true, "0.1", "100000.0", TimeInForce::post_only));
  CHECK(v.find(resting).status == OrderStatus::open);
}

TEST_CASE("fill-or-kill fills whole or not at all, immediate-or-cancel takes what is there",
          "[unit][exchange]") {
  Venue v({}, FaultPlan{}, Timestamp::from_ms(1'735'689'600'000), "100000000");
  const Quantity top = v.core->depth(btc(), Side::sell, 1)[0].size;
  const std::string more = (top + quantity("0.0001")).text();
  const OrderId fok =
      v.must_place(v.order(kLong, true, more.c_str(), "100000.1", TimeInForce::fok));
  CHECK(v.find(fok).status == OrderStatus::canceled);
  CHECK(v.find(fok).filled.is_zero());
  const OrderId ioc =
      v.must_place(v.order(kLong, true, more.c_str(), "100000.1", TimeInForce::ioc));
  CHECK(v.find(ioc).status == OrderStatus::canceled);
  CHECK(v.find(ioc).filled == top);
  v.step("100000");
  const OrderId whole = v.must_place(v.order(kLong, true, "0.1", "100000.1", TimeInForce::fok));
  CHECK(v.find(whole).status == OrderStatus::filled);
}

TEST_CASE("a marketable limit takes up to its price and rests with the remainder",
          "[unit][exchange]") {
  Venue v({}, FaultPlan{}, Timestamp::from_ms(1'735'689'600'000), "100000000");
  const Quantity top = v.core->depth(btc(), Side::sell, 1)[0].size;
  const std::string more = (top + quantity("0.5")).text();
  const OrderId id = v.must_place(v.order(kLong, true, more.c_str(), "100000.1"));
  CHECK(v.find(id).status == OrderStatus::open);
  CHECK(v.find(id).filled == top);
  CHECK(v.find(id).remaining() == quantity("0.5"));
  v.core->check();
}

TEST_CASE("orders of two accounts meet in the book, the older price first", "[unit][exchange]") {
  Venue v;
  const AccountIndex other = v.core->add_account(money("10000"));
  // The spread is one tick wide: widen it so that an order can stand inside.
  PairStep wide = ScriptedMarket::make(btc(), price("100000"));
  wide.ask = price("100010");
  v.market->push(wide);
  REQUIRE(v.core->step(v.wall));
  const OrderId maker = v.must_place(v.order(kLong, true, "0.1", "100005", TimeInForce::post_only));
  CHECK(v.core->depth(btc(), Side::buy, 1)[0].price == price("100005"));
  const auto taker = v.core->place(other, v.order(kShort, true, "0.04"), v.wall);
  REQUIRE(taker);
  CHECK(v.core->account(other).find(*taker)->filled_value == money("4000.2"));
  CHECK(v.find(maker).filled == quantity("0.04"));
  CHECK(v.find(maker).fee == money("0.80004")); // 0.0002 × 4,000.2
  CHECK(v.core->account(other).find(*taker)->fee == money("3.20016"));
  v.core->check();
}

TEST_CASE("refusals leave nothing behind and speak the venue's texts", "[unit][exchange]") {
  Venue v;
  const auto refused = [&](NewOrder o, const std::string& text) {
    const std::size_t before = v.acc().live.size() + v.acc().done.size();
    const auto placed = v.place(o);
    REQUIRE(!placed);
    CHECK(placed.error().message == text);
    CHECK(v.acc().live.size() + v.acc().done.size() == before);
  };
  refused(v.order(kLong, true, "0.000114"),
          "INVALID_ARGUMENT: The order size must be greater than 0 and matches the stepSize "
          "'0.0001' requirement. Current size is '0.000114'");
  refused(v.order(kLong, true, "0"),
          "INVALID_ARGUMENT: The order size must be greater than 0 and matches the stepSize "
          "'0.0001' requirement. Current size is '0'");
  refused(v.order(kLong, true, "abc"),
          "INVALID_ARGUMENT: The order size must be greater than 0 and matches the stepSize "
          "'0.0001' requirement. Current size is 'abc'");
  refused(v.order(kLong, true, "1", "100000.05"),
          "INVALID_ARGUMENT: The order price must be greater than 0 and matches the stepSize '0.1' "
          "requirement. Current price is '100000.05'");
  refused(v.order(kLong, true, "3"),
          "FAILED_PRECONDITION: The order margin available amount not enough");
  refused(v.order(kLong, false, "0.1"),
          "FAILED_PRECONDITION: The position to close does not exist");
  NewOrder odd = v.order(kLong, true, "100", nullptr);
  odd.symbol = doge();
  odd.size = SentNumber::parse("680.3184");
  refused(odd, "INVALID_ARGUMENT: The order size must be greater than 0 and matches the stepSize "
               "'100' requirement. Current size is '680.3184'");
  NewOrder tp = v.order(kLong, true, "0.01", "615.8");
  tp.preset_take_profit = SentNumber::parse("97494.39");
  refused(tp, "INVALID_ARGUMENT: The order open tp param triggerPrice must be greater than 0 and "
              "matches the stepSize '0.1' requirement. Current order open tp param triggerPrice is "
              "'97494.39'");
  tp.preset_take_profit = SentNumber::parse("612.7");
  refused(tp, "INVALID_ARGUMENT: The buy long order take profit param triggerPrice must be greater "
              "than price 615.8. Current order open tp param trigger price is 612.7");
  NewOrder down = v.order(kShort, true, "0.01", "66670.7");
  down.preset_take_profit = SentNumber::parse("66768.9");
  refused(down,
          "INVALID_ARGUMENT: The sell short order take profit param triggerPrice must be less "
          "than price 66670.7. Current order open tp param trigger price is 66768.9");
  NewOrder sl = v.order(kLong, true, "0.01", "615.8");
  sl.preset_stop_loss = SentNumber::parse("615.8");
  refused(sl, "INVALID_ARGUMENT: The buy long order stop loss param triggerPrice must be less than "
              "price 615.8. Current order open sl param trigger price is 615.8");
  NewOrder isolated = v.order(kLong, true, "0.01");
  isolated.margin_mode = MarginMode::isolated;
  refused(isolated,
          "INVALID_ARGUMENT: The order margin mode does not match the margin mode of the symbol");
  NewOrder unknown = v.order(kLong, true, "1");
  unknown.symbol = *Symbol::parse("ETH"); // this market lists BTC and DOGE only
  CHECK(v.place(unknown).error().kind == RefusalKind::not_tradable);
}

TEST_CASE("margin is checked to the last unit", "[unit][exchange]") {
  // One lot at 100,000.0 needs 10 / 20 + 0.008 = 0.508.
  Venue exact({}, FaultPlan{}, Timestamp::from_ms(1'735'689'600'000), "0.508");
  CHECK(exact.place(exact.order(kLong, true, "0.0001", "100000")));
  Venue short_of({}, FaultPlan{}, Timestamp::from_ms(1'735'689'600'000), "0.50799999");
  CHECK(!short_of.place(short_of.order(kLong, true, "0.0001", "100000")));
}

TEST_CASE("closes may not exceed the position, resting closes counted", "[unit][exchange]") {
  Venue v;
  v.must_place(v.order(kLong, true, "0.1"));
  v.must_place(v.order(kLong, false, "0.06", "101000"));
  const auto too_much = v.place(v.order(kLong, false, "0.05"));
  REQUIRE(!too_much);
  CHECK(too_much.error().message ==
        "FAILED_PRECONDITION: The position available to close is not enough");
  CHECK(v.place(v.order(kLong, false, "0.04")));
}

TEST_CASE("a client id is unique among live orders, reuse of a finished one is counted",
          "[unit][exchange]") {
  Venue v;
  NewOrder first = v.order(kLong, true, "0.01", "99000");
  const OrderId id = v.must_place(first);
  CHECK(v.place(first).error().message ==
        "INVALID_ARGUMENT: The client order id '" + first.client_oid + "' is already in use");
  CHECK(v.acc().repeated_client_oids == 0);
  REQUIRE(v.core->cancel(v.account, id, false, v.wall));
  CHECK(v.place(first));
  CHECK(v.acc().repeated_client_oids == 1);
}

TEST_CASE("cancel frees the margin, a second cancel finds nothing", "[unit][exchange]") {
  Venue v;
  const OrderId id = v.must_place(v.order(kLong, true, "0.1", "99000"));
  REQUIRE(v.core->cancel(v.account, id, false, v.wall));
  CHECK(v.find(id).status == OrderStatus::canceled);
  CHECK(v.find(id).cancel_reason == CancelReason::user);
  CHECK(v.acc().frozen.is_zero());
  CHECK(v.core->cancel(v.account, id, false, v.wall).error().kind == RefusalKind::order_not_found);
  v.step("98000");
  CHECK(v.position(kLong).size.is_zero());
}

TEST_CASE("leverage: refused with orders or triggers resting, kept equal in cross mode, bounded",
          "[unit][exchange]") {
  Venue v;
  const std::int64_t five = 5 * kFixedScale;
  CHECK(!v.core->set_leverage(v.account, btc(), MarginMode::cross, five, five));
  CHECK(v.acc().ledger.leverage(btc()).cross == five);
  const OrderId id = v.must_place(v.order(kLong, true, "0.01", "99000"));
  const auto refusal = v.core->set_leverage(v.account, btc(), MarginMode::cross, five, five);
  REQUIRE(refusal);
  CHECK(refusal->message.find("open orders") != std::string::npos);
  REQUIRE(v.core->cancel(v.account, id, false, v.wall));
  CHECK(v.core->set_leverage(v.account, btc(), MarginMode::cross, five, 2 * five));
  CHECK(v.core->set_leverage(v.account, btc(), MarginMode::isolated, five, five));
  CHECK(
      v.core
          ->set_leverage(v.account, btc(), MarginMode::cross, 401 * kFixedScale, 401 * kFixedScale)
          ->kind == RefusalKind::leverage_limit);
  CHECK(!v.core->set_leverage(v.account, btc(), MarginMode::cross, 400 * kFixedScale,
                              400 * kFixedScale));
  CHECK(
      v.core->set_leverage(v.account, btc(), MarginMode::cross, kFixedScale / 2, kFixedScale / 2));
  // With a position, but no orders, it may change; not to where the margin would not be there.
  v.must_place(v.order(kLong, true, "0.4"));
  CHECK(!v.core->set_leverage(v.account, btc(), MarginMode::cross, five, five));
  CHECK(v.core->set_leverage(v.account, btc(), MarginMode::cross, kFixedScale, kFixedScale));
}

TEST_CASE("isolated margin moves out of the collateral and back", "[unit][exchange]") {
  Venue v;
  REQUIRE(!v.core->set_modes(v.account, btc(), MarginMode::isolated, false));
  v.must_place(v.order(kLong, true, "0.1"));
  const PositionRow& p = v.position(kLong);
  CHECK(p.isolated_margin == money("500.0005")); // 10,000.01 / 20
  CHECK(v.acc().ledger.collateral() == money("9491.999492"));
  CHECK(v.core->equity(v.account) == money("9991.989992"));
  CHECK(
      v.core->set_modes(v.account, btc(), MarginMode::cross, false)); // refused: a position is open
  REQUIRE(!v.core->adjust_margin(v.account, p.id, money("100")));
  CHECK(p.isolated_margin == money("600.0005"));
  CHECK(v.core->adjust_margin(v.account, p.id, money("-100.01"))); // below what it needs
  CHECK(v.core->adjust_margin(v.account, p.id + 1, money("1"))->kind == RefusalKind::not_found);
  REQUIRE(!v.core->set_auto_append(v.account, p.id, true));
  CHECK(p.auto_append);
  v.core->check();
  v.must_place(v.order(kLong, false, "0.1"));
  CHECK(v.position(kLong).isolated_margin.is_zero());
  CHECK(v.acc().ledger.collateral() == v.core->equity(v.account));
  v.core->check();
}

TEST_CASE("close-positions closes every side at market", "[unit][exchange]") {
  Venue v;
  v.must_place(v.order(kLong, true, "0.1"));
  v.must_place(v.order(kShort, true, "0.05"));
  const auto closed = v.core->close_positions(v.account, std::nullopt, v.wall);
  CHECK(closed.size() == 2);
  CHECK(v.acc().ledger.flat());
  CHECK(v.core->close_positions(v.account, std::nullopt, v.wall).empty());
}
