#pragma once
// Channels of the v3 sockets. Their acks name a request's number and no channel, so each channel
// has a number of its own.

#include "infra/weex/frames.hpp"

#include <string>

namespace rg::weex::v3 {

/// Added to a channel's number when it is given up, so that this ack is not taken for the other.
inline constexpr std::uint64_t kUnsubscribe = 1'000;

/// "BTCUSDT@kline_1m_LAST_PRICE" …; kind: candles, trades, ticker or depth.
[[nodiscard]] const std::string& public_channel(FrameKind kind, Symbol symbol);
/// 1 and up; 0 for a name that is none of ours.
[[nodiscard]] std::uint64_t number_of(std::string_view channel);
/// Empty when no channel has this number.
[[nodiscard]] std::string_view channel_of(std::uint64_t number);

/// An answer to SUBSCRIBE or UNSUBSCRIBE, or a heartbeat: frames that carry no rows.
struct Control {
  std::string_view word; ///< of event or type
  std::string_view time, note;
  std::uint64_t id = 0;
  bool has_result = false, result = false, has_method = false;

  /// Takes a field when it is one of these; false only for a field of ours with another type.
  [[nodiscard]] bool take(std::string_view key, json::Value v);
  [[nodiscard]] FrameKind kind() const;
  /// The channel that the ack is about.
  [[nodiscard]] std::string_view channel() const;
};

} // namespace rg::weex::v3
