#include "actors/journal/ledger.hpp"
#include "tests/support/catch.hpp"

using namespace rg;

namespace {

const Symbol kEth = Symbol::from_id(1);
const Timestamp kNoon = Timestamp::from_ms(1'735'732'800'000); // 2025-01-01T12:00Z
constexpr std::uint32_t kInstance = 1;

Quantity quantity(double q) {
  return Quantity::from_double(q, Rounding::nearest);
}
Price price(double p) {
  return Price::from_double(p, Rounding::nearest);
}
Notional money(double n) {
  return Notional::from_double(n, Rounding::nearest);
}

DecisionId entry_id(Timestamp stamp = kNoon) {
  return {kEth, stamp, DecisionKind::signal, 0};
}
ClientOrderId entry_order(Timestamp stamp = kNoon) {
  return derive_client_order_id(kInstance, entry_id(stamp), OrderRole::entry, 1);
}

DecisionRecord approved(Timestamp stamp = kNoon) {
  DecisionRecord r;
  r.decision.id = entry_id(stamp);
  r.decision.outcome = Outcome::approved;
  r.decision.signal.symbol = kEth;
  r.decision.signal.rule = Rule::reversion;
  r.decision.signal.regime = Regime::range_bound;
  r.decision.signal.target = 3050.0;
  r.decision.stop_price = price(2900);
  r.data_time = stamp;
  return r;
}

OrderEvent event(OrderState to, OrderRole role = OrderRole::entry) {
  OrderEvent e;
  e.symbol = kEth;
  e.decision = entry_id();
  e.role = role;
  e.client_id = derive_client_order_id(kInstance, e.decision, role, 1);
  e.to = to;
  e.data_time = kNoon;
  e.quantity = quantity(2.0);
  e.price = price(role == OrderRole::stop ? 2950 : 3000);
  return e;
}

Fill fill(VenueFillId id, bool opens, double q, double p, Timestamp when = kNoon + 1min) {
  Fill f;
  f.symbol = kEth;
  f.venue_fill_id = id;
  f.client_id = opens ? entry_order() : ClientOrderId{};
  f.opens = opens;
  f.side = opens ? Side::buy : Side::sell;
  f.quantity = quantity(q);
  f.price = price(p);
  f.value = multiply(f.price, f.quantity, Rounding::nearest);
  f.fee = money(1.0);
  f.exchange_time = when;
  return f;
}

EquityRecord equity(Timestamp when, double value, double high) {
  EquityRecord e;
  e.data_time = when;
  e.equity = money(value);
  e.high_water_mark = money(high);
  e.wallet_balance = money(value - 5);
  return e;
}

SupervisionRecord word(const char* kind, const char* subject, const char* detail) {
  return {kNoon, kNoon, kind, subject, detail};
}

} // namespace

