// What changes at the venue while clients trade there: the core's side and the schedule's format.

#include "infra/exchange/venue_changes.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/exchange/scripted_market.hpp"

using namespace rg;
using namespace rg::exchange;
using namespace rg::exchange::test;

namespace {

VenueChange change(const std::string& json) {
  auto read = parse_change(json, "test");
  INFO((read ? std::string() : read.error().text()));
  REQUIRE(read);
  return std::move(read).value();
}

void apply(Venue& v, const std::string& json) {
  const auto refusal = v.core->apply(change(json));
  INFO(json << ": " << (refusal ? refusal->message : ""));
  REQUIRE_FALSE(refusal);
}

std::string refusal_of(const Result<OrderId, Refusal>& placed) {
  return placed ? "" : placed.error().message;
}

} // namespace

TEST_CASE("a coarser tick and step hold for new orders, quotes and prints at once",
          "[unit][exchange]") {
  Venue v;
  const OrderId old = v.must_place(v.order(kLong, true, "0.0003", "99000.1"));
  apply(v, R"({"symbol": "BTC", "tick_size": "1", "size_step": "0.001", "min_size": "0.002"})");
  CHECK(refusal_of(v.place(v.order(kLong, true, "0.0003", "99000"))) ==
        "INVALID_ARGUMENT: The order size must be greater than 0 and matches the stepSize '0.001' "
        "requirement. Current size is '0.0003'");
  CHECK(refusal_of(v.place(v.order(kLong, true, "0.001", "99000"))) != ""); // below the least size
  CHECK(refusal_of(v.place(v.order(kLong, true, "0.002", "99000.1")))
            .find("matches the stepSize '1'") != std::string::npos);
  CHECK(v.place(v.order(kLong, true, "0.002", "99000")));
  CHECK(v.find(old).status == OrderStatus::open); // it keeps its price
  v.step("100000.4");
  for (const Side side : {Side::buy, Side::sell}) {
    const auto levels = v.core->depth(btc(), side, 15);
    REQUIRE(levels.size() == 15);
    for (const BookLevel& level : levels) {
      CHECK(level.price.raw() % kFixedScale == 0);
      CHECK(level.size.raw() % quantity("0.001").raw() == 0);
    }
  }
  CHECK(v.core->last(btc()) == price("100000"));
  for (const TradePrint& p : v.core->prints(btc(), 0, 100)) {
    CHECK(p.price.raw() % kFixedScale == 0);
  }
  v.core->check();
}

TEST_CASE("largest sizes and leverage of a contract can be lowered", "[unit][exchange]") {
  Venue v;
  apply(v, R"({"symbol": "BTC", "max_size": "0.05", "max_market_open": "0.01",
               "max_position": "0.06", "max_leverage": 10})");
  CHECK(refusal_of(v.place(v.order(kLong, true, "0.06", "90000"))).find("not be greater than") !=
        std::string::npos);
  CHECK(refusal_of(v.place(v.order(kLong, true, "0.02"))).find("market order size") !=
        std::string::npos);
  CHECK(v.place(v.order(kLong, true, "0.01")));
  CHECK(v.place(v.order(kLong, true, "0.05", "100100")));
  CHECK(refusal_of(v.place(v.order(kLong, true, "0.01"))).find("exceeds the limit") !=
        std::string::npos);
  const auto leverage = [&](int n) {
    return v.core->set_leverage(v.account, btc(), MarginMode::cross, n * kFixedScale,
                                n * kFixedScale);
  };
  REQUIRE(leverage(11));
  CHECK(leverage(11)->kind == RefusalKind::leverage_limit);
  CHECK_FALSE(leverage(10));
}

