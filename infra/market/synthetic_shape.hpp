#pragma once
// The numbers that shape the synthetic market, for its two paces. Why two: real regimes last about
// a day, so an honest picture of them needs days; a one-minute demonstration covers fifteen hours
// and should still see several.

#include "messages/decision/regime_estimate.hpp"

#include <array>
#include <cstdint>

namespace rg {

enum class MarketPace : std::uint8_t {
  /// Regimes of 10, 8 and 3 h on average, shorter than the regime model's own windows (8–9 h): to
  /// show the engine at work. No model with such windows can name them well.
  brisk,
  /// Regimes, volatility, volume and efficiency about as the model fitted on real candles finds
  /// them: stays of about a day, a trend between range and high volatility in every respect, ranges
  /// giving way to trends, storms to ranges. To judge regime models.
  natural,
};

/// Uniform draw: base + width · u.
struct Spread {
  double base = 0.0, width = 0.0;
};

struct SyntheticShape {
  struct Dwell {
    /// minimum + Gamma(2, scale): mean = min + 2·scale
    double min_hours = 0.0, gamma_scale_hours = 0.0;
  };
  /// Order of enum Regime throughout.
  std::array<Dwell, kRegimeCount> dwell{};
  /// Rows: from; columns: to. A regime never follows itself.
  std::array<std::array<double, kRegimeCount>, kRegimeCount> next{};
  std::array<Spread, kRegimeCount> volatility{}; ///< multiplier of the calm volatility
  std::array<double, kRegimeCount> log_volume{}; ///< what the regime adds to log volume
  bool volume_jumps = false;      ///< log volume takes its level at once; otherwise within an hour
  double log_vol_deviation = 0.0; ///< stationary, of log volatility within a regime
  /// Of log volume, half-life 3 h.
  double common_volume_deviation = 0.0, own_volume_deviation = 0.0;
  Spread range_half_life;   ///< minutes, of the pull towards a range's level
  Spread channel_half_life; ///< likewise towards a trend's line; base 0 = a free walk with drift
  std::array<int, 2> leg_minutes{};   ///< a trend's leg: least, and below how much more
  Spread trend_drift;                 ///< per 15 minutes, in `drift_unit`
  std::array<int, 2> burst_minutes{}; ///< high volatility's one-sided bursts; {0, 0} = none
  Spread burst_drift;
  /// Drift in the regime's volatility; otherwise in the calm one.
  bool drift_in_regime_volatility = false;
};

[[nodiscard]] const SyntheticShape& synthetic_shape(MarketPace pace);

} // namespace rg
