#include "actors/risk/factors.hpp"

#include "actors/risk/expansion_model.hpp"
#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

namespace {

constexpr double kLeastConfidenceFactor = 0.4;
constexpr double kSpreadFree = 0.25; // of max_spread
constexpr double kDepthFull = 0.5;   // of the usual depth
constexpr double kJumpFree = 0.1, kJumpWeight = 0.5;

/// 1 up to `full`, 0 from `zero` on, linear between; full <= zero.
double falling_ramp(double x, double full, double zero) {
  if (x <= full) {
    return 1.0;
  }
  return x >= zero ? 0.0 : (zero - x) / (zero - full);
}

} // namespace

double confidence_factor(double confidence, const RiskSettings& settings) {
  if (!(confidence >= settings.min_confidence)) {
    return 0.0;
  }
  const double missing =
      falling_ramp(-confidence, -settings.full_confidence, -settings.min_confidence);
  return kLeastConfidenceFactor + (1.0 - kLeastConfidenceFactor) * missing;
}

double expected_volatility(const RiskForecast& forecast) {
  const double expanded = std::max(forecast.rv_forecast, kExpansionRatio * forecast.rv_baseline);
  const double p = std::clamp(forecast.p_expansion, 0.0, 1.0);
  return forecast.rv_forecast + p * (expanded - forecast.rv_forecast);
}

double volatility_factor(const RiskForecast& forecast, const RiskSettings& settings) {
  if (!forecast.valid) {
    return 0.0;
  }
  const double expected = expected_volatility(forecast);
  RG_ASSERT(expected > 0.0);
  return std::min(1.0, settings.target_volatility / expected);
}

double drawdown_factor(double drawdown, const RiskSettings& settings) {
  RG_ASSERT(settings.drawdown_floor > 0.0);
  return std::clamp(1.0 - drawdown / settings.drawdown_floor, 0.0, 1.0);
}

double clustering_factor(double intensity, const RiskSettings& settings) {
  return falling_ramp(intensity, settings.cluster_full, settings.cluster_zero);
}

double asset_factor(const AssetMetrics& metrics, const RiskSettings& settings) {
  const double spread =
      falling_ramp(metrics.relative_spread, kSpreadFree * settings.max_spread, settings.max_spread);
  const double depth = std::clamp(metrics.depth_ratio / kDepthFull, 0.0, 1.0);
  const double excess_jumps = std::max(0.0, metrics.jump_share - kJumpFree) / (1.0 - kJumpFree);
  const double tail = 1.0 - kJumpWeight * std::min(excess_jumps, 1.0);
  return spread * depth * tail;
}

double correlation_factor(double cluster_share) {
  return std::clamp(1.0 - cluster_share, 0.0, 1.0);
}

double guard_factor(const GuardState& guard) {
  if (guard.level >= GuardLevel::halt) {
    return 0.0;
  }
  return std::clamp(guard.exposure_factor, 0.0, 1.0);
}

} // namespace rg
