#include "tests/unit/order/desk_bench.hpp"

using namespace rg;
using namespace rg::test;
using enum rg::OrderState;

TEST_CASE("an attached stop is looked for after its lag and confirmed", "[unit][order]") {
  DeskBench b;
  REQUIRE(b.approve(b.long_entry(kBtc)));
  b.fill_entry(kBtc, "1");
  REQUIRE(b.desk.stop_price(kBtc).is_zero());
  b.pass(5s);
  REQUIRE(b.stops.size() == 1);
  REQUIRE(b.stops[0].trigger == price("95"));
  REQUIRE(b.desk.stop_price(kBtc) == price("95"));
  REQUIRE(b.sent_of<PlaceStop>().empty());
  REQUIRE(b.alarms.empty());
  REQUIRE(b.desk.is_idle());
  REQUIRE(b.desk.next_wall_event() == Timestamp{}); // quiet until there is news
}

TEST_CASE("a stop that was not attached is placed within ten seconds", "[unit][order]") {
  DeskBench b;
  b.venue.attaches_stops = false;
  REQUIRE(b.approve(b.long_entry(kBtc, "2")));
  b.fill_entry(kBtc, "2");
  b.pass(10s);
  REQUIRE(b.sent_of<PlaceStop>().size() == 1);
  REQUIRE(b.sent_of<PlaceStop>()[0].trigger == price("95"));
  REQUIRE(b.sent_of<PlaceStop>()[0].quantity == qty("2"));
  REQUIRE(b.sent_of<PlaceStop>()[0].client_id.text() == "rg000001-btc-1735690500000-s-s1");
  REQUIRE(b.desk.stop_price(kBtc) == price("95"));
  REQUIRE(b.alarms.empty());
  REQUIRE(b.last_state(OrderRole::stop) == acked);
}

TEST_CASE("a position whose stop is turned down is closed", "[unit][order]") {
  DeskBench b;
  b.venue.attaches_stops = false;
  b.venue.turns_stops_down = true;
  REQUIRE(b.approve(b.long_entry(kBtc)));
  b.fill_entry(kBtc, "1");
  b.pass(10s);
  REQUIRE(b.alarms.size() == 1);
  REQUIRE(b.venue.held(kBtc).is_flat());
  REQUIRE(b.portfolio.trades().back().exit_reason == ExitReason::stop);
}

TEST_CASE("when the stop cannot be seen in time the position is closed", "[unit][order]") {
  DeskBench b;
  REQUIRE(b.approve(b.long_entry(kBtc)));
  b.answer_queries = false;
  b.fill_entry(kBtc, "1");
  b.pass(9s);
  REQUIRE(b.alarms.empty());
  b.pass(2s);
  REQUIRE(b.alarms.size() == 1);
  REQUIRE(b.venue.held(kBtc).is_flat());
}

TEST_CASE("each part of an entry gets its stop", "[unit][order]") {
  DeskBench b;
  REQUIRE(b.approve(b.long_entry(kBtc, "3")));
  b.fill_entry(kBtc, "1");
  b.pass(1min);
  b.fill_entry(kBtc, "2");
  b.pass(10s);
  REQUIRE(b.venue.triggers.size() == 2);
  REQUIRE(b.venue.stop_quantity(kBtc) == qty("3"));
  REQUIRE(b.sent_of<PlaceStop>().empty());
  REQUIRE(b.alarms.empty());
}

TEST_CASE("a moved stop is placed and seen before the old one is cancelled", "[unit][order]") {
  DeskBench b;
  b.open_long(kBtc);
  const VenueOrderId old = b.venue.triggers[0].order.venue_id;
  const std::size_t before = b.sent.size();
  REQUIRE(b.approve(stop_move(kBtc, price("97"), b.data)));
  REQUIRE(b.venue.triggers.size() == 2);
  REQUIRE(b.desk.stop_price(kBtc) == price("95"));
  b.pass(10s);
  REQUIRE(b.desk.stop_price(kBtc) == price("97"));
  REQUIRE(b.venue.triggers.size() == 1);
  REQUIRE(b.sent.size() == before + 2);
  REQUIRE(std::get<PlaceStop>(b.sent[before].request.request).trigger == price("97"));
  REQUIRE(std::get<CancelStop>(b.sent[before + 1].request.request).venue_id == old);
  REQUIRE(b.alarms.empty());
  // Asked again for the same, or for a looser one: nothing happens.
  REQUIRE_FALSE(b.approve(stop_move(kBtc, price("97"), b.data)));
  b.pass(5s);
  REQUIRE(b.sent.size() == before + 2);
}

TEST_CASE("a move that the venue turns down leaves the old stop", "[unit][order]") {
  DeskBench b;
  b.open_long(kBtc);
  b.venue.turns_stops_down = true;
  REQUIRE(b.approve(stop_move(kBtc, price("97"), b.data)));
  b.pass(20s);
  REQUIRE(b.desk.stop_price(kBtc) == price("95"));
  REQUIRE(b.venue.stop_quantity(kBtc) == qty("1"));
  REQUIRE(b.alarms.empty());
  REQUIRE(b.sent_of<PlaceStop>().size() == 1);
}

