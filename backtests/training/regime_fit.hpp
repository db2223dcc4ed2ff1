#pragma once
// The regime half of a model: standardisers, HMM, abstention bounds and calibration.

#include "backtests/training/jump_fit.hpp"
#include "backtests/training/training_rows.hpp"
#include "messages/settings/model_parameters.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace rg {

/// What the fit says about itself.
struct RegimeFitQuality {
  std::uint64_t rows = 0;
  int iterations = 0;
  bool converged = false;
  int candidates = 0;       ///< fits that ran to the end
  int refused = 0;          ///< of them, better in likelihood but refused by the naming rule
  StateVector shares{};     ///< of filtered time, order of enum Regime
  StateVector dwell_bars{}; ///< median length of a stay, in force after hysteresis
  /// Of the regime in force against hindsight (the smoothed state of the same bar), in-sample.
  CalibrationFigures calibration;
  std::optional<JumpFitQuality> jump; ///< when it was asked for and could be fitted
  std::string jump_refusal;           ///< why not, when it was asked for only as a challenger
};

/// Fills hmm, standardisers, plausibility floor, entropy ceiling, calibration and the figures of
/// the card that concern them.
///
/// * Standardisers: pooled over all rows, and per pair where it has kMinTrainingRows.
/// * HMM: k-means++ starts and one start from the naming rule itself; among all that ran to the
/// end,
///   the best log-likelihood whose states can be named.
/// * plausibility_floor: the lowest 0.2 % of one-step log-likelihoods on the training rows.
/// * calibration: raw posterior of the regime in force against agreement with the smoothed state of
///   the same bar; isotonic. Both are in-sample: the label looks ahead inside the training spans
///   only.
/// * with_jump: the jump model too, as a challenger; always when settings.model asks for it. As a
///   challenger that cannot be named it is left out with the reason, as the model in use it refuses
///   the fit.
/// * stop: asked before each iteration; throws FitStopped.
/// @return  quality, or an InputError: too few rows (says how many are needed), a feature that
/// never
///          changes, or no start whose states can be named.
[[nodiscard]] Result<RegimeFitQuality, InputError>
fit_regimes(const std::vector<FeatureSeries>& series, const RegimeSettings& settings,
            std::uint64_t seed, ModelParameters& model, bool with_jump = false,
            const std::stop_token& stop = {});

/// The same from rows that are standardised already, standardisers left as they are: what
/// fit_regimes does after them.
[[nodiscard]] Result<RegimeFitQuality, InputError>
fit_rows(const Observations& data, const RegimeSettings& settings, std::uint64_t seed,
         ModelParameters& model, bool with_jump = false, const std::stop_token& stop = {});

} // namespace rg
