// Where Baum–Welch starts, and the choice among several starts.

#include "actors/regime/baum_welch.hpp"
#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace rg {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr std::size_t kSample = 20'000; ///< rows that k-means looks at; evenly spread
constexpr int kLloydIterations = 25;

MatrixXd spread_sample(const MatrixXd& rows) {
  const auto n = static_cast<std::size_t>(rows.rows());
  if (n <= kSample) {
    return rows;
  }
  MatrixXd out(static_cast<Index>(kSample), rows.cols());
  for (std::size_t i = 0; i < kSample; ++i) {
    out.row(static_cast<Index>(i)) = rows.row(static_cast<Index>(i * n / kSample));
  }
  return out;
}

/// k-means++: each next centre is drawn with probability proportional to the squared distance.
MatrixXd draw_centres(const MatrixXd& rows, int states, SeededRandom& random) {
  MatrixXd centres(states, rows.cols());
  VectorXd distance = VectorXd::Constant(rows.rows(), std::numeric_limits<double>::max());
  Index chosen = static_cast<Index>(random.below(static_cast<std::uint64_t>(rows.rows())));
  for (int k = 0; k < states; ++k) {
    centres.row(k) = rows.row(chosen);
    distance = distance.cwiseMin((rows.rowwise() - centres.row(k)).rowwise().squaredNorm());
    double left = random.uniform() * distance.sum();
    for (chosen = 0; chosen + 1 < rows.rows() && left >= distance[chosen]; ++chosen) {
      left -= distance[chosen];
    }
  }
  return centres;
}

std::vector<int> nearest(const MatrixXd& rows, const MatrixXd& centres) {
  std::vector<int> labels(static_cast<std::size_t>(rows.rows()));
  for (Index t = 0; t < rows.rows(); ++t) {
    Index best = 0;
    (centres.rowwise() - rows.row(t)).rowwise().squaredNorm().minCoeff(&best);
    labels[static_cast<std::size_t>(t)] = static_cast<int>(best);
  }
  return labels;
}

/// Lloyd's iterations; a centre that loses all its rows stays where it is.
void settle(MatrixXd& centres, const MatrixXd& rows) {
  for (int round = 0; round < kLloydIterations; ++round) {
    const std::vector<int> labels = nearest(rows, centres);
    MatrixXd sums = MatrixXd::Zero(centres.rows(), centres.cols());
    VectorXd counts = VectorXd::Zero(centres.rows());
    for (Index t = 0; t < rows.rows(); ++t) {
      const int k = labels[static_cast<std::size_t>(t)];
      sums.row(k) += rows.row(t);
      counts[k] += 1.0;
    }
    const MatrixXd before = centres;
    for (Index k = 0; k < centres.rows(); ++k) {
      if (counts[k] > 0.0) {
        centres.row(k) = sums.row(k) / counts[k];
      }
    }
    if ((centres - before).squaredNorm() < 1e-12) {
      return;
    }
  }
}

} // namespace

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
  const MatrixXd sample = spread_sample(data.rows);
  MatrixXd centres = draw_centres(sample, states, random);
  settle(centres, sample);
  std::vector<int> labels = nearest(data.rows, centres);
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
