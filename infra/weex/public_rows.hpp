#pragma once
// What the public frames of both generations promise alike.

#include "infra/weex/frames.hpp"

#include <optional>

namespace rg::weex::wire {

/// Empties the frame and keeps its memory.
void clear(PublicFrame& frame);

/// First problem wins; a field that must be right and is not.
struct Checker {
  ParseError problem = ParseError::none;
  bool fail(ParseError e) {
    problem = e;
    return false;
  }
  bool expect(bool good) { return good || fail(ParseError::bad_value); }
  /// What a reader returns whose walk over the rows went through or not.
  [[nodiscard]] ParseError verdict(bool shaped) const {
    return shaped || problem != ParseError::none ? problem : ParseError::malformed;
  }
};

/// Of a depth channel: 1 to 1000.
[[nodiscard]] std::optional<std::uint32_t> level_count(json::Value value);
/// SNAPSHOT or CHANGED: a whole book or what is other than before.
[[nodiscard]] std::optional<bool> is_snapshot(json::Value depth_type);
/// low ≤ open, close ≤ high.
[[nodiscard]] bool is_sane(const CandleRow& candle);
/// Oldest first: the order of rows is not documented.
void sort_trades(std::vector<TradeRow>& trades);

} // namespace rg::weex::wire
