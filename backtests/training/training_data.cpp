#include "backtests/training/training_data.hpp"

#include "actors/feed/slot_builder.hpp"
#include "actors/regime/features.hpp"

#include <algorithm>

namespace rg {

namespace {

std::optional<InputError> refuse_series(const CandleSeries& series, const BarSettings& bars) {
  const auto fault = [&](const char* what) { return InputError{series.path, 0, what}; };
  if (series.interval > bars.interval || bars.interval.count() % series.interval.count() != 0) {
    return fault("the bars do not divide the pipeline interval; give --interval");
  }
  if (series.bars.empty()) {
    return std::nullopt;
  }
  const Bar& first = series.bars.front();
  const auto still = [&](const Bar& b) { return b.high == first.high && b.low == first.low; };
  if (first.high == first.low && std::all_of(series.bars.begin(), series.bars.end(), still)) {
    return fault("the price never moves; a model cannot be fitted on it");
  }
  const auto untraded = [](const Bar& b) { return b.volume.is_zero(); };
  if (std::all_of(series.bars.begin(), series.bars.end(), untraded)) {
    return fault("every volume is 0; the volume feature cannot be computed");
  }
  return std::nullopt;
}

FeatureSeries features_of(const CandleSeries& series, const BarSettings& bars,
                          std::optional<Timestamp> until) {
  FeatureSeries out{series.symbol, {}, {}};
  FeatureBuilder builder;
  bool starts_anew = true;
  for_each_pipeline_bar(series, bars, until, [&](const PipelineBar& bar) {
    const auto raw = builder.on_bar(LogBar::from(bar.bar), bar.gap_slots);
    starts_anew = starts_anew || bar.gap_slots > 0 || !raw;
    if (!raw) {
      return;
    }
    if (starts_anew) {
      out.starts.push_back(out.rows.size());
      starts_anew = false;
    }
    out.rows.push_back(*raw);
  });
  return out;
}

} // namespace

void for_each_pipeline_bar(const CandleSeries& series, const BarSettings& bars,
                           std::optional<Timestamp> until,
                           const std::function<void(const PipelineBar&)>& use) {
  SlotBuilder slots(series.symbol, bars, series.interval);
  for (const Bar& base : series.bars) {
    if (until && base.close_time() > *until) {
      return;
    }
    if (const auto bar = slots.on_base_bar(base)) {
      use(*bar);
    }
  }
}

Result<std::vector<FeatureSeries>, InputError>
collect_features(const std::vector<CandleFolder>& folders, const BarSettings& bars,
                 std::optional<Timestamp> until) {
  std::vector<FeatureSeries> out;
  for (const CandleFolder& folder : folders) {
    for (const CandleSeries& series : folder.series) {
      if (const auto fault = refuse_series(series, bars)) {
        return fail(*fault);
      }
      FeatureSeries features = features_of(series, bars, until);
      if (!features.rows.empty()) {
        out.push_back(std::move(features));
      }
    }
  }
  return out;
}

} // namespace rg
