#include "backtests/evaluation/explanation_proof.hpp"
#include "tests/unit/backtests/run_fixture.hpp"

using namespace rg;
using namespace rg::test;

namespace {

std::vector<Decision> decisions_of_a_run() {
  static const std::vector<Decision> kDecisions =
      RunFixture{}.run(two_pairs(30, 4)).guarded.decisions;
  return kDecisions;
}

ExplanationCheck check(const std::vector<Decision>& decisions) {
  return check_explanations(decisions, EngineSettings{}, contract_defaults());
}

Decision& first_approved(std::vector<Decision>& decisions) {
  const auto at = std::find_if(decisions.begin(), decisions.end(),
                               [](const Decision& d) { return d.outcome == Outcome::approved; });
  REQUIRE(at != decisions.end());
  return *at;
}

} // namespace

TEST_CASE("every decision of a run comes out of its record again", "[unit][evaluation]") {
  const ExplanationCheck c = check(decisions_of_a_run());
  INFO(c.first_difference);
  CHECK(c.with_factors > 0);
  CHECK(c.approved > 0);
  CHECK(c.worst_product_error == 0.0);
  CHECK(c.not_reproduced == 0);
  CHECK(explanation_row(c, {"a"}).holds());
}

TEST_CASE("a record that was touched does not", "[unit][evaluation]") {
  using Touch = void (*)(Decision&);
  const Touch touches[] = {
      [](Decision& d) { d.risk.factors[FactorName::confidence] *= 0.5; },
      [](Decision& d) { d.risk.factors[FactorName::volatility] *= 0.5; },
      [](Decision& d) { d.risk.forecast.tail_q95 *= 1.5; },
      [](Decision& d) { d.risk.inputs.drawdown += 0.1; },
      [](Decision& d) { d.risk.inputs.trade_intensity += 5.0; },
      [](Decision& d) { d.risk.inputs.relative_spread += 0.001; },
      [](Decision& d) { d.risk.inputs.jump_share = 0.9; },
      [](Decision& d) { d.risk.inputs.cluster_share += 0.1; },
      [](Decision& d) { d.quantity = Quantity::from_raw(d.quantity.raw() * 2); },
      [](Decision& d) { d.price = Price::from_raw(d.price.raw() * 2); },
      [](Decision& d) { d.stop_price = Price::from_raw(d.stop_price.raw() + 100'000'000); },
  };
  for (const Touch touch : touches) {
    std::vector<Decision> decisions = decisions_of_a_run();
    touch(first_approved(decisions));
    const ExplanationCheck c = check(decisions);
    CHECK(c.not_reproduced == 1);
    CHECK_FALSE(c.first_difference.empty());
    CHECK_FALSE(explanation_row(c, {"a"}).holds());
  }
}

TEST_CASE("a multiplier that is no product of its factors is found", "[unit][evaluation]") {
  std::vector<Decision> decisions = decisions_of_a_run();
  first_approved(decisions).risk.multiplier += 1e-9;
  const ExplanationCheck c = check(decisions);
  CHECK(c.worst_product_error == Approx(1e-9).epsilon(1e-3));
  CHECK_FALSE(explanation_row(c, {"a"}).holds());
}
