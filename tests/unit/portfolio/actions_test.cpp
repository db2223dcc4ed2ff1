#include "tests/support/trading_builders.hpp"

#include <algorithm>

using namespace rg;
using namespace rg::test;

namespace {

constexpr auto kLong = PositionSide::long_side;
constexpr auto kShort = PositionSide::short_side;

PortfolioSettings settings() {
  PortfolioSettings s;
  s.max_gross_leverage = 2.0;
  s.max_net_leverage = 2.0;
  s.max_pair_leverage = 1.0;
  s.max_cluster_leverage = 2.0;
  s.leverage = 20.0;
  s.max_drawdown = 0.15;
  s.soft_drawdown = 0.05;
  s.max_daily_loss = 0.9;
  s.reduce_to = 0.9;
  return s;
}

void mark_all(PortfolioModel& m, std::string_view p, Timestamp t) {
  for (const Symbol s : Symbol::all()) {
    m.on_mark(s, price(p), t);
  }
}

PortfolioModel ready(const PortfolioSettings& s, const PortfolioOptions& o = {}) {
  PortfolioModel m = ready_portfolio(s, usd("1000"), o);
  mark_all(m, "100", at(1min));
  m.publish(at(1min));
  return m;
}

void open(PortfolioModel& m, Symbol s, Side side, std::string_view q, VenueFillId id) {
  const Timestamp t = at(1min);
  const Price stop = side == Side::buy ? price("95") : price("105");
  const Verdict v = m.review(entry(s, side, qty(q), price("100"), stop, t), t);
  REQUIRE(is_approved(v));
  m.on_order_event(ended(std::get<ApprovedIntent>(v), OrderState::filled, qty(q)));
  REQUIRE(m.on_fill(fill(id, s, position_side(side), true, qty(q), price("100"), usd("0"), t),
                    ExitReason::rule));
}

void close(PortfolioModel& m, const ApprovedIntent& a, VenueFillId id, std::string_view p,
           Timestamp t) {
  const Symbol s = a.decision().id.symbol;
  const Quantity q = a.intent().quantity;
  m.on_order_event(ended(a, OrderState::filled, q));
  const PositionSide held = a.intent().side == Side::sell ? kLong : kShort;
  REQUIRE(m.on_fill(fill(id, s, held, false, q, price(p), usd("0"), t), a.decision().exit_reason));
}

} // namespace

TEST_CASE("the hard rung flattens everything and cancels entries", "[unit][portfolio]") {
  PortfolioModel m = ready(settings());
  open(m, kBtc, Side::buy, "9", 1);
  open(m, kEth, Side::sell, "2", 2);
  const Verdict resting =
      m.review(entry(kSol, Side::buy, qty("1"), price("100"), price("95"), at(1min)), at(1min));
  REQUIRE(is_approved(resting));
  static_cast<void>(m.take_entry_cancellations());
  m.on_mark(kBtc, price("83.34"), at(2min)); // −149.94: drawdown 14.994 %
  m.publish(at(2min));
  REQUIRE(m.tier() == HaltTier::warn);
  REQUIRE(m.take_actions().empty());

  m.on_mark(kBtc, price("83.33"), at(3min)); // −150.03
  m.publish(at(3min));
  REQUIRE(m.tier() == HaltTier::flatten);
  REQUIRE(m.view().entries_halted);
  REQUIRE(m.view().drawdown == Approx(0.15003));
  const auto exits = m.take_actions();
  REQUIRE(exits.size() == 2);
  REQUIRE(exits[0].intent().kind == IntentKind::exit);
  REQUIRE(exits[0].intent().side == Side::sell);
  REQUIRE(exits[0].intent().quantity == qty("9"));
  REQUIRE(exits[0].decision().outcome == Outcome::exit);
  REQUIRE(exits[0].decision().exit_reason == ExitReason::ladder);
  REQUIRE(exits[0].decision().price == price("83.33"));
  REQUIRE(exits[1].intent().side == Side::buy);
  REQUIRE(m.take_entry_cancellations().size() == Symbol::kCount);

  m.publish(at(3min + 1s));
  REQUIRE(m.take_actions().empty()); // under way, not asked for twice
  close(m, exits[0], 3, "83.33", at(4min));
  close(m, exits[1], 4, "100", at(4min));
  m.publish(at(4min));
  REQUIRE(m.tier() == HaltTier::reduce_only);
  REQUIRE(m.trades().size() == 2);
  REQUIRE(m.trades()[0].exit_reason == ExitReason::ladder);
}

