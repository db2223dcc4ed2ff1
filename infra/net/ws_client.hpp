#pragma once
// One websocket client connection, TLS or plain, asynchronous on an IoLoop.

#include "infra/net/http_client.hpp"

namespace rg::net {

class WsClient final : public WsLink {
public:
  WsClient(IoLoop& loop, const TlsTrust& trust);
  ~WsClient() override;

  WsClient(const WsClient&) = delete;
  WsClient& operator=(const WsClient&) = delete;

  /// Defaults: 10 s and 60 s.
  void set_time_limits(Duration handshake, Duration idle) override;
  /// @param url  wss://… or, loopback addresses only, ws://…
  void connect(const std::string& url, std::vector<Header> handshake_headers,
               Callbacks callbacks) override;
  void send(std::string text) override;
  void close() override;
  void abandon() override;
  [[nodiscard]] bool is_open() const override;
  [[nodiscard]] std::size_t bytes_waiting() const override;

private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

} // namespace rg::net
