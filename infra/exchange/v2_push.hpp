#pragma once
// The messages that protocol v2 pushes over websockets (weex-api §12.4, §12.5). Each function
// appends one JSON object to a writer that is reused from message to message.

#include "infra/exchange/exchange_core.hpp"
#include "infra/exchange/json_writer.hpp"
#include "infra/exchange/stream_protocol.hpp"

#include <span>
#include <string_view>

namespace rg::exchange::v2 {

void push_ticker(JsonWriter& out, std::string_view channel, const ExchangeCore& core, Symbol s);
/// @param type  "snapshot" or "change".
void push_klines(JsonWriter& out, std::string_view channel, Symbol s, std::string_view type,
                 std::span<const Candle> rows);

void push_depth(JsonWriter& out, std::string_view channel, Symbol s, const DepthUpdate& update);
void push_trades(JsonWriter& out, std::string_view channel, Symbol s,
                 std::span<const TradePrint> prints);

void push_private(JsonWriter& out, const CoreEvent& event, const ExchangeCore& core);

} // namespace rg::exchange::v2