TEST_CASE("a new fee is charged from the next fill on", "[unit][exchange]") {
  Venue v;
  v.must_place(v.order(kLong, true, "0.01"));
  CHECK(v.acc().fills.back().fee == exact_fee(v.acc().fills.back().value, 80'000));
  apply(v, R"({"symbol": "BTC", "taker_fee": "0.001", "maker_fee": "-0.0001"})");
  const OrderId next = v.must_place(v.order(kLong, true, "0.01"));
  CHECK(v.acc().fills.back().fee == exact_fee(v.acc().fills.back().value, 100'000));
  CHECK(v.find(next).taker_fee_units == 100'000);
  v.must_place(v.order(kLong, true, "0.01", "99000"));
  v.step("98000");
  CHECK(v.acc().fills.back().maker);
  CHECK(v.acc().fills.back().fee.is_negative()); // a rebate
  v.core->check();
}

TEST_CASE("reduce_only: entries are refused and cancelled, closes work", "[unit][exchange]") {
  Venue v;
  v.must_place(v.order(kLong, true, "0.02"));
  const OrderId entry = v.must_place(v.order(kLong, true, "0.01", "90000"));
  const OrderId close = v.must_place(v.order(kLong, false, "0.01", "110000"));
  apply(v, R"({"symbol": "cmt_btcusdt", "status": "reduce_only"})");
  CHECK(v.find(entry).status == OrderStatus::canceled);
  CHECK(v.find(entry).cancel_reason == CancelReason::venue);
  CHECK(v.find(close).status == OrderStatus::open);
  CHECK(v.place(v.order(kLong, true, "0.01")).error().kind == RefusalKind::not_tradable);
  CHECK(v.place(v.order(kLong, false, "0.01")));
  CHECK(v.core->place_trigger(v.account, v.stop(kLong, "0.01", "95000"), v.wall));
  apply(v, R"({"symbol": "BTC", "status": "trading"})");
  CHECK(v.place(v.order(kLong, true, "0.01")));
  v.core->check();
}

TEST_CASE("suspended: the price stands, nothing fills, cancels work, then the market has moved on",
          "[unit][exchange]") {
  Venue v;
  v.must_place(v.order(kLong, true, "0.02"));
  const auto stop = v.core->place_trigger(v.account, v.stop(kLong, "0.01", "99000"), v.wall);
  REQUIRE(stop);
  const OrderId close = v.must_place(v.order(kLong, false, "0.01", "101000"));
  apply(v, R"({"symbol": "BTC", "status": "suspended"})");
  v.step("98000");
  v.step("102000");
  CHECK(v.core->last(btc()) == price("100000"));
  CHECK(v.core->marks()[btc().id()] == price("100000"));
  CHECK(v.find(*stop).status == OrderStatus::untriggered);
  CHECK(v.find(close).status == OrderStatus::open);
  CHECK(v.place(v.order(kLong, false, "0.01")).error().kind == RefusalKind::not_tradable);
  const auto closed = v.core->close_positions(v.account, btc(), v.wall);
  REQUIRE(closed.size() == 1);
  CHECK(closed[0].order == 0);
  CHECK(closed[0].error == "Not have permission to trade this pair.");
  CHECK(v.core->cancel(v.account, close, false, v.wall));
  apply(v, R"({"symbol": "BTC", "status": "trading"})");
  v.step("98000");
  CHECK(v.core->last(btc()) == price("98000"));
  CHECK(v.find(*stop).status == OrderStatus::filled);
  v.core->check();
}

TEST_CASE("maintenance: every pair stands still, nobody is liquidated", "[unit][exchange]") {
  Venue v;
  REQUIRE_FALSE(v.core->set_leverage(v.account, btc(), MarginMode::cross, 100 * kFixedScale,
                                     100 * kFixedScale));
  v.must_place(v.order(kLong, true, "5"));
  apply(v, R"({"maintenance": "begin"})");
  CHECK(v.core->in_maintenance());
  v.step("90000");
  CHECK(v.position(kLong).size == quantity("5"));
  CHECK(v.core->last(btc()) == price("100000"));
  apply(v, R"({"maintenance": "end"})");
  v.step("90000");
  CHECK(v.position(kLong).size.is_zero()); // what it would have met at once
  v.core->check();
}

TEST_CASE("deposits and withdrawals are bills of their own kinds", "[unit][exchange]") {
  Venue v;
  static_cast<void>(v.core->take_events());
  apply(v, R"({"account": 0, "deposit": "500"})");
  apply(v, R"({"account": 0, "withdraw": "200.5"})");
  apply(v, R"({"transfer_in": "1", "account": 0})");
  apply(v, R"({"transfer_out": "2"})");
  const auto& bills = v.acc().bills;
  REQUIRE(bills.size() == 5);
  CHECK(bills[1].kind == BillKind::deposit);
  CHECK(bills[1].balance == money("10500"));
  CHECK(bills[2].kind == BillKind::withdraw);
  CHECK(bills[2].amount == money("-200.5"));
  CHECK(bills[3].kind == BillKind::transfer_in);
  CHECK(bills[4].kind == BillKind::transfer_out);
  CHECK(v.acc().ledger.collateral() == money("10298.5"));
  const auto events = v.core->take_events();
  REQUIRE(events.size() == 4);
  CHECK(events[0].cause == CoreEvent::Cause::deposit);
  CHECK(events[1].cause == CoreEvent::Cause::withdrawal);
  // Never more than is available, never on an account that is not there.
  CHECK(v.core->apply(change(R"({"withdraw": "10298.51"})")));
  CHECK(v.core->apply(change(R"({"account": 1, "deposit": "1"})")));
  CHECK(v.acc().bills.size() == 5);
  v.core->check();
}

TEST_CASE("changes that cannot be told to clients are refused and change nothing",
          "[unit][exchange]") {
  Venue v;
  for (const char* json :
       {R"({"symbol": "BTC", "tick_size": "0.5"})", R"({"symbol": "BTC", "size_step": "0.0025"})",
        R"({"symbol": "BTC", "size_step": "0.001"})", // the least size is no multiple of it
        R"({"symbol": "BTC", "max_size": "0.00001"})",
        R"({"symbol": "ETH", "taker_fee": "0.001"})"}) { // not in this market
    CAPTURE(json);
    CHECK(v.core->apply(change(json)));
    CHECK(v.core->rules(btc()) == contract_defaults()[btc().id()]);
  }
}

TEST_CASE("a schedule: by time, each change once, refused ones counted", "[unit][exchange]") {
  auto plan = FaultPlan::parse(R"({"seed": 1, "changes": [
      {"at_s": 20, "maintenance": "begin"}, {"at_s": 30, "maintenance": "end"},
      {"at_s": 10.5, "symbol": "BTC", "taker_fee": "0.001"},
      {"at_s": 20, "withdraw": "1000000"}]})",
                               "test");
  REQUIRE(plan);
  Venue v({}, std::move(plan).value());
  const auto at = [&](double seconds) {
    v.core->faults().set_elapsed(
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds)));
    return v.core->apply_due_changes();
  };
  CHECK(at(10.4) == 0);
  CHECK(v.core->rules(btc()).taker_fee == Ratio{0.0008});
  CHECK(at(10.5) == 0);
  CHECK(v.core->rules(btc()).taker_fee == Ratio{0.001});
  CHECK(at(25) == 1);
  CHECK(v.core->in_maintenance());
  CHECK(at(26) == 0);
  CHECK(at(40) == 0);
  CHECK_FALSE(v.core->in_maintenance());
}

