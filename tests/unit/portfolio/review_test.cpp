#include "tests/support/trading_builders.hpp"

using namespace rg;
using namespace rg::test;

namespace {

constexpr auto kLong = PositionSide::long_side;

/// Caps that nothing in these tests reaches; each test tightens the one it is about.
PortfolioSettings wide() {
  PortfolioSettings s;
  s.max_gross_leverage = 15.0;
  s.max_net_leverage = 15.0;
  s.max_pair_leverage = 15.0;
  s.max_cluster_leverage = 15.0;
  s.leverage = 20.0;
  s.max_orders_per_day = 100;
  return s;
}

/// One long BTC entry of `q` at 100, stop 95, decided at minute 15 and reviewed then.
OrderIntent long_btc(std::string_view q) {
  return entry(kBtc, Side::buy, qty(q), price("100"), price("95"), at(15min));
}

PortfolioModel ready(const PortfolioSettings& s, std::string_view equity = "1000") {
  PortfolioModel m = ready_portfolio(s, usd(equity));
  for (const Symbol x : Symbol::all()) {
    m.on_mark(x, price("100"), at(15min));
  }
  m.publish(at(15min));
  return m;
}

void open_long(PortfolioModel& m, Symbol s, Quantity q, VenueFillId id, Timestamp stamp) {
  const Verdict v = m.review(entry(s, Side::buy, q, price("100"), price("95"), stamp), stamp);
  REQUIRE(is_approved(v));
  m.on_order_event(ended(std::get<ApprovedIntent>(v), OrderState::filled, q));
  REQUIRE(m.on_fill(fill(id, s, kLong, true, q, price("100"), usd("0"), stamp), ExitReason::rule));
}

} // namespace

TEST_CASE("an approval carries the signal's side and a complete decision", "[unit][portfolio]") {
  PortfolioModel m = ready(wide());
  m.set_hashes({1, 2, 3}, {4, 5, 6});
  const Verdict v = m.review(long_btc("1"), at(15min));
  REQUIRE(is_approved(v));
  const Decision& d = std::get<ApprovedIntent>(v).decision();
  REQUIRE(d.outcome == Outcome::approved);
  REQUIRE(d.quantity == qty("1"));
  REQUIRE(d.equity == usd("1000"));
  REQUIRE(d.high_water_mark == usd("1000"));
  REQUIRE(d.drawdown == 0.0);
  REQUIRE(d.gross_leverage == 0.0);
  REQUIRE(d.model_hash[0] == 1);
  REQUIRE(d.config_hash[2] == 6);
  REQUIRE(std::get<ApprovedIntent>(v).intent().side == Side::buy);
}

TEST_CASE("a refusal is complete and holds no quantity", "[unit][portfolio]") {
  PortfolioModel m = ready(wide());
  m.pause(kBtc, true);
  const Verdict v = m.review(long_btc("1"), at(15min));
  const Decision& d = std::get<Decision>(v);
  REQUIRE(d.outcome == Outcome::refused);
  REQUIRE(d.refusal == Refusal::pair_paused);
  REQUIRE(d.quantity.is_zero());
  REQUIRE(d.equity == usd("1000"));
}

