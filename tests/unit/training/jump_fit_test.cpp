// The jump model as training makes it.

#include "backtests/training/jump_fit.hpp"
#include "backtests/training/train_model.hpp"
#include "infra/config/model_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/training/candle_samples.hpp"

using namespace rg;

namespace {

TrainedModel trained(RegimeMethod method, std::uint64_t seed = 1) {
  TrainingSettings settings;
  settings.regime.model = method;
  settings.with_jump = true;
  settings.seed = seed;
  auto out = train_model({test::folder("a", {test::candles({Symbol::from_id(0), 1}),
                                             test::candles({Symbol::from_id(1), 2})})},
                         settings, [](const std::string&, double) {});
  REQUIRE(out);
  return std::move(out).value();
}

} // namespace

TEST_CASE("training gives a jump model that can be named, calibrated and written",
          "[unit][training]") {
  const TrainedModel fit = trained(RegimeMethod::hmm);
  REQUIRE(fit.regimes.jump);
  const JumpFitQuality& q = *fit.regimes.jump;
  CHECK(q.converged);
  CHECK(q.volatility_separation >= 0.25);
  CHECK(q.efficiency_separation >= 0.25);
  CHECK(q.calibration.agreement > 0.8);
  CHECK(q.calibration.calibrated.ece < 0.02);
  CHECK(q.calibration.calibrated.brier <= q.calibration.raw.brier + 1e-6);
  const auto again = parse_model(model_to_json(fit.model), "test");
  REQUIRE(again);
  CHECK(again->has_jump);
  CHECK(again->jump.centres == fit.model.jump.centres);
  CHECK(again->jump.calibration.raw == fit.model.jump.calibration.raw);
  CHECK(model_to_json(*again) == model_to_json(fit.model));
}

TEST_CASE("the jump model beside it leaves the hidden Markov model as it is", "[unit][training]") {
  TrainingSettings settings;
  const auto alone = train_model({test::folder("a", {test::candles({Symbol::from_id(0), 1}),
                                                     test::candles({Symbol::from_id(1), 2})})},
                                 settings, [](const std::string&, double) {});
  REQUIRE(alone);
  CHECK_FALSE(alone->model.has_jump);
  const TrainedModel both = trained(RegimeMethod::hmm);
  CHECK(both.model.hmm.means == alone->model.hmm.means);
  CHECK(both.model.hmm.transition == alone->model.hmm.transition);
  CHECK(both.model.tail.weight == alone->model.tail.weight);
  CHECK(both.model.plausibility_floor == alone->model.plausibility_floor);
}

TEST_CASE("risk models are fitted on the states of the method chosen", "[unit][training]") {
  const TrainedModel hmm = trained(RegimeMethod::hmm);
  const TrainedModel jump = trained(RegimeMethod::jump);
  CHECK(hmm.model.jump.centres == jump.model.jump.centres);
  CHECK(hmm.model.hmm.means == jump.model.hmm.means);
  CHECK(hmm.model.har.beta == jump.model.har.beta); // volatility alone
  CHECK(hmm.model.tail.weight != jump.model.tail.weight);
}

TEST_CASE("the same seed gives the same jump model", "[unit][training]") {
  CHECK(model_to_json(trained(RegimeMethod::jump).model) ==
        model_to_json(trained(RegimeMethod::jump).model));
}

TEST_CASE("penalties are tried by what they are worth, the largest of equals first",
          "[unit][training]") {
  using Order = std::vector<double>;
  CHECK(rank_penalties(
            {{4.0, -2.0, true}, {8.0, -1.5, true}, {16.0, -1.5005, true}, {32.0, -1.6, true}}) ==
        Order{16.0, 8.0, 32.0, 4.0});
  CHECK(rank_penalties({{4.0, -1.0, false}, {8.0, -1.5, true}}) == Order{8.0}); // names first
  CHECK(rank_penalties({{4.0, -1.0, false}}) == Order{32.0});
  CHECK(rank_penalties({}) == Order{32.0}); // too little data to tell
}