TEST_CASE("a fill that arrives during the halt is closed too", "[unit][portfolio]") {
  PortfolioModel m = ready(settings());
  open(m, kBtc, Side::buy, "9", 1);
  const Verdict late =
      m.review(entry(kEth, Side::buy, qty("1"), price("100"), price("95"), at(1min)), at(1min));
  m.on_mark(kBtc, price("80"), at(2min));
  m.publish(at(2min));
  REQUIRE(m.take_actions().size() == 1);
  // The cancel of the resting entry lost the race.
  m.on_order_event(ended(std::get<ApprovedIntent>(late), OrderState::filled, qty("1")));
  REQUIRE(m.on_fill(fill(9, kEth, kLong, true, qty("1"), price("100"), usd("0"), at(3min)),
                    ExitReason::rule));
  m.publish(at(3min));
  const auto actions = m.take_actions();
  REQUIRE(actions.size() == 1);
  REQUIRE(actions[0].decision().id.symbol == kEth);
}

TEST_CASE("a close that failed is repeated every two seconds at the latest, until flat",
          "[unit][portfolio]") {
  PortfolioModel m = ready(settings());
  open(m, kBtc, Side::buy, "1", 1);
  m.flatten(kBtc, ExitReason::stop, at(2min));
  auto exits = m.take_actions();
  REQUIRE(exits.size() == 1);
  Timestamp t = at(2min);
  for (const Duration pause : {1s, 1s, 2s, 2s, 2s, 2s, 2s}) {
    m.on_order_event(ended(exits[0], OrderState::rejected, Quantity::zero()));
    m.publish(t + pause - 1ns);
    REQUIRE(m.take_actions().empty());
    t = t + pause;
    m.publish(t);
    exits = m.take_actions();
    REQUIRE(exits.size() == 1);
    REQUIRE(exits[0].decision().exit_reason == ExitReason::stop);
  }
  close(m, exits[0], 2, "100", t);
  m.publish(t + 1h);
  REQUIRE(m.take_actions().empty());
}

TEST_CASE("the pace of repeated closes is wall time where it is told: data time may stand still",
          "[unit][portfolio]") {
  PortfolioModel m = ready(settings());
  open(m, kBtc, Side::buy, "1", 1);
  Timestamp wall = at(5h);
  m.see_wall(wall);
  m.flatten(kBtc, ExitReason::guard, at(2min));
  auto exits = m.take_actions();
  REQUIRE(exits.size() == 1);
  for (std::uint32_t tries = 1; tries < 20; ++tries) {
    REQUIRE(m.flatten_tries(kBtc) == tries);
    m.on_order_event(ended(exits[0], OrderState::rejected, Quantity::zero()));
    m.publish(at(2min));
    REQUIRE(m.take_actions().empty());
    wall = wall + 2s;
    m.see_wall(wall);
    m.publish(at(2min));
    exits = m.take_actions();
    REQUIRE(exits.size() == 1);
  }
  close(m, exits[0], 2, "100", at(2min));
  REQUIRE(m.flatten_tries(kBtc) == 0);
}

TEST_CASE("what a guard said before a restart holds until its time, or a person's word",
          "[unit][portfolio]") {
  PortfolioModel m = ready(settings());
  m.on_mark(kBtc, price("100"), at(1min));
  m.on_mark(kEth, price("100"), at(1min));
  const auto refusal = [&](Symbol s, Duration when) {
    m.publish(at(when));
    return refusal_of(
        m.review(entry(s, Side::buy, qty("1"), price("100"), price("95"), at(when)), at(when)));
  };
  m.hold_guard(kBtc, GuardLevel::kill, at(1h));
  GuardState fresh; // the restarted guard begins at normal
  fresh.symbol = kBtc;
  m.on_guard(fresh);
  REQUIRE(refusal(kBtc, 2min) == Refusal::guard_not_normal);
  REQUIRE(refusal(kEth, 2min) == Refusal::none);
  REQUIRE(refusal(kBtc, 59min) == Refusal::guard_not_normal);
  REQUIRE(refusal(kBtc, 60min) == Refusal::none);
  m.hold_guard(kSol, GuardLevel::halt, at(5h));
  m.on_mark(kSol, price("100"), at(61min));
  REQUIRE(refusal(kSol, 61min) == Refusal::guard_not_normal);
  m.release_latch();
  REQUIRE(refusal(kSol, 62min) == Refusal::none);
}

