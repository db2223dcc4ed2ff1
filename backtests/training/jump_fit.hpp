#pragma once
// The jump model as the second regime model of a model file.

#include "backtests/training/regime_replay.hpp"
#include "messages/settings/model_parameters.hpp"
#include "messages/support/input_error.hpp"
#include "messages/support/result.hpp"

#include <cstdint>
#include <stop_token>
#include <vector>

namespace rg {

/// One penalty of the grid.
struct PenaltyScore {
  double penalty = 0.0;
  double score = 0.0; ///< see score_penalties; higher is better
  bool named = true;  ///< whether its states carry the names
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

/// How much the *online* states tell about later rows under each penalty of a grid. Centres are
/// fitted on the first two thirds of each sequence; on the last third (480 rows in between left
/// out, so that no feature window reaches across) each row's realised_vol and efficiency_ratio 36
/// rows later, which share no bar with it, get a Gaussian density with the mean and deviation that
/// the first part showed after the same state. Score = mean log density. Empty with too little
/// data. Source: Shu, Yu & Mulvey 2024 choose the penalty by what the online states are worth
/// later.
[[nodiscard]] std::vector<PenaltyScore>
score_penalties(const Observations& data, std::uint64_t seed, const std::stop_token& stop = {});
/// Penalties in the order in which to try them: those whose states can be named, best score first;
/// within 0.001 of the best the largest first, for of equally useful models the one that switches
/// least is to be had. 32 when the grid says nothing.
[[nodiscard]] std::vector<double> rank_penalties(std::vector<PenaltyScore> grid);

/// Fills model.jump and has_jump. Rows are standardised already.
/// @return  quality, or why no fit can be named.
[[nodiscard]] Result<JumpFitQuality, InputError>
fit_jump_regimes(const Observations& data, const RegimeSettings& settings, std::uint64_t seed,
                 ModelParameters& model, const std::stop_token& stop = {});

} // namespace rg
