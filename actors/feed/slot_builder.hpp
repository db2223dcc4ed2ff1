#pragma once
// Base bars in, good pipeline bars out (design §12). First stage of a pair's pipeline.

#include "messages/market/bar.hpp"
#include "messages/settings/settings.hpp"

#include <optional>

namespace rg {

/// Groups base bars into UTC-aligned slots. A slot with fewer than min_slot_share of its base bars,
/// and a leading partial slot, is a gap. A complete slot closes with its last base bar; an
/// incomplete one when a base bar of a later slot arrives. About 10 ns a base bar: the grid is
/// divided only when a slot changes. No allocation.
class SlotBuilder {
public:
  /// @param base  length of the base bars; must divide settings.interval (throws InvariantBroken).
  SlotBuilder(Symbol symbol, const BarSettings& settings, Duration base);

  /// One closed base bar, strictly later than the one before (asserted).
  /// @return a good pipeline bar that closed with it, or with its arrival. A bar that closes late
  ///         keeps its own close time, which is then at or before the arriving bar's open.
  [[nodiscard]] std::optional<PipelineBar> on_base_bar(const Bar& base);

  /// A closed pipeline bar from history (live warm-up: candles of the pipeline interval), strictly
  /// later than what was seen before (asserted). Base bars go on after it without a leading gap.
  [[nodiscard]] PipelineBar on_history_bar(const Bar& bar);

  /// The warm-up counter of design §12: number of the last closed slot on the pair's own grid,
  /// counted from its first slot (leading partial one included), gaps included; 0 before any
  /// closed. More than restart_after_gap_slots without a good bar start the count anew.
  [[nodiscard]] std::uint64_t slots_seen() const { return slots_seen_; }

private:
  void open_slot(const Bar& base);
  [[nodiscard]] std::optional<PipelineBar> close_slot();
  [[nodiscard]] PipelineBar hand_on(const Bar& good);
  [[nodiscard]] std::int64_t slots_between(std::int64_t from_ns, std::int64_t to_ns) const {
    return (to_ns - from_ns) / settings_.interval.count();
  }

  static constexpr std::int64_t kNone = -1;

  BarSettings settings_;
  Duration base_;
  std::uint32_t base_per_slot_;
  std::uint32_t needed_;
  Bar slot_{};                            // the open slot's candle so far
  std::uint32_t count_ = 0;               // its base bars; 0 = no slot is open
  bool partial_start_ = false;            // it is the pair's first slot and began late
  std::int64_t slot_end_ns_ = kNone;      // end of the open or last opened slot
  std::int64_t last_open_ns_ = kNone;     // of the last base bar
  std::int64_t counted_from_ns_ = kNone;  // start of the slot that counts as number 1
  std::int64_t last_good_end_ns_ = kNone; // end of the last good slot
  std::uint64_t slots_seen_ = 0;
};

} // namespace rg
