#include "actors/risk/sizing.hpp"
#include "tests/unit/risk/risk_samples.hpp"

using namespace rg;
using namespace rg::test;

namespace {

const RiskSettings kSettings;

RiskAssessment assessment(double budget, double multiplier, double stop) {
  RiskAssessment a;
  a.risk_budget = Notional::from_double(budget, Rounding::nearest);
  a.multiplier = multiplier;
  a.stop_distance = stop;
  return a;
}

} // namespace

TEST_CASE("the calibrated stop is e^q − 1 within its bounds", "[unit][risk]") {
  CHECK(calibrated_stop_distance(0.02, kSettings) == Approx(std::exp(0.02) - 1.0));
  CHECK(calibrated_stop_distance(0.0001, kSettings) == kSettings.stop_min);
  CHECK(calibrated_stop_distance(0.5, kSettings) == kSettings.stop_max);
}

TEST_CASE("a caution tightens the stop, never below the least distance", "[unit][risk]") {
  const StopChoice normal = choose_stop(0.02, guard_at(GuardLevel::normal, {}), kSettings);
  CHECK(normal.adjustment == StopAdjustment::calibrated);
  const StopChoice tight = choose_stop(0.02, guard_at(GuardLevel::caution, {}, 0.5), kSettings);
  CHECK(tight.adjustment == StopAdjustment::tightened);
  CHECK(tight.distance == Approx(0.7 * normal.distance));
  CHECK(choose_stop(0.0031, guard_at(GuardLevel::caution, {}, 0.5), kSettings).distance ==
        kSettings.stop_min);
}

TEST_CASE("a tighter stop never buys size", "[unit][risk]") {
  // Size goes with factor / distance: at a mild caution the stop tightens no more than the size.
  const double full = 1.0 / choose_stop(0.02, guard_at(GuardLevel::normal, {}), kSettings).distance;
  for (double factor = 1.0; factor > 0.0; factor -= 0.01) {
    const StopChoice stop = choose_stop(0.02, guard_at(GuardLevel::caution, {}, factor), kSettings);
    REQUIRE(factor / stop.distance <= full * (1.0 + 1e-12));
  }
}

TEST_CASE("stops of long and short are mirror images and lose at most the distance",
          "[unit][risk]") {
  const ContractRules c = btc_contract(); // tick 0.1
  const Price entry = price_of(50'000.0);
  const Price below = stop_at(PositionSide::long_side, entry, 0.02, c);
  const Price above = stop_at(PositionSide::short_side, entry, 0.02, c);
  CHECK(below == price_of(49'019.7)); // 50,000 / 1.02 = 49,019.607…, rounded towards the entry
  CHECK(above == price_of(51'000.0));
  CHECK(below.to_double() * above.to_double() == Approx(50'000.0 * 50'000.0).epsilon(1e-5));
}

TEST_CASE("limits are rounded away from the market", "[unit][risk]") {
  const ContractRules c = btc_contract();
  CHECK(entry_limit(signal_at({}, 50'000.17, Side::buy), c) == price_of(50'000.1));
  CHECK(entry_limit(signal_at({}, 50'000.17, Side::sell), c) == price_of(50'000.2));
}

TEST_CASE("size is budget × multiplier over loss per coin, floored to the lot", "[unit][risk]") {
  const ContractRules c = btc_contract(); // lot 0.0001
  // 50 × 0.5 / (0.02 × 50,000) = 0.025
  CHECK(sized_quantity(assessment(50.0, 0.5, 0.02), price_of(50'000.0), c).to_double() ==
        Approx(0.025));
  // 50 × 0.5 / (0.0199 × 50,000) = 0.025125… → 0.0251
  CHECK(sized_quantity(assessment(50.0, 0.5, 0.0199), price_of(50'000.0), c).to_double() ==
        Approx(0.0251));
}

TEST_CASE("a size below the minimum is none", "[unit][risk]") {
  ContractRules c = btc_contract();
  // 0.1 / (0.02 × 50,000) = 0.0001: exactly one lot
  CHECK(sized_quantity(assessment(0.1, 1.0, 0.02), price_of(50'000.0), c).to_double() ==
        Approx(0.0001));
  CHECK(sized_quantity(assessment(0.0999, 1.0, 0.02), price_of(50'000.0), c).is_zero());
  c.min_quantity = Quantity::from_raw(20'000); // two lots
  CHECK(sized_quantity(assessment(0.1, 1.0, 0.02), price_of(50'000.0), c).is_zero());
}

TEST_CASE("a size is at most the contract's largest order", "[unit][risk]") {
  const ContractRules c = btc_contract();
  CHECK(sized_quantity(assessment(1e9, 1.0, 0.003), price_of(0.1), c) == c.max_quantity);
}

TEST_CASE("nothing is sized on nothing", "[unit][risk]") {
  const ContractRules c = btc_contract();
  CHECK(sized_quantity(assessment(0.0, 1.0, 0.02), price_of(50'000.0), c).is_zero());
  CHECK(sized_quantity(assessment(-50.0, 1.0, 0.02), price_of(50'000.0), c).is_zero());
  CHECK(sized_quantity(assessment(50.0, 0.0, 0.02), price_of(50'000.0), c).is_zero());
  CHECK(sized_quantity(assessment(50.0, 1.0, 0.0), price_of(50'000.0), c).is_zero());
}

TEST_CASE("a stop must lie well inside the liquidation distance", "[unit][risk]") {
  // 5×: 0.8 · (0.20 − 0.01) = 0.152; 20×: 0.8 · (0.05 − 0.01) = 0.032
  CHECK(stop_is_inside_liquidation(0.08, 5.0));
  CHECK(stop_is_inside_liquidation(0.032, 20.0));
  CHECK_FALSE(stop_is_inside_liquidation(0.0321, 20.0));
}

TEST_CASE("an entry carries the signal's side, whatever the assessment", "[unit][risk]") {
  const Side side = GENERATE(Side::buy, Side::sell);
  RiskAssessment a = assessment(50.0, 0.5, 0.02);
  a.quantity = Quantity::from_raw(2'500'000);
  const Timestamp expires = kMarketStart + 15min;
  const OrderIntent i = make_entry_intent(signal_at(kMarketStart, 50'000.0, side), a, Decision{},
                                          btc_contract(), expires);
  CHECK(i.side == side);
  CHECK(i.kind == IntentKind::entry);
  CHECK(i.post_only);
  CHECK(i.expires == expires);
  CHECK(i.quantity == a.quantity);
  CHECK(i.limit == price_of(50'000.0));
  CHECK((side == Side::buy ? i.stop_price < i.limit : i.stop_price > i.limit));
  CHECK(i.decision.quantity == i.quantity);
  CHECK(i.decision.price == i.limit);
  CHECK(i.decision.stop_price == i.stop_price);
}
