#pragma once
// What V2Streams holds of a session. Shared by its source files only: v2_streams.cpp (handshakes
// and subscriptions), v2_stream_push.cpp (what leaves).

#include "infra/exchange/rate_limits.hpp"
#include "infra/exchange/v2_streams.hpp"

#include <string>

namespace rg::exchange {

enum class ChannelKind : std::uint8_t { ticker, kline, depth, trades, private_events };

struct V2Streams::Channel {
  ChannelKind kind = ChannelKind::ticker;
  std::string name;
  Symbol symbol;
  CandleInterval interval = CandleInterval::m1;
  CandlePrice price = CandlePrice::last;
  std::size_t levels = 15;
  // What this subscriber has seen.
  Timestamp pushed_wall;
  std::uint64_t pushed_step = 0;
  Timestamp pushed_slot;
  std::uint64_t pushed_version = 0;
  std::vector<BookLevel> asks, bids;
};

struct V2Streams::Session {
  explicit Session(std::uint32_t operations) : operation_limit(operations, std::chrono::hours{1}) {}
  std::uint64_t id = 0;
  std::shared_ptr<net::WsSession> socket;
  std::string address;
  bool is_private = false, closed = false;
  AccountIndex account = 0;
  std::vector<std::unique_ptr<Channel>> channels;
  EventLimit operation_limit;
  Timestamp next_ping, mute_until;
  std::uint32_t unanswered = 0;
};

} // namespace rg::exchange
