#pragma once
// The engine's forward filter: P(state | everything so far) of exactly the model's HMM, one step
// per bar (design §6.1). Filtering only, never smoothing.

#include "messages/settings/model_parameters.hpp"

#include <array>
#include <cstddef>

namespace rg {

/// What one step tells.
struct FilterStep {
  StateVector posterior{};     ///< sums to 1
  double log_likelihood = 0.0; ///< of this observation given those before (since the last restart)
};

/// Three states, six features. Inverse Cholesky factors are computed once; a step is three
/// triangular products side by side, three exponentials and a logarithm, without an allocation.
class ForwardFilter {
public:
  /// @throws InvariantBroken when a covariance is not positive definite.
  explicit ForwardFilter(const HmmParameters& parameters);

  /// The next observation, standardised and finite. The first one after a restart starts from
  /// `initial`; the others from the transition matrix applied to the last posterior.
  FilterStep step(const FeatureVector& x);

  /// Forgets the past: the next step is initial × likelihood.
  void restart() { started_ = false; }
  [[nodiscard]] bool started() const { return started_; }

private:
  static constexpr std::size_t kLanes = 4; // three states and one idle lane: whole vector registers
  using Lanes = std::array<double, kLanes>;
  static constexpr std::size_t kTriangle = kFeatureCount * (kFeatureCount + 1) / 2;

  alignas(32) std::array<Lanes, kTriangle> inverse_root_{}; // L⁻¹ row by row, lower triangle
  alignas(32) std::array<Lanes, kFeatureCount> offset_{};   // L⁻¹ × mean
  alignas(32) Lanes log_scale_{};                           // log density at the mean
  alignas(32) std::array<Lanes, kRegimeCount> transition_{};
  alignas(32) Lanes initial_{};
  alignas(32) Lanes posterior_{};
  bool started_ = false;
};

} // namespace rg
