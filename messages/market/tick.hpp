#pragma once

#include "messages/units/price.hpp"
#include "messages/units/quantity.hpp"
#include "messages/units/symbol.hpp"
#include "messages/units/timestamp.hpp"

#include <cstdint>

namespace rg {

/// One observation of the market, whatever channel it came from. Fields that the channel does not
/// carry are zero and mean "not told", never "price is zero".
struct Tick {
  Symbol symbol;
  Timestamp exchange_time; ///< data time, the venue's stamp
  Timestamp receive_time;  ///< wall time here; may be behind exchange_time when clocks differ
  Price last;              ///< last trade
  Price mark, index;
  Price best_bid, best_ask;
  Quantity bid_depth, ask_depth; ///< summed over the levels the venue shows
  Quantity traded;               ///< base coin traded since the previous tick of this pair
};

/// What went missing on a pair's market data.
enum class GapKind : std::uint8_t {
  missing_bars,    ///< base bars skipped; back-fill asked for
  version_break,   ///< depth chain broken; re-subscribed
  link_lost,       ///< websocket closed
  silence,         ///< no frame on any subscribed channel for the configured time
  burst_of_errors, ///< malformed frames refused at the door, more than the configured rate
};
[[nodiscard]] const char* to_string(GapKind kind);

struct FeedGap {
  Symbol symbol;
  GapKind kind = GapKind::missing_bars;
  Timestamp from, to; ///< data time; equal when unknown
};

/// A row of a kline channel or candle answer: still forming until a later one exists (design §12).
struct CandleRow {
  Symbol symbol;
  Timestamp open_time;
  Price open, high, low, close;
  Quantity volume;
};

} // namespace rg
