#pragma once
// The messages that protocol v3 pushes over websockets (weex-api §16). Each function appends one
// JSON object to a writer that is reused from message to message.

#include "infra/exchange/json_writer.hpp"
#include "infra/exchange/stream_protocol.hpp"

namespace rg::exchange::v3 {

void push_ticker(JsonWriter& out, const ChannelSpec& c, const ExchangeCore& core);
void push_klines(JsonWriter& out, const ChannelSpec& c, const ExchangeCore& core, bool snapshot,
                 std::span<const Candle> rows);
void push_depth(JsonWriter& out, const ChannelSpec& c, const ExchangeCore& core,
                const DepthUpdate& update);
void push_trades(JsonWriter& out, const ChannelSpec& c, const ExchangeCore& core, bool snapshot,
                 std::span<const TradePrint> prints);
void push_private(JsonWriter& out, const CoreEvent& event, const ExchangeCore& core);

} // namespace rg::exchange::v3
