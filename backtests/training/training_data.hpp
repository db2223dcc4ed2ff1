#pragma once
// The feature rows that a regime model is fitted on, out of candle folders.

#include "infra/market/candle_file.hpp"
#include "messages/decision/regime_estimate.hpp"
#include "messages/settings/settings.hpp"
#include "messages/support/input_error.hpp"
#include "messages/support/result.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace rg {

/// Raw features of one pair over one span, gaps left out.
struct FeatureSeries {
  Symbol symbol;
  std::vector<FeatureVector> rows;
  std::vector<std::size_t>
      starts; ///< rows at which the filter starts anew: the first, and after gaps
};

/// Hands each good pipeline bar of a series on, oldest first; base bars that close after `until`
/// are left out. The series' base bars must not be longer than the pipeline bars.
void for_each_pipeline_bar(const CandleSeries& series, const BarSettings& bars,
                           std::optional<Timestamp> until,
                           const std::function<void(const PipelineBar&)>& use);

/// Features of every series of every folder, in that order; series without a complete row are left
/// out.
/// @return  InputError when base bars do not fit into the pipeline interval, prices never move or
///          nothing was ever traded (names the file).
[[nodiscard]] Result<std::vector<FeatureSeries>, InputError>
collect_features(const std::vector<CandleFolder>& folders, const BarSettings& bars,
                 std::optional<Timestamp> until);

} // namespace rg
