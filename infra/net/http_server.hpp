#pragma once
// HTTP and websocket server on an IoLoop, TLS or plain. Serves the embedded exchange and the
// console.

#include "infra/net/http_client.hpp"

#include <cstdint>
#include <optional>

namespace rg::net {

struct HttpResponse {
  int status = 200;
  std::vector<Header> headers;
  std::string body;
};

/// A server-side websocket. All calls on the loop's thread.
class WsSession {
public:
  virtual ~WsSession() = default;
  virtual void send(std::string text) = 0; ///< queued
  virtual void close(const std::string& reason) = 0;
  virtual void drop() = 0; ///< cuts the connection without a closing handshake
  [[nodiscard]] virtual std::size_t
  queued_bytes() const = 0; ///< back-pressure: what waits to be written
};

/// What the owner of a session is told.
struct WsHandler {
  std::function<void(std::string_view)> on_text;
  std::function<void()> on_close;
};

struct ServerRequest {
  HttpRequest http;
  std::string remote_address; ///< "127.0.0.1"
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;                       ///< 0 = any free one
  std::string certificate_pem, private_key_pem; ///< both empty = plain
  std::size_t max_body = 1U << 20;
  Duration header_timeout{10'000'000'000}, idle_timeout{60'000'000'000};
  std::size_t max_connections = 1024; ///< more are closed as soon as they are accepted
  /// When full, the connection that has waited longest for a whole request gives way to a new one:
  /// half-open connections then cannot lock anybody out.
  bool make_room = false;
  Duration ws_idle_timeout{
      60'000'000'000}; ///< websocket without any frame; a ping goes out at half
  std::size_t max_ws_queue = std::size_t{64}
                             << 20; ///< bytes a slow websocket peer may leave unread
};

class HttpServer {
public:
  /// Answers by calling `reply` once, at once or later, on the loop's thread. Dropping `reply`
  /// uncalled closes the connection without an answer (fault injection uses it).
  using OnRequest =
      std::function<void(ServerRequest request, std::function<void(HttpResponse)> reply)>;
  /// An answer refuses the upgrade; otherwise the session is open and `session` may be kept.
  using OnUpgrade = std::function<std::optional<HttpResponse>(
      const ServerRequest& request, std::shared_ptr<WsSession> session, WsHandler& handler)>;

  /// Listens at once. Throws std::runtime_error ("address already in use", …).
  /// A null `on_upgrade` answers 404.
  HttpServer(IoLoop& loop, ServerOptions options, OnRequest on_request, OnUpgrade on_upgrade);
  ~HttpServer(); ///< closes all connections; no callback afterwards
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  [[nodiscard]] std::uint16_t port() const;

  struct Impl; ///< only infra/net sees inside

private:
  std::shared_ptr<Impl> impl_;
};

/// A fresh self-signed certificate (EC P-256) for these names and addresses.
struct Certificate {
  std::string certificate_pem, private_key_pem;
};
[[nodiscard]] Certificate make_certificate(const std::vector<std::string>& names);

} // namespace rg::net
