#include "tests/support/trading_builders.hpp"

using namespace rg;
using namespace rg::test;

namespace {

constexpr auto kLong = PositionSide::long_side;

} // namespace

TEST_CASE("the view is the account at mark", "[unit][portfolio]") {
  PortfolioModel m = ready_portfolio(PortfolioSettings{}, usd("1000"));
  m.on_mark(kBtc, price("100"), at(1min));
  REQUIRE(m.publish(at(1min)).equity == usd("1000"));
  REQUIRE(m.on_fill(fill(1, kBtc, kLong, true, qty("2"), price("100"), usd("1"), at(2min)),
                    ExitReason::rule));
  m.on_mark(kBtc, price("110"), at(2min));
  const PortfolioView& v = m.publish(at(2min));
  REQUIRE(v.as_of == at(2min));
  REQUIRE(v.equity == usd("1019")); // −1 fee, +20 unrealised
  REQUIRE(v.high_water_mark == usd("1019"));
  REQUIRE(v.gross_leverage == Approx(220.0 / 1019.0));
  REQUIRE(m.net_leverage() == Approx(220.0 / 1019.0));
  REQUIRE(m.pair_account(kBtc).unrealised == usd("20"));
  m.on_mark(kBtc, price("95"), at(3min));
  REQUIRE(m.publish(at(3min)).drawdown == Approx(1.0 - 989.0 / 1019.0));
  REQUIRE(m.on_fill(fill(2, kBtc, kLong, false, qty("2"), price("95"), usd("1"), at(4min)),
                    ExitReason::stop));
  REQUIRE(m.publish(at(4min)).equity == usd("988"));
  REQUIRE(m.publish(at(4min)).gross_leverage == 0.0);
  REQUIRE(m.cash() == usd("988"));
}

TEST_CASE("correlation factors follow what is open, published with the stamp",
          "[unit][portfolio]") {
  PortfolioSettings s;
  s.max_cluster_leverage = 1.0;
  s.max_pair_leverage = 1.0;
  PortfolioModel m = ready_portfolio(s, usd("1000"));
  m.on_mark(kEth, price("100"), at(1min));
  m.publish(at(1min));
  REQUIRE(m.on_fill(fill(1, kEth, kLong, true, qty("4"), price("100"), usd("0"), at(2min)),
                    ExitReason::rule));
  REQUIRE(m.view().cluster_share_long[kBtc.id()] == 0.0); // not before it is published
  m.publish(at(2min));
  REQUIRE(m.view().cluster_share_long[kBtc.id()] == Approx(0.4)); // nothing known: together
  REQUIRE(m.view().cluster_share_short[kBtc.id()] == 0.0);

  // Opposite returns: now a BTC short moves with the ETH long.
  double btc = 100.0;
  double eth = 100.0;
  Timestamp t = at(15min);
  for (int i = 0; i < 60; ++i) {
    const double r = i % 2 == 0 ? 0.01 : -0.012;
    btc *= std::exp(r);
    eth *= std::exp(-r);
    m.on_bar_return(kBtc, close_bar(kBtc, btc, t));
    m.on_bar_return(kEth, close_bar(kEth, eth, t));
    m.publish(t);
    t = t + 15min;
  }
  REQUIRE(m.view().cluster_share_long[kBtc.id()] == 0.0);
  REQUIRE(m.view().cluster_share_short[kBtc.id()] == Approx(0.4).margin(1e-6));
  REQUIRE(m.on_fill(fill(2, kEth, kLong, false, qty("4"), price("100"), usd("0"), t),
                    ExitReason::rule));
  m.publish(t);
  REQUIRE(m.view().cluster_share_short[kBtc.id()] == 0.0);
}

TEST_CASE("a withdrawal of half the account trips nothing", "[unit][portfolio]") {
  PortfolioModel m = ready_portfolio(PortfolioSettings{}, usd("1000"));
  m.publish(at(1min));
  m.on_cash_flow({CashFlowKind::other, kBtc, usd("-40"), at(2min), 1}); // a loss of 4 %
  m.publish(at(2min));
  m.on_cash_flow({CashFlowKind::withdrawal, kBtc, usd("-480"), at(3min), 2});
  m.publish(at(3min));
  REQUIRE(m.view().equity == usd("480"));
  REQUIRE(m.view().drawdown == Approx(0.04));
  REQUIRE_FALSE(m.view().entries_halted);
  m.on_cash_flow({CashFlowKind::deposit, kBtc, usd("10000"), at(4min), 3});
  m.publish(at(4min));
  REQUIRE(m.view().drawdown == Approx(0.04));
}

TEST_CASE("each limit shows its use and warns from 80 % on", "[unit][portfolio]") {
  PortfolioSettings s;
  s.max_pair_leverage = 0.5;
  PortfolioModel m = ready_portfolio(s, usd("1000"));
  m.on_mark(kBtc, price("100"), at(1min));
  m.publish(at(1min));
  const auto use = [&m](std::string_view name) {
    for (const LimitUse& l : m.limits()) {
      if (l.name == name) {
        return l;
      }
    }
    FAIL("no limit of that name");
    return LimitUse{};
  };
  REQUIRE(m.limits().size() == 7);
  for (const LimitUse& l : m.limits()) {
    REQUIRE(l.used == 0.0);
    REQUIRE(l.limit > 0.0);
    REQUIRE_FALSE(l.is_near());
  }
  // 3.99 of 1000 at 100 in flight: 0.399 of 0.5; with the fourth coin 0.4.
  REQUIRE(is_approved(m.review(
      entry(kBtc, Side::buy, qty("3.99"), price("100"), price("95"), at(1min)), at(1min))));
  REQUIRE(use("pair_leverage").used == Approx(0.399));
  REQUIRE_FALSE(use("pair_leverage").is_near());
  REQUIRE(use("orders_per_day").used == 1.0);
  m.on_cash_flow({CashFlowKind::other, kBtc, usd("-10"), at(2min), 1});
  m.publish(at(2min));
  REQUIRE(use("pair_leverage").is_near()); // 399 of 990
  REQUIRE(use("drawdown").used == Approx(0.01));
  REQUIRE(use("daily_loss").used == Approx(0.01));
  REQUIRE(use("net_leverage").used == Approx(399.0 / 990.0));
  REQUIRE(use("cluster_leverage").used == Approx(399.0 / 990.0));
}
