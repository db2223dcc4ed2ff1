// Every reason of the risk engine's own, in a situation in which it binds and nothing before it
// does.

#include "tests/unit/risk/risk_samples.hpp"

using namespace rg;
using namespace rg::test;

TEST_CASE("a signal without anything against it is sized", "[unit][risk][refusal]") {
  ReadyRisk risk;
  const RiskVerdict verdict = risk.assess();
  REQUIRE(std::holds_alternative<OrderIntent>(verdict));
  const Decision& d = decision_of(verdict);
  CHECK(d.refusal == Refusal::none);
  CHECK(d.risk.quantity.is_positive());
}

TEST_CASE("refused: regime unknown", "[unit][risk][refusal]") {
  ReadyRisk risk;
  RegimeEstimate regime = sure_regime(risk.now(), Regime::unknown, 0.0);
  regime.abstention = Abstention::entropy;
  const Decision d = decision_of(risk.assess(regime));
  CHECK(d.refusal == Refusal::regime_unknown);
  CHECK(d.risk.factors[FactorName::confidence] == 0.0);
}

TEST_CASE("refused: low confidence", "[unit][risk][refusal]") {
  ReadyRisk risk;
  CHECK(refusal_of(risk.assess(sure_regime(risk.now(), Regime::trending, 0.4499))) ==
        Refusal::low_confidence);
  CHECK(refusal_of(risk.assess(sure_regime(risk.now(), Regime::trending, 0.4501))) ==
        Refusal::none);
}

TEST_CASE("refused: stale data", "[unit][risk][refusal]") {
  ReadyRisk risk;
  SECTION("a signal of an older bar") {
    const Signal signal = risk.signal();
    const RegimeEstimate regime = sure_regime(risk.now());
    risk.bar(risk.price());
    CHECK(refusal_of(risk.model.assess(signal, regime, risk.now() + 15min)) == Refusal::stale_data);
  }
  SECTION("a regime of an older bar") {
    CHECK(refusal_of(risk.assess(sure_regime(risk.now() - 15min))) == Refusal::stale_data);
  }
  SECTION("a portfolio that has never published") {
    RiskModel fresh(Symbol{}, plain_parameters(), RiskSettings{}, BarSettings{}, btc_contract());
    const PipelineBar bar = step_bar(0, 100.0, 100.0);
    const RegimeEstimate regime = sure_regime(bar.bar.close_time());
    fresh.on_bar(bar, regime);
    const Signal signal = signal_at(bar.bar.close_time(), 100.0);
    CHECK(refusal_of(fresh.assess(signal, regime, signal.stamp + 15min)) == Refusal::stale_data);
  }
}

