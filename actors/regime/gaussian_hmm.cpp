#include "actors/regime/gaussian_hmm.hpp"

#include "messages/support/invariant.hpp"

#include <cmath>
#include <limits>

namespace rg {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kLogTwoPi = 1.83787706640934548356;

bool is_start(std::span<const std::size_t> starts, std::size_t& next, std::size_t t) {
  if (next < starts.size() && starts[next] == t) {
    ++next;
    return true;
  }
  return false;
}

} // namespace

MatrixXd log_densities(const GaussianHmm& hmm, const MatrixXd& rows) {
  const Index d = hmm.dimension();
  RG_ASSERT(rows.cols() == d);
  MatrixXd out(hmm.states(), rows.rows());
  for (Index k = 0; k < hmm.states(); ++k) {
    const Eigen::LLT<MatrixXd> cholesky(hmm.covariances[static_cast<std::size_t>(k)]);
    RG_ASSERT(cholesky.info() == Eigen::Success);
    const MatrixXd centred = (rows.rowwise() - hmm.means.row(k)).transpose();
    const MatrixXd z = cholesky.matrixL().solve(centred);
    const double log_root = cholesky.matrixLLT().diagonal().array().log().sum();
    out.row(k) =
        -0.5 * (z.colwise().squaredNorm().array() + static_cast<double>(d) * kLogTwoPi) - log_root;
  }
  return out;
}

Filtered filter(const VectorXd& initial, const MatrixXd& transition, const MatrixXd& log_density,
                std::span<const std::size_t> starts) {
  Filtered out{MatrixXd(log_density.rows(), log_density.cols()), VectorXd(log_density.cols())};
  std::size_t next = 0;
  for (Index t = 0; t < log_density.cols(); ++t) {
    VectorXd predicted = initial;
    if (!is_start(starts, next, static_cast<std::size_t>(t))) {
      predicted = transition.transpose() * out.posterior.col(t - 1);
    }
    const double top = log_density.col(t).maxCoeff();
    const VectorXd joint = predicted.array() * (log_density.col(t).array() - top).exp();
    const double total = joint.sum();
    RG_ASSERT(total > 0.0);
    out.posterior.col(t) = joint / total;
    out.log_likelihood[t] = top + std::log(total);
  }
  return out;
}

Filtered filter(const GaussianHmm& hmm, const Observations& data) {
  return filter(hmm.initial, hmm.transition, log_densities(hmm, data.rows), data.starts);
}

MatrixXd smooth(const GaussianHmm& hmm, const Observations& data) {
  MatrixXd out = filter(hmm, data).posterior;
  for (std::size_t s = 0; s < data.starts.size(); ++s) {
    const auto [begin, end] = data.sequence(s);
    for (std::size_t i = end; i-- > begin + 1;) {
      // P(state t-1 | all) from the filter at t-1 and what was found at t.
      const auto t = static_cast<Index>(i);
      const VectorXd predicted = hmm.transition.transpose() * out.col(t - 1);
      const VectorXd ratio = out.col(t).cwiseQuotient(predicted.cwiseMax(1e-300));
      out.col(t - 1) = out.col(t - 1).cwiseProduct(hmm.transition * ratio);
      out.col(t - 1) /= out.col(t - 1).sum();
    }
  }
  return out;
}

StatePath viterbi(const VectorXd& initial, const MatrixXd& transition, const MatrixXd& log_density,
                  std::span<const std::size_t> starts) {
  const Index states = log_density.rows();
  const Index n = log_density.cols();
  const MatrixXd log_transition = transition.array().log();
  const VectorXd log_initial = initial.array().log();
  MatrixXd best(states, n);
  Eigen::MatrixXi from(states, n);
  std::size_t next = 0;
  for (Index t = 0; t < n; ++t) {
    const bool start = is_start(starts, next, static_cast<std::size_t>(t));
    for (Index j = 0; j < states; ++j) {
      Index origin = -1;
      const double reach =
          start ? log_initial[j] : (best.col(t - 1) + log_transition.col(j)).maxCoeff(&origin);
      best(j, t) = reach + log_density(j, t);
      from(j, t) = static_cast<int>(origin);
    }
  }
  StatePath path{std::vector<int>(static_cast<std::size_t>(n), -1), 0.0};
  int state = -1;
  for (Index t = n; t-- > 0;) {
    if (state < 0) {
      Index last = 0;
      path.log_probability += best.col(t).maxCoeff(&last);
      state = static_cast<int>(last);
    }
    path.states[static_cast<std::size_t>(t)] = state;
    state = from(state, t); // −1 at the start of a sequence
  }
  return path;
}

StatePath viterbi(const GaussianHmm& hmm, const Observations& data) {
  return viterbi(hmm.initial, hmm.transition, log_densities(hmm, data.rows), data.starts);
}

VectorXd stationary_distribution(const MatrixXd& transition) {
  // pi (I − A) = 0 with the last equation replaced by sum(pi) = 1.
  const Index n = transition.rows();
  MatrixXd system = (MatrixXd::Identity(n, n) - transition).transpose();
  system.row(n - 1).setOnes();
  VectorXd right = VectorXd::Zero(n);
  right[n - 1] = 1.0;
  const VectorXd pi = system.partialPivLu().solve(right).cwiseMax(0.0);
  return pi / pi.sum();
}

HmmParameters to_parameters(const GaussianHmm& hmm) {
  RG_ASSERT(hmm.states() == static_cast<Index>(kRegimeCount));
  RG_ASSERT(hmm.dimension() == static_cast<Index>(kFeatureCount));
  HmmParameters out;
  for (std::size_t k = 0; k < kRegimeCount; ++k) {
    const auto row = static_cast<Index>(k);
    out.initial[k] = hmm.initial[row];
    for (std::size_t j = 0; j < kRegimeCount; ++j) {
      out.transition[k][j] = hmm.transition(row, static_cast<Index>(j));
    }
    for (std::size_t f = 0; f < kFeatureCount; ++f) {
      out.means[k][f] = hmm.means(row, static_cast<Index>(f));
      for (std::size_t g = 0; g < kFeatureCount; ++g) {
        out.covariances[k][f][g] = hmm.covariances[k](static_cast<Index>(f), static_cast<Index>(g));
      }
    }
  }
  return out;
}

GaussianHmm from_parameters(const HmmParameters& p) {
  constexpr auto kStates = static_cast<Index>(kRegimeCount);
  constexpr auto kFeatures = static_cast<Index>(kFeatureCount);
  GaussianHmm out{VectorXd(kStates), MatrixXd(kStates, kStates), MatrixXd(kStates, kFeatures),
                  std::vector<MatrixXd>(kRegimeCount, MatrixXd(kFeatures, kFeatures))};
  for (std::size_t k = 0; k < kRegimeCount; ++k) {
    const auto row = static_cast<Index>(k);
    out.initial[row] = p.initial[k];
    out.transition.row(row) = Eigen::Map<const Eigen::RowVectorXd>(p.transition[k].data(), kStates);
    out.means.row(row) = Eigen::Map<const Eigen::RowVectorXd>(p.means[k].data(), kFeatures);
    for (std::size_t f = 0; f < kFeatureCount; ++f) {
      out.covariances[k].row(static_cast<Index>(f)) =
          Eigen::Map<const Eigen::RowVectorXd>(p.covariances[k][f].data(), kFeatures);
    }
  }
  return out;
}

} // namespace rg