TEST_CASE("each switch refuses with its own reason until it is set back", "[unit][portfolio]") {
  PortfolioModel m = ready(wide());
  int minute = 0;
  const auto review = [&m, &minute] { // each review needs a decision of its own
    const Timestamp stamp = at(15min + 1min * ++minute);
    return refusal_of(
        m.review(entry(kBtc, Side::buy, qty("1"), price("100"), price("95"), stamp), stamp));
  };
  const auto binds = [&](Refusal expected, auto on, auto off) {
    on();
    REQUIRE(review() == expected);
    off();
    REQUIRE(m.blocked_by(kBtc, at(1h)).empty());
  };
  binds(
      Refusal::kill_latched, [&] { m.latch(HaltTier::reduce_only); }, [&] { m.release_latch(); });
  binds(
      Refusal::kill_latched, [&] { m.latch(HaltTier::latched); }, [&] { m.release_latch(); });
  binds(
      Refusal::not_reconciled, [&] { m.set_reconciled(false); }, [&] { m.set_reconciled(true); });
  binds(
      Refusal::pair_disabled, [&] { m.set_enabled(kBtc, false); },
      [&] { m.set_enabled(kBtc, true); });
  binds(
      Refusal::quarantined, [&] { m.quarantine(kBtc, true); }, [&] { m.quarantine(kBtc, false); });
  binds(
      Refusal::winding_down, [&] { m.wind_down(kBtc, true); }, [&] { m.wind_down(kBtc, false); });
  binds(
      Refusal::pair_paused, [&] { m.pause(kBtc, true); }, [&] { m.pause(kBtc, false); });
  binds(
      Refusal::not_warm, [&] { m.set_warm(kBtc, false); }, [&] { m.set_warm(kBtc, true); });
  binds(
      Refusal::contract_changed, [&] { m.set_contract_changed(kBtc, true); },
      [&] { m.set_contract_changed(kBtc, false); });
  binds(
      Refusal::clock_uncertain, [&] { m.set_clock_uncertain(true); },
      [&] { m.set_clock_uncertain(false); });
  binds(
      Refusal::ai_log_stuck, [&] { m.set_ai_log_stuck(true); }, [&] { m.set_ai_log_stuck(false); });
  binds(
      Refusal::unknown_order_outcome, [&] { m.set_unknown_outcome(kBtc, true); },
      [&] { m.set_unknown_outcome(kBtc, false); });
  GuardState halt;
  halt.symbol = kBtc;
  halt.level = GuardLevel::halt;
  binds(
      Refusal::guard_not_normal, [&] { m.on_guard(halt); },
      [&] {
        halt.level = GuardLevel::normal;
        m.on_guard(halt);
      });
  ContractRules closed = contract_defaults()[kBtc.id()];
  closed.tradable = false;
  binds(
      Refusal::contract_changed, [&] { m.set_contract(closed); },
      [&] { m.set_contract(contract_defaults()[kBtc.id()]); });
  REQUIRE(review() == Refusal::none);
}

TEST_CASE("a pair's switch leaves the other pairs free", "[unit][portfolio]") {
  PortfolioModel m = ready(wide());
  m.pause(kBtc, true);
  m.set_unknown_outcome(kBtc, true);
  REQUIRE(is_approved(
      m.review(entry(kEth, Side::buy, qty("1"), price("100"), price("95"), at(15min)), at(15min))));
}

TEST_CASE("a fresh portfolio knows nothing and opens nothing", "[unit][portfolio]") {
  PortfolioModel m(wide(), contract_defaults(), usd("1000"));
  REQUIRE(m.view().entries_halted);
  REQUIRE(refusal_of(m.review(long_btc("1"), at(15min))) == Refusal::not_reconciled);
  m.set_reconciled(true);
  REQUIRE(refusal_of(m.review(long_btc("1"), at(15min))) == Refusal::not_warm);
  m.set_warm(kBtc, true);
  REQUIRE(refusal_of(m.review(long_btc("1"), at(15min))) == Refusal::stale_data); // no mark yet
}

TEST_CASE("a decision may be as old as allowed and no older", "[unit][portfolio]") {
  REQUIRE(is_approved(ready(wide()).review(long_btc("1"), at(17min))));
  REQUIRE(refusal_of(ready(wide()).review(long_btc("1"), at(17min + 1ns))) ==
          Refusal::stale_decision);
}

TEST_CASE("one decision makes at most one entry", "[unit][portfolio]") {
  PortfolioModel m = ready(wide());
  const Verdict first = m.review(long_btc("1"), at(15min));
  REQUIRE(is_approved(first));
  REQUIRE(refusal_of(m.review(long_btc("1"), at(15min))) == Refusal::duplicate);
  // Not even once the order has ended without a fill.
  m.on_order_event(ended(std::get<ApprovedIntent>(first), OrderState::expired, Quantity::zero()));
  REQUIRE(refusal_of(m.review(long_btc("1"), at(15min))) == Refusal::duplicate);
}

TEST_CASE("a pair with an order on its way or a position takes no second one",
          "[unit][portfolio]") {
  PortfolioModel m = ready(wide());
  const Verdict first = m.review(long_btc("1"), at(15min));
  const auto again = [](Duration t) {
    return entry(kBtc, Side::buy, qty("1"), price("100"), price("95"), at(t));
  };
  REQUIRE(refusal_of(m.review(again(16min), at(16min))) == Refusal::order_pending);
  m.on_order_event(ended(std::get<ApprovedIntent>(first), OrderState::filled, qty("1")));
  // The venue says filled, the fill itself is still to come: it stays counted.
  REQUIRE(refusal_of(m.review(again(17min), at(17min))) == Refusal::order_pending);
  REQUIRE(m.gross_leverage_in_flight() == Approx(0.1));
  REQUIRE(m.on_fill(fill(1, kBtc, kLong, true, qty("1"), price("100"), usd("0"), at(17min)),
                    ExitReason::rule));
  REQUIRE(refusal_of(m.review(again(18min), at(18min))) == Refusal::position_open);
}

