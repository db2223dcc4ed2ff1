#include "backtests/evaluation/regime_proof.hpp"
#include "tests/support/catch.hpp"

using namespace rg;

TEST_CASE("rows of the regimes hold only where their bars do", "[unit][evaluation]") {
  SimulationProof k;
  k.accuracy_true = 0.9;
  k.accuracy_trained = 0.9 * 0.98;
  k.ece = 0.02;
  CHECK(known_truth_row(k, 1'000).holds());
  k.ece = 0.031;
  CHECK_FALSE(known_truth_row(k, 1'000).holds());
  k.ece = 0.02;
  k.accuracy_trained = 0.9 * 0.96;
  CHECK_FALSE(known_truth_row(k, 1'000).holds());
  SyntheticProof s;
  s.trained.balanced_filter = 0.81;
  s.trained.switches_per_day = 3.0;
  s.trained.true_switches_per_day = 2.0;
  CHECK(synthetic_row(s, {}, {}).holds());
  s.trained.switches_per_day = 4.1;
  CHECK_FALSE(synthetic_row(s, {}, {}).holds());
  s.trained.switches_per_day = 2.0;
  s.trained.balanced_filter = 0.79;
  CHECK_FALSE(synthetic_row(s, {}, {}).holds());
  CHECK_FALSE(regime_row({}, {}, {}).holds()); // nothing measured is nothing proved
}

TEST_CASE("a fit that was refused is a row that was not measured", "[unit][evaluation]") {
  const InputError error{"simulated rows", 0, "too few"};
  CHECK(known_truth_row(fail(error), 10).not_measured == "simulated rows: too few");
  CHECK_FALSE(synthetic_row(fail(error), {}, {}).holds());
}
