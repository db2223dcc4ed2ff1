#pragma once
// Features of different pairs and units brought onto one scale, robustly (design §6.1).

#include "messages/settings/model_parameters.hpp"

#include <vector>

namespace rg {

/// Standardised features are cut here, and only here: a crash bar then counts as very far out
/// without leaving the range in which the Gaussian densities are numbers.
inline constexpr double kStandardisedLimit = 8.0;

/// (x − center) / scale, cut at ±kStandardisedLimit. Raw features must be finite.
[[nodiscard]] FeatureVector standardise(const FeatureVector& raw, const Standardiser& s);

/// center = median, scale = 1.4826 × median absolute deviation (the standard deviation of a
/// Gaussian with that MAD); where more than half of the values are equal, the standard deviation
/// instead.
/// @param rows  raw features of the training data, at least 2.
/// @return  scale > 0 everywhere; a feature that never changes gets scale 0, which callers refuse.
[[nodiscard]] Standardiser fit_standardiser(const std::vector<FeatureVector>& rows);

} // namespace rg
