// The training procedure where the truth is known.

#include "backtests/training/regime_proofs.hpp"
#include "infra/config/model_file.hpp"
#include "tests/support/catch.hpp"

using namespace rg;

TEST_CASE("trained on data simulated from the shipped model, nearly as right as the truth itself",
          "[unit][training]") {
  const auto model = model_for("");
  REQUIRE(model);
  const auto proof = prove_on_simulated_rows((*model)->hmm, 40'000, 11);
  REQUIRE(proof);
  CAPTURE(proof->accuracy_true, proof->accuracy_trained, proof->ece);
  CHECK(proof->accuracy_true > 0.8); // the states are worth telling apart
  CHECK(proof->accuracy_trained >= 0.97 * proof->accuracy_true);
  CHECK(proof->ece <= 0.03);
}

TEST_CASE(
    "the synthetic market at its natural pace: a model fitted on other seeds names its regimes",
    "[unit][training]") {
  const SyntheticTrial fit{101, 2, 40, MarketPace::natural};
  const SyntheticTrial test{1, 3, 20, MarketPace::natural};
  const auto proof = prove_on_synthetic({}, {}, fit, test);
  REQUIRE(proof);
  const SyntheticScore& score = proof->trained;
  CAPTURE(score.balanced_filter, score.balanced_in_force, score.switches_per_day,
          score.true_switches_per_day);
  CHECK(score.bars == 3 * 8 * 20 * 96);
  CHECK(score.balanced_filter >= 0.80);
  CHECK(score.balanced_in_force >= 0.80);
  CHECK(score.switches_per_day <= 2.0 * score.true_switches_per_day);
  CHECK(score.switches_per_day >= 0.5 * score.true_switches_per_day);
}

TEST_CASE("the shipped model, fitted on real candles only, on the synthetic market",
          "[unit][training]") {
  // It has never seen this market. No bar but chance (1/3) with a wide margin: figures in
  // docs/ai_participation.md.
  const auto model = model_for("");
  REQUIRE(model);
  const SyntheticScore score = score_on_synthetic(*model, {}, {}, {1, 3, 20, MarketPace::natural});
  CAPTURE(score.balanced_filter, score.switches_per_day, score.true_switches_per_day);
  CHECK(score.balanced_filter >= 0.65);
}