TEST_CASE("a change that makes no sense is refused with its key", "[unit][exchange]") {
  struct Row {
    const char* json;
    const char* says;
  };
  for (const Row& row : {
           Row{"[]", "an object"},
           Row{"{", "not valid JSON"},
           Row{"{}", "either of a contract"},
           Row{R"({"symbol": "PEPE"})", "symbol: one of the eight"},
           Row{R"({"taker_fee": "0.001"})", "symbol is missing"},
           Row{R"({"symbol": "BTC", "taker_fee": 0.001})", "taker_fee: a text"},
           Row{R"({"symbol": "BTC", "taker_fee": "0.2"})", "taker_fee"},
           Row{R"({"symbol": "BTC", "maker_fee": "NaN"})", "maker_fee"},
           Row{R"({"symbol": "BTC", "tick_size": "-1"})", "tick_size"},
           Row{R"({"symbol": "BTC", "tick_size": "1e3"})", "tick_size"},
           Row{R"({"symbol": "BTC", "size_step": "0"})", "size_step"},
           Row{R"({"symbol": "BTC", "max_leverage": 0})", "max_leverage"},
           Row{R"({"symbol": "BTC", "status": "halted"})", "status"},
           Row{R"({"symbol": "BTC", "colour": "red"})", "colour: unknown key"},
           Row{R"({"symbol": "BTC", "maintenance": "begin"})", "either of a contract"},
           Row{R"({"maintenance": "now"})", "maintenance"},
           Row{R"({"maintenance": true})", "maintenance"},
           Row{R"({"account": 0})", "is missing"},
           Row{R"({"account": -1, "deposit": "1"})", "account"},
           Row{R"({"deposit": "0"})", "deposit"},
           Row{R"({"deposit": "1", "withdraw": "1"})", "one movement"},
           Row{R"({"at_s": 1, "maintenance": "end"})", "only in a schedule"},
       }) {
    CAPTURE(row.json);
    const auto read = parse_change(row.json, "line 7");
    REQUIRE_FALSE(read);
    CHECK(read.error().where == "line 7");
    CHECK(read.error().what.find(row.says) != std::string::npos);
  }
  const auto bad = FaultPlan::parse(R"({"changes": [{"at_s": 1, "maintenance": "end"}, {}]})", "f");
  REQUIRE_FALSE(bad);
  CHECK(bad.error().text() == "f: changes[1]: at_s is missing");
  CHECK_FALSE(FaultPlan::parse(R"({"changes": {}})", "f"));
}
