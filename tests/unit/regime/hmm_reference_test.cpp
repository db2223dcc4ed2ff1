// Published numbers.

#include "actors/regime/baum_welch.hpp"
#include "actors/regime/gaussian_hmm.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/regime/fed_funds.hpp"

#include <array>
#include <cmath>

using namespace rg;

namespace {

/// Russell & Norvig's umbrella world, evidence: umbrella, umbrella, none, umbrella, umbrella.
struct Umbrella {
  Eigen::VectorXd initial = Eigen::Vector2d(0.5, 0.5);
  Eigen::MatrixXd transition = (Eigen::Matrix2d() << 0.7, 0.3, 0.3, 0.7).finished();
  Eigen::MatrixXd log_density =
      (Eigen::MatrixXd(2, 5) << 0.9, 0.9, 0.1, 0.9, 0.9, 0.2, 0.2, 0.8, 0.2, 0.2)
          .finished()
          .array()
          .log();
  std::array<std::size_t, 1> starts{0};
};

Observations fed_funds() {
  Observations data;
  data.rows = Eigen::Map<const Eigen::VectorXd>(kFedFunds.data(), kFedFunds.size());
  data.starts = {0};
  return data;
}

} // namespace

TEST_CASE("the umbrella world gives its published likelihood and forward lattice",
          "[unit][regime][reference]") {
  const Umbrella world;
  const Filtered filtered =
      filter(world.initial, world.transition, world.log_density, world.starts);
  CHECK(filtered.log_likelihood.sum() == Approx(-3.3725).margin(5e-5));
  // The lattice of joint probabilities: .45/.10 at first, .0298/.0046 at last.
  const double first = std::exp(filtered.log_likelihood[0]);
  CHECK(filtered.posterior(0, 0) * first == Approx(0.45).margin(1e-12));
  CHECK(filtered.posterior(1, 0) * first == Approx(0.10).margin(1e-12));
  const double all = std::exp(filtered.log_likelihood.sum());
  CHECK(filtered.posterior(0, 4) * all == Approx(0.0298).margin(5e-5));
  CHECK(filtered.posterior(1, 4) * all == Approx(0.0046).margin(5e-5));
  // The textbook's own figure: rain on day two with probability .883.
  CHECK(filtered.posterior(0, 1) == Approx(0.883).margin(5e-4));
}

TEST_CASE("the umbrella world's most likely path is the published one",
          "[unit][regime][reference]") {
  const Umbrella world;
  const StatePath path = viterbi(world.initial, world.transition, world.log_density, world.starts);
  CHECK(path.log_probability == Approx(-4.4590).margin(5e-5));
  CHECK(path.states == std::vector<int>{0, 0, 1, 0, 0});
}

TEST_CASE("the federal funds rate gives the estimates of Stata's manual",
          "[unit][regime][reference]") {
  BaumWelchSettings settings;
  settings.covariance = CovarianceKind::common;
  settings.initial = InitialKind::stationary;
  settings.shrinkage = 0.0;
  settings.max_iterations = 2'000;
  settings.tolerance = 1e-13;
  const HmmFit fit = fit_hmm(fed_funds(), 2, settings, RestartSettings{});
  const int low = fit.hmm.means(0, 0) < fit.hmm.means(1, 0) ? 0 : 1;
  const int high = 1 - low;
  CHECK(fit.converged);
  CHECK(fit.log_likelihood == Approx(-508.63592).margin(1e-5));
  CHECK(fit.hmm.transition(low, low) == Approx(0.9820939).margin(1e-6));
  CHECK(fit.hmm.transition(high, low) == Approx(0.0503587).margin(1e-6));
  CHECK(fit.hmm.means(low, 0) == Approx(3.70877).margin(1e-5));
  CHECK(fit.hmm.means(high, 0) == Approx(9.556793).margin(1e-5));
  CHECK(std::sqrt(fit.hmm.covariances[0](0, 0)) == Approx(2.107562).margin(1e-6));
  // Long-run share of the low state from the published transitions: p10 / (1 − p00 + p10).
  CHECK(fit.hmm.initial[low] == Approx(0.0503587 / (1.0 - 0.9820939 + 0.0503587)).margin(1e-5));
}