TEST_CASE("refused: no forecast", "[unit][risk][refusal]") {
  RiskModel young(Symbol{}, plain_parameters(), RiskSettings{}, BarSettings{}, btc_contract());
  young.on_portfolio(view_of(10'000.0));
  const PipelineBar bar = step_bar(0, 50'000.0, 50'000.0);
  const RegimeEstimate regime = sure_regime(bar.bar.close_time());
  young.on_bar(bar, regime);
  const Signal signal = signal_at(bar.bar.close_time(), 50'000.0);
  const Decision d = decision_of(young.assess(signal, regime, signal.stamp + 15min));
  CHECK(d.refusal == Refusal::no_forecast);
  CHECK(d.risk.factors[FactorName::volatility] == 0.0);
}

TEST_CASE("refused: guard in halt or kill, not in caution", "[unit][risk][refusal]") {
  ReadyRisk risk;
  risk.model.on_guard(guard_at(GuardLevel::caution, risk.now(), 0.5));
  CHECK(refusal_of(risk.assess()) == Refusal::none);
  risk.model.on_guard(guard_at(GuardLevel::halt, risk.now()));
  CHECK(refusal_of(risk.assess()) == Refusal::guard_not_normal);
  risk.model.on_guard(guard_at(GuardLevel::kill, risk.now()));
  CHECK(refusal_of(risk.assess()) == Refusal::guard_not_normal);
}

TEST_CASE("refused: cooldown, until its end and not a bar longer", "[unit][risk][refusal]") {
  ReadyRisk risk;
  risk.model.on_position(closed_position(risk.now(), ExitReason::stop));
  const Timestamp end = risk.now() + 2h;
  const Decision d = decision_of(risk.assess());
  CHECK(d.refusal == Refusal::cooldown);
  CHECK(d.risk.cooldown_until == end);
  CHECK(risk.model.cooldown_until() == end);
  while (risk.now() < end) {
    CHECK(refusal_of(risk.assess()) == Refusal::cooldown);
    risk.bar(risk.price() * 1.0001);
  }
  CHECK(refusal_of(risk.assess()) == Refusal::none);
}

TEST_CASE("no cooldown after a close that was no stop", "[unit][risk][refusal]") {
  ReadyRisk risk;
  const ExitReason reason = GENERATE(ExitReason::rule, ExitReason::time, ExitReason::regime);
  risk.model.on_position(closed_position(risk.now(), reason));
  CHECK(refusal_of(risk.assess()) == Refusal::none);
}

TEST_CASE("a liquidation cools down like a stop", "[unit][risk][refusal]") {
  ReadyRisk risk;
  risk.model.on_position(closed_position(risk.now(), ExitReason::liquidation));
  CHECK(refusal_of(risk.assess()) == Refusal::cooldown);
}

TEST_CASE("refused: suspended while any factor is zero, with an end that is told",
          "[unit][risk][refusal]") {
  ReadyRisk risk;
  SECTION("drawdown at the floor") {
    risk.model.on_portfolio(view_of(8'500.0, 0.15));
  }
  SECTION("correlation") {
    PortfolioView v = view_of(10'000.0);
    v.cluster_share_long[0] = 1.0;
    risk.model.on_portfolio(v);
  }
  SECTION("spread at its maximum") {
    risk.model.on_spread(0.002, 1.0);
  }
  SECTION("empty book") {
    risk.model.on_spread(0.0001, 0.0);
  }
  const Decision d = decision_of(risk.assess());
  CHECK(d.refusal == Refusal::suspended);
  CHECK(d.risk.suspended);
  CHECK(d.risk.multiplier == 0.0);
  CHECK(d.risk.cooldown_until >= risk.now() + 15min);
}

TEST_CASE("refused: suspended by clustering", "[unit][risk][refusal]") {
  RiskSettings settings;
  settings.cooldown_after_cluster = 0h; // so that the suspension itself is seen
  ReadyRisk risk(0.002, settings);
  for (int i = 0; i < 9; ++i) {
    risk.model.on_position(open_position(PositionSide::long_side, risk.now() - 1min, 49'000.0));
    risk.model.on_position(closed_position(risk.now() - 1min, ExitReason::rule));
  }
  const Decision d = decision_of(risk.assess());
  CHECK(d.refusal == Refusal::suspended);
  CHECK(d.risk.factors[FactorName::clustering] == 0.0);
  CHECK(d.risk.cooldown_until > risk.now());
}

TEST_CASE("refused: stop beyond liquidation", "[unit][risk][refusal]") {
  // 2 % a bar: the tail is clamped to stop_max = 8 %, more than 20× leverage can bear.
  ReadyRisk high(0.02, RiskSettings{}, 20.0);
  CHECK(refusal_of(high.assess()) == Refusal::stop_beyond_liquidation);
  ReadyRisk low(0.02, RiskSettings{}, 5.0);
  CHECK(refusal_of(low.assess()) == Refusal::none);
}

TEST_CASE("refused: below the contract's minimum", "[unit][risk][refusal]") {
  ReadyRisk poor(0.002, RiskSettings{}, 5.0, btc_contract(), 5.0);
  const Decision d = decision_of(poor.assess());
  CHECK(d.refusal == Refusal::below_minimum);
  CHECK(d.risk.quantity.is_zero());
  CHECK(d.risk.multiplier > 0.0);
}

TEST_CASE("a refusal is a complete decision", "[unit][risk][refusal]") {
  ReadyRisk risk;
  risk.model.on_guard(guard_at(GuardLevel::halt, risk.now()));
  const Signal signal = risk.signal(Side::sell);
  const RegimeEstimate regime = sure_regime(risk.now());
  const RiskVerdict verdict = risk.model.assess(signal, regime, risk.now() + 15min);
  const Decision& d = std::get<Decision>(verdict);
  CHECK(d.outcome == Outcome::refused);
  CHECK(d.id == DecisionId{Symbol{}, risk.now(), DecisionKind::signal, 0});
  CHECK(d.signal.side == Side::sell);
  CHECK(d.regime.confidence == 0.9);
  CHECK(d.guard.level == GuardLevel::halt);
  CHECK(d.quantity.is_zero());
  CHECK(d.price.is_positive());
  CHECK(d.stop_price > d.price);
  CHECK(d.risk.stop_distance > 0.0);
  CHECK(d.risk.forecast.valid);
  CHECK(d.equity == view_of(10'000.0).equity);
  CHECK(d.risk.multiplier == d.risk.factors.multiplier());
}
