#include "actors/regime/forward_filter.hpp"
#include "actors/regime/gaussian_hmm.hpp"
#include "messages/support/invariant.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/regime/hmm_samples.hpp"
#include "tests/unit/regime/model_samples.hpp"

#include <cmath>

using namespace rg;
using Eigen::Index;

namespace {

FeatureVector row(const Observations& data, std::size_t t) {
  FeatureVector x{};
  for (std::size_t f = 0; f < kFeatureCount; ++f) {
    x[f] = data.rows(static_cast<Index>(t), static_cast<Index>(f));
  }
  return x;
}

} // namespace

TEST_CASE("the engine's filter equals the textbook filter of the same model", "[unit][regime]") {
  SeededRandom random(31);
  for (int round = 0; round < 20; ++round) {
    const GaussianHmm hmm = test::random_hmm(3, static_cast<int>(kFeatureCount), random);
    const auto [data, states] = test::simulate(hmm, {150, 1, 60}, random);
    const Filtered expected = filter(hmm, data);
    ForwardFilter fast(to_parameters(hmm));
    std::size_t next = 0;
    for (std::size_t t = 0; t < data.size(); ++t) {
      if (next < data.starts.size() && data.starts[next] == t) {
        fast.restart();
        ++next;
      }
      const FilterStep step = fast.step(row(data, t));
      const auto column = static_cast<Index>(t);
      double sum = 0.0;
      for (std::size_t k = 0; k < kRegimeCount; ++k) {
        REQUIRE(step.posterior[k] ==
                Approx(expected.posterior(static_cast<Index>(k), column)).margin(1e-9));
        sum += step.posterior[k];
      }
      REQUIRE(sum == Approx(1.0).margin(1e-14));
      REQUIRE(step.log_likelihood == Approx(expected.log_likelihood[column]).epsilon(1e-9));
    }
  }
}

TEST_CASE("the first step after a restart is initial times likelihood", "[unit][regime]") {
  const HmmParameters parameters = test::sample_hmm();
  ForwardFilter fresh(parameters), used(parameters);
  const FeatureVector x{0.5, 1.0, -0.3, 0.2, 0.8, -1.0};
  for (int i = 0; i < 50; ++i) {
    used.step({2.0, 2.0, 2.0, 2.0, 2.0, 2.0});
  }
  used.restart();
  CHECK_FALSE(used.started());
  const FilterStep a = fresh.step(x);
  const FilterStep b = used.step(x);
  CHECK(a.posterior == b.posterior);
  CHECK(a.log_likelihood == b.log_likelihood);
  CHECK(fresh.step(x).posterior != a.posterior); // now from the transition matrix
}

TEST_CASE("observations at the edge of the standardised range stay numbers", "[unit][regime]") {
  HmmParameters tight = test::sample_hmm();
  for (auto& covariance : tight.covariances) {
    for (std::size_t f = 0; f < kFeatureCount; ++f) {
      for (std::size_t g = 0; g < kFeatureCount; ++g) {
        covariance[f][g] = f == g ? 1e-3 : 0.0; // densities of about exp(−200,000)
      }
    }
  }
  ForwardFilter filter(tight);
  for (const double extreme : {8.0, -8.0}) {
    FeatureVector x{};
    x.fill(extreme);
    const FilterStep step = filter.step(x);
    CHECK(std::isfinite(step.log_likelihood));
    CHECK(step.posterior[0] + step.posterior[1] + step.posterior[2] == Approx(1.0));
  }
}

TEST_CASE("a state that cannot be reached gets no probability", "[unit][regime]") {
  HmmParameters p = test::sample_hmm();
  p.initial = {1.0, 0.0, 0.0};
  p.transition = {{{0.5, 0.5, 0.0}, {0.5, 0.5, 0.0}, {0.0, 0.0, 1.0}}};
  ForwardFilter filter(p);
  FeatureVector crisis{};
  crisis.fill(3.0); // by density the third state's
  for (int i = 0; i < 5; ++i) {
    CHECK(filter.step(crisis).posterior[2] == 0.0);
  }
}

TEST_CASE("a covariance that is not positive definite breaks an invariant", "[unit][regime]") {
  HmmParameters p = test::sample_hmm();
  p.covariances[1][0][0] = -1.0;
  CHECK_THROWS_AS(ForwardFilter(p), InvariantBroken);
}

TEST_CASE("parameters keep their values through the training form", "[unit][regime]") {
  const HmmParameters p = test::sample_hmm();
  const HmmParameters again = to_parameters(from_parameters(p));
  CHECK(again.initial == p.initial);
  CHECK(again.transition == p.transition);
  CHECK(again.means == p.means);
  CHECK(again.covariances == p.covariances);
}
