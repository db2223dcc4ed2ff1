#include "actors/order/pre_trade_checks.hpp"
#include "tests/support/trading_builders.hpp"

using namespace rg;
using namespace rg::test;

namespace {

OrderIntent sample(Timestamp stamp = at(15min)) {
  return entry(kBtc, Side::buy, qty("1"), price("99"), price("95"), stamp);
}

DeskSituation fresh(Timestamp now = at(15min)) {
  DeskSituation s;
  s.data_now = now;
  s.mark = price("100");
  s.mark_time = now;
  return s;
}

const ContractRules& rules() {
  return contract_defaults()[kBtc.id()];
}

Refusal check(const OrderIntent& i, const DeskSituation& s = fresh(),
              const ContractRules& r = rules()) {
  return PreTradeChecks(OrderSettings{}).check(i, r, s);
}

} // namespace

TEST_CASE("a sound entry passes every check", "[unit][order]") {
  REQUIRE(check(sample()) == Refusal::none);
}

TEST_CASE("prices must lie on the tick and quantities on the lot", "[unit][order]") {
  OrderIntent i = sample();
  i.limit = price("99.05"); // tick 0.1
  REQUIRE(check(i) == Refusal::off_tick);
  i = sample();
  i.stop_price = price("95.01");
  REQUIRE(check(i) == Refusal::off_tick);
  i = sample();
  i.quantity = qty("1.00001"); // lot 0.0001
  REQUIRE(check(i) == Refusal::off_lot);
}

TEST_CASE("the contract's least and largest quantity bind by one lot", "[unit][order]") {
  ContractRules r = rules();
  r.min_quantity = qty("0.5");
  r.max_quantity = qty("2");
  r.max_market_open = qty("1.5");
  OrderIntent i = sample();
  const auto with = [&](std::string_view q) {
    i.quantity = qty(q);
    return check(i, fresh(), r);
  };
  REQUIRE(with("0.4999") == Refusal::below_minimum);
  REQUIRE(with("0.5") == Refusal::none);
  REQUIRE(with("2") == Refusal::none);
  REQUIRE(with("2.0001") == Refusal::above_maximum);
  i.limit = Price::zero(); // market
  REQUIRE(with("1.5") == Refusal::none);
  REQUIRE(with("1.5001") == Refusal::above_maximum);
}

TEST_CASE("the collar binds on both sides of the mark", "[unit][order]") {
  OrderIntent i = sample();
  ContractRules wide = rules();
  wide.price_band = 0.5;
  const auto with = [&](std::string_view p) {
    i.limit = price(p);
    return check(i, fresh(), wide);
  };
  REQUIRE(with("97") == Refusal::none); // 3 % exactly
  REQUIRE(with("96.9") == Refusal::price_collar);
  REQUIRE(with("103") == Refusal::none);
  REQUIRE(with("103.1") == Refusal::price_collar);
}

TEST_CASE("the contract's own band binds above the mark for buys and below it for sells",
          "[unit][order]") {
  const auto with = [&](Side side, std::string_view p) {
    const Price stop = side == Side::buy ? price("95") : price("105");
    return check(entry(kBtc, side, qty("1"), price(p), stop, at(15min)));
  };
  REQUIRE(with(Side::buy, "101") == Refusal::none); // 1 % exactly
  REQUIRE(with(Side::buy, "101.1") == Refusal::price_collar);
  REQUIRE(with(Side::buy, "98") == Refusal::none); // far below is merely far
  REQUIRE(with(Side::sell, "99") == Refusal::none);
  REQUIRE(with(Side::sell, "98.9") == Refusal::price_collar);
  REQUIRE(with(Side::sell, "102") == Refusal::none);
}

TEST_CASE("old decisions, old data and doubtful clocks open nothing", "[unit][order]") {
  REQUIRE(check(sample(), fresh(at(17min))) == Refusal::none);
  REQUIRE(check(sample(), fresh(at(17min + 1ns))) == Refusal::stale_decision);
  OrderIntent past = sample();
  past.expires = at(15min);
  REQUIRE(check(past) == Refusal::stale_decision);

  DeskSituation s = fresh();
  s.mark_time = at(13min);
  REQUIRE(check(sample(), s) == Refusal::none);
  s.mark_time = at(13min) - 1ns;
  REQUIRE(check(sample(), s) == Refusal::stale_data);
  s = fresh();
  s.mark = Price::zero();
  REQUIRE(check(sample(), s) == Refusal::stale_data);
  s = fresh();
  s.public_link_down = true;
  REQUIRE(check(sample(), s) == Refusal::stale_data);
  s = fresh();
  s.private_link_down = true;
  REQUIRE(check(sample(), s) == Refusal::not_reconciled);
  s = fresh();
  s.clock_uncertain = true;
  REQUIRE(check(sample(), s) == Refusal::clock_uncertain);
}

