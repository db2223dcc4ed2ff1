#include "tests/unit/order/desk_bench.hpp"

using namespace rg;
using namespace rg::test;
using enum rg::OrderState;

TEST_CASE("an entry is durable before it is sent", "[unit][order]") {
  DeskBench b;
  b.journal_acks = false;
  REQUIRE(b.approve(b.long_entry(kBtc)));
  REQUIRE(b.unwritten.size() == 1);
  REQUIRE(b.sent.empty());
  b.pass(10s);
  REQUIRE(b.sent.empty());
  const RequestId prepared = b.unwritten[0].request_id;
  b.acknowledge_journal();
  REQUIRE(b.sent.size() == 1);
  REQUIRE(b.sent[0].request.id == prepared); // the bytes made meanwhile are the ones that leave
  const auto& order = std::get<PlaceOrder>(b.sent[0].request.request);
  REQUIRE(order.client_id.text() == "rg000001-btc-1735690500000-s-e1");
  REQUIRE(order.opens);
  REQUIRE(order.post_only);
  REQUIRE(order.limit == price("99"));
  REQUIRE(order.preset_stop == price("95"));
}

TEST_CASE("every transition of an order is told", "[unit][order]") {
  DeskBench b;
  REQUIRE(b.approve(b.long_entry(kBtc, "2")));
  b.fill_entry(kBtc, "0.5");
  b.fill_entry(kBtc, "0.5");
  b.fill_entry(kBtc, "1");
  REQUIRE(b.states(OrderRole::entry) == std::vector<OrderState>{intended, journalled, queued, sent,
                                                                acked, partially_filled,
                                                                partially_filled, filled});
  OrderState last = intended;
  for (const OrderEvent& e : b.events) {
    REQUIRE((e.from == last || e.to == intended));
    last = e.to;
  }
  REQUIRE(b.fills.size() == 3);
  REQUIRE(b.portfolio.position(kBtc).quantity == qty("2"));
  REQUIRE_FALSE(b.desk.has_live_entry(kBtc));
}

TEST_CASE("a desk refusal is told at once and no order comes to be", "[unit][order]") {
  DeskBench b;
  OrderIntent far = b.long_entry(kBtc);
  far.limit = price("90");
  REQUIRE(b.approve(far));
  REQUIRE(b.refusals.size() == 1);
  REQUIRE(b.refusals[0].decision.refusal == Refusal::price_collar);
  REQUIRE(b.refusals[0].decision.outcome == Outcome::refused);
  REQUIRE(b.refusals[0].decision.quantity.is_zero());
  REQUIRE(b.events.empty());
  REQUIRE(b.sent.empty());
  REQUIRE(b.portfolio.gross_leverage_in_flight() == 0.0);
}

TEST_CASE("a resting entry is cancelled when its life is over, by data time", "[unit][order]") {
  DeskBench b;
  REQUIRE(b.approve(b.long_entry(kBtc)));
  b.pass(15min - 1s);
  REQUIRE(b.sent_of<CancelOrder>().empty());
  b.pass(2s);
  REQUIRE(b.sent_of<CancelOrder>().size() == 1);
  REQUIRE(b.last_state(OrderRole::entry) == expired);
  REQUIRE(b.venue.orders.empty());
  REQUIRE(b.portfolio.gross_leverage_in_flight() == 0.0);
}

TEST_CASE("a cancel that loses the race leaves the fill standing", "[unit][order]") {
  DeskBench b;
  REQUIRE(b.approve(b.long_entry(kBtc)));
  b.passage = [&](const ChangeRequest& r) {
    if (std::holds_alternative<CancelOrder>(r)) {
      b.venue.fill_entry(kBtc, qty("1"), b.wall); // just before the cancel arrives
    }
    return Passage{};
  };
  b.desk.cancel_entries(kBtc, b.wall);
  b.settle();
  REQUIRE(b.last_state(OrderRole::entry) == filled);
  REQUIRE(b.portfolio.position(kBtc).quantity == qty("1"));
  b.pass(5s);
  REQUIRE(b.desk.stop_price(kBtc) == price("95")); // and it is protected
}

TEST_CASE("a cancel taken by the venue ends the order also when the news is lost",
          "[unit][order]") {
  DeskBench b;
  REQUIRE(b.approve(b.long_entry(kBtc)));
  b.deliver_news = false;
  b.venue.fill_entry(kBtc, qty("0.4"), b.wall);
  b.settle();
  b.desk.cancel_entries(kBtc, b.wall);
  b.pass(5s);
  REQUIRE(b.last_state(OrderRole::entry) == cancelled);
  REQUIRE(b.events.back().filled == qty("0.4")); // looked up, fill and all
  REQUIRE(b.portfolio.position(kBtc).quantity == qty("0.4"));
}