TEST_CASE("an order that ends unfilled frees what it reserved", "[unit][portfolio]") {
  PortfolioSettings s = wide();
  s.max_gross_leverage = 0.1;
  PortfolioModel m = ready(s);
  const Verdict first = m.review(long_btc("0.99"), at(15min));
  REQUIRE(is_approved(first));
  const OrderIntent eth = entry(kEth, Side::buy, qty("0.5"), price("100"), price("95"), at(15min));
  REQUIRE(refusal_of(m.review(eth, at(15min))) == Refusal::gross_leverage);
  m.on_order_event(ended(std::get<ApprovedIntent>(first), OrderState::cancelled, Quantity::zero()));
  REQUIRE(is_approved(m.review(eth, at(15min))));
}

TEST_CASE("what the desk refused reserves nothing", "[unit][portfolio]") {
  PortfolioModel m = ready(wide());
  const Verdict v = m.review(long_btc("1"), at(15min));
  REQUIRE(m.gross_leverage_in_flight() == Approx(0.1));
  m.on_desk_refusal(std::get<ApprovedIntent>(v).decision());
  REQUIRE(m.gross_leverage_in_flight() == 0.0);
}

// Equity 1000, taker fee 0.08 %, price 100, lot 0.0001: an entry of q costs 100 q and may cost 0.08
// q at once, so a cap of c allows 100 q <= c (1000 − 0.08 q).
TEST_CASE("each exposure cap binds one lot above what it allows", "[unit][portfolio]") {
  const auto binds = [](const PortfolioSettings& s, std::string_view fits, std::string_view above,
                        Refusal reason) {
    REQUIRE(is_approved(ready(s).review(long_btc(fits), at(15min))));
    REQUIRE(refusal_of(ready(s).review(long_btc(above), at(15min))) == reason);
  };
  PortfolioSettings s = wide();
  SECTION("pair") { // 100 q <= 0.5 (1000 − 0.08 q): q <= 4.99800...
    s.max_pair_leverage = 0.5;
    binds(s, "4.998", "4.9981", Refusal::pair_notional);
  }
  SECTION("gross") { // q <= 2000 / 100.16 = 19.96805...
    s.max_gross_leverage = 2.0;
    binds(s, "19.968", "19.9681", Refusal::gross_leverage);
  }
  SECTION("net") { // q <= 1500 / 100.12 = 14.98202...
    s.max_net_leverage = 1.5;
    binds(s, "14.982", "14.9821", Refusal::net_leverage);
  }
  SECTION("cluster") { // q <= 1200 / 100.096 = 11.98849...
    s.max_cluster_leverage = 1.2;
    binds(s, "11.9884", "11.9885", Refusal::cluster_exposure);
  }
  SECTION("margin") { // q <= 5000 / 100.4 = 49.80079...
    s.leverage = 5.0;
    binds(s, "49.8007", "49.8008", Refusal::insufficient_margin);
  }
}

TEST_CASE("the contract's largest position binds", "[unit][portfolio]") {
  PortfolioModel m = ready(wide(), "100000000");
  ContractRules rules = contract_defaults()[kBtc.id()];
  rules.max_position = qty("2");
  m.set_contract(rules);
  REQUIRE(refusal_of(m.review(long_btc("2.0001"), at(15min))) == Refusal::above_maximum);
  REQUIRE(is_approved(m.review(long_btc("2"), at(15min))));
}

TEST_CASE("a short counts at the mark when that is above its limit", "[unit][portfolio]") {
  PortfolioSettings s = wide();
  s.max_pair_leverage = 0.5;
  PortfolioModel m = ready(s);
  m.on_mark(kBtc, price("110"), at(15min));
  m.publish(at(15min));
  // 4.9 at the limit of 100 would be 490, at the mark it is 539.
  REQUIRE(refusal_of(
              m.review(entry(kBtc, Side::sell, qty("4.9"), price("100"), price("120"), at(15min)),
                       at(15min))) == Refusal::pair_notional);
}

