#include "actors/feed/slot_builder.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

namespace {

/// Smallest count that reaches the share; the epsilon keeps 0.8 × 15 at 12.
std::uint32_t bars_needed(double share, std::uint32_t per_slot) {
  const double needed = std::ceil(share * static_cast<double>(per_slot) - 1e-9);
  return std::max<std::uint32_t>(1, static_cast<std::uint32_t>(needed));
}

} // namespace

SlotBuilder::SlotBuilder(Symbol symbol, const BarSettings& settings, Duration base)
    : settings_(settings), base_(base) {
  RG_ASSERT(base.count() > 0);
  RG_ASSERT(settings.interval.count() > 0);
  RG_ASSERT(settings.interval.count() % base.count() == 0);
  RG_ASSERT(settings.min_slot_share > 0.0 && settings.min_slot_share <= 1.0);
  base_per_slot_ = static_cast<std::uint32_t>(settings.interval.count() / base.count());
  needed_ = bars_needed(settings.min_slot_share, base_per_slot_);
  slot_.symbol = symbol;
}

std::optional<PipelineBar> SlotBuilder::on_base_bar(const Bar& base) {
  const std::int64_t open_ns = base.open_time.ns();
  RG_ASSERT(open_ns > last_open_ns_);
  RG_ASSERT(base.length == base_);
  std::optional<PipelineBar> closed;
  if (count_ > 0 && open_ns >= slot_end_ns_) {
    closed = close_slot();
  }
  if (count_ == 0) {
    open_slot(base);
  } else {
    slot_.high = std::max(slot_.high, base.high);
    slot_.low = std::min(slot_.low, base.low);
    slot_.close = base.close;
    slot_.volume += base.volume;
  }
  ++count_;
  last_open_ns_ = open_ns;
  if (count_ == base_per_slot_) {
    // With one base bar a slot nothing can be open when it arrives, so no closed bar is lost here.
    RG_ASSERT(!closed);
    closed = close_slot();
  }
  return closed;
}

void SlotBuilder::open_slot(const Bar& base) {
  const Timestamp start = base.open_time.slot_start(settings_.interval);
  RG_ASSERT(start.ns() >= slot_end_ns_);
  partial_start_ = counted_from_ns_ == kNone && start < base.open_time;
  if (counted_from_ns_ == kNone) {
    counted_from_ns_ = start.ns();
  }
  slot_end_ns_ = (start + settings_.interval).ns();
  const Symbol symbol = slot_.symbol;
  slot_ = base;
  slot_.symbol = symbol;
  slot_.open_time = start;
  slot_.length = settings_.interval;
}

std::optional<PipelineBar> SlotBuilder::close_slot() {
  const bool good = count_ >= needed_ && !partial_start_;
  count_ = 0;
  if (good) {
    return hand_on(slot_);
  }
  slots_seen_ = static_cast<std::uint64_t>(slots_between(counted_from_ns_, slot_end_ns_));
  return std::nullopt;
}

PipelineBar SlotBuilder::hand_on(const Bar& good) {
  PipelineBar out{good, 0};
  const std::int64_t start_ns = good.open_time.ns();
  if (last_good_end_ns_ != kNone) {
    const std::int64_t missing = slots_between(last_good_end_ns_, start_ns);
    out.gap_slots = static_cast<std::uint32_t>(missing);
    if (missing > static_cast<std::int64_t>(settings_.restart_after_gap_slots)) {
      counted_from_ns_ = start_ns;
    }
  }
  last_good_end_ns_ = good.close_time().ns();
  slots_seen_ = static_cast<std::uint64_t>(slots_between(counted_from_ns_, last_good_end_ns_));
  return out;
}

PipelineBar SlotBuilder::on_history_bar(const Bar& bar) {
  RG_ASSERT(bar.length == settings_.interval);
  RG_ASSERT(bar.open_time.slot_start(settings_.interval) == bar.open_time);
  RG_ASSERT(bar.open_time.ns() >= slot_end_ns_);
  RG_ASSERT(count_ == 0);
  if (counted_from_ns_ == kNone) {
    counted_from_ns_ = bar.open_time.ns();
  }
  slot_end_ns_ = bar.close_time().ns();
  last_open_ns_ = slot_end_ns_ - base_.count();
  return hand_on(bar);
}

} // namespace rg
