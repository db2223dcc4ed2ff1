#include "infra/weex/public_rows.hpp"

#include <algorithm>

namespace rg::weex::wire {

void clear(PublicFrame& frame) {
  frame.kind = FrameKind::ignored;
  frame.channel = frame.ping_time = frame.note = {};
  frame.ticker = TickerRow{};
  frame.candles.clear();
  frame.trades.clear();
  frame.depth.asks.clear();
  frame.depth.bids.clear();
  frame.depth.start_version = frame.depth.end_version = 0;
  frame.depth.snapshot = false;
  frame.depth.levels = 0;
}

std::optional<std::uint32_t> level_count(json::Value value) {
  const auto levels = json::unsigned_number(json::scalar(value));
  return levels && *levels >= 1 && *levels <= 1000
             ? std::optional(static_cast<std::uint32_t>(*levels))
             : std::nullopt;
}

std::optional<bool> is_snapshot(json::Value depth_type) {
  const std::string_view word = json::scalar(depth_type);
  return json::same_word(word, "snapshot")  ? std::optional(true)
         : json::same_word(word, "changed") ? std::optional(false)
                                            : std::nullopt;
}

bool is_sane(const CandleRow& candle) {
  return candle.low <= candle.open && candle.low <= candle.close && candle.high >= candle.open &&
         candle.high >= candle.close;
}

void sort_trades(std::vector<TradeRow>& trades) {
  const auto earlier = [](const TradeRow& a, const TradeRow& b) { return a.time < b.time; };
  if (!std::is_sorted(trades.begin(), trades.end(), earlier)) {
    std::stable_sort(trades.begin(), trades.end(), earlier);
  }
}

} // namespace rg::weex::wire
