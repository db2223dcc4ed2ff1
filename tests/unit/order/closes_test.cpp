#include "tests/unit/order/desk_bench.hpp"

using namespace rg;
using namespace rg::test;
using enum rg::OrderState;

TEST_CASE("an exit leaves at once, without waiting for the journal", "[unit][order]") {
  DeskBench b;
  b.open_long(kBtc);
  b.journal_acks = false;
  b.close(kBtc);
  const auto orders = b.sent_of<PlaceOrder>();
  REQUIRE(orders.size() == 2);
  REQUIRE_FALSE(orders[1].opens);
  REQUIRE(orders[1].limit.is_zero());
  REQUIRE(orders[1].quantity == qty("1"));
  REQUIRE(b.states(OrderRole::exit) ==
          std::vector<OrderState>{intended, queued, sent, acked, filled});
  REQUIRE(b.portfolio.position(kBtc).is_flat());
  REQUIRE(b.portfolio.trades().back().exit_reason == ExitReason::rule);
}

TEST_CASE("the exit's reason travels to the trade", "[unit][order]") {
  for (const ExitReason reason : {ExitReason::regime, ExitReason::time, ExitReason::guard}) {
    DeskBench b;
    b.open_long(kBtc);
    b.close(kBtc, reason);
    REQUIRE(b.portfolio.trades().back().exit_reason == reason);
  }
}

TEST_CASE("an attached stop that fires is a stop, somebody's hand is not", "[unit][order]") {
  DeskBench b;
  b.open_long(kBtc);
  b.open_long(kEth);
  b.open_long(kSol);
  b.venue.fire_stops(kBtc);
  b.settle();
  REQUIRE(b.portfolio.trades().back().exit_reason == ExitReason::stop);
  REQUIRE_FALSE(b.fills.back().external_close);
  b.venue.close_outside(kEth, false);
  b.settle();
  REQUIRE(b.portfolio.trades().back().exit_reason == ExitReason::guard);
  REQUIRE(b.fills.back().external_close); // so that the record can say whose hand it was
  b.venue.close_outside(kSol, true);
  b.settle();
  REQUIRE_FALSE(b.fills.back().external_close);
  REQUIRE(b.portfolio.trades().back().exit_reason == ExitReason::liquidation);
}

TEST_CASE("the rest of an entry is cancelled before the position is closed", "[unit][order]") {
  DeskBench b;
  REQUIRE(b.approve(b.long_entry(kBtc, "3")));
  b.fill_entry(kBtc, "1");
  b.close(kBtc);
  REQUIRE(b.sent.size() >= 3);
  REQUIRE(std::holds_alternative<CancelOrder>(b.sent[1].request.request));
  REQUIRE(std::holds_alternative<PlaceOrder>(b.sent[2].request.request));
  REQUIRE(b.venue.orders.empty());
  REQUIRE(b.venue.held(kBtc).is_flat());
}

TEST_CASE("a close that was never seen is sent again after the position was read",
          "[unit][order]") {
  DeskBench b;
  b.open_long(kBtc, "2");
  int lost = 1;
  b.passage = [&](const ChangeRequest& r) {
    const auto* p = std::get_if<PlaceOrder>(&r);
    return p != nullptr && !p->opens && lost-- > 0
               ? Passage{RequestOutcome::unknown, false, true, {}}
               : Passage{};
  };
  b.close(kBtc);
  REQUIRE(b.last_state(OrderRole::exit) == unknown);
  b.pass(10s);
  REQUIRE(b.venue.held(kBtc).is_flat());
  const auto orders = b.sent_of<PlaceOrder>();
  REQUIRE(orders.size() == 3);
  REQUIRE(orders[1].client_id.text().ends_with("-x-x1"));
  REQUIRE(orders[2].client_id.text().ends_with("-x-x2"));
  const bool read = std::any_of(b.asked.begin(), b.asked.end(), [](const AskVenue& a) {
    return a.query.kind == QueryKind::positions;
  });
  REQUIRE(read);
  REQUIRE(b.portfolio.trades().size() == 1);
}

TEST_CASE("a close that was executed although its answer was lost is not sent again",
          "[unit][order]") {
  DeskBench b;
  b.open_long(kBtc, "2");
  b.deliver_news = false;
  b.passage = [](const ChangeRequest& r) {
    const auto* p = std::get_if<PlaceOrder>(&r);
    return p != nullptr && !p->opens ? Passage{RequestOutcome::unknown, true, true, {}} : Passage{};
  };
  b.close(kBtc);
  b.pass(30s);
  REQUIRE(b.sent_of<PlaceOrder>().size() == 2);
  REQUIRE(b.last_state(OrderRole::exit) == filled);
  REQUIRE(b.portfolio.position(kBtc).is_flat());
}

TEST_CASE("a repeated close is never for more than the venue still holds", "[unit][order]") {
  DeskBench b;
  b.open_long(kBtc, "2");
  int lost = 1;
  b.passage = [&](const ChangeRequest& r) {
    const auto* p = std::get_if<PlaceOrder>(&r);
    return p != nullptr && !p->opens && lost-- > 0
               ? Passage{RequestOutcome::unknown, false, true, {}}
               : Passage{};
  };
  b.deliver_news = false; // the engine does not hear that a person takes half
  b.close(kBtc);
  b.venue.positions[kBtc.id()].quantity = qty("0.5");
  b.pass(10s);
  REQUIRE(b.sent_of<PlaceOrder>().back().quantity == qty("0.5"));
  REQUIRE(b.venue.most_closed_beyond.is_zero());
}

