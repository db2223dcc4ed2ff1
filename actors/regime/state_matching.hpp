#pragma once
// Which state of a refitted model is which state of the one before: assignment on parameters, not
// on names (design §6.1). Names come from a rule; matching tells when a refit moved them.

#include "actors/regime/gaussian_hmm.hpp"

#include <array>

namespace rg {

/// match[k] = state of the later model that state k of the earlier one has become.
struct StateMatch {
  std::array<std::size_t, kRegimeCount> match{};
  double distance = 0.0;  ///< sum over the pairs matched
  double runner_up = 0.0; ///< ... of the second-best assignment
  [[nodiscard]] bool keeps_names() const {
    return match == std::array<std::size_t, kRegimeCount>{0, 1, 2};
  }
};

/// Squared Hellinger distance of two Gaussians, in [0, 1]: 0 = the same, 1 = no overlap.
[[nodiscard]] double hellinger_squared(const Eigen::VectorXd& mean_a, const Eigen::MatrixXd& cov_a,
                                       const Eigen::VectorXd& mean_b, const Eigen::MatrixXd& cov_b);

/// The assignment of least total distance among all six. Both models' means and covariances must be
/// on one scale: pass raw-feature models, or standardisers that are alike.
[[nodiscard]] StateMatch match_states(const GaussianHmm& earlier, const GaussianHmm& later);
/// The same for model files: undoes each file's pooled standardisation first.
[[nodiscard]] StateMatch match_states(const ModelParameters& earlier, const ModelParameters& later);
/// Jump models: squared distance of the centres in units of the earlier model's spread, likewise.
[[nodiscard]] StateMatch match_jump_states(const ModelParameters& earlier,
                                           const ModelParameters& later);

} // namespace rg
