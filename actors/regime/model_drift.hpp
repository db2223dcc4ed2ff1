#pragma once
// Has the market moved away from what the model was fitted on? A warning for people; decisions do
// not read it (each bar's own implausibility makes the model abstain already).
//
// Plainly, over one pair's last week of bars (kDriftBars pipeline bars, at least half of them with
// features):
//
//   feature shift     |mean of the feature − mean in training| / standard deviation in training,
//                     the largest of the six features; mean and deviation are those of the fitted
//                     mixture: Σ π[k] µ[k], and Σ π[k] (Σ[k] + µ[k]²) − mean², π = the chain's
//                     stationary share of time in each state
//   posterior shift   total variation between the mean posterior of the week and π: ½ Σ |p[k] −
//   π[k]| implausible       share of bars below the model's likelihood floor (one in a hundred in
//   training)
//
// A week of one regime is normal, so the bounds are wide; see model_drift_test for weeks of real
// markets that must stay inside and for data that must not.

#include "messages/decision/regime_estimate.hpp"
#include "messages/settings/model_parameters.hpp"

#include <optional>
#include <span>
#include <string>

namespace rg {

struct DriftBounds {
  double feature_shift = 2.0;   ///< training deviations
  double posterior_shift = 0.8; ///< share of time
  double implausible = 0.25;    ///< share of bars
};

struct DriftReport {
  std::size_t bars = 0; ///< with features
  bool judged = false;  ///< enough of them
  double feature_shift = 0.0;
  Feature worst = Feature::momentum_t; ///< the feature that moved most
  double posterior_shift = 0.0;
  double implausible = 0.0;
};

inline constexpr std::size_t kDriftBars = 672; ///< a week of quarter hours

/// @param recent  one pair's estimates of late, oldest first; more than kDriftBars are cut.
/// @cost O(kDriftBars).
[[nodiscard]] DriftReport model_drift(const ModelParameters& model,
                                      std::span<const RegimeEstimate> recent);

/// One sentence when a bound is passed, naming the pair and the figure; nothing otherwise.
[[nodiscard]] std::optional<std::string> drift_warning(const DriftReport& report, Symbol symbol,
                                                       const DriftBounds& bounds = {});

} // namespace rg
