#include "tests/support/trading_builders.hpp"

using namespace rg;
using namespace rg::test;

namespace {

constexpr auto kLong = PositionSide::long_side;
constexpr auto kShort = PositionSide::short_side;

PortfolioModel busy() {
  PortfolioSettings s;
  PortfolioModel m = ready_portfolio(s, usd("1000"));
  for (const Symbol x : Symbol::all()) {
    m.on_mark(x, price("100"), at(1min));
  }
  m.publish(at(1min));
  OrderIntent in = entry(kBtc, Side::sell, qty("2"), price("100"), price("105"), at(1min));
  in.decision.signal.target = 90.0;
  const Verdict v = m.review(in, at(1min));
  REQUIRE(is_approved(v));
  m.on_order_event(ended(std::get<ApprovedIntent>(v), OrderState::filled, qty("2")));
  REQUIRE(m.on_fill(fill(1, kBtc, kShort, true, qty("2"), price("100"), usd("0.16"), at(2min)),
                    ExitReason::rule));
  m.on_cash_flow({CashFlowKind::funding, kBtc, usd("0.02"), at(8h), 77});
  m.on_mark(kBtc, price("99"), at(8h));
  m.publish(at(8h));
  return m;
}

} // namespace

TEST_CASE("a restart never changes the book", "[unit][portfolio]") {
  const PortfolioModel before = busy();
  PortfolioModel after(PortfolioSettings{}, contract_defaults(), usd("1"));
  after.restore(before.snapshot());
  REQUIRE(after.cash() == before.cash());
  REQUIRE(after.position(kBtc).quantity == qty("2"));
  REQUIRE(after.position(kBtc).side == kShort);
  REQUIRE(after.position(kBtc).open_value == usd("200"));
  REQUIRE(after.view().high_water_mark == before.view().high_water_mark);
  after.on_mark(kBtc, price("99"), at(8h));
  REQUIRE(after.publish(at(8h)).equity == before.view().equity);

  // Told again after the restart, the same fill and bill change nothing.
  REQUIRE_FALSE(
      after.on_fill(fill(1, kBtc, kShort, true, qty("2"), price("100"), usd("0.16"), at(2min)),
                    ExitReason::rule));
  after.on_cash_flow({CashFlowKind::funding, kBtc, usd("0.02"), at(8h), 77});
  REQUIRE(after.cash() == before.cash());

  // The trade goes on as the one that it was.
  const auto update = after.on_fill(
      fill(2, kBtc, kShort, false, qty("2"), price("95"), usd("0.16"), at(9h)), ExitReason::rule);
  REQUIRE(update->just_closed);
  REQUIRE(update->entry_decision == DecisionId{kBtc, at(1min), DecisionKind::signal, 0});
  REQUIRE(after.trades().front().pnl == usd("9.7")); // 10 − 0.32 + 0.02
}

TEST_CASE("the pair's group is told what its position came from", "[unit][portfolio]") {
  PortfolioModel m = busy();
  const auto update = m.on_stop(kBtc, price("104"), at(8h));
  REQUIRE(update->entry_rule == Rule::trend);
  REQUIRE(update->entry_regime == Regime::trending);
  REQUIRE(update->target == price("90"));
  REQUIRE(update->stop_price == price("104"));
  REQUIRE_FALSE(update->just_opened);
}

TEST_CASE("an entry that still lives is counted again after the restart", "[unit][portfolio]") {
  PortfolioModel m = ready_portfolio(PortfolioSettings{}, usd("1000"));
  m.on_mark(kBtc, price("100"), at(2min));
  m.on_mark(kEth, price("100"), at(2min));
  OrderEvent e; // as the restored desk tells it
  e.symbol = kBtc;
  e.decision = {kBtc, at(1min), DecisionKind::signal, 0};
  e.client_id = derive_client_order_id(1, e.decision, OrderRole::entry, 1);
  e.from = OrderState::acked;
  e.to = OrderState::unknown;
  e.side = Side::buy;
  e.quantity = qty("2");
  e.filled = qty("0.5");
  e.price = price("100");
  m.on_order_event(e);
  REQUIRE(m.gross_leverage_in_flight() == Approx(0.15)); // the 1.5 that may still fill
  REQUIRE(refusal_of(m.review(entry(kBtc, Side::buy, qty("1"), price("100"), price("95"), at(2min)),
                              at(2min))) == Refusal::order_pending);
  e.from = OrderState::unknown;
  e.to = OrderState::written_off;
  e.filled = qty("0.5");
  m.on_order_event(e);
  REQUIRE(m.gross_leverage_in_flight() == 0.0);
  // Its decision stays used up.
  REQUIRE(refusal_of(m.review(entry(kBtc, Side::buy, qty("1"), price("100"), price("95"), at(1min)),
                              at(2min))) == Refusal::duplicate);
}

