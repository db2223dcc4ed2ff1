// Data with a known truth: does the fit find it?

#include "actors/regime/baum_welch.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/regime/hmm_samples.hpp"

#include <cmath>

using namespace rg;
using Eigen::Index;

TEST_CASE("a fit on simulated data recovers the model that made them",
          "[unit][regime][simulation]") {
  GaussianHmm truth;
  truth.transition =
      (Eigen::Matrix3d() << 0.98, 0.015, 0.005, 0.01, 0.985, 0.005, 0.02, 0.01, 0.97).finished();
  truth.initial = stationary_distribution(truth.transition);
  truth.means = (Eigen::MatrixXd(3, 2) << 1.5, 0.0, -1.0, -0.5, 0.5, 2.5).finished();
  truth.covariances = {(Eigen::Matrix2d() << 1.0, 0.3, 0.3, 0.5).finished(),
                       (Eigen::Matrix2d() << 0.5, 0.0, 0.0, 0.5).finished(),
                       (Eigen::Matrix2d() << 2.0, -0.5, -0.5, 1.5).finished()};
  SeededRandom random(12);
  const auto [data, states] = test::simulate(truth, {20'000, 20'000, 10'000}, random);
  BaumWelchSettings settings;
  settings.shrinkage = 0.0;
  const HmmFit fit = fit_hmm(data, 3, settings, {});
  REQUIRE(fit.converged);
  for (Index k = 0; k < 3; ++k) {
    Index found = 0;
    (fit.hmm.means.rowwise() - truth.means.row(k)).rowwise().squaredNorm().minCoeff(&found);
    const double n = 50'000.0 * truth.initial[k];
    // Some 10,000 rows a state: five standard errors of a mean are about 0.07.
    CHECK((fit.hmm.means.row(found) - truth.means.row(k)).cwiseAbs().maxCoeff() < 0.08);
    CHECK((fit.hmm.covariances[static_cast<std::size_t>(found)] -
           truth.covariances[static_cast<std::size_t>(k)])
              .cwiseAbs()
              .maxCoeff() < 0.15);
    const double stay = truth.transition(k, k);
    CHECK(fit.hmm.transition(found, found) ==
          Approx(stay).margin(5.0 * std::sqrt(stay * (1.0 - stay) / n)));
  }
}

TEST_CASE("two volatility regimes of daily returns are told apart", "[unit][regime][simulation]") {
  // Parameters of Nystrup et al. 2020 for a stock index: equal-sized noise around small means, the
  // second state nearly three times as volatile. Long-run shares .8511 / .1489.
  GaussianHmm truth;
  truth.transition = (Eigen::Matrix2d() << 0.9979, 0.0021, 0.0120, 0.9880).finished();
  truth.initial = stationary_distribution(truth.transition);
  truth.means = (Eigen::MatrixXd(2, 1) << 0.000615, -0.000785).finished();
  truth.covariances = {Eigen::MatrixXd::Constant(1, 1, 0.007759 * 0.007759),
                       Eigen::MatrixXd::Constant(1, 1, 0.02140 * 0.02140)};
  CHECK(truth.initial[0] == Approx(0.8511).margin(5e-5));
  SeededRandom random(21);
  auto [data, states] = test::simulate(truth, {20'000}, random);
  data.rows *= 100.0; // percent
  BaumWelchSettings settings;
  settings.shrinkage = 0.0;
  const HmmFit fit = fit_hmm(data, 2, settings, {});
  const std::size_t calm = fit.hmm.covariances[0](0, 0) < fit.hmm.covariances[1](0, 0) ? 0 : 1;
  CHECK(std::sqrt(fit.hmm.covariances[calm](0, 0)) == Approx(0.7759).epsilon(0.03));
  CHECK(std::sqrt(fit.hmm.covariances[1 - calm](0, 0)) == Approx(2.140).epsilon(0.05));
  // Balanced accuracy of the filter, which sees the past only.
  const Filtered filtered = filter(fit.hmm, data);
  std::array<double, 2> right{}, all{};
  for (std::size_t t = 0; t < states.size(); ++t) {
    const bool says_calm =
        filtered.posterior(static_cast<Index>(calm), static_cast<Index>(t)) > 0.5;
    const auto truth_k = static_cast<std::size_t>(states[t]);
    all[truth_k] += 1.0;
    right[truth_k] += (states[t] == 0) == says_calm ? 1.0 : 0.0;
  }
  CHECK(0.5 * (right[0] / all[0] + right[1] / all[1]) > 0.93);
}

TEST_CASE("the sticky prior lengthens stays", "[unit][regime]") {
  SeededRandom random(14);
  const GaussianHmm truth = test::random_hmm(3, 2, random);
  const auto [data, states] = test::simulate(truth, {4'000}, random);
  BaumWelchSettings plain, sticky;
  sticky.sticky_transitions = 2'000.0;
  const HmmFit a = fit_hmm(data, 3, plain, {});
  const HmmFit b = fit_hmm(data, 3, sticky, {});
  CHECK(b.hmm.transition.diagonal().sum() > a.hmm.transition.diagonal().sum() + 0.05);
}

TEST_CASE("shrinkage pulls correlations towards zero and keeps the variances", "[unit][regime]") {
  SeededRandom random(15);
  const GaussianHmm truth = test::random_hmm(2, 3, random);
  const auto [data, states] = test::simulate(truth, {3'000}, random);
  BaumWelchSettings plain, shrunk;
  plain.shrinkage = 0.0;
  shrunk.shrinkage = 0.2;
  GaussianHmm a = truth, b = truth;
  BaumWelch(data, plain).iterate(a);
  BaumWelch(data, shrunk).iterate(b);
  for (std::size_t k = 0; k < 2; ++k) {
    CHECK(b.covariances[k].diagonal().isApprox(a.covariances[k].diagonal(), 1e-12));
    CHECK(b.covariances[k](1, 0) == Approx(0.8 * a.covariances[k](1, 0)).epsilon(1e-12));
  }
}
