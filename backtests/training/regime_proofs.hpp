#pragma once
// The training procedure judged where the truth is known (design §6.4): data simulated from a
// three-state model, and the synthetic market. Used by tests and by `validate`.

#include "backtests/evaluation/synthetic_score.hpp"
#include "backtests/training/regime_fit.hpp"

namespace rg {

/// Rows drawn from a model, and the state behind each.
struct SimulatedRows {
  Observations data;
  std::vector<int> states; ///< order of enum Regime
};
/// One sequence of n rows. Deterministic by the seed.
[[nodiscard]] SimulatedRows simulate_rows(const HmmParameters& truth, std::size_t n,
                                          std::uint64_t seed);

/// What `train`'s procedure makes of simulated rows, judged on rows of another seed.
struct SimulationProof {
  double accuracy_true = 0.0;    ///< of the filter with the true parameters, most probable state
  double accuracy_trained = 0.0; ///< of the trained model's, states by name
  double ece = 0.0;              ///< ten bins: highest filtered probability against being right
  Reliability reliability;
};
[[nodiscard]] Result<SimulationProof, InputError>
prove_on_simulated_rows(const HmmParameters& truth, std::size_t rows, std::uint64_t seed);

/// Fits on the seeds of `fit`, judges on those of `test`, which must be others.
struct SyntheticProof {
  SyntheticScore trained;
  RegimeFitQuality quality;
};
[[nodiscard]] Result<SyntheticProof, InputError> prove_on_synthetic(const RegimeSettings& settings,
                                                                    const BarSettings& bars,
                                                                    const SyntheticTrial& fit,
                                                                    const SyntheticTrial& test);

} // namespace rg
