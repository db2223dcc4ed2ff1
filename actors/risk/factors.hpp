#pragma once
// The named size factors (design §6.2), each a pure function into [0, 1] that never rises when its
// input worsens. Definitions and reasons: docs/risk_framework.md.

#include "messages/decision/guard_state.hpp"
#include "messages/decision/risk_assessment.hpp"
#include "messages/settings/settings.hpp"

namespace rg {

/// 0 below min_confidence (such a signal is refused), then from 0.4 linearly to 1 at
/// full_confidence.
[[nodiscard]] double confidence_factor(double confidence, const RiskSettings& settings);

/// Target / expected volatility over the horizon, at most 1. Expected = forecast, moved towards
/// 1.5 × baseline by the probability of an expansion where that is higher. 0 without a forecast.
[[nodiscard]] double volatility_factor(const RiskForecast& forecast, const RiskSettings& settings);
/// The expected volatility of the line above, log units over the horizon.
[[nodiscard]] double expected_volatility(const RiskForecast& forecast);

/// Grossman–Zhou: the share of the cushion that is left, 1 − drawdown / floor, within [0, 1]. The
/// floor is the account's own and lies beyond the ladder's hard rung: at the rung trading pauses,
/// at the floor it is over until a person decides otherwise.
[[nodiscard]] double drawdown_factor(double drawdown, const RiskSettings& settings);

/// 1 up to cluster_full trades in the recent intensity, 0 from cluster_zero on, linear between.
[[nodiscard]] double clustering_factor(double intensity, const RiskSettings& settings);

/// What the pair itself is like to trade now.
struct AssetMetrics {
  double relative_spread = 0.0; ///< (ask − bid) / mid; 0 = not known (candle data)
  double depth_ratio = 1.0;     ///< depth shown / usual depth; 1 = usual or not known
  double jump_share = 0.0;      ///< [0, 1] of the last day's variance: weight of the tails
};
/// Product of a spread part (1 up to a quarter of max_spread, 0 from max_spread on), a depth part
/// (1 from half the usual depth on) and a tail part (1 up to a jump share of 0.1, 0.5 at 1).
[[nodiscard]] double asset_factor(const AssetMetrics& metrics, const RiskSettings& settings);

/// What the cluster cap leaves: 1 − share in use, within [0, 1].
[[nodiscard]] double correlation_factor(double cluster_share);

/// The guard's exposure factor; 0 in halt and kill.
[[nodiscard]] double guard_factor(const GuardState& guard);

} // namespace rg