TEST_CASE("an empty journal restores the venue's wallet and nothing else", "[unit][ledger]") {
  const Ledger ledger(kInstance);
  CHECK_FALSE(ledger.has_history());
  const PortfolioState state = ledger.portfolio_state(money(10'000));
  CHECK(state.cash == money(10'000));
  CHECK(state.high_water_mark == money(10'000));
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

  const PortfolioState state = ledger.portfolio_state(money(0));
  // Fees of 3, and 0.5 x 3100 - 6005 / 4 realised, since the equity record told 9,995.
  CHECK(state.cash == money(9'995 - 3 + 48.75));
  CHECK(state.high_water_mark == money(10'100));
  REQUIRE(state.positions.size() == 1);
  const auto& open = state.positions[0];
  CHECK(open.position.quantity == quantity(1.5));
  // 1.5 x 3000 + 0.5 x 3010 = 6005; a quarter of the position leaves at the average.
  CHECK(open.position.open_value == money(6005 * 0.75));
  CHECK(open.entry_decision == entry_id());
  CHECK(open.entry_rule == Rule::reversion);
  CHECK(open.entry_regime == Regime::range_bound);
  CHECK(open.stop_price == price(2900));
  CHECK(open.target == price(3050));
  CHECK(open.opened - open.closed == open.position.quantity);
  CHECK(open.fees == money(3));
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
  PortfolioState state = ledger.portfolio_state(money(0));
  CHECK(state.latch == HaltTier::flatten);
  CHECK(state.halted_until == Timestamp::from_ms(1'735'819'200'000));
  CHECK(ledger.is_paused(kEth));
  CHECK(ledger.is_quarantined(*Symbol::parse("SOL")));

  ledger.apply(word(supervision::kResumed, "cmt_ethusdt", ""));
  ledger.apply(word(supervision::kResumed, "cmt_solusdt", ""));
  ledger.apply(word(supervision::kReleased, "portfolio", "checked (console)"));
  state = ledger.portfolio_state(money(0));
  CHECK(state.latch == HaltTier::none);
  CHECK(state.halted_until == Timestamp{});
  CHECK_FALSE(ledger.is_paused(kEth));
  CHECK_FALSE(ledger.is_quarantined(*Symbol::parse("SOL")));
}

TEST_CASE("funding stays with the open trade, each bill once", "[unit][ledger]") {
  Ledger ledger(kInstance);
  ledger.apply(approved());
  ledger.apply(fill(11, true, 2.0, 3000));
  const CashFlow paid{CashFlowKind::funding, kEth, money(-0.6), kNoon, 501};
  CHECK(cash_flow_text(paid) == "funding -0.6 USDT, bill 501");
  const CashFlow received{CashFlowKind::funding, kEth, money(0.25), kNoon, 502};
  const CashFlow other_pair{CashFlowKind::funding, Symbol::from_id(0), money(-9), kNoon, 503};
  const CashFlow deposit{CashFlowKind::deposit, Symbol{}, money(100), kNoon, 504};
  for (const CashFlow& flow : {paid, paid, received, other_pair, deposit}) {
    ledger.apply(word(supervision::kCashFlow,
                      flow.kind == CashFlowKind::funding ? std::string(flow.symbol.name()).c_str()
                                                         : "account",
                      cash_flow_text(flow).c_str()));
  }
  const PortfolioState state = ledger.portfolio_state(money(10'000));
  REQUIRE(state.positions.size() == 1);
  CHECK(state.positions[0].funding == money(0.35)); // > 0 = paid
  CHECK(state.applied_bills == std::vector<std::uint64_t>{501, 502, 503, 504});
  ledger.apply(
      word(supervision::kCashFlow, "cmt_ethusdt", "funding of no form")); // changes nothing
  CHECK(ledger.portfolio_state(money(10'000)).positions[0].funding == money(0.35));
}

TEST_CASE("a book that was taken from the venue is remembered", "[unit][ledger]") {
  Ledger ledger(kInstance);
  ledger.apply(equity(kNoon, 10'000, 10'000));
  ledger.apply(approved());
  ledger.apply(fill(11, true, 2.0, 3000));
  const auto state = [&] { return ledger.portfolio_state(money(0)); };
  Position before = state().positions.at(0).position;
  Position now = before;
  now.quantity = Quantity::from_double(2.5, Rounding::nearest);
  now.open_value = money(7'600.00000001);
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
  now.open_value = money(1'520);
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
                    wallet_correction_text(money(-0.02), money(9'959.77)).c_str()));
  CHECK(state().cash == money(9'959.77));
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
  PortfolioState state = ledger.portfolio_state(money(0));
  REQUIRE(state.opposites.size() == 1);
  CHECK(state.opposites[0].quantity == Quantity::from_double(0.5, Rounding::nearest));
  ledger.apply(fill(13, false, 2.0, 3000)); // ours goes
  state = ledger.portfolio_state(money(0));
  CHECK(state.positions.empty());
  CHECK(state.opposites.size() == 1);
  ledger.apply(other_side(14, false, 0.5, {}));
  CHECK(ledger.portfolio_state(money(0)).opposites.empty());

  ledger.apply(
      fill(21, true, 2.0, 3000)); // ours again, and our next entry is told before its close
  ledger.apply(other_side(22, true, 1.0, entry_order()));
  ledger.apply(fill(23, false, 2.0, 3000));
  CHECK(ledger.portfolio_state(money(0)).opposites.empty());
  CHECK(ledger.open(kEth).position.side != side);
  CHECK(ledger.open(kEth).position.quantity == Quantity::from_double(1.0, Rounding::nearest));
}

TEST_CASE("the day's opening equity is its first record", "[unit][ledger]") {
  Ledger ledger(kInstance);
  ledger.apply(equity(kNoon, 10'000, 10'000));
  ledger.apply(approved());
  ledger.apply(equity(kNoon + 1h, 9'900, 10'000));
  PortfolioState state = ledger.portfolio_state(money(0));
  CHECK(state.day_opening_equity == money(10'000));
  CHECK(state.orders_today == 1);
  ledger.apply(equity(kNoon + 13h, 9'800, 10'000)); // past midnight
  state = ledger.portfolio_state(money(0));
  CHECK(state.day_opening_equity == money(9'800));
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

TEST_CASE("the balance that the journal begins with contains the flows before it",
          "[unit][ledger]") {
  const auto flow = [](std::uint64_t bill, Timestamp when) {
    CashFlow f;
    f.kind = CashFlowKind::deposit;
    f.amount = money(500);
    f.venue_bill_id = bill;
    f.exchange_time = when;
    return f;
  };
  Ledger ledger(kInstance);
  CHECK_FALSE(ledger.knows_wallet());
  const std::string text =
      opening_balance_text(money(10'000.25), {flow(6, kNoon - 1h), flow(7, kNoon), flow(8, kNoon)});
  CHECK(text == "10000.25 USDT with all flows before 1735732800000 and bills 7, 8");
  ledger.apply(word(supervision::kOpeningBalance, "account", text.c_str()));
  REQUIRE(ledger.knows_wallet());
  CHECK(ledger.has_history());
  CHECK(ledger.opened_with_bills_until() == kNoon);
  CHECK(ledger.knows_bill(7));
  CHECK(ledger.knows_bill(8));
  CHECK_FALSE(ledger.knows_bill(9)); // of the same instant, later
  const PortfolioState state = ledger.portfolio_state(money(77));
  CHECK(state.cash == money(10'000.25));
  CHECK(state.high_water_mark == money(10'000.25));

  Ledger bare(kInstance); // an account that never moved any money
  bare.apply(
      word(supervision::kOpeningBalance, "account", opening_balance_text(money(0), {}).c_str()));
  CHECK(bare.knows_wallet());
  CHECK(bare.opened_with_bills_until() == Timestamp{});
  Ledger other(kInstance);
  other.apply(word(supervision::kOpeningBalance, "account", "of no form"));
  CHECK_FALSE(other.knows_wallet());
}

TEST_CASE(
    "a transfer moves mark and opening although the process dies before the next equity record",
    "[unit][ledger]") {
  const auto transfer = [](CashFlowKind kind, double amount, std::uint64_t bill) {
    CashFlow f;
    f.kind = kind;
    f.amount = money(amount);
    f.venue_bill_id = bill;
    return word(supervision::kCashFlow, kind == CashFlowKind::funding ? "cmt_ethusdt" : "account",
                cash_flow_text(f).c_str());
  };
  Ledger ledger(kInstance);
  ledger.apply(equity(kNoon, 9'000, 10'000)); // a tenth below the mark
  ledger.apply(transfer(CashFlowKind::withdrawal, -4'500, 21));
  const auto state = [&ledger] { return ledger.portfolio_state(money(1)); };
  CHECK(state().high_water_mark == money(5'000));
  CHECK(state().day_opening_equity == money(4'500));
  CHECK(state().cash == money(8'995 - 4'500));
  ledger.apply(transfer(CashFlowKind::withdrawal, -4'500, 21)); // told again
  CHECK(state().high_water_mark == money(5'000));
  ledger.apply(transfer(CashFlowKind::deposit, 1'500, 22));
  CHECK(state().high_water_mark.to_double() == Approx(6'000 * 10.0 / 9.0));
  const Notional mark = state().high_water_mark;
  ledger.apply(transfer(CashFlowKind::funding, -3, 23)); // a cost
  CHECK(state().high_water_mark == mark);
}

TEST_CASE("a halt of the ladder that ended does not come back with the old mark",
          "[unit][ledger]") {
  for (const char* end : {supervision::kReleased, supervision::kLadderResumed}) {
    Ledger ledger(kInstance);
    ledger.apply(equity(kNoon, 8'000, 10'000));
    ledger.apply(word(supervision::kLadderHalted, "portfolio", "until 1735800000000"));
    CHECK(ledger.portfolio_state(money(1)).high_water_mark == money(10'000));
    ledger.apply(word(end, "portfolio", "operator: looked into it"));
    CHECK(ledger.portfolio_state(money(1)).high_water_mark == money(8'000));
  }
  Ledger ledger(kInstance); // a release of a kill alone forgives no drawdown
  ledger.apply(equity(kNoon, 9'500, 10'000));
  ledger.apply(word(supervision::kReleased, "portfolio", "operator: checked"));
  CHECK(ledger.portfolio_state(money(1)).high_water_mark == money(10'000));
}
