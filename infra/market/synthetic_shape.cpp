#include "infra/market/synthetic_shape.hpp"

namespace rg {

namespace {

// Found by a search for a market in which trend and reversion rules find something to do in most
// hours; config/demo.toml holds the rules that the demo trades it with.
constexpr SyntheticShape kBrisk{
    .dwell = {{{7.5, 1.4}, {6.0, 1.2}, {2.5, 0.3}}}, // means 10.3 h, 8.4 h, 3.1 h
    .next = {{{0.0, 0.92, 0.08}, {0.94, 0.0, 0.06}, {0.50, 0.50, 0.0}}},
    .volatility = {{{1.08, 0.08}, {0.95, 0.05}, {2.2, 1.0}}},
    .log_volume = {0.5, -0.06, 1.0},
    .volume_jumps = true,
    .log_vol_deviation = 0.15,
    .common_volume_deviation = 0.16,
    .own_volume_deviation = 0.22,
    .range_half_life = {16.0, 6.0},
    .channel_half_life = {42.0, 14.0},
    .leg_minutes = {165, 200},
    .trend_drift = {0.50, 0.10},
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
