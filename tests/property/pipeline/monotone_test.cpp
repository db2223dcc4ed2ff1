// Monotone as a whole (design §6.2): each input of the risk engine made worse, alone and together
// with others: never more size, never a stop wider than calibrated, never a shorter cooldown.

#include "actors/risk/factors.hpp"
#include "actors/risk/sizing.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/risk/risk_samples.hpp"

#include <rapidcheck.h>

using namespace rg;
using namespace rg::test;

namespace {

/// Everything that can be good or bad when a signal comes.
struct Conditions {
  double bar_volatility = 0.002;
  double confidence = 0.9;
  double drawdown = 0.0;
  double correlation = 1.0;
  double spread = 0.0;
  double depth = 1.0;
  int guard_level = 0;         // 0 normal … 3 kill
  double guard_exposure = 1.0; // in caution
  int trades_of_late = 0;
  bool stopped = false; // a stop was hit half an hour ago
};

double fraction(int low = 0, int high = 1000) {
  return static_cast<double>(*rc::gen::inRange(low, high + 1)) / 1000.0;
}

Conditions any_conditions() {
  Conditions c;
  c.bar_volatility = 0.0005 + 0.006 * fraction();
  c.confidence = fraction(300);
  c.drawdown = 0.2 * fraction();
  c.correlation = fraction();
  c.spread = 0.003 * fraction();
  c.depth = 1.5 * fraction();
  c.guard_level = *rc::gen::weightedElement<int>({{6, 0}, {6, 1}, {1, 2}, {1, 3}});
  c.guard_exposure = fraction();
  c.trades_of_late = *rc::gen::inRange(0, 10);
  c.stopped = *rc::gen::weightedElement<bool>({{5, false}, {1, true}});
  return c;
}

/// Makes the chosen inputs worse by some amount.
Conditions worse(Conditions c) {
  const auto which = *rc::gen::inRange(1, 1 << 9); // any non-empty set of inputs
  const auto chosen = [which](int bit) { return (which >> bit & 1) != 0; };
  if (chosen(0)) {
    c.bar_volatility *= 1.0 + fraction();
  }
  if (chosen(1)) {
    c.confidence *= fraction();
  }
  if (chosen(2)) {
    c.drawdown += 0.1 * fraction();
  }
  if (chosen(3)) {
    c.correlation *= fraction();
  }
  if (chosen(4)) {
    c.spread += 0.002 * fraction();
  }
  if (chosen(5)) {
    c.depth *= fraction();
  }
  if (chosen(6)) {
    const int before = c.guard_level;
    c.guard_level = *rc::gen::inRange(before, 4);
    c.guard_exposure *= c.guard_level == 1 && before == 1 ? fraction() : 1.0;
  }
  if (chosen(7)) {
    c.trades_of_late += *rc::gen::inRange(0, 8);
  }
  if (chosen(8)) {
    c.stopped = true;
  }
  return c;
}

Decision decide(const Conditions& c) {
  ReadyRisk risk(c.bar_volatility, RiskSettings{}); // as shipped
  for (int i = 0; i < c.trades_of_late; ++i) {
    risk.model.on_position(open_position(PositionSide::long_side, risk.now() - 20min, 49'000.0));
    risk.model.on_position(closed_position(risk.now() - 10min, ExitReason::rule));
  }
  if (c.stopped) {
    risk.model.on_position(closed_position(risk.now() - 30min, ExitReason::stop));
  }
  if (c.guard_level > 0) {
    risk.model.on_guard(guard_at(static_cast<GuardLevel>(c.guard_level), risk.now(),
                                 c.guard_level == 1 ? c.guard_exposure : 0.0));
  }
  PortfolioView view = view_of(10'000.0);
  view.drawdown = c.drawdown;
  view.cluster_share_long[0] = 1.0 - c.correlation;
  risk.model.on_portfolio(view);
  risk.model.on_spread(c.spread, c.depth);
  Signal signal = risk.signal();
  signal.entry = 50'000.0; // the same price in both worlds
  return decision_of(risk.model.assess(
      signal, sure_regime(risk.now(), Regime::trending, c.confidence), risk.now() + 15min));
}

} // namespace

TEST_CASE("worse inputs never give more size or a shorter cooldown", "[property][risk]") {
  REQUIRE(rc::check("monotone", [] {
    const Conditions good = any_conditions();
    const Conditions bad = worse(good);
    const Decision a = decide(good), b = decide(bad);
    RC_ASSERT(b.quantity <= a.quantity);
    RC_ASSERT(b.risk.quantity <= a.risk.quantity);
    RC_ASSERT(b.risk.multiplier <= a.risk.multiplier);
    for (std::size_t f = 0; f < kFactorCount; ++f) {
      RC_ASSERT(b.risk.factors.value[f] <= a.risk.factors.value[f]);
    }
    RC_ASSERT(b.risk.cooldown_until >= a.risk.cooldown_until);
    RC_ASSERT(!a.risk.suspended || b.risk.suspended);
  }));
}

TEST_CASE("no condition gives a stop wider than calibrated", "[property][risk]") {
  REQUIRE(rc::check("stop", [] {
    const Conditions c = any_conditions();
    const Decision d = decide(c);
    const double calibrated = calibrated_stop_distance(d.risk.forecast.tail_q95, RiskSettings{});
    RC_ASSERT(d.risk.stop_distance <= calibrated);
    RC_ASSERT(d.risk.stop_distance >= RiskSettings{}.stop_min);
    RC_ASSERT((d.risk.stop_adjustment == StopAdjustment::calibrated) == (c.guard_level == 0));
  }));
}

TEST_CASE("factors lie in [0, 1] and multiply exactly to the multiplier", "[property][risk]") {
  REQUIRE(rc::check("factors", [] {
    const Decision d = decide(any_conditions());
    double product = 1.0;
    for (const double f : d.risk.factors.value) {
      RC_ASSERT(f >= 0.0 && f <= 1.0);
      product *= f;
    }
    RC_ASSERT(product == d.risk.multiplier);
    // What is lost at the stop is within budget × multiplier.
    const double loss = d.risk.quantity.to_double() * d.price.to_double() * d.risk.stop_distance;
    RC_ASSERT(loss <= d.risk.risk_budget.to_double() * d.risk.multiplier * (1.0 + 1e-12));
  }));
}

TEST_CASE("every factor function is monotone in its own input", "[property][risk]") {
  const RiskSettings s;
  REQUIRE(rc::check("factors alone", [&s] {
    const double x = fraction(), y = x + (1.0 - x) * fraction();
    RC_ASSERT(confidence_factor(x, s) <= confidence_factor(y, s));
    RC_ASSERT(drawdown_factor(x, s) >= drawdown_factor(y, s));
    RC_ASSERT(clustering_factor(10.0 * x, s) >= clustering_factor(10.0 * y, s));
    RC_ASSERT(asset_factor({0.003 * x, 1.0, 0.0}, s) >= asset_factor({0.003 * y, 1.0, 0.0}, s));
    RC_ASSERT(asset_factor({0.0, x, 0.0}, s) <= asset_factor({0.0, y, 0.0}, s));
    RC_ASSERT(asset_factor({0.0, 1.0, x}, s) >= asset_factor({0.0, 1.0, y}, s));
    RiskForecast a;
    a.valid = true;
    a.rv_forecast = 0.001 + 0.05 * x;
    a.rv_baseline = 0.02 * fraction();
    a.p_expansion = fraction();
    RiskForecast b = a;
    b.rv_forecast = 0.001 + 0.05 * y;
    RC_ASSERT(volatility_factor(a, s) >= volatility_factor(b, s));
    b = a;
    b.p_expansion = a.p_expansion + (1.0 - a.p_expansion) * fraction();
    RC_ASSERT(volatility_factor(a, s) >= volatility_factor(b, s));
  }));
}
