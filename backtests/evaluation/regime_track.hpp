#pragma once
// What the regime model said on every slot of one pair's candles: the raw material of the
// regime's proof.

#include "infra/market/candle_file.hpp"
#include "messages/decision/regime_estimate.hpp"
#include "messages/settings/model_parameters.hpp"
#include "messages/settings/settings.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace rg {

/// One slot of the pair's grid. A gap has no close and an empty estimate.
struct RegimeRow {
  bool good = false;
  double log_close = 0.0;
  RegimeEstimate estimate; ///< stamp = the slot's end, also of a gap
};

struct RegimeTrack {
  Symbol symbol;
  Duration interval{};
  /// Slots in order without a hole; the first is good. Rows before `warm` are not judged.
  std::vector<RegimeRow> rows;
  std::size_t warm = 0;
};

/// Runs the online model over the series, as the engine would, filtering only.
/// @param from  rows that end at or before it are warm-up; empty = BarSettings::warm_up_slots are.
/// @param until  base bars that close after it are left out.
[[nodiscard]] RegimeTrack track_regimes(const CandleSeries& series,
                                        const std::shared_ptr<const ModelParameters>& model,
                                        const RegimeSettings& settings, const BarSettings& bars,
                                        std::optional<Timestamp> from = std::nullopt,
                                        std::optional<Timestamp> until = std::nullopt);

} // namespace rg
