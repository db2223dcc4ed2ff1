#include "actors/portfolio/caps.hpp"
#include "tests/support/trading_builders.hpp"

using namespace rg;
using namespace rg::test;

namespace {

constexpr auto kLong = PositionSide::long_side;
constexpr auto kShort = PositionSide::short_side;

PortfolioSettings wide() {
  PortfolioSettings s;
  s.max_gross_leverage = 10.0;
  s.max_net_leverage = 10.0;
  s.max_pair_leverage = 10.0;
  s.max_cluster_leverage = 10.0;
  s.leverage = 20.0;
  return s;
}

ExposureTable equity_of(std::string_view amount) {
  ExposureTable t;
  t.equity = usd(amount);
  return t;
}

/// Correlation +1 everywhere: what is assumed while nothing is known.
const CorrelationTracker kTogether(96.0);

} // namespace

TEST_CASE("each cap allows exposure at the cap and refuses one unit above", "[unit][portfolio]") {
  const auto check = [](PortfolioSettings s, ExposureTable t, EntryExposure e) {
    return Caps(s).check(t, e, kTogether);
  };
  ExposureTable t = equity_of("1000");
  EntryExposure at_cap{kBtc, kLong, usd("500"), usd("0")};
  EntryExposure above{kBtc, kLong, usd("500.00000001"), usd("0")};

  SECTION("pair") {
    PortfolioSettings s = wide();
    s.max_pair_leverage = 0.5;
    REQUIRE(check(s, t, at_cap) == Refusal::none);
    REQUIRE(check(s, t, above) == Refusal::pair_notional);
  }
  SECTION("gross counts both sides and orders in flight") {
    PortfolioSettings s = wide();
    s.max_gross_leverage = 2.0;
    t.pairs[1].short_position = usd("700");
    t.pairs[2].long_orders = usd("800");
    REQUIRE(check(s, t, at_cap) == Refusal::none);
    REQUIRE(check(s, t, above) == Refusal::gross_leverage);
  }
  SECTION("net takes orders of the other side as not filled") {
    PortfolioSettings s = wide();
    s.max_net_leverage = 1.0;
    s.max_cluster_leverage = 10.0;
    t.pairs[1].long_position = usd("700");
    t.pairs[2].short_position = usd("200");
    t.pairs[2].short_orders = usd("5000"); // must not make room
    REQUIRE(check(s, t, at_cap) == Refusal::none);
    REQUIRE(check(s, t, above) == Refusal::net_leverage);
  }
  SECTION("cluster") {
    PortfolioSettings s = wide();
    s.max_cluster_leverage = 1.2;
    t.pairs[1].long_position = usd("700");
    t.pairs[2].short_position = usd("5000"); // the other side does not count
    REQUIRE(check(s, t, at_cap) == Refusal::none);
    REQUIRE(check(s, t, above) == Refusal::cluster_exposure);
  }
  SECTION("margin") {
    PortfolioSettings s = wide();
    s.leverage = 0.5;
    REQUIRE(check(s, t, at_cap) == Refusal::none);
    REQUIRE(check(s, t, above) == Refusal::insufficient_margin);
  }
}

TEST_CASE("what orders in flight may cost lowers the equity that the caps are held against",
          "[unit][portfolio]") {
  PortfolioSettings s = wide();
  s.max_pair_leverage = 0.5;
  const ExposureTable t = equity_of("1000");
  REQUIRE(Caps(s).check(t, {kBtc, kLong, usd("500"), usd("0.00000002")}, kTogether) ==
          Refusal::pair_notional);
  REQUIRE(Caps(s).check(t, {kBtc, kLong, usd("499"), usd("2")}, kTogether) == Refusal::none);
}

TEST_CASE("no equity, no entry", "[unit][portfolio]") {
  REQUIRE(Caps(wide()).check(equity_of("0"), {kBtc, kLong, usd("1"), usd("0")}, kTogether) !=
          Refusal::none);
}

TEST_CASE("no setting lifts gross leverage above twenty", "[unit][portfolio]") {
  PortfolioSettings s = wide();
  s.max_gross_leverage = 100.0;
  s.max_net_leverage = s.max_pair_leverage = s.max_cluster_leverage = 100.0;
  s.leverage = 100.0;
  const ExposureTable t = equity_of("1000");
  REQUIRE(Caps(s).check(t, {kBtc, kLong, usd("20000"), usd("0")}, kTogether) == Refusal::none);
  REQUIRE(Caps(s).check(t, {kBtc, kLong, usd("20000.00000001"), usd("0")}, kTogether) ==
          Refusal::gross_leverage);
}

TEST_CASE("the correlation factor falls with exposure that moves along", "[unit][portfolio]") {
  PortfolioSettings s = wide();
  s.max_cluster_leverage = 1.0;
  const Caps caps(s);
  ExposureTable t = equity_of("1000");
  REQUIRE(caps.cluster_share(t, kBtc, kLong, kTogether) == 0.0);
  t.pairs[1].long_position = usd("250");
  REQUIRE(caps.cluster_share(t, kBtc, kLong, kTogether) == Approx(0.25));
  REQUIRE(caps.cluster_share(t, kBtc, kShort, kTogether) == 0.0);
  t.pairs[1].long_position = usd("1500");
  REQUIRE(caps.cluster_share(t, kBtc, kLong, kTogether) >= 1.0);
}

TEST_CASE("a passive breach of the gross cap shrinks every position to the reserve",
          "[unit][portfolio]") {
  PortfolioSettings s = wide();
  s.max_gross_leverage = 2.0;
  s.reduce_to = 0.9;
  const Caps caps(s);
  ExposureTable t = equity_of("1000");
  t.pairs[0].long_position = usd("1200");
  t.pairs[1].short_position = usd("800");
  REQUIRE_FALSE(caps.passive_breach(t, kTogether).any); // at the cap
  t.pairs[0].long_position = usd("1200.00000001");
  const Caps::Breach b = caps.passive_breach(t, kTogether);
  REQUIRE(b.any);
  REQUIRE(b.keep[0] == Approx(0.9)); // 1800 of 2000
  REQUIRE(b.keep[1] == Approx(0.9));
  REQUIRE(b.keep[2] == 1.0);
}

TEST_CASE("a net breach shrinks the heavier side alone", "[unit][portfolio]") {
  PortfolioSettings s = wide();
  s.max_net_leverage = 1.0;
  s.reduce_to = 0.9;
  ExposureTable t = equity_of("1000");
  t.pairs[0].long_position = usd("2000");
  t.pairs[1].short_position = usd("500");
  // Net 1500, wanted 900: 600 of the 2000 long must go.
  const Caps::Breach b = Caps(s).passive_breach(t, kTogether);
  REQUIRE(b.any);
  REQUIRE(b.keep[0] == Approx(0.7));
  REQUIRE(b.keep[1] == 1.0);
}

TEST_CASE("a breach of one pair's cap leaves the others alone", "[unit][portfolio]") {
  PortfolioSettings s = wide();
  s.max_pair_leverage = 0.5;
  s.reduce_to = 0.8;
  ExposureTable t = equity_of("1000");
  t.pairs[0].long_position = usd("600");
  t.pairs[1].long_position = usd("400");
  const Caps::Breach b = Caps(s).passive_breach(t, kTogether);
  REQUIRE(b.keep[0] == Approx(400.0 / 600.0));
  REQUIRE(b.keep[1] == 1.0);
}