TEST_CASE("a move beyond the price, or off the tick, is not even tried", "[unit][order]") {
  DeskBench b;
  b.open_long(kBtc);
  const std::size_t before = b.sent.size();
  REQUIRE(b.approve(stop_move(kBtc, price("100"), b.data)));
  REQUIRE(b.approve(stop_move(kBtc, price("97.05"), b.data)));
  b.pass(5s);
  REQUIRE(b.sent.size() == before);
}

TEST_CASE("after a close the pair's triggers are swept before the next entry", "[unit][order]") {
  DeskBench b;
  b.open_long(kBtc);
  REQUIRE(b.venue.triggers.size() == 1);
  std::vector<SendRequest> none;
  b.passage = [](const ChangeRequest& r) { // the sweep is lost once
    static int losses = 1;
    return std::holds_alternative<CancelAll>(r) && losses-- > 0
               ? Passage{RequestOutcome::unknown, false, true, {}}
               : Passage{};
  };
  b.close(kBtc);
  REQUIRE(b.venue.triggers.size() == 1); // it outlives the position
  b.pass(1min);
  REQUIRE(b.venue.triggers.empty());
  REQUIRE(b.desk.is_idle());
  REQUIRE(b.approve(b.long_entry(kBtc)));
  REQUIRE(b.venue.orders.size() == 1);
}

TEST_CASE("an entry waits for the sweep of the last position", "[unit][order]") {
  DeskBench b;
  b.open_long(kBtc);
  b.close(kBtc);
  REQUIRE(b.approve(b.long_entry(kBtc, "2")));
  REQUIRE(b.refusals.empty());
  REQUIRE(b.venue.orders.empty()); // the look after the sweep is still to come
  b.pass(5s);
  REQUIRE(b.venue.orders.size() == 1);
  b.fill_entry(kBtc, "2");
  b.pass(10s);
  REQUIRE(b.venue.stop_quantity(kBtc) == qty("2"));
}

TEST_CASE("a stop that vanishes with news is replaced at once", "[unit][order]") {
  DeskBench b;
  b.open_long(kBtc);
  b.venue.lose_triggers(kBtc, true);
  b.settle();
  b.pass(5s);
  REQUIRE(b.venue.stop_quantity(kBtc) == qty("1"));
  REQUIRE(b.alarms.empty());
}

TEST_CASE("a stop that vanishes silently is noticed by the periodic look", "[unit][order]") {
  DeskBench b;
  b.desk.set_stop_recheck(5s);
  b.open_long(kBtc);
  b.venue.lose_triggers(kBtc, false);
  b.pass(10s);
  REQUIRE(b.venue.stop_quantity(kBtc) == qty("1"));
}

TEST_CASE("a stop is resized after a reduction", "[unit][order]") {
  DeskBench b;
  b.open_long(kBtc, "2");
  OrderIntent part = exit_of(kBtc, PositionSide::long_side, qty("0.5"), b.data);
  part.kind = IntentKind::reduce;
  REQUIRE(b.approve(part));
  b.pass(15s);
  REQUIRE(b.venue.held(kBtc).quantity == qty("1.5"));
  REQUIRE(b.venue.stop_quantity(kBtc) == qty("1.5"));
  REQUIRE(b.alarms.empty());
}

TEST_CASE("a stop placement of unknown outcome is looked for before another is placed",
          "[unit][order]") {
  for (const bool executed : {true, false}) {
    DeskBench b;
    b.venue.attaches_stops = false;
    int losses = 1;
    b.passage = [&](const ChangeRequest& r) {
      return std::holds_alternative<PlaceStop>(r) && losses-- > 0
                 ? Passage{RequestOutcome::unknown, executed, true, {}}
                 : Passage{};
    };
    REQUIRE(b.approve(b.long_entry(kBtc)));
    b.fill_entry(kBtc, "1");
    b.pass(20s);
    REQUIRE(b.venue.stop_quantity(kBtc) == qty("1"));
    REQUIRE(b.sent_of<PlaceStop>().size() == (executed ? 1U : 2U));
    REQUIRE(b.last_state(OrderRole::stop) == acked);
  }
}

TEST_CASE("shorts are protected from above", "[unit][order]") {
  DeskBench b;
  b.venue.attaches_stops = false;
  REQUIRE(b.approve(entry(kBtc, Side::sell, qty("1"), price("101"), price("105"), b.data)));
  b.fill_entry(kBtc, "1");
  b.pass(10s);
  REQUIRE(b.desk.stop_price(kBtc) == price("105"));
  REQUIRE(b.approve(stop_move(kBtc, price("103"), b.data)));
  b.pass(10s);
  REQUIRE(b.desk.stop_price(kBtc) == price("103"));
  REQUIRE(b.venue.triggers.size() == 1);
}

TEST_CASE("when the stop takes the position, what rests of the entry goes too", "[unit][order]") {
  DeskBench b;
  REQUIRE(b.approve(b.long_entry(kBtc, "3")));
  b.fill_entry(kBtc, "1");
  b.pass(5s);
  b.venue.fire_stops(kBtc);
  b.settle();
  b.pass(1s);
  REQUIRE(b.venue.orders.empty());
  REQUIRE(b.portfolio.position(kBtc).is_flat());
}
