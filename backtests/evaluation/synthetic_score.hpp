#pragma once
// The regime model against a market whose true regimes are known
// (infra/market/synthetic_market.hpp).

#include "infra/market/candle_file.hpp"
#include "infra/market/synthetic_shape.hpp"
#include "messages/settings/model_parameters.hpp"
#include "messages/settings/settings.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace rg {

struct SyntheticScore {
  std::size_t bars = 0;   ///< pipeline bars of all pairs after warm-up
  std::size_t spoken = 0; ///< of them with a regime in force
  /// rows: truth (majority of the bar's minutes); columns: most probable state of the raw filter
  std::array<std::array<std::size_t, kRegimeCount>, kRegimeCount> filter{};
  /// likewise, the regime in force; the last column is unknown
  std::array<std::array<std::size_t, kRegimeCount + 1>, kRegimeCount> in_force{};
  double balanced_filter = 0.0;   ///< mean recall over the three truths, every bar
  double balanced_in_force = 0.0; ///< ... over the bars on which the model speaks
  double switches_per_day = 0.0, true_switches_per_day = 0.0; ///< a pair
};

struct SyntheticTrial {
  std::uint64_t first_seed = 1;
  std::size_t seeds = 4;
  std::uint32_t days = 30; ///< of each seed, after the warm-up of BarSettings
  MarketPace pace = MarketPace::natural;
};

[[nodiscard]] SyntheticScore score_on_synthetic(const std::shared_ptr<const ModelParameters>& model,
                                                const RegimeSettings& settings,
                                                const BarSettings& bars,
                                                const SyntheticTrial& trial);

/// The one-minute candles of the trial's seeds, a folder each, warm-up included: what a model of
/// that market is fitted on.
[[nodiscard]] std::vector<CandleFolder> synthetic_candles(const BarSettings& bars,
                                                          const SyntheticTrial& trial);

} // namespace rg
