#pragma once
// One websocket that is kept alive: connects, subscribes, waits for the acks, answers pings,
// reconnects with back-off. What the frames say is its owner's business.

#include "infra/net/transport.hpp"
#include "infra/weex/backoff.hpp"
#include "infra/weex/codec.hpp"
#include "infra/weex/weex_options.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rg::weex {

/// All calls on the transport's thread. No callback after destruction.
class StreamLink {
public:
  struct Handlers {
    /// Handshake headers, made anew for each attempt: the signature's stamp must be fresh.
    std::function<std::vector<net::Header>()> headers;
    std::function<void(std::string_view)> on_text;
    std::function<void()> on_up;                         ///< every subscription was acknowledged
    std::function<void(const std::string& why)> on_down; ///< only after on_up
    /// Not acknowledged in time; false: go on without it. Empty function: reconnect.
    std::function<bool(const std::string& channel)> on_unacknowledged;
  };

  StreamLink(net::Transport& transport, const net::TlsTrust& trust, std::string url,
             const Codec& codec, const WeexOptions& options, std::uint64_t jitter_seed,
             Handlers handlers);
  ~StreamLink();
  StreamLink(const StreamLink&) = delete;
  StreamLink& operator=(const StreamLink&) = delete;

  /// Connects and subscribes; called again, changes the subscriptions of the open connection.
  void start(std::vector<std::string> channels);
  void stop();
  /// Cuts the connection and comes back after the back-off.
  void reconnect(const std::string& why);

  // ---- what the owner found in a frame ----
  void on_ping(std::string_view time);
  void on_subscribed(std::string_view channel);
  void on_data(std::string_view channel); ///< data is as good as an ack
  /// A fresh snapshot: unsubscribes and subscribes again, or reconnects when the connection's
  /// hourly operations are used up.
  void resubscribe(const std::string& channel);

  [[nodiscard]] bool is_up() const;
  [[nodiscard]] std::size_t bytes_waiting() const; ///< unread in the socket: are we behind?
  [[nodiscard]] std::uint64_t connects() const;    ///< handshakes that succeeded

private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

} // namespace rg::weex