TEST_CASE("news twice and out of order changes nothing", "[unit][order]") {
  DeskBench b;
  REQUIRE(b.approve(b.long_entry(kBtc, "2")));
  b.deliver_news = false;
  b.venue.fill_entry(kBtc, qty("1"), b.wall);
  auto first = b.venue.take_news();
  b.venue.fill_entry(kBtc, qty("1"), b.wall);
  auto second = b.venue.take_news();
  b.deliver_news = true;
  for (int round = 0; round < 2; ++round) {
    for (const auto* batch : {&second, &first}) {
      for (auto n = batch->rbegin(); n != batch->rend(); ++n) {
        if (const auto* f = std::get_if<Fill>(&*n)) {
          b.desk.on_fill(*f, b.wall);
        } else {
          b.desk.on_order(std::get<VenueOrderUpdate>(*n), b.wall);
        }
        b.settle();
      }
    }
  }
  REQUIRE(b.fills.size() == 2);
  REQUIRE(b.portfolio.position(kBtc).quantity == qty("2"));
  REQUIRE(b.last_state(OrderRole::entry) == filled);
  REQUIRE(b.states(OrderRole::entry).size() == 7); // one partial fill, then filled
}

TEST_CASE("a fill without our id is known by the venue's order id", "[unit][order]") {
  DeskBench b;
  b.venue.echoes_client_ids = false;
  REQUIRE(b.approve(b.long_entry(kBtc)));
  b.fill_entry(kBtc, "1");
  REQUIRE(b.fills.size() == 1);
  REQUIRE(b.fills[0].fill.client_id.text() == "rg000001-btc-1735690500000-s-e1");
  REQUIRE(b.last_state(OrderRole::entry) == filled);
}

TEST_CASE("fills that no one told are asked for", "[unit][order]") {
  DeskBench b;
  REQUIRE(b.approve(b.long_entry(kBtc)));
  b.deliver_news = false;
  b.venue.fill_entry(kBtc, qty("1"), b.wall);
  for (const auto& n : b.venue.take_news()) {
    if (const auto* u = std::get_if<VenueOrderUpdate>(&n)) {
      b.desk.on_order(*u, b.wall); // the order's end is told, its fill is not
    }
  }
  b.settle();
  REQUIRE(b.last_state(OrderRole::entry) == filled);
  REQUIRE(b.portfolio.position(kBtc).is_flat());
  REQUIRE(b.portfolio.gross_leverage_in_flight() > 0.0); // still counted
  b.pass(1s);
  REQUIRE(b.portfolio.position(kBtc).quantity == qty("1"));
}

TEST_CASE("an order the venue turns away is rejected, with its words", "[unit][order]") {
  DeskBench b;
  b.passage = [](const ChangeRequest&) {
    return Passage{RequestOutcome::rejected, false, true, {}};
  };
  REQUIRE(b.approve(b.long_entry(kBtc)));
  REQUIRE(b.last_state(OrderRole::entry) == rejected);
  REQUIRE(std::string(b.events.back().note.data()) == "scripted");
  REQUIRE(b.portfolio.gross_leverage_in_flight() == 0.0);
}

TEST_CASE("what was never sent, or refused with 429, goes out again with the same client id",
          "[unit][order]") {
  for (const RequestOutcome outcome : {RequestOutcome::not_sent, RequestOutcome::rate_limited}) {
    DeskBench b;
    int refusals = 2;
    b.passage = [&](const ChangeRequest&) {
      return refusals-- > 0 ? Passage{outcome, false, true, {}} : Passage{};
    };
    OrderIntent i = b.long_entry(kBtc);
    REQUIRE(b.approve(i));
    b.pass(60s);
    const auto placed = b.sent_of<PlaceOrder>();
    REQUIRE(placed.size() == 3);
    REQUIRE(placed[0].client_id == placed[2].client_id);
    REQUIRE(b.last_state(OrderRole::entry) == acked);
    REQUIRE(b.venue.entries_accepted.size() == 1);
    if (outcome == RequestOutcome::rate_limited) { // entries wait for the venue's whole window
      REQUIRE(b.sent[1].wall - b.sent[0].wall >= Duration{10s});
    }
  }
}

TEST_CASE("an entry that waits past its life is dropped with a record", "[unit][order]") {
  DeskBench b;
  b.passage = [](const ChangeRequest&) {
    return Passage{RequestOutcome::rate_limited, false, true, 20min};
  };
  REQUIRE(b.approve(b.long_entry(kBtc)));
  b.pass(15min + 1s);
  REQUIRE(b.last_state(OrderRole::entry) == expired);
  REQUIRE(b.sent.size() == 1);
  REQUIRE(b.portfolio.gross_leverage_in_flight() == 0.0);
}

