#pragma once

#include "messages/units/price.hpp"
#include "messages/units/quantity.hpp"
#include "messages/units/symbol.hpp"
#include "messages/units/timestamp.hpp"

namespace rg {

/// A closed candle. Base bars are the rows read (1m live; 1m or 5m in files); pipeline bars are
/// UTC-aligned groups of base bars (design §12).
struct Bar {
  Symbol symbol;
  Timestamp open_time;
  Duration length{};
  Price open, high, low, close; ///< > 0, low <= open, close <= high (checked at the door)
  Quantity volume;              ///< base coin, >= 0

  [[nodiscard]] constexpr Timestamp close_time() const { return open_time + length; }
};

/// A good pipeline bar as the feed hands it on.
struct PipelineBar {
  Bar bar;
  /// Slots without a good bar between the last good pipeline bar and this one (0 = contiguous).
  std::uint32_t gap_slots = 0;
};

} // namespace rg
