#pragma once
// Does the regime mean something? Measures on tracks of a model over data that it was not fitted on
// (design §6.4). Each takes the tracks of all pairs and spans; a track is one pair over one span.

#include "backtests/evaluation/regime_track.hpp"
#include "backtests/statistics/block_bootstrap.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace rg {

/// Bars ahead or back that the measures look at: 4 h of 15-minute bars.
inline constexpr std::size_t kRegimeHorizon = 16;

/// Realised volatility over the next `horizon` slots, √Σ r², after bars in High Volatility against
/// bars in the two other regimes. Bars of regime unknown and horizons that hold a gap do not count.
struct VolatilityAfter {
  std::size_t bars_high = 0, bars_others = 0;
  double high = 0.0, others = 0.0; ///< means; log units
  std::optional<double> ratio;     ///< high / others; empty when either has no bar
};
/// @param tracks  of one pair (its spans are pooled).
[[nodiscard]] VolatilityAfter volatility_after(std::span<const RegimeTrack> tracks,
                                               std::size_t horizon = kRegimeHorizon);

/// Efficiency ratio |Σ r| / Σ |r| of `horizon` slots, Trending against Range-Bound bars.
struct EfficiencyContrast {
  std::size_t bars_trending = 0, bars_range = 0;
  double trending = 0.0, range = 0.0; ///< means, in [0, 1]
  std::optional<double> difference;
  /// One-sided: share of block-bootstrap resamples whose difference is not above 0,
  /// (hits + 1) / (resamples + 1).
  std::optional<double> p;
};
enum class EfficiencyWindow : std::uint8_t {
  contemporaneous, ///< the slots that end with the bar
  forward,         ///< the slots after it
};
/// Blocks are `settings.block` UTC days; bars of all pairs on a day are drawn together, because
/// pairs move together. Tracks of different spans must not share days.
[[nodiscard]] EfficiencyContrast efficiency_contrast(std::span<const RegimeTrack> tracks,
                                                     EfficiencyWindow window,
                                                     const BootstrapSettings& settings,
                                                     std::size_t horizon = kRegimeHorizon);

/// How long regimes stay in force and how often they change. A stay ends when another regime comes
/// into force or at a gap; bars of `unknown` in between, when the same regime returns, belong to
/// it.
struct DwellFigures {
  std::size_t stays = 0; ///< complete ones: begun and ended inside the track
  std::optional<double> median_hours;
  std::array<std::optional<double>, kRegimeCount> median_hours_of;
  double switches_per_day = 0.0; ///< changes from one regime to another, a pair and day
  std::array<double, kRegimeCount + 1> share{}; ///< of good judged bars; the last is unknown
};
[[nodiscard]] DwellFigures dwell_figures(std::span<const RegimeTrack> tracks);

/// Two models over the same bars. States are matched on parameters first (state_matching.hpp).
struct RefitAgreement {
  std::size_t bars = 0;            ///< on which both filters speak
  std::optional<double> posterior; ///< share whose most probable state is the same
  std::optional<double> in_force;  ///< share of bars with a regime in force under both
  std::array<std::size_t, kRegimeCount> match{}; ///< later model's state of each earlier state
  bool names_hold = true;                        ///< the match keeps every name
};
/// @param from, until  the common stretch: what both models have seen, warm-up excluded.
[[nodiscard]] RefitAgreement refit_agreement(std::span<const CandleFolder> folders,
                                             const std::shared_ptr<const ModelParameters>& earlier,
                                             const std::shared_ptr<const ModelParameters>& later,
                                             const RegimeSettings& settings,
                                             const BarSettings& bars,
                                             std::optional<Timestamp> from = std::nullopt,
                                             std::optional<Timestamp> until = std::nullopt);

} // namespace rg
