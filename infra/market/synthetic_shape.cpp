#include "infra/market/synthetic_shape.hpp"

namespace rg {

namespace {

constexpr SyntheticShape kBrisk{
    .dwell = {{{5.0, 2.5}, {5.0, 2.5}, {2.5, 1.0}}}, // means 10 h, 10 h, 4.5 h
    .next = {{{0.0, 0.68, 0.32}, {0.70, 0.0, 0.30}, {0.50, 0.50, 0.0}}},
    .volatility = {{{0.90, 0.15}, {0.80, 0.20}, {2.2, 1.0}}},
    .log_volume = {0.25, -0.15, 1.0},
    .volume_jumps = true,
    .log_vol_deviation = 0.16,
    .common_volume_deviation = 0.25,
    .own_volume_deviation = 0.30,
    .range_half_life = {40.0, 40.0},
    .channel_half_life = {},
    .leg_minutes = {150, 240},
    .trend_drift = {0.38, 0.22},
    .burst_minutes = {0, 0},
    .burst_drift = {},
    .drift_in_regime_volatility = false,
};

constexpr SyntheticShape kNatural{
    .dwell = {{{12.0, 7.0}, {14.0, 8.0}, {11.0, 5.0}}}, // means 26 h, 30 h, 21 h
    .next = {{{0.0, 0.65, 0.35}, {0.90, 0.0, 0.10}, {0.30, 0.70, 0.0}}},
    .volatility = {{{1.15, 0.15}, {0.70, 0.20}, {2.4, 1.0}}},
    .log_volume = {0.85, -0.5, 1.5},
    .volume_jumps = false,
    .log_vol_deviation = 0.14,
    .common_volume_deviation = 0.12,
    .own_volume_deviation = 0.15,
    .range_half_life = {30.0, 30.0},
    .channel_half_life = {45.0, 45.0},
    .leg_minutes = {500, 400},
    .trend_drift = {0.16, 0.04},
    .burst_minutes = {120, 180},
    .burst_drift = {0.30, 0.10},
    .drift_in_regime_volatility = true,
};

} // namespace

const SyntheticShape& synthetic_shape(MarketPace pace) {
  return pace == MarketPace::brisk ? kBrisk : kNatural;
}

} // namespace rg
