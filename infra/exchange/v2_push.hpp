#pragma once
// The messages that protocol v2 pushes over websockets (weex-api §12.4, §12.5). Each function
// appends one JSON object to a writer that is reused from message to message.

#include "infra/exchange/exchange_core.hpp"
#include "infra/exchange/json_writer.hpp"

#include <span>
#include <string_view>

namespace rg::exchange::v2 {

void push_ticker(JsonWriter& out, std::string_view channel, const ExchangeCore& core, Symbol s);
/// @param type  "snapshot" or "change".
void push_klines(JsonWriter& out, std::string_view channel, Symbol s, std::string_view type,
                 std::span<const Candle> rows);

struct DepthUpdate {
  std::uint64_t start_version = 0, end_version = 0;
  std::size_t levels = 15;
  bool snapshot = false;
  std::span<const BookLevel> asks, bids; ///< of a change: only what differs; size 0 deletes
};
void push_depth(JsonWriter& out, std::string_view channel, Symbol s, const DepthUpdate& update);
/// Levels of `now` that differ from `before`, and those of `before` that are gone (size 0). Both
/// sorted the same way, best first.
void depth_difference(Side side, std::span<const BookLevel> before, std::span<const BookLevel> now,
                      std::vector<BookLevel>& out);
void push_trades(JsonWriter& out, std::string_view channel, Symbol s,
                 std::span<const TradePrint> prints);

/// Which private channel an event belongs to: "account", "positions", "fill" or "orders".
[[nodiscard]] std::string_view private_channel(const CoreEvent& event);
void push_private(JsonWriter& out, const CoreEvent& event, const ExchangeCore& core);

} // namespace rg::exchange::v2
