// Against an independent implementation: every path of a short chain, one by one.

#include "actors/regime/baum_welch.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/regime/hmm_samples.hpp"

#include <cmath>
#include <numbers>

using namespace rg;
using Eigen::Index;

namespace {

double density(const GaussianHmm& hmm, int k, const Eigen::VectorXd& x) {
  const auto& s = hmm.covariances[static_cast<std::size_t>(k)];
  const Eigen::VectorXd c = x - hmm.means.row(k).transpose();
  const double d = static_cast<double>(x.size());
  return std::exp(-0.5 * c.dot(s.inverse() * c)) /
         std::sqrt(std::pow(2.0 * std::numbers::pi, d) * s.determinant());
}

/// Sums over all paths of one sequence.
struct Enumerated {
  double likelihood = 0.0;
  Eigen::MatrixXd visits;      // K × T: P(state t, data)
  Eigen::MatrixXd transitions; // K × K: expected number, times likelihood
  double best = 0.0;
  std::vector<int> best_path;
};

Enumerated enumerate(const GaussianHmm& hmm, const Eigen::MatrixXd& rows) {
  const int states = static_cast<int>(hmm.states());
  const int length = static_cast<int>(rows.rows());
  Enumerated out{
      0.0, Eigen::MatrixXd::Zero(states, length), Eigen::MatrixXd::Zero(states, states), 0.0, {}};
  std::vector<int> path(static_cast<std::size_t>(length), 0);
  while (true) {
    double p = hmm.initial[path[0]];
    for (int t = 0; t < length; ++t) {
      const int k = path[static_cast<std::size_t>(t)];
      p *= density(hmm, k, rows.row(t).transpose());
      if (t > 0) {
        p *= hmm.transition(path[static_cast<std::size_t>(t - 1)], k);
      }
    }
    out.likelihood += p;
    for (int t = 0; t < length; ++t) {
      out.visits(path[static_cast<std::size_t>(t)], t) += p;
      if (t > 0) {
        out.transitions(path[static_cast<std::size_t>(t - 1)], path[static_cast<std::size_t>(t)]) +=
            p;
      }
    }
    if (p > out.best) {
      out.best = p;
      out.best_path = path;
    }
    int at = 0;
    while (at < length && ++path[static_cast<std::size_t>(at)] == states) {
      path[static_cast<std::size_t>(at++)] = 0;
    }
    if (at == length) {
      return out;
    }
  }
}

Eigen::MatrixXd part(const Observations& data, std::size_t s, std::size_t length) {
  return data.rows.middleRows(static_cast<Index>(data.starts[s]), static_cast<Index>(length));
}

} // namespace

TEST_CASE("filter, smoother, likelihood and best path equal the sum over all paths",
          "[unit][regime][reference]") {
  SeededRandom random(3);
  for (int round = 0; round < 8; ++round) {
    const GaussianHmm hmm = test::random_hmm(3, 2, random);
    const auto [data, truth] = test::simulate(hmm, {7, 5}, random);
    const Filtered filtered = filter(hmm, data);
    const Eigen::MatrixXd smoothed = smooth(hmm, data);
    const StatePath best = viterbi(hmm, data);
    double log_best = 0.0;
    for (std::size_t s = 0; s < 2; ++s) {
      const auto [begin, end] = data.sequence(s);
      const Enumerated all = enumerate(hmm, part(data, s, end - begin));
      double log_likelihood = 0.0;
      for (std::size_t t = begin; t < end; ++t) {
        const auto row = static_cast<Index>(t);
        log_likelihood += filtered.log_likelihood[row];
        // The filter at t is the end of the chain cut after t.
        const Enumerated upto = enumerate(hmm, part(data, s, t - begin + 1));
        for (Index k = 0; k < 3; ++k) {
          CHECK(filtered.posterior(k, row) ==
                Approx(upto.visits(k, static_cast<Index>(t - begin)) / upto.likelihood)
                    .margin(1e-10));
          CHECK(
              smoothed(k, row) ==
              Approx(all.visits(k, static_cast<Index>(t - begin)) / all.likelihood).margin(1e-10));
        }
        CHECK(best.states[t] == all.best_path[t - begin]);
      }
      CHECK(log_likelihood == Approx(std::log(all.likelihood)).epsilon(1e-10));
      log_best += std::log(all.best);
    }
    CHECK(best.log_probability == Approx(log_best).epsilon(1e-10));
  }
}

