#include "tests/unit/order/desk_bench.hpp"

#include <map>

using namespace rg;
using namespace rg::test;
using enum rg::OrderState;

namespace {

/// What the journal would give a new engine: the last event of each order.
DeskRestore from_journal(const DeskBench& b) {
  DeskRestore r;
  std::map<std::string, OrderEvent> last;
  for (const OrderEvent& e : b.events) {
    last[std::string(e.client_id.text())] = e;
  }
  for (const auto& [id, e] : last) {
    r.orders.push_back(e);
  }
  for (const AttributedFill& f : b.fills) {
    r.applied_fills.push_back(f.fill.venue_fill_id);
  }
  for (const Symbol s : Symbol::all()) {
    if (const Position p = b.portfolio.position(s); !p.is_flat()) {
      r.positions.push_back({p, {s, at(15min), DecisionKind::signal, 0}, price("95")});
    }
  }
  r.entry_life = 15min;
  r.data_now = b.data;
  r.wall_now = b.wall;
  return r;
}

/// The process dies and comes back; the venue and the books stay.
void restart(DeskBench& b, Duration down = 3s) {
  DeskRestore r = from_journal(b);
  b.wall = b.wall + down;
  r.wall_now = b.wall;
  b.desk = OrderDesk(OrderSettings{}, contract_defaults(), 1);
  for (const OrderEvent& e : r.orders) {
    if (!is_terminal(e.to)) {
      Decision d;
      d.id = e.decision;
      d.stop_price = price("95");
      d.signal.rule = Rule::trend;
      r.decisions.push_back(d);
    }
  }
  b.desk.restore(r);
  b.pass(Duration::zero());
}

} // namespace

TEST_CASE("a resting entry found after a restart goes on resting", "[unit][order]") {
  DeskBench b;
  REQUIRE(b.approve(b.long_entry(kBtc)));
  restart(b);
  b.pass(5s);
  REQUIRE(b.last_state(OrderRole::entry) == acked);
  REQUIRE(b.venue.orders.size() == 1);
  REQUIRE(b.sent_of<PlaceOrder>().size() == 1);
  b.fill_entry(kBtc, "1");
  b.pass(10s);
  REQUIRE(b.desk.stop_price(kBtc) == price("95"));
  REQUIRE(b.portfolio.position(kBtc).quantity == qty("1"));
}

TEST_CASE("an entry of which nobody knows whether it left is searched for, not sent",
          "[unit][order]") {
  for (const bool executed : {true, false}) {
    DeskBench b;
    b.deliver_news = false;
    b.passage = [executed](const ChangeRequest&) {
      return Passage{RequestOutcome::ok, executed, false, {}};
    };
    REQUIRE(b.approve(b.long_entry(kBtc)));
    b.passage = nullptr;
    restart(b);
    REQUIRE(b.states(OrderRole::entry)[4] == unknown);
    b.pass(1min);
    REQUIRE(b.sent_of<PlaceOrder>().size() == 1);
    REQUIRE(b.last_state(OrderRole::entry) == (executed ? acked : written_off));
  }
}

TEST_CASE("an intent that was durable and never sent is not sent by the next engine",
          "[unit][order]") {
  DeskBench b;
  b.journal_acks = false;
  REQUIRE(b.approve(b.long_entry(kBtc)));
  restart(b);
  b.pass(2min);
  REQUIRE(b.sent_of<PlaceOrder>().empty());
  REQUIRE(b.last_state(OrderRole::entry) == written_off);
}

TEST_CASE("fills of the time in which nothing ran are found once", "[unit][order]") {
  DeskBench b;
  REQUIRE(b.approve(b.long_entry(kBtc, "2")));
  b.fill_entry(kBtc, "0.5");
  b.deliver_news = false;
  b.venue.fill_entry(kBtc, qty("1.5"), b.wall);
  static_cast<void>(b.venue.take_news());
  restart(b);
  b.deliver_news = true;
  b.pass(20s);
  REQUIRE(b.portfolio.position(kBtc).quantity == qty("2"));
  REQUIRE(b.last_state(OrderRole::entry) == filled);
  REQUIRE(b.fills.size() == 2);
}

