#include "tests/support/catch.hpp"
#include "tests/unit/exchange/scripted_market.hpp"

using namespace rg;
using namespace rg::exchange;
using namespace rg::exchange::test;

namespace {

std::vector<const Order*> waiting(const Venue& v) {
  std::vector<const Order*> out;
  for (const auto& [id, order] : v.acc().live) {
    if (order.status == OrderStatus::untriggered) {
      out.push_back(&order);
    }
  }
  return out;
}

NewOrder with_exits(Venue& v, const char* tp, const char* sl) {
  NewOrder o = v.order(kLong, true, "0.1");
  o.preset_take_profit = SentNumber::parse(tp);
  o.preset_stop_loss = SentNumber::parse(sl);
  return o;
}

} // namespace

TEST_CASE("attached exits: two close orders, ids 1024 apart, listed two seconds later",
          "[unit][exchange]") {
  Venue v;
  v.must_place(with_exits(v, "101000", "99000"));
  const auto exits = waiting(v);
  REQUIRE(exits.size() == 2);
  CHECK(exits[1]->id - exits[0]->id == 1024);
  CHECK(exits[0]->size == quantity("0.1"));
  CHECK(!exits[0]->opens);
  CHECK(exits[0]->listed_from_wall == v.wall + 2s);
  // Not listed, so not to be cancelled either.
  CHECK(v.core->cancel_all(v.account, std::nullopt, true, v.wall + 1999ms).empty());
  CHECK(v.core->cancel_all(v.account, std::nullopt, true, v.wall + 2s).size() == 2);
}

TEST_CASE("an attached stop acts at once, before it is listed, and cancels its sibling",
          "[unit][exchange]") {
  Venue v;
  v.must_place(with_exits(v, "101000", "99000"));
  v.market->push_btc({"99500", "98990", "99200", "99300"});
  REQUIRE(v.core->step(v.wall));
  CHECK(v.position(kLong).size.is_zero());
  CHECK(waiting(v).empty());
  const FillRow& fill = v.acc().fills.back();
  CHECK(fill.price == price("98990"));      // the print that crossed, a falling one: it hit the bid
  CHECK(fill.realised == money("-101.01")); // 9,899 − 10,000.01
  int canceled = 0;
  for (const Order& o : v.acc().done) {
    canceled += o.cancel_reason == CancelReason::sibling_fired ? 1 : 0;
  }
  CHECK(canceled == 1);
  v.core->check();
}

TEST_CASE("a stop that gaps fills at the worse price", "[unit][exchange]") {
  Venue v;
  v.must_place(with_exits(v, "101000", "99000"));
  v.step("97000");
  CHECK(v.acc().fills.back().price == price("97000"));
}

TEST_CASE("a take-profit fires above for a long, below for a short", "[unit][exchange]") {
  Venue v;
  v.must_place(v.order(kLong, true, "0.1"));
  v.must_place(v.order(kShort, true, "0.1"));
  REQUIRE(v.core->place_trigger(v.account, v.stop(kLong, "0.1", "101000", OrderOrigin::take_profit),
                                v.wall));
  REQUIRE(v.core->place_trigger(v.account, v.stop(kShort, "0.1", "99000", OrderOrigin::take_profit),
                                v.wall));
  v.step("100999.9");
  CHECK(waiting(v).size() == 2);
  v.step("101000");
  CHECK(waiting(v).size() == 1);
  CHECK(v.position(kLong).size.is_zero());
  v.step("98999.9");
  CHECK(v.acc().ledger.flat());
}

TEST_CASE("attached exits outlive the position and can strike the next one", "[unit][exchange]") {
  Venue v;
  v.must_place(with_exits(v, "101000", "99000"));
  v.must_place(v.order(kLong, false, "0.1"));
  CHECK(waiting(v).size() == 2);
  v.must_place(v.order(kLong, true, "0.03"));
  v.step("98000");
  CHECK(v.position(kLong).size.is_zero()); // the old stop of 0.1 closed the new 0.03
  CHECK(v.acc().fills.back().size == quantity("0.03"));
}

TEST_CASE("with persistence switched off they go with the position", "[unit][exchange]") {
  CoreOptions options;
  options.attached_exits_persist = false;
  Venue v(options);
  v.must_place(with_exits(v, "101000", "99000"));
  v.must_place(v.order(kLong, false, "0.1"));
  CHECK(waiting(v).empty());
}

TEST_CASE("a stop that fires on a flat account is canceled", "[unit][exchange]") {
  Venue v;
  v.must_place(with_exits(v, "101000", "99000"));
  v.must_place(v.order(kLong, false, "0.1"));
  v.step("98000");
  CHECK(v.acc().done.back().cancel_reason == CancelReason::reduce_only);
  CHECK(v.acc().ledger.flat());
}

TEST_CASE("exits of an entry that fills in parts grow with it", "[unit][exchange]") {
  Venue v;
  NewOrder o = v.order(kLong, true, "1.0", "99990");
  o.preset_stop_loss = SentNumber::parse("99000");
  v.must_place(o);
  v.market->push_btc({"99980", "100000", "100000", "100000"}, "4");
  REQUIRE(v.core->step(v.wall));
  REQUIRE(waiting(v).size() == 1);
  CHECK(waiting(v)[0]->size == quantity("0.5"));
  v.step("99980");
  REQUIRE(waiting(v).size() == 1);
  CHECK(waiting(v)[0]->size == quantity("1"));
}