TEST_CASE("a contract that is closed to us refuses", "[unit][order]") {
  ContractRules r = rules();
  r.tradable = false;
  REQUIRE(check(sample(), fresh(), r) == Refusal::contract_changed);
}

TEST_CASE("an order may not meet one of our own", "[unit][order]") {
  DeskSituation s = fresh();
  s.own_best_ask = price("99.1");
  REQUIRE(check(sample(), s) == Refusal::none);
  s.own_best_ask = price("99");
  REQUIRE(check(sample(), s) == Refusal::self_cross);
  OrderIntent market = sample();
  market.limit = Price::zero();
  s.own_best_ask = price("120");
  REQUIRE(check(market, s) == Refusal::self_cross);
  OrderIntent sell = entry(kBtc, Side::sell, qty("1"), price("101"), price("105"), at(15min));
  s = fresh();
  s.own_best_bid = price("101");
  REQUIRE(check(sell, s) == Refusal::self_cross);
}

TEST_CASE("an entry on its way, or of unknown outcome, keeps the pair closed", "[unit][order]") {
  DeskSituation s = fresh();
  s.entry_live = true;
  REQUIRE(check(sample(), s) == Refusal::order_pending);
  s.entry_unknown = true;
  REQUIRE(check(sample(), s) == Refusal::unknown_order_outcome);
}

TEST_CASE("the same decision, and the same order within a minute, are duplicates",
          "[unit][order]") {
  PreTradeChecks c{OrderSettings{}};
  REQUIRE(c.check(sample(), rules(), fresh()) == Refusal::none);
  c.accepted(sample(), at(15min));
  REQUIRE(c.check(sample(), rules(), fresh()) == Refusal::duplicate);
  const auto later = [&](Duration t) { return c.check(sample(at(t)), rules(), fresh(at(t))); };
  REQUIRE(later(16min - 1ns) == Refusal::duplicate); // other decision, same content
  REQUIRE(later(16min) == Refusal::none);
  OrderIntent other = sample(at(15min + 1s));
  other.quantity = qty("1.1");
  REQUIRE(c.check(other, rules(), fresh(at(15min + 1s))) == Refusal::none);
  // The other pair is not concerned.
  REQUIRE(c.check(entry(kEth, Side::buy, qty("1"), price("99"), price("95"), at(15min)),
                  contract_defaults()[kEth.id()], fresh()) == Refusal::none);
}

TEST_CASE("decisions of the time before a restart are known", "[unit][order]") {
  PreTradeChecks c{OrderSettings{}};
  c.restore_decision(sample().decision.id);
  REQUIRE(c.check(sample(), rules(), fresh()) == Refusal::duplicate);
}

TEST_CASE("a rule that trades a pair too often is stopped until the window has moved on",
          "[unit][order]") {
  OrderSettings s;
  s.repeated_executions = 3;
  s.repeated_window = 1h;
  PreTradeChecks c{s};
  const auto now = [&](Duration t, Rule rule) {
    OrderIntent i = sample(at(t));
    i.decision.signal.rule = rule;
    return c.check(i, rules(), fresh(at(t)));
  };
  c.executed(kBtc, Rule::trend, at(0min));
  c.executed(kBtc, Rule::trend, at(10min));
  c.executed(kBtc, Rule::reversion, at(11min));
  c.executed(kEth, Rule::trend, at(12min));
  REQUIRE(now(15min, Rule::trend) == Refusal::none);
  c.executed(kBtc, Rule::trend, at(15min));
  REQUIRE(now(20min, Rule::trend) == Refusal::repeated_execution);
  REQUIRE(now(20min, Rule::reversion) == Refusal::none);
  REQUIRE(now(60min - 1ns, Rule::trend) == Refusal::repeated_execution);
  REQUIRE(now(60min, Rule::trend) == Refusal::none);
}
