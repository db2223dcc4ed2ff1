#pragma once
// A hidden Markov model with Gaussian observations, any number of states and dimensions: what
// training works with. The engine's own filter is forward_filter.hpp, with three states and six
// features.

#include "messages/settings/model_parameters.hpp"

#include <Eigen/Dense>

#include <cstddef>
#include <span>
#include <vector>

namespace rg {

/// K states over observations of dimension d.
struct GaussianHmm {
  Eigen::VectorXd initial;                  ///< K, sums to 1
  Eigen::MatrixXd transition;               ///< K × K, rows sum to 1; (i, j) = from i to j
  Eigen::MatrixXd means;                    ///< K × d
  std::vector<Eigen::MatrixXd> covariances; ///< K of d × d, positive definite

  [[nodiscard]] Eigen::Index states() const { return transition.rows(); }
  [[nodiscard]] Eigen::Index dimension() const { return means.cols(); }
};

/// Several sequences one below the other. The chain starts anew at each start.
struct Observations {
  Eigen::MatrixXd rows;            ///< N × d
  std::vector<std::size_t> starts; ///< ascending, the first is 0; empty when N = 0

  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(rows.rows()); }
  /// Rows [begin, end) of sequence s.
  struct Range {
    std::size_t begin, end;
  };
  [[nodiscard]] Range sequence(std::size_t s) const {
    return {starts[s], s + 1 < starts.size() ? starts[s + 1] : size()};
  }
};

/// Log densities, K × N, of every row under every state.
/// @throws InvariantBroken when a covariance is not positive definite.
[[nodiscard]] Eigen::MatrixXd log_densities(const GaussianHmm& hmm, const Eigen::MatrixXd& rows);

/// Filtered probabilities P(state t | rows up to t), K × N, and the log-likelihood of each row
/// given the rows before it in its sequence.
struct Filtered {
  Eigen::MatrixXd posterior;
  Eigen::VectorXd log_likelihood;
};
[[nodiscard]] Filtered filter(const GaussianHmm& hmm, const Observations& data);

/// Smoothed probabilities P(state t | the whole sequence), K × N. Looks ahead: for training only.
[[nodiscard]] Eigen::MatrixXd smooth(const GaussianHmm& hmm, const Observations& data);

/// The most likely path of states and its joint log probability, summed over the sequences. Looks
/// ahead: for training and tests only.
struct StatePath {
  std::vector<int> states;
  double log_probability = 0.0;
};
[[nodiscard]] StatePath viterbi(const GaussianHmm& hmm, const Observations& data);
/// The same from given log densities (K × N), for observations that are not Gaussian.
[[nodiscard]] StatePath viterbi(const Eigen::VectorXd& initial, const Eigen::MatrixXd& transition,
                                const Eigen::MatrixXd& log_density,
                                std::span<const std::size_t> starts);
/// Filter from given log densities (K × N).
[[nodiscard]] Filtered filter(const Eigen::VectorXd& initial, const Eigen::MatrixXd& transition,
                              const Eigen::MatrixXd& log_density,
                              std::span<const std::size_t> starts);

/// The distribution that the chain keeps; the chain must have one recurrent class.
[[nodiscard]] Eigen::VectorXd stationary_distribution(const Eigen::MatrixXd& transition);

/// To and from the plain values of a model file (three states, six features).
[[nodiscard]] HmmParameters to_parameters(const GaussianHmm& hmm);
[[nodiscard]] GaussianHmm from_parameters(const HmmParameters& parameters);

} // namespace rg