TEST_CASE("a stop placed beyond the price acts at once", "[unit][exchange]") {
  Venue v;
  v.must_place(v.order(kLong, true, "0.1"));
  REQUIRE(v.core->place_trigger(v.account, v.stop(kLong, "0.1", "100500"), v.wall));
  CHECK(v.position(kLong).size.is_zero());
}

TEST_CASE("a stop can be moved, and its limit form rests at its price", "[unit][exchange]") {
  Venue v;
  v.must_place(v.order(kLong, true, "0.1"));
  const auto id = v.core->place_trigger(v.account, v.stop(kLong, "0.1", "99000"), v.wall);
  REQUIRE(id);
  const auto text = [](const char* t) { return SentNumber::parse(t); };
  REQUIRE(
      v.core->modify_trigger(v.account, *id, text("99500"), text("99600"), std::nullopt, v.wall));
  CHECK(!v.core->modify_trigger(v.account, *id, text("99500.05"), {}, std::nullopt, v.wall));
  CHECK(
      v.core->modify_trigger(v.account, 1, text("99500"), {}, std::nullopt, v.wall).error().kind ==
      RefusalKind::order_not_found);
  v.step("99400");
  CHECK(v.find(*id).status == OrderStatus::open); // sells at 99,600 or better
  CHECK(v.position(kLong).size == quantity("0.1"));
  v.step("99700");
  CHECK(v.find(*id).status == OrderStatus::filled);
  CHECK(v.acc().fills.back().price == price("99600"));
}

TEST_CASE("triggers on the mark ignore the last price", "[unit][exchange]") {
  Venue v;
  v.must_place(v.order(kLong, true, "0.1"));
  NewTrigger t = v.stop(kLong, "0.1", "99000");
  t.source = TriggerSource::mark;
  REQUIRE(v.core->place_trigger(v.account, t, v.wall));
  PairStep step = ScriptedMarket::make(btc(), price("98000"));
  step.mark = price("99500");
  v.market->push(step);
  REQUIRE(v.core->step(v.wall));
  CHECK(v.position(kLong).size == quantity("0.1"));
  step.mark = price("98900");
  v.market->push(step);
  REQUIRE(v.core->step(v.wall));
  CHECK(v.position(kLong).size.is_zero());
}

TEST_CASE("a trigger order opens on the far side of where it was placed", "[unit][exchange]") {
  Venue v;
  NewTrigger t = v.stop(kLong, "0.1", "100500", OrderOrigin::conditional);
  t.opens = true;
  const auto breakout = v.core->place_trigger(v.account, t, v.wall);
  REQUIRE(breakout);
  t.client_oid = "dip";
  t.trigger_price = SentNumber::parse("99500");
  const auto dip = v.core->place_trigger(v.account, t, v.wall);
  REQUIRE(dip);
  v.step("100400");
  CHECK(v.acc().ledger.flat());
  v.step("100500");
  CHECK(v.find(*breakout).status == OrderStatus::filled);
  CHECK(v.find(*dip).status == OrderStatus::untriggered);
  v.step("99500");
  CHECK(v.find(*dip).status == OrderStatus::filled);
  CHECK(v.position(kLong).size == quantity("0.2"));
}

TEST_CASE("a trigger order without margin when it fires is canceled", "[unit][exchange]") {
  Venue v({}, FaultPlan{}, Timestamp::from_ms(1'735'689'600'000), "10");
  NewTrigger t = v.stop(kLong, "0.1", "100500", OrderOrigin::conditional);
  t.opens = true;
  const auto id = v.core->place_trigger(v.account, t, v.wall);
  REQUIRE(id);
  v.step("100500");
  CHECK(v.find(*id).cancel_reason == CancelReason::margin);
}

TEST_CASE("trigger refusals", "[unit][exchange]") {
  Venue v;
  const auto refused = [&](const NewTrigger& t) {
    return !v.core->place_trigger(v.account, t, v.wall);
  };
  CHECK(refused(v.stop(kLong, "0.1", "99000"))); // nothing to protect
  v.must_place(v.order(kLong, true, "0.1"));
  CHECK(refused(v.stop(kLong, "0.00005", "99000")));
  CHECK(refused(v.stop(kLong, "0.1", "99000.05")));
  NewTrigger limit = v.stop(kLong, "0.1", "99000");
  limit.execute_price = SentNumber::parse("98999.99");
  CHECK(refused(limit));
  NewTrigger first = v.stop(kLong, "0.1", "99000");
  REQUIRE(v.core->place_trigger(v.account, first, v.wall));
  CHECK(refused(first)); // same client id
  first.client_oid = "other";
  first.margin_mode = MarginMode::isolated;
  CHECK(refused(first));
  // Orders of the other kind are not found by cancel.
  const OrderId waiting_id = waiting(v)[0]->id;
  CHECK(!v.core->cancel(v.account, waiting_id, false, v.wall));
  CHECK(v.core->cancel(v.account, waiting_id, true, v.wall));
}