TEST_CASE("a rejected close asks for the fills that would explain it", "[unit][order]") {
  DeskBench b;
  b.open_long(kBtc);
  b.deliver_news = false;
  b.venue.fire_stops(kBtc); // closed, and nobody told us
  b.settle();
  b.close(kBtc);
  REQUIRE(b.portfolio.position(kBtc).is_flat()); // learnt from the fills
  REQUIRE(b.portfolio.trades().back().exit_reason == ExitReason::stop);
  REQUIRE(b.portfolio.trades().size() == 1);
}

TEST_CASE("a close the venue keeps turning away is repeated, slower each time, then left",
          "[unit][order]") {
  DeskBench b;
  b.open_long(kBtc);
  b.passage = [](const ChangeRequest& r) {
    const auto* p = std::get_if<PlaceOrder>(&r);
    return p != nullptr && !p->opens ? Passage{RequestOutcome::rejected, false, true, {}}
                                     : Passage{};
  };
  b.close(kBtc);
  b.pass(2min);
  REQUIRE(b.sent_of<PlaceOrder>().size() == 1 + 8);
  REQUIRE(b.portfolio.position(kBtc).quantity == qty("1"));
  REQUIRE_FALSE(b.venue.triggers.empty()); // still protected
  // Another exit decision starts anew.
  b.passage = nullptr;
  b.close(kBtc);
  REQUIRE(b.venue.held(kBtc).is_flat());
}

TEST_CASE("two closes together never ask for more than is open", "[unit][order]") {
  DeskBench b;
  b.open_long(kBtc, "2");
  b.passage = [](const ChangeRequest& r) {
    return std::holds_alternative<PlaceOrder>(r) ? Passage{RequestOutcome::ok, true, false, {}}
                                                 : Passage{};
  };
  b.deliver_news = false;
  OrderIntent part = exit_of(kBtc, PositionSide::long_side, qty("1.5"), b.data);
  part.kind = IntentKind::reduce;
  REQUIRE(b.approve(part));
  b.close(kBtc);
  Quantity asked;
  for (const PlaceOrder& o : b.sent_of<PlaceOrder>()) {
    asked += o.opens ? Quantity::zero() : o.quantity;
  }
  REQUIRE(asked == qty("2"));
}

TEST_CASE("a kill sweeps entries before anything else and keeps the stops", "[unit][order]") {
  DeskBench b;
  b.open_long(kSol);
  b.pass(3s);
  REQUIRE(b.approve(b.long_entry(kBtc)));
  REQUIRE(b.approve(b.long_entry(kEth)));
  b.journal_acks = false;
  REQUIRE(b.approve(b.long_entry(Symbol::from_id(5), "10"))); // not journalled yet
  const std::size_t before = b.sent.size();
  b.desk.kill(b.wall);
  b.settle();
  REQUIRE(b.sent.size() == before + 1); // one request for all
  const auto& sweep = std::get<CancelAll>(b.sent.back().request.request);
  REQUIRE(sweep.all_symbols);
  REQUIRE_FALSE(sweep.triggers);
  REQUIRE(b.venue.orders.empty());
  b.acknowledge_journal();
  b.pass(2s);
  REQUIRE(b.sent_of<PlaceOrder>().size() == 3); // the unwritten one never left
  for (const Symbol s : {kBtc, kEth, Symbol::from_id(5)}) {
    REQUIRE_FALSE(b.desk.has_live_entry(s));
  }
  REQUIRE(b.venue.stop_quantity(kSol) == qty("1"));
}

TEST_CASE("when the sweep of a kill fails, each entry is cancelled by itself", "[unit][order]") {
  for (const RequestOutcome outcome : {RequestOutcome::rejected, RequestOutcome::unknown}) {
    DeskBench b;
    REQUIRE(b.approve(b.long_entry(kBtc)));
    REQUIRE(b.approve(b.long_entry(kEth)));
    b.passage = [outcome](const ChangeRequest& r) {
      return std::holds_alternative<CancelAll>(r) ? Passage{outcome, false, true, {}} : Passage{};
    };
    b.desk.kill(b.wall);
    b.pass(2s);
    REQUIRE(b.venue.orders.empty());
    REQUIRE(b.sent_of<CancelOrder>().size() == 2);
  }
}

TEST_CASE("an entry that is acknowledged after the kill is cancelled then", "[unit][order]") {
  DeskBench b;
  std::vector<SendRequest> held;
  b.passage = [](const ChangeRequest& r) {
    return std::holds_alternative<PlaceOrder>(r) ? Passage{RequestOutcome::ok, true, false, {}}
                                                 : Passage{};
  };
  b.deliver_news = false;
  REQUIRE(b.approve(b.long_entry(kBtc)));
  REQUIRE(b.last_state(OrderRole::entry) == sent);
  const RequestId id = b.sent.back().request.id;
  const VenueOrderId venue_id = b.venue.orders[0].order.venue_id;
  b.passage = [](const ChangeRequest& r) { // the sweep overtakes the entry
    return std::holds_alternative<CancelAll>(r) ? Passage{RequestOutcome::ok, false, true, {}}
                                                : Passage{};
  };
  b.desk.kill(b.wall);
  b.settle();
  b.desk.on_answer(ChangeAnswer{id, RequestOutcome::ok, venue_id, 0, "", {}}, b.wall);
  b.pass(3s);
  REQUIRE(b.venue.orders.empty());
  REQUIRE(b.last_state(OrderRole::entry) == cancelled);
}
