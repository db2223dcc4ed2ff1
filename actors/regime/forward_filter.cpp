#include "actors/regime/forward_filter.hpp"

#include "actors/regime/gaussian_hmm.hpp"
#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rg {

ForwardFilter::ForwardFilter(const HmmParameters& parameters) {
  constexpr double kLogTwoPi = 1.83787706640934548356;
  constexpr auto kDimension = static_cast<Eigen::Index>(kFeatureCount);
  const GaussianHmm hmm = from_parameters(parameters);
  for (std::size_t k = 0; k < kRegimeCount; ++k) {
    const Eigen::LLT<Eigen::MatrixXd> cholesky(hmm.covariances[k]);
    RG_ASSERT(cholesky.info() == Eigen::Success);
    const Eigen::MatrixXd inverse =
        cholesky.matrixL().solve(Eigen::MatrixXd::Identity(kDimension, kDimension));
    const Eigen::VectorXd offset =
        inverse * hmm.means.row(static_cast<Eigen::Index>(k)).transpose();
    std::size_t at = 0;
    for (Eigen::Index i = 0; i < kDimension; ++i) {
      offset_[static_cast<std::size_t>(i)][k] = offset[i];
      for (Eigen::Index j = 0; j <= i; ++j) {
        inverse_root_[at++][k] = inverse(i, j);
      }
    }
    log_scale_[k] = -0.5 * static_cast<double>(kFeatureCount) * kLogTwoPi -
                    cholesky.matrixLLT().diagonal().array().log().sum();
    initial_[k] = parameters.initial[k];
    for (std::size_t j = 0; j < kRegimeCount; ++j) {
      transition_[k][j] = parameters.transition[k][j];
    }
  }
}

FilterStep ForwardFilter::step(const FeatureVector& x) {
  Lanes square{};
  std::size_t at = 0;
  for (std::size_t i = 0; i < kFeatureCount; ++i) {
    Lanes z{};
    for (std::size_t j = 0; j <= i; ++j, ++at) {
      for (std::size_t k = 0; k < kLanes; ++k) {
        z[k] += inverse_root_[at][k] * x[j];
      }
    }
    for (std::size_t k = 0; k < kLanes; ++k) {
      const double d = z[k] - offset_[i][k];
      square[k] += d * d;
    }
  }
  Lanes predicted = initial_;
  if (started_) {
    predicted = {};
    for (std::size_t i = 0; i < kRegimeCount; ++i) {
      for (std::size_t k = 0; k < kLanes; ++k) {
        predicted[k] += posterior_[i] * transition_[i][k];
      }
    }
  }
  // Densities relative to the best state that the prediction allows, so that no sum underflows.
  std::array<double, kRegimeCount> log_density{};
  double top = -std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < kRegimeCount; ++k) {
    log_density[k] = log_scale_[k] - 0.5 * square[k];
    if (predicted[k] > 0.0) {
      top = std::max(top, log_density[k]);
    }
  }
  double total = 0.0;
  for (std::size_t k = 0; k < kRegimeCount; ++k) {
    posterior_[k] = predicted[k] > 0.0 ? predicted[k] * std::exp(log_density[k] - top) : 0.0;
    total += posterior_[k];
  }
  RG_ASSERT(total > 0.0); // x was not finite otherwise
  FilterStep out;
  for (std::size_t k = 0; k < kRegimeCount; ++k) {
    posterior_[k] /= total;
    out.posterior[k] = posterior_[k];
  }
  out.log_likelihood = top + std::log(total);
  started_ = true;
  return out;
}

} // namespace rg