TEST_CASE("a market entry counts at the edge of the price band", "[unit][portfolio]") {
  PortfolioSettings s = wide();
  s.max_pair_leverage = 0.5;
  OrderIntent market = long_btc("4.95"); // 495 at mark, 499.95 one percent higher, plus costs
  market.limit = Price::zero();
  REQUIRE(refusal_of(ready(s).review(market, at(15min))) == Refusal::pair_notional);
  market.quantity = qty("4.9");
  REQUIRE(is_approved(ready(s).review(market, at(15min))));
}

TEST_CASE("the daily order limit stops entries, never exits", "[unit][portfolio]") {
  PortfolioSettings s = wide();
  s.max_orders_per_day = 1;
  PortfolioModel m = ready(s);
  open_long(m, kBtc, qty("1"), 1, at(15min));
  const OrderIntent eth = entry(kEth, Side::buy, qty("1"), price("100"), price("95"), at(15min));
  REQUIRE(refusal_of(m.review(eth, at(15min))) == Refusal::orders_per_day);
  REQUIRE(is_approved(m.review(exit_of(kBtc, kLong, qty("1"), at(16min)), at(16min))));
  // A new UTC day counts from nothing.
  m.publish(at(24h));
  REQUIRE(is_approved(
      m.review(entry(kEth, Side::buy, qty("1"), price("100"), price("95"), at(24h)), at(24h))));
}

TEST_CASE("drawdown and daily loss refuse entries for as long as they hold", "[unit][portfolio]") {
  PortfolioSettings s = wide();
  s.max_daily_loss = 0.05;
  s.max_drawdown = 0.15;
  SECTION("daily loss: until the next UTC day") {
    PortfolioModel m = ready(s);
    m.on_cash_flow({CashFlowKind::other, kBtc, usd("-50"), at(15min), 1});
    m.publish(at(15min));
    REQUIRE(refusal_of(m.review(long_btc("0.1"), at(15min))) == Refusal::daily_loss);
    REQUIRE(m.view().entries_halted);
    m.publish(at(24h));
    REQUIRE(is_approved(
        m.review(entry(kBtc, Side::buy, qty("0.1"), price("100"), price("95"), at(24h)), at(24h))));
  }
  SECTION("drawdown: until resume_after has passed") {
    s.max_daily_loss = 0.9;
    PortfolioModel m = ready(s);
    m.on_cash_flow({CashFlowKind::other, kBtc, usd("-150"), at(15min), 1});
    m.publish(at(15min));
    REQUIRE(refusal_of(m.review(long_btc("0.1"), at(15min))) == Refusal::drawdown_halt);
    REQUIRE(m.halted_until() == at(24h + 15min));
    REQUIRE(m.tier() == HaltTier::reduce_only); // nothing is open: nothing to flatten
    m.publish(at(24h + 15min));
    REQUIRE(m.tier() == HaltTier::none);
    REQUIRE(is_approved(
        m.review(entry(kBtc, Side::buy, qty("0.1"), price("100"), price("95"), at(24h + 15min)),
                 at(24h + 15min))));
  }
}

TEST_CASE("entries wait while exposure stands above a cap", "[unit][portfolio]") {
  PortfolioSettings s = wide();
  s.max_pair_leverage = 0.5;
  PortfolioModel m = ready(s);
  open_long(m, kBtc, qty("4.9"), 1, at(15min));
  m.on_mark(kBtc, price("105"), at(16min)); // 514.5 of equity 1024.5: above half
  const OrderIntent eth = entry(kEth, Side::buy, qty("0.1"), price("100"), price("95"), at(16min));
  REQUIRE(refusal_of(m.review(eth, at(16min))) == Refusal::passive_breach); // before publish() too
}

TEST_CASE("an exit is never for more than is open and not closing yet", "[unit][portfolio]") {
  PortfolioModel m = ready(wide());
  REQUIRE(refusal_of(m.review(exit_of(kBtc, kLong, qty("1"), at(15min)), at(15min))) ==
          Refusal::stale_decision); // flat
  open_long(m, kBtc, qty("3"), 1, at(15min));
  OrderIntent part = exit_of(kBtc, kLong, qty("1"), at(16min));
  part.kind = IntentKind::reduce;
  REQUIRE(std::get<ApprovedIntent>(m.review(part, at(16min))).intent().quantity == qty("1"));
  const Verdict rest = m.review(exit_of(kBtc, kLong, qty("99"), at(17min)), at(17min));
  REQUIRE(std::get<ApprovedIntent>(rest).intent().quantity == qty("2"));
  REQUIRE(std::get<ApprovedIntent>(rest).decision().quantity == qty("2"));
  REQUIRE(refusal_of(m.review(exit_of(kBtc, kLong, qty("1"), at(18min)), at(18min))) ==
          Refusal::order_pending);
}

