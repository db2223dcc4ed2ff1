#include "tests/support/catch.hpp"
#include "tests/unit/actors/ledger_records.hpp"

using namespace rg;
using namespace rg::test;

TEST_CASE("an empty journal restores the venue's wallet and nothing else", "[unit][ledger]") {
  const Ledger ledger(kInstance);
  CHECK_FALSE(ledger.has_history());
  const PortfolioState state = ledger.portfolio_state(usdt(10'000));
  CHECK(state.cash == usdt(10'000));
  CHECK(state.high_water_mark == usdt(10'000));
  CHECK(state.positions.empty());
  CHECK(ledger.news_wanted_since() == Timestamp{});
}

TEST_CASE("an open position comes back with what its decision knew", "[unit][ledger]") {
  Ledger ledger(kInstance);
  ledger.apply(equity(kNoon, 10'000, 10'100));
  ledger.apply(approved());
  ledger.apply(event(OrderState::acked));
  ledger.apply(fill(11, true, 1.5, 3000));
  ledger.apply(fill(12, true, 0.5, 3010));
  ledger.apply(fill(12, true, 0.5, 3010)); // told twice
  ledger.apply(fill(13, false, 0.5, 3100, kNoon + 2min));

  const PortfolioState state = ledger.portfolio_state(usdt(0));
  // Fees of 3, and 0.5 x 3100 - 6005 / 4 realised, since the equity record told 9,995.
  CHECK(state.cash == usdt(9'995 - 3 + 48.75));
  CHECK(state.high_water_mark == usdt(10'100));
  REQUIRE(state.positions.size() == 1);
  const auto& open = state.positions[0];
  CHECK(open.position.quantity == quantity(1.5));
  // 1.5 x 3000 + 0.5 x 3010 = 6005; a quarter of the position leaves at the average.
  CHECK(open.position.open_value == usdt(6005 * 0.75));
  CHECK(open.entry_decision == entry_id());
  CHECK(open.entry_rule == Rule::reversion);
  CHECK(open.entry_regime == Regime::range_bound);
  CHECK(open.stop_price == price(2900));
  CHECK(open.target == price(3050));
  CHECK(open.opened - open.closed == open.position.quantity);
  CHECK(open.fees == usdt(3));
  CHECK(state.applied_fills == std::vector<VenueFillId>{11, 12, 13});
}

TEST_CASE("a stop that was moved is the one that is looked for", "[unit][ledger]") {
  Ledger ledger(kInstance);
  ledger.apply(approved());
  ledger.apply(fill(11, true, 2, 3000));
  ledger.apply(event(OrderState::acked, OrderRole::stop));
  const DeskRestore restore = ledger.desk_restore(24h, 15min, kNoon, kNoon);
  REQUIRE(restore.positions.size() == 1);
  CHECK(restore.positions[0].stop_price == price(2950));
  CHECK(restore.positions[0].entry_decision == entry_id());
}

TEST_CASE("unfinished orders come back with their decision, closed trades do not",
          "[unit][ledger]") {
  Ledger ledger(kInstance);
  ledger.apply(approved());
  ledger.apply(event(OrderState::intended));
  ledger.apply(event(OrderState::sent));
  DeskRestore restore = ledger.desk_restore(24h, 15min, kNoon + 1h, kNoon + 1h);
  REQUIRE(restore.orders.size() == 1);
  CHECK(restore.orders[0].to == OrderState::sent);
  REQUIRE(restore.decisions.size() == 1);
  CHECK(restore.decisions[0].id == entry_id());
  CHECK(ledger.news_wanted_since() == kNoon); // the live order's own time

  ledger.apply(event(OrderState::filled));
  ledger.apply(fill(11, true, 2, 3000));
  ledger.apply(fill(12, false, 2, 3100, kNoon + 5min));
  restore = ledger.desk_restore(24h, 15min, kNoon + 1h, kNoon + 1h);
  CHECK(restore.positions.empty());
  CHECK(restore.decisions.empty());
  REQUIRE(restore.executions.size() == 1);
  CHECK(restore.executions[0].rule == Rule::reversion);
  CHECK(ledger.desk_restore(1min, 15min, kNoon + 2h, kNoon).executions.empty());
  CHECK(ledger.news_wanted_since() == kNoon + 5min);
}

TEST_CASE("latches, pauses, quarantines and ladder halts survive until they are lifted",
          "[unit][ledger]") {
  Ledger ledger(kInstance);
  ledger.apply(equity(kNoon, 9'000, 10'000));
  ledger.apply(word(supervision::kLatched, "portfolio", "reduce_only: asked for (console)"));
  CHECK(ledger.latch() == HaltTier::reduce_only);
  ledger.apply(word(supervision::kLatched, "portfolio", "flatten: asked for (signal)"));
  CHECK(ledger.latch() == HaltTier::flatten);
  ledger.apply(word(supervision::kPaused, "cmt_ethusdt", ""));
  ledger.apply(word(supervision::kQuarantined, "cmt_solusdt", ""));
  ledger.apply(word(supervision::kLadderHalted, "portfolio", "until 1735819200000 of data time"));
  PortfolioState state = ledger.portfolio_state(usdt(0));
  CHECK(state.latch == HaltTier::flatten);
  CHECK(state.halted_until == Timestamp::from_ms(1'735'819'200'000));
  CHECK(ledger.is_paused(kEth));
  CHECK(ledger.is_quarantined(*Symbol::parse("SOL")));

  ledger.apply(word(supervision::kResumed, "cmt_ethusdt", ""));
  ledger.apply(word(supervision::kResumed, "cmt_solusdt", ""));
  ledger.apply(word(supervision::kReleased, "portfolio", "checked (console)"));
  state = ledger.portfolio_state(usdt(0));
  CHECK(state.latch == HaltTier::none);
  CHECK(state.halted_until == Timestamp{});
  CHECK_FALSE(ledger.is_paused(kEth));
  CHECK_FALSE(ledger.is_quarantined(*Symbol::parse("SOL")));
}

TEST_CASE("funding stays with the open trade, each bill once", "[unit][ledger]") {
  Ledger ledger(kInstance);
  ledger.apply(approved());
  ledger.apply(fill(11, true, 2.0, 3000));
  const CashFlow paid{CashFlowKind::funding, kEth, usdt(-0.6), kNoon, 501};
  CHECK(cash_flow_text(paid) == "funding -0.6 USDT, bill 501");
  const CashFlow received{CashFlowKind::funding, kEth, usdt(0.25), kNoon, 502};
  const CashFlow other_pair{CashFlowKind::funding, Symbol::from_id(0), usdt(-9), kNoon, 503};
  const CashFlow deposit{CashFlowKind::deposit, Symbol{}, usdt(100), kNoon, 504};
  for (const CashFlow& flow : {paid, paid, received, other_pair, deposit}) {
    ledger.apply(word(supervision::kCashFlow,
                      flow.kind == CashFlowKind::funding ? std::string(flow.symbol.name()).c_str()
                                                         : "account",
                      cash_flow_text(flow).c_str()));
  }
  const PortfolioState state = ledger.portfolio_state(usdt(10'000));
  REQUIRE(state.positions.size() == 1);
  CHECK(state.positions[0].funding == usdt(0.35)); // > 0 = paid
  CHECK(state.applied_bills == std::vector<std::uint64_t>{501, 502, 503, 504});
  ledger.apply(
      word(supervision::kCashFlow, "cmt_ethusdt", "funding of no form")); // changes nothing
  CHECK(ledger.portfolio_state(usdt(10'000)).positions[0].funding == usdt(0.35));
}

TEST_CASE("a book that was taken from the venue is remembered", "[unit][ledger]") {
  Ledger ledger(kInstance);
  ledger.apply(equity(kNoon, 10'000, 10'000));
  ledger.apply(approved());
  ledger.apply(fill(11, true, 2.0, 3000));
  const auto state = [&] { return ledger.portfolio_state(usdt(0)); };
  Position before = state().positions.at(0).position;
  Position now = before;
  now.quantity = Quantity::from_double(2.5, Rounding::nearest);
  now.open_value = usdt(7'600.00000001);
  ledger.apply(word(supervision::kPositionCorrected, "cmt_ethusdt",
                    position_correction_text(now, before).c_str()));
  REQUIRE(state().positions.size() == 1);
  PortfolioState::OpenPosition open = state().positions[0];
  CHECK(open.position.quantity == now.quantity);
  CHECK(open.position.open_value == now.open_value);
  CHECK(open.opened - open.closed == now.quantity);
  CHECK(open.entry_decision == state().positions[0].entry_decision);
  REQUIRE(ledger.desk_restore(24h, 15min, kNoon, kNoon).positions.size() == 1);
  CHECK(ledger.desk_restore(24h, 15min, kNoon, kNoon).positions[0].position.quantity ==
        now.quantity);

  before = now; // less than we knew
  now.quantity = Quantity::from_double(0.5, Rounding::nearest);
  now.open_value = usdt(1'520);
  ledger.apply(word(supervision::kPositionCorrected, "cmt_ethusdt",
                    position_correction_text(now, before).c_str()));
  open = state().positions.at(0);
  CHECK(open.position.quantity == now.quantity);
  CHECK(open.opened - open.closed == now.quantity);

  before = now; // the other side: nothing of the old trade is left
  now.side = PositionSide::short_side;
  ledger.apply(word(supervision::kPositionCorrected, "cmt_ethusdt",
                    position_correction_text(now, before).c_str()));
  open = state().positions.at(0);
  CHECK(open.position.side == PositionSide::short_side);
  CHECK(open.entry_decision == DecisionId{});

  ledger.apply(word(supervision::kPositionCorrected, "cmt_ethusdt", "of no form")); // no change
  CHECK(state().positions.size() == 1);
  ledger.apply(word(supervision::kPositionCorrected, "cmt_ethusdt",
                    position_correction_text(Position{}, now).c_str()));
  CHECK(state().positions.empty());

  ledger.apply(word(supervision::kWalletCorrected, "portfolio",
                    wallet_correction_text(usdt(-0.02), usdt(9'959.77)).c_str()));
  CHECK(state().cash == usdt(9'959.77));
}

TEST_CASE(
    "the other side of a pair is somebody else's until ours is flat and an entry of ours opened "
    "it",
    "[unit][ledger]") {
  const auto other_side = [](VenueFillId id, bool opens, double q, const ClientOrderId& order) {
    Fill f = fill(id, opens, q, 3000);
    f.position =
        f.position == PositionSide::long_side ? PositionSide::short_side : PositionSide::long_side;
    f.client_id = order;
    return f;
  };
  Ledger ledger(kInstance);
  ledger.apply(equity(kNoon, 10'000, 10'000));
  ledger.apply(approved());
  ledger.apply(fill(11, true, 2.0, 3000));
  const PositionSide side = ledger.open(kEth).position.side;
  ledger.apply(other_side(12, true, 0.5, {})); // a stranger's
  CHECK(ledger.open(kEth).position.quantity == Quantity::from_double(2.0, Rounding::nearest));
  PortfolioState state = ledger.portfolio_state(usdt(0));
  REQUIRE(state.opposites.size() == 1);
  CHECK(state.opposites[0].quantity == Quantity::from_double(0.5, Rounding::nearest));
  ledger.apply(fill(13, false, 2.0, 3000)); // ours goes
  state = ledger.portfolio_state(usdt(0));
  CHECK(state.positions.empty());
  CHECK(state.opposites.size() == 1);
  ledger.apply(other_side(14, false, 0.5, {}));
  CHECK(ledger.portfolio_state(usdt(0)).opposites.empty());

  ledger.apply(
      fill(21, true, 2.0, 3000)); // ours again, and our next entry is told before its close
  ledger.apply(other_side(22, true, 1.0, entry_order()));
  ledger.apply(fill(23, false, 2.0, 3000));
  CHECK(ledger.portfolio_state(usdt(0)).opposites.empty());
  CHECK(ledger.open(kEth).position.side != side);
  CHECK(ledger.open(kEth).position.quantity == Quantity::from_double(1.0, Rounding::nearest));
}

TEST_CASE("the day's opening equity is its first record", "[unit][ledger]") {
  Ledger ledger(kInstance);
  ledger.apply(equity(kNoon, 10'000, 10'000));
  ledger.apply(approved());
  ledger.apply(equity(kNoon + 1h, 9'900, 10'000));
  PortfolioState state = ledger.portfolio_state(usdt(0));
  CHECK(state.day_opening_equity == usdt(10'000));
  CHECK(state.orders_today == 1);
  ledger.apply(equity(kNoon + 13h, 9'800, 10'000)); // past midnight
  state = ledger.portfolio_state(usdt(0));
  CHECK(state.day_opening_equity == usdt(9'800));
  CHECK(state.orders_today == 0);
}

TEST_CASE("old orders and fills are forgotten after a week", "[unit][ledger]") {
  Ledger ledger(kInstance);
  ledger.apply(approved());
  ledger.apply(event(OrderState::filled));
  ledger.apply(fill(11, true, 2, 3000));
  ledger.apply(fill(12, false, 2, 3000, kNoon + 2min));
  CHECK(ledger.knows_fill(11));
  ledger.apply(fill(13, true, 2, 3000, kNoon + 8 * 24h));
  CHECK_FALSE(ledger.knows_fill(11));
  CHECK(ledger.knows_fill(13));
  CHECK_FALSE(ledger.knows_order(entry_order()));
}

TEST_CASE("an event from before the first market data leaves its order's data time as it was",
          "[unit][actors]") {
  Ledger ledger(kInstance);
  ledger.apply(approved());
  ledger.apply(event(OrderState::acked));
  OrderEvent lookup = event(OrderState::unknown);
  lookup.data_time = Timestamp{};
  ledger.apply(lookup);
  CHECK(ledger.news_wanted_since() == kNoon);
  CHECK(ledger.anything_open());
  ledger.apply(equity(kNoon + 1h, 1000, 1000));
  OrderEvent stop = event(OrderState::acked, OrderRole::stop); // placed by a start, equally blind
  stop.data_time = Timestamp{};
  ledger.apply(stop);
  CHECK(ledger.news_wanted_since() == kNoon);
  ledger.apply(event(OrderState::cancelled));
  CHECK(ledger.news_wanted_since() == kNoon + 1h);
}

TEST_CASE(
    "something of ours may be at the venue while an order has no outcome or a position is open",
    "[unit][actors]") {
  Ledger ledger(kInstance);
  CHECK_FALSE(ledger.anything_open());
  ledger.apply(approved());
  CHECK_FALSE(ledger.anything_open());
  ledger.apply(event(OrderState::journalled));
  CHECK(ledger.anything_open());
  ledger.apply(event(OrderState::filled));
  CHECK_FALSE(ledger.anything_open());
  ledger.apply(fill(1, true, 2.0, 3000));
  CHECK(ledger.anything_open());
  ledger.apply(fill(2, false, 2.0, 3000));
  CHECK_FALSE(ledger.anything_open());
}