TEST_CASE("leverage is set before the entry, only when it differs", "[unit][order]") {
  DeskBench b;
  b.desk.set_desired_leverage(5);
  REQUIRE(b.approve(b.long_entry(kBtc)));
  REQUIRE(b.sent.size() == 2);
  REQUIRE(std::get<SetLeverage>(b.sent[0].request.request).leverage == 5);
  REQUIRE(std::holds_alternative<PlaceOrder>(b.sent[1].request.request));
  REQUIRE(b.venue.leverage == 5);
  REQUIRE(b.approve(
      b.long_entry(kEth))); // the answer told all pairs: 20 at ETH, so it is set there too
  REQUIRE(b.sent_of<SetLeverage>().size() == 2);
  b.fill_entry(kBtc, "1");
  b.pass(5s);
  b.close(kBtc);
  b.pass(1min); // the same order sooner would be a duplicate
  OrderIntent again = b.long_entry(kBtc);
  REQUIRE(b.approve(again));
  b.pass(3s);
  REQUIRE(b.sent_of<SetLeverage>().size() == 2); // known by now
  REQUIRE(b.desk.has_live_entry(kBtc));
}

TEST_CASE("an entry waits while the leverage cannot be set", "[unit][order]") {
  DeskBench b;
  b.desk.set_desired_leverage(5);
  b.passage = [](const ChangeRequest& r) {
    return std::holds_alternative<SetLeverage>(r)
               ? Passage{RequestOutcome::rejected, false, true, {}}
               : Passage{};
  };
  REQUIRE(b.approve(b.long_entry(kBtc)));
  b.pass(20s);
  REQUIRE(b.sent_of<PlaceOrder>().empty());
  REQUIRE(b.sent_of<SetLeverage>().size() >= 2);
  REQUIRE(b.sent_of<SetLeverage>().size() <= 6); // tried every five seconds, not in a loop
  b.pass(15min);
  REQUIRE(b.last_state(OrderRole::entry) == expired);
}

TEST_CASE("links that are down refuse entries until they are back", "[unit][order]") {
  DeskBench b;
  const auto refusal_with = [&](Link link) {
    b.desk.on_link({link, false, b.wall});
    REQUIRE(b.approve(b.long_entry(kBtc)));
    b.desk.on_link({link, true, b.wall});
    b.settle();
    b.pass(1min + 1s);
    return b.refusals.back().decision.refusal;
  };
  REQUIRE(refusal_with(Link::public_stream) == Refusal::stale_data);
  REQUIRE(refusal_with(Link::private_stream) == Refusal::not_reconciled);
  REQUIRE(refusal_with(Link::rest) == Refusal::not_reconciled);
  REQUIRE(b.approve(b.long_entry(kBtc)));
  REQUIRE(b.last_state(OrderRole::entry) == acked);
}

TEST_CASE("a desk's settings change for the next order, but for those that are under way",
          "[unit][order]") {
  DeskBench b;
  OrderSettings next;
  next.price_collar = 0.0001;
  b.desk.set_settings(next);
  REQUIRE(b.approve(b.long_entry(kBtc)));
  b.settle();
  REQUIRE(b.refusals.back().decision.refusal == Refusal::price_collar);
  b.desk.set_settings(OrderSettings{});
  b.pass(1min + 1s);
  REQUIRE(b.approve(b.long_entry(kBtc)));
  REQUIRE(b.last_state(OrderRole::entry) == acked);
  next = OrderSettings{};
  next.requests_per_second = 10;
  REQUIRE_THROWS_AS(b.desk.set_settings(next), InvariantBroken);
}

TEST_CASE("after the private stream was down, what rests is looked up", "[unit][order]") {
  DeskBench b;
  REQUIRE(b.approve(b.long_entry(kBtc)));
  b.deliver_news = false;
  b.desk.on_link({Link::private_stream, false, b.wall});
  b.venue.fill_entry(kBtc, qty("1"), b.wall);
  b.settle();
  b.deliver_news = true;
  b.pass(1s);
  REQUIRE(b.last_state(OrderRole::entry) == acked);
  b.desk.on_link({Link::private_stream, true, b.wall});
  b.settle();
  // At the venue the order is filled; history says so, the fills follow.
  b.pass(1s);
  REQUIRE(b.last_state(OrderRole::entry) == filled);
  REQUIRE(b.portfolio.position(kBtc).quantity == qty("1"));
}
