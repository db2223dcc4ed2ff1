#include "tests/unit/order/desk_bench.hpp"

using namespace rg;
using namespace rg::test;
using enum rg::OrderState;

TEST_CASE("a burst of entries leaves at six a second and the exchange never counts more than ten",
          "[unit][order]") {
  DeskBench b;
  int placed = 0;
  for (int round = 0; round < 25; ++round) { // 200 intents, eight pairs in turn
    for (const Symbol s : Symbol::all()) {
      const Timestamp stamp = b.data;
      REQUIRE(b.approve(entry(s, Side::buy,
                              qty(s.id() == 5 || s.id() == 4 ? "10"
                                  : s.id() == 6              ? "100"
                                                             : "1"),
                              price("99"), price("95"), stamp)));
      ++placed;
    }
    b.pass(1500ms);
    for (const Symbol s : Symbol::all()) {
      b.desk.cancel_entries(s, b.wall);
    }
    b.pass(60s);
  }
  REQUIRE(placed == 200);
  REQUIRE(b.venue.entries_accepted.size() == 200);
  REQUIRE(b.venue.most_in_a_second() <= 8);
  REQUIRE(b.venue.most_in_a_second() >= 6); // and the budget is used
}

TEST_CASE("a close goes out next from the reserved share while entries wait", "[unit][order]") {
  DeskBench b;
  b.open_long(kBtc);
  b.pass(2s);
  int n = 0;
  for (const Symbol s : Symbol::all()) {
    if (s != kBtc) {
      REQUIRE(b.approve(entry(s, Side::buy,
                              qty(s.id() == 5 || s.id() == 4 ? "10"
                                  : s.id() == 6              ? "100"
                                                             : "1"),
                              price("99"), price("95"), b.data)));
      ++n;
    }
  }
  REQUIRE(n == 7);
  const std::size_t before = b.sent.size();
  b.close(kBtc);
  REQUIRE(b.sent.size() == before + 1);
  REQUIRE_FALSE(std::get<PlaceOrder>(b.sent.back().request.request).opens);
  REQUIRE(b.venue.held(kBtc).is_flat());
  REQUIRE(b.venue.orders.size() == 6); // the seventh entry still waits
  b.pass(2s);
  REQUIRE(b.venue.orders.size() == 7);
}

TEST_CASE("protection comes before cancels and cancels before entries", "[unit][order]") {
  DeskBench b;
  b.open_long(kBtc);
  b.pass(2s);
  // Fill the budget, then queue one of each kind in the opposite order.
  for (std::uint8_t id = 1; id < 8; ++id) {
    const Symbol s = Symbol::from_id(id);
    REQUIRE(b.approve(entry(s, Side::buy,
                            qty(id == 5 || id == 4 ? "10"
                                : id == 6          ? "100"
                                                   : "1"),
                            price("99"), price("95"), b.data)));
  }
  b.passage = [](const ChangeRequest&) {
    return Passage{RequestOutcome::rate_limited, false, true, 5s};
  };
  b.close(kBtc); // meets a 429: everything waits from here
  b.passage = nullptr;
  const std::size_t before = b.sent.size();
  REQUIRE(b.approve(stop_move(kBtc, price("97"), b.data)));
  b.pass(30s);
  std::vector<int> kinds;
  for (std::size_t i = before; i < b.sent.size(); ++i) {
    const auto& r = b.sent[i].request.request;
    const auto* place = std::get_if<PlaceOrder>(&r);
    kinds.push_back(place == nullptr ? 1 : place->opens ? 2 : 0);
  }
  REQUIRE(kinds.size() >= 2);
  REQUIRE(std::is_sorted(kinds.begin(), kinds.end()));
  REQUIRE(kinds.front() == 0);
  REQUIRE(kinds.back() == 2);
}

TEST_CASE("answers that stay out hold their slots", "[unit][order]") {
  DeskBench b;
  b.passage = [](const ChangeRequest&) { return Passage{RequestOutcome::ok, true, false, {}}; };
  b.deliver_news = false;
  for (std::uint8_t id = 0; id < 8; ++id) {
    const Symbol s = Symbol::from_id(id);
    REQUIRE(b.approve(entry(s, Side::buy,
                            qty(id == 5 || id == 4 ? "10"
                                : id == 6          ? "100"
                                                   : "1"),
                            price("99"), price("95"), b.data)));
  }
  REQUIRE(b.sent.size() == 6);
  b.pass(5s);
  REQUIRE(b.sent.size() == 6); // they may still arrive
  b.pass(5s);
  REQUIRE(b.sent.size() == 8);
}

TEST_CASE("between two base bars of a backtest the desk drains everything", "[unit][order]") {
  DeskBench b;
  for (std::uint8_t id = 0; id < 8; ++id) {
    const Symbol s = Symbol::from_id(id);
    REQUIRE(b.approve(entry(s, Side::buy,
                            qty(id == 5 || id == 4 ? "10"
                                : id == 6          ? "100"
                                                   : "1"),
                            price("99"), price("95"), b.data)));
  }
  b.pass(1min - 1s);
  REQUIRE(b.venue.orders.size() == 8);
  for (std::uint8_t id = 0; id < 8; ++id) {
    b.venue.fill_entry(Symbol::from_id(id), qty("1000"), b.wall);
  }
  b.settle();
  b.pass(1min - 1s);
  REQUIRE(b.desk.is_idle());
  REQUIRE(b.stops.size() == 8);
  REQUIRE(b.desk.next_wall_event() == Timestamp{});
}

TEST_CASE("a wall clock that steps back stops nothing and frees nothing", "[unit][order]") {
  DeskBench b;
  const auto burst = [&b](std::string_view q) {
    for (std::uint8_t id = 0; id < 3; ++id) {
      REQUIRE(b.approve(b.long_entry(Symbol::from_id(id), q)));
    }
  };
  burst("1");
  REQUIRE(b.venue.orders.size() == 3);
  b.wall = b.wall - 1h;
  for (std::uint8_t id = 0; id < 3; ++id) {
    b.desk.cancel_entries(Symbol::from_id(id), b.wall);
  }
  b.settle();
  b.pass(1ms);
  REQUIRE(b.sent.size() == 6);
  burst("2"); // other content than before; the budget of this second is spent on six already
  REQUIRE(b.sent.size() == 6);
  b.pass(2s);
  REQUIRE(b.sent.size() == 9);
  REQUIRE(b.events.back().wall_time <= b.wall);
}