TEST_CASE("a ladder halt survives the restart", "[unit][portfolio]") {
  PortfolioModel m = busy();
  m.on_mark(kBtc, price("190"), at(9h));
  m.publish(at(9h));
  REQUIRE(m.halted_until() == at(33h));
  PortfolioSettings wide; // no cap but the ladder has something to say here
  wide.max_cluster_leverage = 2.0;
  PortfolioModel after = ready_portfolio(wide, usd("1"));
  after.restore(m.snapshot());
  for (const Symbol x : Symbol::all()) {
    after.on_mark(x, price("190"), at(10h));
  }
  after.publish(at(10h));
  REQUIRE(after.tier() == HaltTier::flatten);
  REQUIRE(after.take_actions().size() == 1); // goes on flattening
  REQUIRE(refusal_of(after.review(
              entry(kEth, Side::buy, qty("0.001"), price("190"), price("180"), at(10h)),
              at(10h))) == Refusal::drawdown_halt);
}

TEST_CASE("the latch survives the restart", "[unit][portfolio]") {
  PortfolioModel m = busy();
  m.latch(HaltTier::latched);
  PortfolioModel after = ready_portfolio(PortfolioSettings{}, usd("1"));
  after.restore(m.snapshot());
  REQUIRE(after.tier() == HaltTier::latched);
}

TEST_CASE("reconciling with the venue books what no fill told, and twice changes nothing",
          "[unit][portfolio]") {
  PortfolioModel m = busy(); // short 2 BTC, open value 200, mark 99
  SECTION("closed outside") {
    const auto u = m.reconcile(kBtc, Position{kBtc, kShort, Quantity::zero(), {}, {}}, at(9h));
    REQUIRE(u->just_closed);
    REQUIRE(u->exit_reason == ExitReason::guard);
    REQUIRE(m.position(kBtc).is_flat());
    REQUIRE_FALSE(m.reconcile(kBtc, Position{kBtc, kShort, Quantity::zero(), {}, {}}, at(9h)));
  }
  SECTION("reduced outside") {
    REQUIRE(m.reconcile(kBtc, Position{kBtc, kShort, qty("0.5"), usd("50"), {}}, at(9h)));
    REQUIRE(m.position(kBtc).quantity == qty("0.5"));
    REQUIRE_FALSE(m.reconcile(kBtc, Position{kBtc, kShort, qty("0.5"), usd("50"), {}}, at(9h)));
  }
  SECTION("turned round outside") {
    const auto u = m.reconcile(kBtc, Position{kBtc, kLong, qty("1"), usd("101"), {}}, at(9h));
    REQUIRE(u->position.side == kLong);
    REQUIRE(m.position(kBtc).open_value == usd("101"));
    REQUIRE(m.trades().size() == 1);
  }
  SECTION("nothing differs") {
    REQUIRE_FALSE(m.reconcile(kBtc, m.position(kBtc), at(9h)));
  }
  SECTION("foreign position adopted") {
    const auto u = m.reconcile(kEth, Position{kEth, kLong, qty("3"), usd("280"), {}}, at(9h));
    REQUIRE(u->just_opened);
    REQUIRE(u->entry_decision.stamp == Timestamp{});
    REQUIRE(m.position(kEth).open_value == usd("280"));
  }
}

TEST_CASE("taking the venue's wallet balance moves no rung", "[unit][portfolio]") {
  PortfolioModel m = ready_portfolio(PortfolioSettings{}, usd("1000"));
  m.publish(at(1min));
  REQUIRE(m.reconcile_cash(usd("500")) == usd("-500"));
  m.publish(at(2min));
  REQUIRE(m.cash() == usd("500"));
  REQUIRE(m.view().drawdown == 0.0);
  REQUIRE(m.tier() == HaltTier::none);
}