TEST_CASE("exits at one stamp get numbers of their own", "[unit][portfolio]") {
  PortfolioModel m = ready(wide());
  open_long(m, kBtc, qty("2"), 1, at(15min));
  OrderIntent part = exit_of(kBtc, kLong, qty("1"), at(16min));
  part.kind = IntentKind::reduce;
  const Verdict a = m.review(part, at(16min));
  const Verdict b = m.review(exit_of(kBtc, kLong, qty("1"), at(16min)), at(16min));
  REQUIRE(std::get<ApprovedIntent>(a).decision().id.ordinal == 0);
  REQUIRE(std::get<ApprovedIntent>(b).decision().id.ordinal == 1);
}

TEST_CASE("a hand-over is numbered with the exits of its stamp", "[unit][portfolio]") {
  PortfolioModel m = ready(wide());
  open_long(m, kBtc, qty("2"), 1, at(15min));
  OrderIntent part = exit_of(kBtc, kLong, qty("1"), at(16min));
  part.kind = IntentKind::reduce;
  const Verdict reduced = m.review(part, at(16min));
  Decision passed = part.decision;
  passed.outcome = Outcome::hand_over;
  const Decision handed = m.complete_hand_over(passed);
  REQUIRE(std::get<ApprovedIntent>(reduced).decision().id.ordinal == 0);
  REQUIRE(handed.id.ordinal == 1);
  REQUIRE(handed.outcome == Outcome::hand_over);
  REQUIRE(handed.equity == m.view().equity);
  REQUIRE(m.complete_hand_over(passed).id.ordinal == 2);
  const Verdict rest = m.review(exit_of(kBtc, kLong, qty("1"), at(16min)), at(16min));
  REQUIRE(std::get<ApprovedIntent>(rest).decision().id.ordinal == 3);
}

TEST_CASE("a stop only ever comes nearer", "[unit][portfolio]") {
  PortfolioModel m = ready(wide());
  open_long(m, kBtc, qty("1"), 1, at(15min)); // stop at 95
  REQUIRE(is_approved(m.review(stop_move(kBtc, price("96"), at(16min)), at(16min))));
  REQUIRE_FALSE(is_approved(m.review(stop_move(kBtc, price("95"), at(16min)), at(16min))));
  REQUIRE_FALSE(is_approved(m.review(stop_move(kBtc, price("94"), at(16min)), at(16min))));
  REQUIRE_FALSE(is_approved(m.review(stop_move(kEth, price("96"), at(16min)), at(16min))));
  REQUIRE(m.on_stop(kBtc, price("97"), at(17min))->stop_price == price("97"));
  REQUIRE_FALSE(m.on_stop(kBtc, price("97"), at(17min)));
  REQUIRE_FALSE(is_approved(m.review(stop_move(kBtc, price("96"), at(18min)), at(18min))));
}

TEST_CASE("an intent whose side is not the signal's is a bug, not a refusal", "[unit][portfolio]") {
  PortfolioModel m = ready(wide());
  OrderIntent twisted = long_btc("1");
  twisted.side = Side::sell;
  REQUIRE_THROWS_AS(m.review(twisted, at(15min)), InvariantBroken);
}

TEST_CASE("a fill told after its order's end still belongs to the decision", "[unit][portfolio]") {
  PortfolioModel m = ready(wide());
  const Verdict v = m.review(long_btc("1"), at(15min));
  OrderEvent end = ended(std::get<ApprovedIntent>(v), OrderState::cancelled, Quantity::zero());
  m.on_order_event(end);
  REQUIRE(m.gross_leverage_in_flight() == 0.0);
  Fill late = fill(1, kBtc, kLong, true, qty("0.4"), price("100"), usd("0"), at(16min));
  late.client_id = end.client_id;
  const auto update = m.on_fill(late, ExitReason::rule);
  REQUIRE(update->entry_decision == DecisionId{kBtc, at(15min), DecisionKind::signal, 0});
  REQUIRE(update->stop_price == price("95"));
}
