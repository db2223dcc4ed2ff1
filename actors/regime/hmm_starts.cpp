// Where Baum–Welch starts, and the choice among several starts.

#include "actors/regime/baum_welch.hpp"
#include "actors/regime/kmeans.hpp"
#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

GaussianHmm start_from_labels(const Observations& data, const std::vector<int>& labels,
                              int states) {
  RG_ASSERT(labels.size() == data.size());
  const Index d = data.rows.cols();
  constexpr double kStay = 0.95;
  GaussianHmm hmm;
  hmm.initial = VectorXd::Constant(states, 1.0 / states);
  hmm.transition =
      MatrixXd::Constant(states, states, states > 1 ? (1.0 - kStay) / (states - 1) : 1.0);
  if (states > 1) {
    hmm.transition.diagonal().setConstant(kStay);
  }
  const VectorXd overall_mean = data.rows.colwise().mean();
  const VectorXd overall_variance =
      (data.rows.rowwise() - overall_mean.transpose()).colwise().squaredNorm().transpose() /
      static_cast<double>(data.size());
  hmm.means = MatrixXd::Zero(states, d);
  VectorXd counts = VectorXd::Zero(states);
  for (std::size_t t = 0; t < labels.size(); ++t) {
    hmm.means.row(labels[t]) += data.rows.row(static_cast<Index>(t));
    counts[labels[t]] += 1.0;
  }
  for (int k = 0; k < states; ++k) {
    RG_ASSERT(counts[k] > 0.0);
    hmm.means.row(k) /= counts[k];
  }
  hmm.covariances.assign(static_cast<std::size_t>(states), MatrixXd::Zero(d, d));
  for (std::size_t t = 0; t < labels.size(); ++t) {
    const auto k = static_cast<std::size_t>(labels[t]);
    const VectorXd x =
        (data.rows.row(static_cast<Index>(t)) - hmm.means.row(labels[t])).transpose();
    hmm.covariances[k].noalias() += x * x.transpose();
  }
  for (int k = 0; k < states; ++k) {
    // A tenth of the overall variance keeps small clusters from starting singular.
    MatrixXd& s = hmm.covariances[static_cast<std::size_t>(k)];
    s /= counts[k];
    s.diagonal() += 0.1 * overall_variance + VectorXd::Constant(d, 1e-9);
  }
  return hmm;
}

GaussianHmm kmeans_start(const Observations& data, int states, SeededRandom& random) {
  RG_ASSERT(data.size() >= static_cast<std::size_t>(states));
  std::vector<int> labels = nearest_centres(data.rows, kmeans_centres(data.rows, states, random));
  for (int k = 0; k < states; ++k) { // identical rows can leave a cluster empty
    if (std::find(labels.begin(), labels.end(), k) == labels.end()) {
      labels[random.below(labels.size())] = k;
    }
  }
  return start_from_labels(data, labels, states);
}

namespace {

void finish(HmmFit& fit, BaumWelch& em, const BaumWelchSettings& settings) {
  const BaumWelch::Run run = em.run(fit.hmm, settings.max_iterations);
  fit.log_likelihood = run.log_likelihood;
  fit.iterations += run.iterations;
  fit.converged = run.converged;
}

void best_first(std::vector<HmmFit>& fits) {
  std::stable_sort(fits.begin(), fits.end(), [](const HmmFit& a, const HmmFit& b) {
    return a.log_likelihood > b.log_likelihood;
  });
}

} // namespace

HmmFit fit_hmm_from(const Observations& data, GaussianHmm start,
                    const BaumWelchSettings& settings) {
  BaumWelch em(data, settings);
  HmmFit out{std::move(start)};
  finish(out, em, settings);
  return out;
}

std::vector<HmmFit> fit_candidates(const Observations& data, int states,
                                   const BaumWelchSettings& settings,
                                   const RestartSettings& restarts,
                                   const std::vector<GaussianHmm>& own_starts) {
  RG_ASSERT(restarts.restarts >= 1 && restarts.finalists >= 1);
  SeededRandom random(restarts.seed);
  BaumWelch em(data, settings);
  std::vector<HmmFit> fits;
  for (int r = 0; r < restarts.restarts; ++r) {
    HmmFit fit{kmeans_start(data, states, random)};
    const BaumWelch::Run run = em.run(fit.hmm, restarts.short_iterations);
    fit.log_likelihood = run.log_likelihood;
    fit.iterations = run.iterations;
    fits.push_back(std::move(fit));
  }
  best_first(fits);
  if (fits.size() > static_cast<std::size_t>(restarts.finalists)) {
    fits.erase(fits.begin() + restarts.finalists, fits.end());
  }
  for (const GaussianHmm& start : own_starts) {
    fits.push_back(HmmFit{start});
  }
  for (HmmFit& fit : fits) {
    finish(fit, em, settings);
  }
  best_first(fits);
  return fits;
}

HmmFit fit_hmm(const Observations& data, int states, const BaumWelchSettings& settings,
               const RestartSettings& restarts) {
  return fit_candidates(data, states, settings, restarts, {}).front();
}

} // namespace rg
