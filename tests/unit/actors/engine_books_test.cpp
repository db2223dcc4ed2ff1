// The engine's books under odd news: funding across a restart, closes by somebody else's hand,
// fills that fit nothing, and entries whose cancelling fell with the desk.

#include "tests/support/catch.hpp"
#include "tests/support/engine_bench.hpp"

using namespace rg;
using rg::test::EngineBench;

namespace {

const Symbol kEth = Symbol::from_id(1);

Symbol open_a_position(EngineBench& bench) {
  REQUIRE(bench.step_until([&] { return bench.any_position(); }, 4000));
  for (const PairStatus& pair : bench.engine->status().pairs) {
    if (!pair.position.is_flat()) {
      return pair.symbol;
    }
  }
  return kEth;
}

/// A close of the whole position that no order of ours asked for.
Fill foreign_close(const EngineBench& bench, Symbol symbol, VenueFillId id) {
  const PairStatus& pair = bench.pair(symbol);
  Fill fill;
  fill.symbol = symbol;
  fill.venue_fill_id = id;
  fill.venue_order_id = id;
  fill.position = pair.position.side;
  fill.side = exit_side(fill.position);
  fill.opens = false;
  fill.quantity = pair.position.quantity;
  fill.price = pair.mark_price; // not at the stop
  fill.value = multiply(fill.price, fill.quantity, Rounding::nearest);
  fill.exchange_time = bench.engine->context().data_now;
  return fill;
}

} // namespace

TEST_CASE("funding of an open trade is on record and survives a crash of the portfolio, once",
          "[unit][actors]") {
  EngineBench bench;
  bench.start();
  const Symbol symbol = open_a_position(bench);
  const Timestamp now = bench.engine->context().data_now;
  const Notional paid = EngineBench::money("-0.12345678");
  const CashFlow flow{CashFlowKind::funding, symbol, paid, now, 7'700'001};
  const Notional before = bench.engine->status().wallet_balance;
  bench.engine->process(flow);
  CHECK(bench.engine->status().wallet_balance == before + paid);
  CHECK(bench.journal.supervision("cash_flow", std::string(symbol.name())) == 1);

  const auto& known = bench.engine->context().ledger;
  CHECK(known.open(symbol).funding == EngineBench::money("0.12345678")); // > 0 = paid
  CHECK(known.knows_bill(7'700'001));

  bench.crash(bench.engine->context().portfolio.actor());
  bench.wait(5s);
  REQUIRE(bench.engine->context().portfolio.is_up());
  const Notional after = bench.engine->status().wallet_balance;
  bench.engine->process(flow); // told again
  CHECK(bench.engine->status().wallet_balance == after);
  CHECK(bench.journal.supervision("cash_flow", std::string(symbol.name())) == 1);
  CHECK(known.open(symbol).funding == EngineBench::money("0.12345678"));
}

TEST_CASE("a close by somebody else's hand is said to be one", "[unit][actors]") {
  EngineBench bench;
  bench.start();
  const Symbol symbol = open_a_position(bench);
  bench.step_minutes(1);
  REQUIRE_FALSE(bench.pair(symbol).position.is_flat());
  const std::string name(symbol.name());
  bench.engine->process(foreign_close(bench, symbol, 9'900'001));
  CHECK(bench.pair(symbol).position.is_flat());
  CHECK(bench.journal.supervision("external_close", name) == 1);
}

TEST_CASE("a fill that fits no position blocks its pair until the venue's book has settled it",
          "[unit][actors]") {
  EngineBench bench;
  bench.start();
  Fill orphan; // closes what was never told to be open
  orphan.symbol = kEth;
  orphan.venue_fill_id = 8'800'001;
  orphan.position = PositionSide::short_side;
  orphan.side = Side::buy;
  orphan.opens = false;
  orphan.quantity = Quantity::from_double(0.1, Rounding::nearest);
  orphan.price = bench.pair(kEth).mark_price;
  orphan.value = multiply(orphan.price, orphan.quantity, Rounding::nearest);
  orphan.exchange_time = bench.engine->context().data_now;
  bench.engine->process(orphan);
  const auto blocked = [&] {
    const auto& because = bench.pair(kEth).not_trading_because;
    return std::find(because.begin(), because.end(), "not_reconciled") != because.end();
  };
  CHECK(blocked());
  bench.wait(3min); // two looks at the venue agree that there is nothing
  CHECK_FALSE(blocked());
  CHECK(bench.pair(kEth).position.is_flat());
  CHECK(bench.engine->status().wallet_balance == bench.venue.wallet());
}

TEST_CASE("entries that rested when the order desk fell are cancelled when it is back",
          "[unit][actors]") {
  EngineBench bench;
  bench.start();
  const auto resting = [&] {
    for (const JournalRecord& record : bench.journal.records) {
      if (const auto* e = std::get_if<OrderEvent>(&record);
          e != nullptr && e->role == OrderRole::entry && e->to == OrderState::acked) {
        const auto& orders = bench.journal.of<OrderEvent>();
        const auto last = std::find_if(orders.rbegin(), orders.rend(), [&](const OrderEvent& x) {
          return x.client_id == e->client_id;
        });
        if (last->to == OrderState::acked) {
          return std::optional(e->client_id);
        }
      }
    }
    return std::optional<ClientOrderId>();
  };
  REQUIRE(bench.step_until([&] { return resting().has_value(); }, 4000));
  const ClientOrderId id = *resting();
  bench.crash(bench.engine->context().order.actor());
  bench.wait(10s);
  REQUIRE(bench.engine->context().order.is_up());
  bench.wait(30s);
  const auto events = bench.journal.of<OrderEvent>();
  const auto last = std::find_if(events.rbegin(), events.rend(),
                                 [&](const OrderEvent& e) { return e.client_id == id; });
  CHECK(last->to == OrderState::cancelled);
  CHECK(bench.gateway.count<CancelOrder>() >= 1);
}
