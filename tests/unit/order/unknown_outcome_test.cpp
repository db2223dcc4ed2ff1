#include "tests/unit/order/desk_bench.hpp"

using namespace rg;
using namespace rg::test;
using enum rg::OrderState;

namespace {

Passage lost(bool executed) {
  return {RequestOutcome::unknown, executed, true, {}};
}

std::size_t places(const DeskBench& b) {
  return b.sent_of<PlaceOrder>().size();
}

} // namespace

TEST_CASE("accepted and the answer lost: found among the open orders, never sent twice",
          "[unit][order]") {
  for (const bool echoes : {true, false}) {
    DeskBench b;
    b.venue.echoes_client_ids = echoes;
    b.deliver_news = false;
    b.passage = [](const ChangeRequest& r) {
      return std::holds_alternative<PlaceOrder>(r) ? lost(true) : Passage{};
    };
    REQUIRE(b.approve(b.long_entry(kBtc)));
    b.pass(1s);
    REQUIRE(b.last_state(OrderRole::entry) == acked);
    REQUIRE_FALSE(b.desk.has_unknown(kBtc));
    REQUIRE(places(b) == 1);
    b.deliver_news = true;
    b.fill_entry(kBtc, "1");
    REQUIRE(b.portfolio.position(kBtc).quantity == qty("1"));
  }
}

TEST_CASE("accepted, filled and everything lost: found in the history with its fills",
          "[unit][order]") {
  DeskBench b;
  b.deliver_news = false;
  b.passage = [&](const ChangeRequest& r) {
    return std::holds_alternative<PlaceOrder>(r) ? lost(true) : Passage{};
  };
  b.answer_queries = false;
  REQUIRE(b.approve(b.long_entry(kBtc)));
  b.venue.fill_entry(kBtc, qty("1"), b.wall);
  b.answer_queries = true;
  b.pass(15s); // the first question was lost too
  REQUIRE(b.last_state(OrderRole::entry) == filled);
  REQUIRE(b.portfolio.position(kBtc).quantity == qty("1"));
  REQUIRE(b.desk.stop_price(kBtc) == price("95"));
  REQUIRE(places(b) == 1);
}

TEST_CASE("never arrived: written off once nothing can be pending, and the pair is free again",
          "[unit][order]") {
  DeskBench b;
  b.passage = [](const ChangeRequest& r) {
    return std::holds_alternative<PlaceOrder>(r) ? lost(false) : Passage{};
  };
  REQUIRE(b.approve(b.long_entry(kBtc)));
  REQUIRE(b.last_state(OrderRole::entry) == unknown);
  REQUIRE(b.desk.has_unknown(kBtc));
  REQUIRE(b.portfolio.gross_leverage_in_flight() > 0.0); // counts as filled meanwhile
  b.pass(39s);
  REQUIRE(b.last_state(OrderRole::entry) == unknown);
  b.pass(15s);
  REQUIRE(b.last_state(OrderRole::entry) == written_off);
  REQUIRE_FALSE(b.desk.has_unknown(kBtc));
  REQUIRE(b.portfolio.gross_leverage_in_flight() == 0.0);
  REQUIRE(places(b) == 1);
  b.passage = nullptr;
  b.pass(1min);
  REQUIRE(b.approve(b.long_entry(kBtc)));
  REQUIRE(b.last_state(OrderRole::entry) == acked);
}

TEST_CASE("while the venue does not answer, nothing is written off", "[unit][order]") {
  DeskBench b;
  b.passage = [](const ChangeRequest&) { return lost(false); };
  b.answer_queries = false;
  REQUIRE(b.approve(b.long_entry(kBtc)));
  b.pass(10min);
  REQUIRE(b.desk.has_unknown(kBtc));
  b.answer_queries = true;
  b.pass(30s);
  REQUIRE_FALSE(b.desk.has_unknown(kBtc));
}

TEST_CASE("a position that nobody can explain keeps the order from being written off",
          "[unit][order]") {
  DeskBench b;
  b.passage = [](const ChangeRequest&) { return lost(false); };
  REQUIRE(b.approve(b.long_entry(kBtc)));
  b.venue.positions[kBtc.id()] = {kBtc, PositionSide::long_side, qty("1"), usd("99"), b.data};
  b.pass(5min);
  REQUIRE(b.desk.has_unknown(kBtc));
  b.venue.positions[kBtc.id()].quantity = Quantity::zero();
  b.pass(30s);
  REQUIRE_FALSE(b.desk.has_unknown(kBtc));
}

TEST_CASE("an unknown entry blocks its own pair only", "[unit][order]") {
  DeskBench b;
  b.passage = [](const ChangeRequest& r) {
    const auto* p = std::get_if<PlaceOrder>(&r);
    return p != nullptr && p->symbol == kBtc ? lost(false) : Passage{};
  };
  REQUIRE(b.approve(b.long_entry(kBtc)));
  REQUIRE(b.desk.has_unknown(kBtc));
  REQUIRE_FALSE(b.desk.has_unknown(kEth));
  REQUIRE(b.approve(b.long_entry(kEth)));
  REQUIRE(b.refusals.empty());
}

TEST_CASE("a gateway that never answers is taken for an unknown outcome", "[unit][order]") {
  DeskBench b;
  b.deliver_news = false;
  b.passage = [](const ChangeRequest& r) {
    return std::holds_alternative<PlaceOrder>(r) ? Passage{RequestOutcome::ok, true, false, {}}
                                                 : Passage{};
  };
  REQUIRE(b.approve(b.long_entry(kBtc)));
  b.pass(5s);
  REQUIRE(b.last_state(OrderRole::entry) == sent);
  b.pass(3s);
  REQUIRE(b.last_state(OrderRole::entry) == acked); // found
}

