#pragma once
// Feature series → the standardised rows that both regime models are fitted on.

#include "actors/regime/gaussian_hmm.hpp"
#include "backtests/training/training_data.hpp"
#include "messages/settings/model_parameters.hpp"

#include <vector>

namespace rg {

/// Feature rows that a fit needs: with fewer the states are chance. About a month of one pair at
/// 15m, the five days of warm-up included.
inline constexpr std::size_t kMinTrainingRows = 2'000;

/// Pooled over all rows, and per pair where it has kMinTrainingRows.
/// @return  true, or too few rows (says how many are needed), or a feature that never changes.
[[nodiscard]] Result<bool, InputError> fit_standardisers(const std::vector<FeatureSeries>& series,
                                                         ModelParameters& model);

/// All rows one below the other, each by its pair's standardiser.
[[nodiscard]] Observations standardised(const std::vector<FeatureSeries>& series,
                                        const ModelParameters& model);

/// Labels that say what the names mean, order of enum Regime: the fifth of the rows with the
/// highest volatility, range and volume; of the rest, those that move far for their path. Where a
/// fit may start. Empty when the data do not allow all three.
[[nodiscard]] std::vector<int> labels_by_rule(const Observations& data);

} // namespace rg
