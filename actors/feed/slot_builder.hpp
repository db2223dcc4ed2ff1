#pragma once
// Base bars in, good pipeline bars out (design §12). First stage of a pair's pipeline.

#include "messages/market/bar.hpp"
#include "messages/settings/settings.hpp"

#include <optional>

namespace rg {

/// Groups base bars into UTC-aligned slots. A slot with fewer than min_slot_share of its base bars,
/// and a leading partial slot, is a gap. A complete slot closes with its last base bar; an incomplete
/// one when a base bar of a later slot arrives.
class SlotBuilder {
public:
  /// @param base  length of the base bars; must divide settings.interval (throws InvariantBroken).
  SlotBuilder(Symbol symbol, const BarSettings& settings, Duration base);

  /// One closed base bar, strictly later than the one before (asserted).
  /// @return a good pipeline bar that closed with it, or with its arrival.
  [[nodiscard]] std::optional<PipelineBar> on_base_bar(const Bar& base);

  /// A closed pipeline bar from history (live warm-up: candles of the pipeline interval).
  [[nodiscard]] PipelineBar on_history_bar(const Bar& bar);

  /// Slots seen since the pair's first slot, gaps included: the warm-up counter of design §12.
  [[nodiscard]] std::uint64_t slots_seen() const { return slots_seen_; }

private:
  [[nodiscard]] std::optional<PipelineBar> close_slot();

  BarSettings settings_;
  Duration base_;
  std::uint32_t base_per_slot_;
  std::uint32_t needed_;
  std::uint64_t slots_seen_ = 0;
  std::uint32_t gap_slots_ = 0;
  std::uint32_t count_ = 0;        // base bars in the open slot
  bool leading_ = true;            // the first slot may be partial
  std::int64_t slot_start_ns_ = -1;
  Bar slot_{};
  std::int64_t last_open_ns_ = -1;
};

} // namespace rg