TEST_CASE("a position whose stop is missing gets one after the restart", "[unit][order]") {
  DeskBench b;
  b.open_long(kBtc);
  b.venue.lose_triggers(kBtc, false);
  restart(b);
  b.pass(10s);
  REQUIRE(b.venue.stop_quantity(kBtc) == qty("1"));
  REQUIRE(b.alarms.empty());
}

TEST_CASE("a position whose stop is there keeps it, untouched", "[unit][order]") {
  DeskBench b;
  b.open_long(kBtc);
  const std::size_t before = b.sent.size();
  restart(b);
  restart(b);
  b.pass(10s);
  REQUIRE(b.sent.size() == before);
  REQUIRE(b.desk.stop_price(kBtc) == price("95"));
}

TEST_CASE("an adopted position without any stop is closed", "[unit][order]") {
  DeskBench b;
  b.venue.positions[kBtc.id()] = {kBtc, PositionSide::long_side, qty("1"), usd("99"), b.data};
  REQUIRE(b.portfolio.reconcile(kBtc, b.venue.held(kBtc), b.data));
  DeskRestore r;
  r.positions.push_back({b.portfolio.position(kBtc), {}, Price::zero()});
  r.data_now = b.data;
  r.wall_now = b.wall;
  b.desk = OrderDesk(OrderSettings{}, contract_defaults(), 1);
  b.desk.restore(r);
  b.pass(15s);
  REQUIRE(b.alarms.size() == 1);
  REQUIRE(b.venue.held(kBtc).is_flat());
}

TEST_CASE("triggers left behind by an unfinished sweep are swept", "[unit][order]") {
  DeskBench b;
  b.open_long(kBtc);
  b.passage = [](const ChangeRequest& r) {
    return std::holds_alternative<CancelAll>(r) ? Passage{RequestOutcome::unknown, false, false, {}}
                                                : Passage{};
  };
  b.close(kBtc);
  REQUIRE(b.venue.triggers.size() == 1);
  b.passage = nullptr;
  restart(b);
  b.pass(10s);
  REQUIRE(b.venue.triggers.empty());
}

TEST_CASE("a close that was under way is finished by the next engine, once", "[unit][order]") {
  for (const bool executed : {true, false}) {
    DeskBench b;
    b.open_long(kBtc);
    b.deliver_news = false;
    b.passage = [executed](const ChangeRequest&) {
      return Passage{RequestOutcome::ok, executed, false, {}};
    };
    b.close(kBtc);
    static_cast<void>(b.venue.take_news());
    b.passage = nullptr;
    restart(b);
    b.deliver_news = true;
    b.pass(20s);
    REQUIRE(b.venue.held(kBtc).is_flat());
    REQUIRE(b.portfolio.position(kBtc).is_flat());
    REQUIRE(b.portfolio.trades().size() == 1);
    REQUIRE(b.venue.most_closed_beyond.is_zero());
  }
}

TEST_CASE("the first request after a restart waits for the last second to be over",
          "[unit][order]") {
  DeskBench b;
  for (std::uint8_t id = 0; id < 8; ++id) {
    const Symbol s = Symbol::from_id(id);
    REQUIRE(b.approve(entry(s, Side::buy,
                            qty(id == 5 || id == 4 ? "10"
                                : id == 6          ? "100"
                                                   : "1"),
                            price("99"), price("95"), b.data)));
  }
  const std::size_t before = b.sent.size();
  restart(b, 1ms);
  REQUIRE(b.approve(b.long_entry(kBtc)) == false); // still counted as on its way
  b.pass(1s);
  REQUIRE(b.sent.size() == before);
  REQUIRE(b.venue.most_in_a_second() <= 10);
}
