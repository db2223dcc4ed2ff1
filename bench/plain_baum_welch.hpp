#pragma once
// Baum–Welch as one would write it down with Eigen, row by row: the reference for regime_bench.

#include "actors/regime/gaussian_hmm.hpp"

#include <cmath>

namespace rg::bench {

/// One iteration without priors, shrinkage or floors; initial probabilities as they are.
/// @return log-likelihood under the model as it was before. One sequence.
inline double plain_iteration(GaussianHmm& hmm, const Eigen::MatrixXd& rows) {
  using Eigen::Index;
  using Eigen::MatrixXd;
  using Eigen::VectorXd;
  const Index n = rows.rows(), d = rows.cols(), states = hmm.states();
  const double constant = 0.5 * static_cast<double>(d) * std::log(2.0 * M_PI);
  MatrixXd density(states, n);
  for (Index k = 0; k < states; ++k) {
    const Eigen::LLT<MatrixXd> cholesky(hmm.covariances[static_cast<std::size_t>(k)]);
    const double log_root = cholesky.matrixLLT().diagonal().array().log().sum();
    for (Index t = 0; t < n; ++t) {
      const VectorXd z = cholesky.matrixL().solve((rows.row(t) - hmm.means.row(k)).transpose());
      density(k, t) = std::exp(-0.5 * z.squaredNorm() - log_root - constant);
    }
  }
  MatrixXd alpha(states, n), beta(states, n);
  VectorXd scale(n);
  for (Index t = 0; t < n; ++t) {
    const VectorXd before =
        t == 0 ? hmm.initial : VectorXd(hmm.transition.transpose() * alpha.col(t - 1));
    alpha.col(t) = before.cwiseProduct(density.col(t));
    scale[t] = alpha.col(t).sum();
    alpha.col(t) /= scale[t];
  }
  MatrixXd counts = MatrixXd::Zero(states, states);
  beta.col(n - 1).setOnes();
  for (Index t = n - 1; t > 0; --t) {
    const VectorXd ahead = density.col(t).cwiseProduct(beta.col(t)) / scale[t];
    counts += (alpha.col(t - 1) * ahead.transpose()).cwiseProduct(hmm.transition);
    beta.col(t - 1) = hmm.transition * ahead;
  }
  const MatrixXd gamma = alpha.cwiseProduct(beta);
  for (Index k = 0; k < states; ++k) {
    hmm.transition.row(k) = counts.row(k) / counts.row(k).sum();
    const double weight = gamma.row(k).sum();
    hmm.means.row(k) = gamma.row(k) * rows / weight;
    const MatrixXd centred = rows.rowwise() - hmm.means.row(k);
    hmm.covariances[static_cast<std::size_t>(k)] =
        centred.transpose() * gamma.row(k).transpose().asDiagonal() * centred / weight;
  }
  return scale.array().log().sum();
}

} // namespace rg::bench
