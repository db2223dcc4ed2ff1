#include "actors/regime/state_matching.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace rg {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

StateMatch least_assignment(const std::function<double(std::size_t, std::size_t)>& distance) {
  std::array<std::size_t, kRegimeCount> order{0, 1, 2};
  StateMatch best;
  best.distance = best.runner_up = std::numeric_limits<double>::infinity();
  do { // all six, in lexicographic order: on a tie the first, which keeps most names
    double total = 0.0;
    for (std::size_t k = 0; k < kRegimeCount; ++k) {
      total += distance(k, order[k]);
    }
    if (total < best.distance) {
      best.runner_up = best.distance;
      best.distance = total;
      best.match = order;
    } else {
      best.runner_up = std::min(best.runner_up, total);
    }
  } while (std::next_permutation(order.begin(), order.end()));
  return best;
}

double log_determinant(const Eigen::LLT<MatrixXd>& cholesky) {
  return 2.0 * cholesky.matrixLLT().diagonal().array().log().sum();
}

/// Standardised z = (x − center) / scale back to x.
GaussianHmm on_raw_scale(const ModelParameters& model) {
  GaussianHmm hmm = from_parameters(model.hmm);
  const Eigen::Map<const VectorXd> center(model.pooled.center.data(),
                                          static_cast<Index>(kFeatureCount));
  const Eigen::Map<const VectorXd> scale(model.pooled.scale.data(),
                                         static_cast<Index>(kFeatureCount));
  for (Index k = 0; k < hmm.states(); ++k) {
    hmm.means.row(k) = (hmm.means.row(k).transpose().cwiseProduct(scale) + center).transpose();
    MatrixXd& covariance = hmm.covariances[static_cast<std::size_t>(k)];
    covariance = scale.asDiagonal() * covariance * scale.asDiagonal();
  }
  return hmm;
}

} // namespace

double hellinger_squared(const VectorXd& mean_a, const MatrixXd& cov_a, const VectorXd& mean_b,
                         const MatrixXd& cov_b) {
  const Eigen::LLT<MatrixXd> a(cov_a), b(cov_b), middle(MatrixXd(0.5 * (cov_a + cov_b)));
  RG_ASSERT(a.info() == Eigen::Success && b.info() == Eigen::Success);
  const VectorXd difference = mean_a - mean_b;
  const double log_overlap = 0.25 * (log_determinant(a) + log_determinant(b)) -
                             0.5 * log_determinant(middle) -
                             0.125 * difference.dot(middle.solve(difference));
  return std::max(0.0, 1.0 - std::exp(log_overlap));
}

StateMatch match_states(const GaussianHmm& earlier, const GaussianHmm& later) {
  RG_ASSERT(earlier.states() == static_cast<Index>(kRegimeCount));
  RG_ASSERT(later.states() == earlier.states() && later.dimension() == earlier.dimension());
  return least_assignment([&](std::size_t k, std::size_t j) {
    return hellinger_squared(
        earlier.means.row(static_cast<Index>(k)).transpose(), earlier.covariances[k],
        later.means.row(static_cast<Index>(j)).transpose(), later.covariances[j]);
  });
}

StateMatch match_states(const ModelParameters& earlier, const ModelParameters& later) {
  return match_states(on_raw_scale(earlier), on_raw_scale(later));
}

StateMatch match_jump_states(const ModelParameters& earlier, const ModelParameters& later) {
  RG_ASSERT(earlier.has_jump && later.has_jump);
  const auto raw = [](const ModelParameters& m, std::size_t k, std::size_t f) {
    return m.pooled.center[f] + m.pooled.scale[f] * m.jump.centres[k][f];
  };
  return least_assignment([&](std::size_t k, std::size_t j) {
    double sum = 0.0;
    for (std::size_t f = 0; f < kFeatureCount; ++f) {
      const double d = (raw(earlier, k, f) - raw(later, j, f)) /
                       (earlier.pooled.scale[f] * earlier.jump.spread[f]);
      sum += d * d;
    }
    return sum;
  });
}

} // namespace rg
