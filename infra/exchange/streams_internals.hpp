#pragma once
// What Streams holds of a session. Shared by its source files only: streams.cpp (handshakes
// and subscriptions), stream_push.cpp (what leaves).

#include "infra/exchange/rate_limits.hpp"
#include "infra/exchange/streams.hpp"

#include <string>

namespace rg::exchange {

struct Streams::Channel {
  ChannelSpec spec;
  // What this subscriber has seen.
  Timestamp pushed_wall;
  std::uint64_t pushed_step = 0;
  Timestamp pushed_slot;
  std::uint64_t pushed_version = 0;
  std::vector<BookLevel> asks, bids;
};

struct Streams::Session {
  explicit Session(std::uint32_t operations) : operation_limit(operations, std::chrono::hours{1}) {}
  std::uint64_t id = 0;
  const StreamProtocol* protocol = nullptr;
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