TEST_CASE("one Baum-Welch iteration equals the textbook update over all paths",
          "[unit][regime][reference]") {
  SeededRandom random(4);
  for (const int states : {2, 3}) {
    const GaussianHmm before = test::random_hmm(states, 2, random);
    const auto [data, truth] = test::simulate(before, {8, 6, 7}, random);
    BaumWelchSettings settings;
    settings.initial = InitialKind::free;
    settings.shrinkage = 0.0;
    settings.min_variance = 0.0;
    GaussianHmm after = before;
    BaumWelch em(data, settings);
    const double log_likelihood = em.iterate(after);

    Eigen::VectorXd starts = Eigen::VectorXd::Zero(states);
    Eigen::MatrixXd transitions = Eigen::MatrixXd::Zero(states, states);
    Eigen::MatrixXd gamma(states, data.rows.rows());
    double expected = 0.0;
    for (std::size_t s = 0; s < 3; ++s) {
      const auto [begin, end] = data.sequence(s);
      const Enumerated all = enumerate(before, part(data, s, end - begin));
      expected += std::log(all.likelihood);
      gamma.middleCols(static_cast<Index>(begin), static_cast<Index>(end - begin)) =
          all.visits / all.likelihood;
      starts += all.visits.col(0) / all.likelihood;
      transitions += all.transitions / all.likelihood;
    }
    CHECK(log_likelihood == Approx(expected).epsilon(1e-10));
    for (Index k = 0; k < states; ++k) {
      CHECK(after.initial[k] == Approx(starts[k] / 3.0).margin(1e-8));
      const double weight = gamma.row(k).sum();
      const Eigen::VectorXd mean = (gamma.row(k) * data.rows).transpose() / weight;
      Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(2, 2);
      for (Index t = 0; t < data.rows.rows(); ++t) {
        const Eigen::VectorXd c = data.rows.row(t).transpose() - mean;
        covariance += gamma(k, t) * c * c.transpose() / weight;
      }
      CHECK((after.means.row(k).transpose() - mean).norm() < 1e-8);
      CHECK((after.covariances[static_cast<std::size_t>(k)] - covariance).norm() < 1e-8);
      for (Index j = 0; j < states; ++j) {
        CHECK(after.transition(k, j) ==
              Approx(transitions(k, j) / transitions.row(k).sum()).margin(1e-8));
      }
    }
  }
}

TEST_CASE("without priors no iteration lowers the likelihood", "[unit][property][regime]") {
  SeededRandom random(5);
  for (int round = 0; round < 6; ++round) {
    const GaussianHmm truth = test::random_hmm(3, 4, random);
    const auto [data, states] = test::simulate(truth, {400, 300, 1, 50}, random);
    for (const InitialKind kind : {InitialKind::free, InitialKind::stationary}) {
      BaumWelchSettings settings;
      settings.initial = kind;
      settings.shrinkage = 0.0;
      GaussianHmm hmm = kmeans_start(data, 3, random);
      hmm.initial = stationary_distribution(hmm.transition);
      BaumWelch em(data, settings);
      double last = em.iterate(hmm);
      for (int i = 0; i < 40; ++i) {
        const double now = em.iterate(hmm);
        REQUIRE(now >= last - 1e-9 * std::fabs(last));
        last = now;
      }
    }
  }
}

TEST_CASE("a fit is the same for the same seed", "[unit][regime]") {
  SeededRandom random(6);
  const GaussianHmm truth = test::random_hmm(3, 3, random);
  const auto [data, states] = test::simulate(truth, {1'500}, random);
  RestartSettings restarts;
  restarts.seed = 42;
  const HmmFit a = fit_hmm(data, 3, {}, restarts);
  const HmmFit b = fit_hmm(data, 3, {}, restarts);
  CHECK(a.log_likelihood == b.log_likelihood);
  CHECK(a.hmm.means == b.hmm.means);
  CHECK(a.hmm.transition == b.hmm.transition);
}

TEST_CASE("the reported likelihood belongs to the fitted model", "[unit][regime]") {
  SeededRandom random(8);
  const GaussianHmm truth = test::random_hmm(2, 2, random);
  const auto [data, states] = test::simulate(truth, {500, 200}, random);
  const HmmFit fit = fit_hmm(data, 2, {}, {});
  CHECK(filter(fit.hmm, data).log_likelihood.sum() == Approx(fit.log_likelihood).epsilon(1e-12));
}

TEST_CASE("rows that no state explains keep the recursions finite", "[unit][regime]") {
  SeededRandom random(9);
  const GaussianHmm hmm = test::random_hmm(3, 2, random);
  auto [data, states] = test::simulate(hmm, {200}, random);
  data.rows.row(100).setConstant(1e5);
  const Filtered filtered = filter(hmm, data);
  CHECK(filtered.posterior.allFinite());
  GaussianHmm fitted = hmm;
  BaumWelch em(data, {});
  CHECK(std::isfinite(em.iterate(fitted)));
  CHECK(fitted.means.allFinite());
}
