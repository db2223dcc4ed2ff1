#pragma once
// Losses of single forecasts, and the area under the ROC curve.

#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace rg {

/// s²/h − ln(s²/h) − 1, zero at h = s² (Patton 2011). Both > 0.
[[nodiscard]] double qlike_loss(double realised_variance, double forecast_variance);

/// Loss of a quantile forecast: level·(y − q) above it, (1 − level)·(q − y) below (Koenker &
/// Bassett 1978).
[[nodiscard]] double pinball_loss(double actual, double quantile, double level);

/// Mean squared distance of probabilities from what happened; empty for none.
[[nodiscard]] std::optional<double> brier_score(std::span<const std::pair<double, bool>> scored);

/// Probability that an event's forecast lies above a non-event's, ties counting half.
[[nodiscard]] std::optional<double> area_under_curve(std::vector<std::pair<double, bool>> scored);

/// The x that minimises Σ weight·pinball_loss(value, x, level): the smallest value at which the
/// weights of the values up to it reach `level` of all. Empty for none; weights >= 0.
[[nodiscard]] std::optional<double>
weighted_quantile(std::vector<std::pair<double, double>> value_weight, double level);

} // namespace rg
