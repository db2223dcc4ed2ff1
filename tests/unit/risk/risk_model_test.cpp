#include "actors/risk/sizing.hpp"
#include "tests/unit/risk/risk_samples.hpp"

using namespace rg;
using namespace rg::test;

TEST_CASE("an entry can be recomputed from its own record", "[unit][risk]") {
  ReadyRisk risk;
  risk.model.on_portfolio(view_of(9'700.0, 0.03));
  risk.model.on_spread(0.0008, 0.45);
  const Side side = GENERATE(Side::buy, Side::sell);
  const OrderIntent intent = std::get<OrderIntent>(risk.assess(side));
  const RiskAssessment& a = intent.decision.risk;
  CHECK(a.multiplier == a.factors.multiplier()); // exactly
  CHECK(a.multiplier < 1.0);
  CHECK(a.risk_budget == Notional::from_double(48.5, Rounding::nearest)); // 0.5 % of 9,700
  const double wanted =
      a.risk_budget.to_double() * a.multiplier / (a.stop_distance * intent.limit.to_double());
  CHECK(intent.quantity == Quantity::from_double(wanted, Rounding::down)
                               .to_step(btc_contract().lot_size, Rounding::down));
  CHECK(intent.quantity == a.quantity);
  CHECK(intent.side == side);
  CHECK(a.factors[FactorName::drawdown] == Approx(0.8));
  CHECK(intent.stop_price ==
        stop_at(position_side(side), intent.limit, a.stop_distance, btc_contract()));
}

TEST_CASE("the correlation factor is the one of the signal's side", "[unit][risk]") {
  ReadyRisk risk;
  PortfolioView v = view_of(10'000.0);
  v.cluster_share_long[0] = 0.75;
  v.cluster_share_short[0] = 0.25;
  risk.model.on_portfolio(v);
  const Decision buy = decision_of(risk.assess(Side::buy));
  const Decision sell = decision_of(risk.assess(Side::sell));
  CHECK(buy.risk.factors[FactorName::correlation] == 0.25);
  CHECK(sell.risk.factors[FactorName::correlation] == 0.75);
  // Every other factor is blind to the side.
  for (const FactorName f : {FactorName::confidence, FactorName::volatility, FactorName::drawdown,
                             FactorName::clustering, FactorName::asset, FactorName::guard}) {
    CHECK(buy.risk.factors[f] == sell.risk.factors[f]);
  }
  CHECK(buy.risk.stop_distance == sell.risk.stop_distance);
}

TEST_CASE("the stop follows the tail forecast", "[unit][risk]") {
  ReadyRisk calm(0.001), wild(0.004);
  const Decision a = decision_of(calm.assess()), b = decision_of(wild.assess());
  CHECK(a.risk.stop_distance == Approx(std::expm1(a.risk.forecast.tail_q95)).epsilon(1e-12));
  CHECK(b.risk.stop_distance > 3.0 * a.risk.stop_distance);
  CHECK(b.quantity < a.quantity);
}

TEST_CASE("a near stop does not buy more notional than one entry may have", "[unit][risk]") {
  RiskSettings settings = plain_risk();
  settings.risk_per_trade = 0.02;
  settings.max_entry_leverage = 0.5;
  ReadyRisk calm(0.0005, settings);
  const Decision d = decision_of(calm.assess());
  REQUIRE(d.risk.stop_distance < 0.02 / 0.5);
  CHECK(d.risk.risk_budget.to_double() ==
        Approx(10'000.0 * 0.5 * d.risk.stop_distance).epsilon(1e-9));
  const double notional = d.quantity.to_double() * d.price.to_double();
  CHECK(notional <= 0.5 * 10'000.0 * d.risk.multiplier);
  // A far stop: the loss at the stop sets the size.
  CHECK(risk_share(0.05, settings) == 0.02);
  CHECK(risk_share(0.01, settings) == Approx(0.005));
  CHECK(risk_share(0.0, settings) == 0.02);
}

TEST_CASE("an exit closes the whole position at market", "[unit][risk]") {
  ReadyRisk risk;
  const ExitSignal exit{Symbol{}, risk.now(), ExitReason::time};
  CHECK_FALSE(risk.model.exit_intent(exit, sure_regime(risk.now())).has_value()); // flat
  risk.model.on_position(open_position(PositionSide::short_side, risk.now(), 52'000.0));
  const auto intent = risk.model.exit_intent(exit, sure_regime(risk.now()));
  REQUIRE(intent.has_value());
  CHECK(intent->kind == IntentKind::exit);
  CHECK(intent->side == Side::buy);
  CHECK(intent->quantity == Quantity::from_raw(10'000'000));
  CHECK(intent->limit.is_zero());
  CHECK_FALSE(intent->post_only);
  CHECK(intent->expires > risk.now());
  CHECK(intent->decision.outcome == Outcome::exit);
  CHECK(intent->decision.exit_reason == ExitReason::time);
  CHECK(intent->decision.id.kind == DecisionKind::exit);
  CHECK(intent->decision.signal.side == Side::buy);
  CHECK(intent->decision.signal.rule == Rule::trend);
  CHECK(intent->decision.price.to_double() == Approx(risk.price()).epsilon(1e-9));
  CHECK(intent->decision.risk.multiplier == 0.0); // zero for exits
}

TEST_CASE("a hand-over is a record without an order", "[unit][risk]") {
  ReadyRisk risk;
  CHECK_FALSE(risk.model.hand_over(risk.now(), sure_regime(risk.now())).has_value());
  risk.model.on_position(open_position(PositionSide::long_side, risk.now(), 49'000.0));
  const auto d = risk.model.hand_over(risk.now(), sure_regime(risk.now()));
  REQUIRE(d.has_value());
  CHECK(d->outcome == Outcome::hand_over);
  CHECK(d->quantity.is_zero());
}

TEST_CASE("the resting stop is tightened in a halt, never widened", "[unit][risk]") {
  ReadyRisk risk;
  const PositionSide side = GENERATE(PositionSide::long_side, PositionSide::short_side);
  const double sign = sign_of(side);
  const Price reference = price_of(50'000.0);
  risk.model.on_position(open_position(side, risk.now(), 50'000.0 - sign * 2'500.0));
  CHECK_FALSE(risk.model.tightened_stop(risk.now(), reference).has_value()); // all is well
  risk.model.on_guard(guard_at(GuardLevel::caution, risk.now(), 0.5));
  CHECK_FALSE(risk.model.tightened_stop(risk.now(), reference).has_value()); // care, not alarm
  risk.model.on_guard(guard_at(GuardLevel::halt, risk.now()));
  const auto move = risk.model.tightened_stop(risk.now(), reference);
  REQUIRE(move.has_value());
  CHECK(move->kind == IntentKind::move_stop);
  CHECK(move->side == exit_side(side));
  const double distance =
      0.7 * calibrated_stop_distance(risk.model.forecast().tail_q95, RiskSettings{});
  CHECK(move->stop_price == stop_at(side, reference, distance, btc_contract()));
  // Once it rests there, there is nothing more to tighten, and a reference further away does not
  // pull it back.
  risk.model.on_position(open_position(side, risk.now(), move->stop_price.to_double()));
  CHECK_FALSE(risk.model.tightened_stop(risk.now(), reference).has_value());
  CHECK_FALSE(risk.model.tightened_stop(risk.now(), price_of(50'000.0 - sign * 300.0)).has_value());
}

TEST_CASE("high volatility tightens the resting stop too", "[unit][risk]") {
  ReadyRisk risk;
  risk.model.on_position(open_position(PositionSide::long_side, risk.now(), 40'000.0));
  risk.bar(risk.price(), sure_regime({}, Regime::high_volatility));
  CHECK(risk.model.tightened_stop(risk.now(), price_of(risk.price())).has_value());
}

TEST_CASE("a position without a known stop is not moved: the desk sees to it", "[unit][risk]") {
  ReadyRisk risk;
  PositionUpdate bare = open_position(PositionSide::long_side, risk.now(), 0.0);
  bare.stop_price = Price::zero();
  risk.model.on_position(bare);
  risk.model.on_guard(guard_at(GuardLevel::halt, risk.now()));
  CHECK_FALSE(risk.model.tightened_stop(risk.now(), price_of(50'000.0)).has_value());
}

TEST_CASE("new contract rules take effect", "[unit][risk]") {
  ReadyRisk risk;
  ContractRules coarse = btc_contract();
  coarse.lot_size = Quantity::from_raw(100'000'000); // one whole coin
  coarse.min_quantity = coarse.lot_size;
  risk.model.set_contract(coarse);
  CHECK(refusal_of(risk.assess()) == Refusal::below_minimum);
}
