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

  /// @param url  wss://… or, loopback addresses only, ws://…
  void connect(const std::string& url, std::vector<Header> handshake_headers, Callbacks callbacks);
  void send(std::string text); ///< queued; dropped when closed
  void close();
  [[nodiscard]] bool is_open() const;

private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

} // namespace rg::net