TEST_CASE("the part of a close that was not filled is closed again", "[unit][portfolio]") {
  PortfolioModel m = ready(settings());
  open(m, kBtc, Side::buy, "3", 1);
  m.flatten(kBtc, ExitReason::guard, at(2min));
  const auto first = m.take_actions();
  m.on_order_event(ended(first[0], OrderState::cancelled, qty("1")));
  Fill part = fill(2, kBtc, kLong, false, qty("1"), price("100"), usd("0"), at(2min));
  part.client_id = derive_client_order_id(1, first[0].decision().id, OrderRole::exit, 1);
  REQUIRE(m.on_fill(part, ExitReason::guard));
  m.publish(at(3min));
  const auto second = m.take_actions();
  REQUIRE(second.size() == 1);
  REQUIRE(second[0].intent().quantity == qty("2"));
}

TEST_CASE("a guard's kill flattens its pair alone, a halt only cancels", "[unit][portfolio]") {
  PortfolioModel m = ready(settings());
  open(m, kBtc, Side::buy, "2", 1);
  open(m, kEth, Side::buy, "2", 2);
  static_cast<void>(m.take_entry_cancellations());
  RegimeEstimate regime;
  regime.symbol = kBtc;
  regime.regime = Regime::high_volatility;
  regime.confidence = 0.7;
  m.on_regime(regime);
  GuardState g;
  g.symbol = kBtc;
  g.level = GuardLevel::halt;
  m.on_guard(g);
  REQUIRE(m.take_entry_cancellations() == std::vector<Symbol>{kBtc});
  m.publish(at(2min));
  REQUIRE(m.take_actions().empty());
  g.level = GuardLevel::kill;
  g.cause = GuardCause::jump;
  m.on_guard(g);
  m.publish(at(2min));
  const auto actions = m.take_actions();
  REQUIRE(actions.size() == 1);
  REQUIRE(actions[0].decision().id.symbol == kBtc);
  REQUIRE(actions[0].decision().exit_reason == ExitReason::guard);
  REQUIRE(actions[0].decision().guard.cause == GuardCause::jump);
  REQUIRE(actions[0].decision().regime.confidence == 0.7);
  REQUIRE(actions[0].decision().regime.regime == Regime::high_volatility);
}

TEST_CASE("a passive breach is answered by reductions to the reserve, in whole lots",
          "[unit][portfolio]") {
  PortfolioSettings s = settings();
  s.max_pair_leverage = 0.5;
  PortfolioModel m = ready(s);
  open(m, kBtc, Side::buy, "4.9", 1);
  m.on_mark(kBtc, price("110"), at(2min)); // 539 of equity 1049: cap 524.5
  m.publish(at(2min));
  const auto actions = m.take_actions();
  REQUIRE(actions.size() == 1);
  REQUIRE(actions[0].intent().kind == IntentKind::reduce);
  REQUIRE(actions[0].intent().side == Side::sell);
  // 0.9 × 524.5 = 472.05 may stay: 4.29136 coins, down to the lot 4.2913; 0.6087 go.
  REQUIRE(actions[0].intent().quantity == qty("0.6087"));
  REQUIRE(m.view().entries_halted);
  REQUIRE(m.tier() == HaltTier::reduce_only);
  m.publish(at(2min + 1s));
  REQUIRE(m.take_actions().empty()); // on its way
  close(m, actions[0], 2, "110", at(3min));
  m.publish(at(3min));
  REQUIRE(m.take_actions().empty());
  REQUIRE_FALSE(m.view().entries_halted);
  REQUIRE(m.trades().empty()); // still the same trade
}

