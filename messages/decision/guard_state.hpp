#pragma once

#include "messages/units/symbol.hpp"
#include "messages/units/timestamp.hpp"

#include <array>
#include <cstdint>

namespace rg {

enum class GuardLevel : std::uint8_t { normal, caution, halt, kill };
[[nodiscard]] constexpr const char* to_string(GuardLevel l) {
  constexpr std::array<const char*, 4> kNames{"normal", "caution", "halt", "kill"};
  return kNames[static_cast<std::size_t>(l)];
}

enum class GuardCause : std::uint8_t {
  none,
  jump,            ///< return against bipower variation
  expansion,       ///< fast over slow EWMA variance
  cusum,           ///< drift of absolute returns
  price_volume,    ///< joint outlier, robust Mahalanobis distance
  spread,          ///< spread blow-out
  depth,           ///< depth evaporated
  mark_distance,   ///< last far from mark or index
  silence,         ///< no frame on any subscribed channel
  feed,            ///< gap or burst of malformed frames
  operator_action, ///< paused or killed by a person
};
[[nodiscard]] const char* to_string(GuardCause c);

/// The guard's verdict on one pair, sent when it changes.
struct GuardState {
  Symbol symbol;
  Timestamp stamp; ///< data time of the observation that changed it
  GuardLevel level = GuardLevel::normal;
  GuardCause cause = GuardCause::none;
  double evidence = 0.0;        ///< value of the statistic that triggered
  double threshold = 0.0;       ///< what it was held against
  double exposure_factor = 1.0; ///< [0, 1]: the risk engine's `guard` factor
};

} // namespace rg
