#pragma once

#include "messages/units/symbol.hpp"
#include "messages/units/timestamp.hpp"

#include <array>
#include <cstdint>

namespace rg {

enum class Regime : std::uint8_t { trending, range_bound, high_volatility, unknown };
inline constexpr std::size_t kRegimeCount = 3; ///< named regimes; unknown is an abstention

[[nodiscard]] constexpr const char* to_string(Regime r) {
  constexpr std::array<const char*, 4> kNames{"trending", "range_bound", "high_volatility",
                                              "unknown"};
  return kNames[static_cast<std::size_t>(r)];
}

/// Why the regime model abstains.
enum class Abstention : std::uint8_t {
  none,
  warm_up,     ///< not enough history yet
  after_gap,   ///< fewer than 32 good bars since a gap
  entropy,     ///< posterior too flat
  implausible, ///< observation below the likelihood floor
  stale,       ///< input older than allowed
};
[[nodiscard]] const char* to_string(Abstention a);

/// The features of design §6.1, in this order everywhere (model files, CSV, journal).
enum class Feature : std::uint8_t {
  momentum_t,       ///< absolute t-statistic of log returns over the momentum window
  realised_vol,     ///< log of the Garman–Klass volatility over the volatility window
  atr_ratio,        ///< log of short ATR over long ATR, true ranges in log price
  volume_z,         ///< z-score of log volume over the volume window
  efficiency_ratio, ///< |net move| / path length over the persistence window
  variance_ratio,   ///< log variance ratio (Lo–MacKinlay) over the persistence window
};
inline constexpr std::size_t kFeatureCount = 6;
using FeatureVector = std::array<double, kFeatureCount>;
[[nodiscard]] const char* to_string(Feature f);

/// What the regime model says after one pipeline bar.
struct RegimeEstimate {
  Symbol symbol;
  Timestamp stamp;                 ///< close of the pipeline bar
  Regime regime = Regime::unknown; ///< in force, after hysteresis and abstention
  double confidence = 0.0;         ///< calibrated posterior of the regime in force, [0, 1]
  std::array<double, kRegimeCount>
      posterior{};              ///< raw filter, order of enum Regime; sums to 1 when valid
  bool posterior_valid = false; ///< false while features are missing (filter restarts)
  FeatureVector features{};     ///< standardised
  double log_likelihood = 0.0;  ///< of this observation given the past
  Abstention abstention = Abstention::warm_up;
};

} // namespace rg
