#pragma once
// The jump model as the second regime model of a model file.

#include "backtests/training/regime_replay.hpp"
#include "messages/settings/model_parameters.hpp"
#include "messages/support/input_error.hpp"
#include "messages/support/result.hpp"

#include <cstdint>
#include <vector>

namespace rg {

/// One penalty of the grid.
struct PenaltyScore {
  double penalty = 0.0;
  double score = 0.0; ///< see choose_penalty; higher is better
};

struct JumpFitQuality {
  int iterations = 0;
  bool converged = false;
  int candidates = 0, refused = 0; ///< as in RegimeFitQuality
  std::vector<PenaltyScore> grid;
  double volatility_separation = 0.0, efficiency_separation = 0.0; ///< pooled deviations
  StateVector shares{}, dwell_bars{};
  CalibrationFigures calibration; ///< against the best path in hindsight, in-sample
};

/// The penalty under which the *online* states tell most about later rows. Centres are fitted on
/// the first two thirds of each sequence; on the last third (a window of 480 rows in between left
/// out, so that no feature window reaches across) each row's realised_vol and efficiency_ratio 36
/// rows later, which share no bar with it, get a Gaussian density with the mean and deviation that
/// the first part showed after the same state. Score = mean log density. The largest penalty within
/// 0.001 of the best wins: of equally useful models the one that switches least.
/// Source: Shu, Yu & Mulvey 2024 choose the penalty by what the online states are worth later.
[[nodiscard]] std::vector<PenaltyScore> score_penalties(const Observations& data,
                                                        std::uint64_t seed);
[[nodiscard]] double choose_penalty(const std::vector<PenaltyScore>& grid);

/// Fills model.jump and has_jump. Rows are standardised already.
/// @return  quality, or why no fit can be named.
[[nodiscard]] Result<JumpFitQuality, InputError> fit_jump_regimes(const Observations& data,
                                                                  const RegimeSettings& settings,
                                                                  std::uint64_t seed,
                                                                  ModelParameters& model);

} // namespace rg