TEST_CASE("an answer that comes after all resolves the order", "[unit][order]") {
  DeskBench b;
  b.deliver_news = false;
  b.answer_queries = false;
  b.passage = [](const ChangeRequest& r) {
    return std::holds_alternative<PlaceOrder>(r) ? Passage{RequestOutcome::ok, true, false, {}}
                                                 : Passage{};
  };
  REQUIRE(b.approve(b.long_entry(kBtc)));
  const RequestId id = b.sent.back().request.id;
  b.pass(10s);
  REQUIRE(b.last_state(OrderRole::entry) == unknown);
  b.desk.on_answer(
      ChangeAnswer{id, RequestOutcome::ok, b.venue.orders[0].order.venue_id, 0, "", {}}, b.wall);
  b.settle();
  REQUIRE(b.last_state(OrderRole::entry) == acked);
}

TEST_CASE("an unknown entry whose life is over is cancelled when it is found", "[unit][order]") {
  DeskBench b;
  b.deliver_news = false;
  b.answer_queries = false;
  b.passage = [](const ChangeRequest& r) {
    return std::holds_alternative<PlaceOrder>(r) ? lost(true) : Passage{};
  };
  REQUIRE(b.approve(b.long_entry(kBtc)));
  b.pass(16min);
  b.answer_queries = true;
  b.pass(20s);
  REQUIRE(b.last_state(OrderRole::entry) == expired);
  REQUIRE(b.venue.orders.empty());
}

TEST_CASE("a lost cancel is repeated until the order has ended", "[unit][order]") {
  DeskBench b;
  REQUIRE(b.approve(b.long_entry(kBtc)));
  int losses = 2;
  b.passage = [&](const ChangeRequest& r) {
    return std::holds_alternative<CancelOrder>(r) && losses-- > 0 ? lost(false) : Passage{};
  };
  b.desk.cancel_entries(kBtc, b.wall);
  b.pass(10s);
  REQUIRE(b.venue.orders.empty());
  REQUIRE(b.last_state(OrderRole::entry) == cancelled);
  REQUIRE(b.sent_of<CancelOrder>().size() == 3);
}

TEST_CASE("a fill that names no order of ours waits until its order is known", "[unit][order]") {
  DeskBench b;
  b.deliver_news = false;
  b.answer_queries = false;
  b.passage = [](const ChangeRequest& r) {
    return std::holds_alternative<PlaceOrder>(r) ? lost(true) : Passage{};
  };
  REQUIRE(b.approve(b.long_entry(kBtc)));
  b.venue.fill_entry(kBtc, qty("1"), b.wall);
  Fill told = b.venue.fills.back(); // venues know their own id of the order alone
  told.client_id = ClientOrderId{};
  b.desk.on_fill(told, b.wall);
  b.settle();
  REQUIRE(b.fills.empty());

  b.answer_queries = true;
  b.pass(15s);
  REQUIRE(b.fills.size() == 1);
  REQUIRE(b.fills[0].fill.client_id == b.sent_of<PlaceOrder>()[0].client_id);
  REQUIRE(b.last_state(OrderRole::entry) == filled);
  REQUIRE(b.portfolio.position(kBtc).quantity == qty("1"));
  REQUIRE(b.desk.stop_price(kBtc) == price("95")); // the entry's own
}

TEST_CASE("a stranger's fill beside an unknown entry is booked once the search rules the entry out",
          "[unit][order]") {
  DeskBench b;
  b.answer_queries = false;
  b.passage = [](const ChangeRequest& r) {
    return std::holds_alternative<PlaceOrder>(r) ? lost(false) : Passage{};
  };
  REQUIRE(b.approve(b.long_entry(kBtc)));
  Fill stranger =
      fill(77, kBtc, PositionSide::long_side, true, qty("0.3"), price("99"), usd("0.01"), b.data);
  stranger.venue_order_id = 4711;
  b.venue.fills.push_back(stranger);
  b.desk.on_fill(stranger, b.wall);
  b.settle();
  REQUIRE(b.fills.empty());
  b.answer_queries = true;
  b.pass(8s); // the first question was lost
  REQUIRE_FALSE(b.fills.empty());
  REQUIRE(b.fills[0].fill.venue_fill_id == 77);
  REQUIRE(b.fills[0].fill.client_id.empty());
}

TEST_CASE("a stranger's fill that is in the book that was taken is not booked again",
          "[unit][order]") {
  DeskBench b;
  b.desk.on_book_taken(b.data);
  QueryAnswer told;
  told.payload = std::vector<Fill>{
      fill(78, kBtc, PositionSide::long_side, true, qty("0.3"), price("99"), usd("0.01"), b.data)};
  b.desk.on_answer(told, b.wall);
  b.settle();
  REQUIRE(b.fills.empty());
  told.payload = std::vector<Fill>{fill(79, kBtc, PositionSide::long_side, true, qty("0.3"),
                                        price("99"), usd("0.01"), b.data + 1ms)};
  b.desk.on_answer(told, b.wall);
  b.settle();
  REQUIRE(b.fills.size() == 1);
  // An order of ours is ours whenever it filled.
  REQUIRE(b.approve(b.long_entry(kEth)));
  b.desk.on_book_taken(b.data + 1h);
  b.deliver_news = false;
  b.venue.fill_entry(kEth, qty("1"), b.wall);
  told.payload = std::vector<Fill>{b.venue.fills.back()};
  b.desk.on_answer(told, b.wall);
  b.settle();
  REQUIRE(b.portfolio.position(kEth).quantity == qty("1"));
}
