#include "actors/portfolio/correlation.hpp"
#include "tests/support/trading_builders.hpp"

using namespace rg;
using namespace rg::test;

namespace {

/// Feeds closes whose returns are +x, −x, ... for BTC and `sign` times that for ETH.
void feed(CorrelationTracker& c, int bars, double sign) {
  double btc = 100.0;
  double eth = 10.0;
  for (int i = 0; i < bars; ++i) {
    const double r = (i % 3 == 0 ? 0.02 : -0.01) * (1.0 + 0.1 * (i % 5));
    btc *= std::exp(r);
    eth *= std::exp(sign * r);
    c.on_bar(kBtc, close_bar(kBtc, btc, at(15min * i)));
    c.on_bar(kEth, close_bar(kEth, eth, at(15min * i)));
    c.fold();
  }
}

} // namespace

TEST_CASE("pairs count as moving together until enough is known", "[unit][portfolio]") {
  CorrelationTracker c(96.0);
  REQUIRE(c.between(kBtc, kEth) == 1.0);
  feed(c, static_cast<int>(CorrelationTracker::kMinimumObservations), -1.0); // one return fewer
  REQUIRE(c.between(kBtc, kEth) == 1.0);
}

TEST_CASE("equal and opposite returns correlate with +1 and −1", "[unit][portfolio]") {
  CorrelationTracker same(96.0);
  feed(same, 100, 1.0);
  REQUIRE(same.between(kBtc, kEth) == Approx(1.0).margin(1e-6));
  CorrelationTracker opposite(96.0);
  feed(opposite, 100, -1.0);
  REQUIRE(opposite.between(kBtc, kEth) == Approx(-1.0).margin(1e-6));
  REQUIRE(opposite.between(kEth, kBtc) == opposite.between(kBtc, kEth));
}

TEST_CASE("a return across a gap is none", "[unit][portfolio]") {
  CorrelationTracker c(96.0);
  feed(c, 100, 1.0);
  const double before = c.between(kBtc, kEth);
  c.on_bar(kBtc, close_bar(kBtc, 500.0, at(100h), 3));
  c.on_bar(kEth, close_bar(kEth, 1.0, at(100h), 3));
  REQUIRE_FALSE(c.fold());
  REQUIRE(c.between(kBtc, kEth) == before);
}

TEST_CASE("recent bars weigh more: the half life is kept", "[unit][portfolio]") {
  // 400 bars together, then as many half lives apart as make the old weight small.
  CorrelationTracker c(10.0);
  feed(c, 400, 1.0);
  feed(c, 60, -1.0); // 2^-6 of the old weight is left; the restart jump is one large return
  REQUIRE(c.between(kBtc, kEth) < 0.5);
}

TEST_CASE("a later stamp folds the one before it", "[unit][portfolio]") {
  CorrelationTracker a(96.0);
  CorrelationTracker b(96.0);
  double p = 100.0;
  for (int i = 0; i < 80; ++i) {
    p *= i % 2 == 0 ? 1.01 : 0.995;
    for (CorrelationTracker* c : {&a, &b}) {
      c->on_bar(kBtc, close_bar(kBtc, p, at(15min * i)));
      c->on_bar(kEth, close_bar(kEth, 2.0 * p, at(15min * i)));
    }
    b.fold();
  }
  a.fold();
  REQUIRE(a.between(kBtc, kEth) == b.between(kBtc, kEth));
}
