#pragma once
// One websocket client connection, TLS or plain, asynchronous on an IoLoop.

#include "infra/net/http_client.hpp"

namespace rg::net {

class WsClient {
public:
  struct Callbacks {
    std::function<void()> on_open;
    /// The view lives until the callback returns and has SIMDJSON_PADDING readable bytes behind it.
    std::function<void(std::string_view)> on_text;
    std::function<void(std::string reason)> on_close; ///< once; also when connecting fails
  };

  WsClient(IoLoop& loop, const TlsTrust& trust);
  ~WsClient(); ///< no callback afterwards

  WsClient(const WsClient&) = delete;
  WsClient& operator=(const WsClient&) = delete;

  /// For the next connect(). `handshake` bounds connecting, opening and closing each (default 10
  /// s). Without a frame for `idle` (default 60 s) the connection counts as gone; pings go out at
  /// half.
  void set_time_limits(Duration handshake, Duration idle);

  /// Ends what was open before, without a callback. Throws std::invalid_argument for a bad url.
  /// @param url  wss://… or, loopback addresses only, ws://…
  void connect(const std::string& url, std::vector<Header> handshake_headers, Callbacks callbacks);
  void send(std::string text); ///< queued; dropped when closed
  void close();
  void abandon(); ///< cuts the connection without a callback
  [[nodiscard]] bool is_open() const;
  /// Bytes that have arrived on the socket and were not read yet: more than a few kilobytes mean
  /// that the loop is behind.
  [[nodiscard]] std::size_t bytes_waiting() const;

private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

} // namespace rg::net
