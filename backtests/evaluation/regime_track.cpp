#include "backtests/evaluation/regime_track.hpp"

#include "actors/feed/slot_builder.hpp"
#include "actors/regime/regime_model.hpp"

#include <cmath>

namespace rg {

namespace {

void add_gap(RegimeTrack& track, const PipelineBar& next) {
  for (std::uint32_t back = next.gap_slots; back > 0 && !track.rows.empty(); --back) {
    RegimeRow missing;
    missing.estimate.symbol = track.symbol;
    missing.estimate.stamp = next.bar.close_time() - back * track.interval;
    track.rows.push_back(missing);
  }
}

} // namespace

RegimeTrack track_regimes(const CandleSeries& series,
                          const std::shared_ptr<const ModelParameters>& model,
                          const RegimeSettings& settings, const BarSettings& bars,
                          std::optional<Timestamp> from, std::optional<Timestamp> until) {
  RegimeTrack track{series.symbol, bars.interval, {}, 0};
  SlotBuilder slots(series.symbol, bars, series.interval);
  RegimeModel regime(series.symbol, model, settings, bars);
  for (const Bar& base : series.bars) {
    if (until && base.close_time() > *until) {
      break;
    }
    const auto bar = slots.on_base_bar(base);
    if (!bar) {
      continue;
    }
    add_gap(track, *bar);
    track.rows.push_back({true, std::log(bar->bar.close.to_double()), regime.on_bar(*bar)});
  }
  while (track.warm < track.rows.size() && (from ? track.rows[track.warm].estimate.stamp <= *from
                                                 : track.warm < bars.warm_up_slots)) {
    ++track.warm;
  }
  return track;
}

} // namespace rg
