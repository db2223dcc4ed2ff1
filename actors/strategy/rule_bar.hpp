#pragma once

#include "messages/market/bar.hpp"

#include <cmath>

namespace rg {

/// A pipeline bar in natural logs. In log price the mirrored market p → c/p is x → ln c − x, so
/// rules that use differences of logs treat both directions alike.
struct RuleBar {
  double high = 0.0, low = 0.0, close = 0.0;
  double volume = 0.0; ///< base coin, >= 0
  Timestamp open_time;
  std::uint32_t gap_slots = 0; ///< missing slots since the bar before

  /// Centre of the bar: the mean of log high, log low and log close (geometric typical price).
  [[nodiscard]] double typical() const { return (high + low + close) / 3.0; }
};

[[nodiscard]] inline RuleBar to_rule_bar(const PipelineBar& bar) {
  return {std::log(bar.bar.high.to_double()),
          std::log(bar.bar.low.to_double()),
          std::log(bar.bar.close.to_double()),
          bar.bar.volume.to_double(),
          bar.bar.open_time,
          bar.gap_slots};
}

} // namespace rg