TEST_CASE("a reduction that would leave less than the minimum closes all", "[unit][portfolio]") {
  PortfolioSettings s = settings();
  s.max_pair_leverage = 0.0101;
  PortfolioModel m = ready(s);
  open(m, kBtc, Side::buy, "0.1", 1); // 10 of 1000
  m.on_mark(kBtc, price("102"), at(2min));
  ContractRules rules = contract_defaults()[kBtc.id()];
  rules.min_quantity = qty("0.1");
  m.set_contract(rules);
  m.publish(at(2min));
  const auto actions = m.take_actions();
  REQUIRE(actions.size() == 1);
  REQUIRE(actions[0].intent().kind == IntentKind::exit);
  REQUIRE(actions[0].intent().quantity == qty("0.1"));
}

TEST_CASE("the kill switch flattens, then stays latched until it is released",
          "[unit][portfolio]") {
  PortfolioModel m = ready(settings());
  open(m, kBtc, Side::buy, "1", 1);
  m.latch(HaltTier::flatten);
  REQUIRE(m.tier() == HaltTier::flatten);
  m.publish(at(2min));
  const auto exits = m.take_actions();
  REQUIRE(exits.size() == 1);
  close(m, exits[0], 2, "100", at(3min));
  m.publish(at(3min));
  REQUIRE(m.tier() == HaltTier::latched);
  m.latch(HaltTier::reduce_only); // a lower tier never loosens it
  REQUIRE(m.tier() == HaltTier::latched);
  m.publish(at(300h));
  REQUIRE(m.tier() == HaltTier::latched); // time alone does not open it
  m.release_latch();
  REQUIRE(m.tier() == HaltTier::none);
}

TEST_CASE("a freeze keeps positions", "[unit][portfolio]") {
  PortfolioModel m = ready(settings());
  open(m, kBtc, Side::buy, "1", 1);
  m.latch(HaltTier::latched);
  m.publish(at(2min));
  REQUIRE(m.take_actions().empty());
  REQUIRE(m.take_entry_cancellations().size() == Symbol::kCount);
}

TEST_CASE("releasing also ends a ladder halt, from the present equity", "[unit][portfolio]") {
  PortfolioModel m = ready(settings());
  m.on_cash_flow({CashFlowKind::other, kBtc, usd("-200"), at(2min), 1});
  m.publish(at(2min));
  REQUIRE(m.view().entries_halted);
  m.release_latch();
  m.publish(at(3min));
  REQUIRE_FALSE(m.view().entries_halted);
  REQUIRE(m.view().high_water_mark == usd("800"));
}

TEST_CASE("without the ladder the same loss halts nothing", "[unit][portfolio]") {
  PortfolioModel m = ready(settings(), PortfolioOptions{.ladder = false});
  open(m, kBtc, Side::buy, "9", 1);
  m.on_mark(kBtc, price("70"), at(2min));
  m.publish(at(2min));
  REQUIRE(m.take_actions().empty());
  REQUIRE_FALSE(m.view().entries_halted);
  REQUIRE(m.tier() == HaltTier::warn);
}

TEST_CASE("the daily loss closes what is open", "[unit][portfolio]") {
  PortfolioSettings s = settings();
  s.max_daily_loss = 0.05;
  PortfolioModel m = ready(s);
  open(m, kBtc, Side::buy, "5", 1);
  m.on_mark(kBtc, price("90"), at(2min)); // −50 of 1000
  m.publish(at(2min));
  REQUIRE(m.take_actions().size() == 1);
  REQUIRE(m.tier() == HaltTier::flatten);
}

TEST_CASE("winding down keeps the position to its rules, quarantine closes it",
          "[unit][portfolio]") {
  PortfolioModel m = ready(settings());
  open(m, kBtc, Side::buy, "1", 1);
  m.wind_down(kBtc, true);
  m.publish(at(2min));
  REQUIRE(m.take_actions().empty());
  m.quarantine(kBtc, true);
  m.publish(at(3min));
  REQUIRE(m.take_actions().size() == 1);
}

TEST_CASE("an exit takes the pair's resting entry with it", "[unit][portfolio]") {
  PortfolioModel m = ready(settings());
  open(m, kBtc, Side::buy, "1", 1);
  static_cast<void>(m.take_entry_cancellations());
  REQUIRE(is_approved(m.review(exit_of(kBtc, kLong, qty("1"), at(2min)), at(2min))));
  REQUIRE(m.take_entry_cancellations() == std::vector<Symbol>{kBtc});
}
