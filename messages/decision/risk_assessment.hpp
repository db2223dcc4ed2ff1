#pragma once

#include "messages/units/notional.hpp"
#include "messages/units/timestamp.hpp"

#include <array>
#include <cstdint>

namespace rg {

/// The named factors of design §6.2, in the order in which they multiply.
enum class FactorName : std::uint8_t {
  confidence,
  volatility,
  drawdown,
  clustering,
  asset,
  guard,
  correlation
};
inline constexpr std::size_t kFactorCount = 7;
[[nodiscard]] constexpr const char* to_string(FactorName f) {
  constexpr std::array<const char*, kFactorCount> kNames{
      "confidence", "volatility", "drawdown", "clustering", "asset", "guard", "correlation"};
  return kNames[static_cast<std::size_t>(f)];
}

/// Each factor in [0, 1]; the multiplier is their product in enum order, so that anyone can
/// multiply the printed factors and get the printed multiplier.
struct RiskFactors {
  std::array<double, kFactorCount> value{1, 1, 1, 1, 1, 1, 1};

  [[nodiscard]] constexpr double operator[](FactorName f) const {
    return value[static_cast<std::size_t>(f)];
  }
  constexpr double& operator[](FactorName f) { return value[static_cast<std::size_t>(f)]; }
  [[nodiscard]] constexpr double multiplier() const {
    double m = 1.0;
    for (const double v : value) {
      m *= v;
    }
    return m;
  }
};

/// Forecasts after one pipeline bar (design §6.2; horizon H = 4 h).
struct RiskForecast {
  bool valid = false;       ///< false during warm-up and where windows hold too many gaps
  double rv_forecast = 0.0; ///< √(expected Σ r² over H), log-return units
  double rv_ewma = 0.0;     ///< the EWMA reference of design §15
  double rv_baseline = 0.0; ///< √(n · mean r² over the trailing 480 slots)
  double p_expansion = 0.0; ///< probability of rv > 1.5 × rv_baseline
  double tail_q95 = 0.0;    ///< 95 % quantile of adverse excursion over H, log units
};

/// What the factors were made from, beside regime, forecast and guard, which a decision holds
/// already: with these each factor can be computed again.
struct RiskInputs {
  double drawdown = 0.0;        ///< as last published, 1 − equity / high-water mark
  double trade_intensity = 0.0; ///< trades in recent hours, faded
  double relative_spread = 0.0; ///< (ask − bid) / mid; 0 = not known
  double depth_ratio = 1.0;     ///< depth shown / usual depth
  double jump_share = 0.0;      ///< [0, 1] of the last day's variance
  double cluster_share = 0.0;   ///< of the cluster cap, used by what moves along on this side
};

enum class StopAdjustment : std::uint8_t { calibrated, tightened };

/// What the risk engine decided. It holds no side, on purpose: risk never decides direction.
struct RiskAssessment {
  RiskFactors factors;
  RiskForecast forecast;
  RiskInputs inputs;
  double multiplier = 0.0;    ///< factors.multiplier()
  double stop_distance = 0.0; ///< fraction of the entry price, > 0
  StopAdjustment stop_adjustment = StopAdjustment::calibrated;
  Notional risk_budget;     ///< loss allowed at the stop with multiplier 1
  Quantity quantity;        ///< on the lot, rounded down; 0 = refused
  Timestamp cooldown_until; ///< data time; in the past = none
  bool suspended = false;   ///< some factor is zero
};

} // namespace rg
