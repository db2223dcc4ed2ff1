#include "infra/net/http_server.hpp"

#include "infra/net/detail/http_server_impl.hpp"

#include <stdexcept>

namespace rg::net {

namespace {

/// What the owner of a session holds: it may outlive the server and even the loop, the connection
/// not.
class SessionHandle final : public WsSession {
public:
  explicit SessionHandle(std::weak_ptr<WsConnection> connection)
      : connection_(std::move(connection)) {}
  void send(std::string text) override {
    if (const auto c = connection_.lock()) {
      c->send(std::move(text));
    }
  }
  void close(const std::string& reason) override {
    if (const auto c = connection_.lock()) {
      c->close(reason);
    }
  }
  void drop() override {
    if (const auto c = connection_.lock()) {
      c->drop();
    }
  }
  [[nodiscard]] std::size_t queued_bytes() const override {
    const auto c = connection_.lock();
    return c ? c->queued_bytes() : 0;
  }

private:
  std::weak_ptr<WsConnection> connection_;
};

} // namespace

void HttpServer::Impl::listen() {
  if (!options.certificate_pem.empty() || !options.private_key_pem.empty()) {
    tls = server_tls(options.certificate_pem, options.private_key_pem);
  }
  error_code ec;
  const auto address = asio::ip::make_address(
      options.address == "localhost" ? std::string("127.0.0.1") : options.address, ec);
  if (ec) {
    throw std::runtime_error("listen address '" + options.address + "': " + ec.message());
  }
  const Tcp::endpoint endpoint(address, options.port);
  acceptor.open(endpoint.protocol(), ec);
  if (!ec) {
    acceptor.set_option(asio::socket_base::reuse_address(true), ec);
  }
  if (!ec) {
    acceptor.bind(endpoint, ec);
  }
  if (!ec) {
    acceptor.listen(asio::socket_base::max_listen_connections, ec);
  }
  if (ec) {
    throw std::runtime_error("listen on " + options.address + ":" + std::to_string(options.port) +
                             ": " + ec.message());
  }
  accept();
}

void HttpServer::Impl::accept() {
  acceptor.async_accept([self = shared_from_this()](error_code ec, Socket socket) {
    if (self->ended) {
      return;
    }
    if (ec) { // out of file descriptors and the like: not an end, but no busy loop either
      self->accept_pause.expires_after(std::chrono::milliseconds(100));
      self->accept_pause.async_wait([self](error_code cancelled) {
        if (!cancelled && !self->ended) {
          self->accept();
        }
      });
      return;
    }
    error_code gone;
    const auto remote = socket.remote_endpoint(gone);
    if (self->options.make_room &&
        self->connections.size() + self->sessions.size() >= self->options.max_connections) {
      self->close_longest_waiting();
    }
    if (!gone && self->connections.size() + self->sessions.size() < self->options.max_connections) {
      const auto connection =
          std::make_shared<HttpConnection>(self, std::move(socket), remote.address().to_string());
      self->connections.insert(connection);
      connection->start();
    }
    self->accept();
  });
}

void HttpServer::Impl::close_longest_waiting() {
  std::shared_ptr<HttpConnection> longest;
  for (const auto& connection : connections) {
    if (connection->waiting_since() != HttpConnection::SteadyTime::max() &&
        (!longest || connection->waiting_since() < longest->waiting_since())) {
      longest = connection;
    }
  }
  if (longest) {
    longest->close(); // takes itself out of the set
  }
}

void HttpServer::Impl::upgrade(const std::shared_ptr<HttpConnection>& from,
                               const ServerRequest& request,
                               const std::shared_ptr<Stream>& stream) {
  WsLimits limits;
  limits.handshake = options.header_timeout;
  limits.idle = options.ws_idle_timeout;
  limits.max_message = options.max_body;
  limits.max_queue = options.max_ws_queue;
  const auto session = WsConnection::make(stream, limits);
  WsHandler handler;
  std::optional<HttpResponse> refusal = HttpResponse{404, {}, "no websocket here\n"};
  const std::shared_ptr<WsSession> handle = std::make_shared<SessionHandle>(session);
  if (on_upgrade) {
    refusal = on_upgrade(request, handle, handler);
  }
  if (refusal) {
    session->detach_without_closing();
    from->answer(*refusal, true);
    return;
  }
  from->hand_over();
  sessions.insert(session);
  WsEvents events;
  events.on_text = std::move(handler.on_text);
  events.on_close = [weak = weak_from_this(), key = std::weak_ptr(session),
                     handle, // lives as long as the connection
                     on_close = std::move(handler.on_close)](const std::string&) {
    const auto self = weak.lock();
    const auto held = key.lock();
    if (self && held) {
      self->sessions.erase(held);
    }
    if (on_close) {
      on_close();
    }
  };
  session->accept(request.http, std::move(events));
}

void HttpServer::Impl::end() {
  ended = true;
  error_code ignored;
  acceptor.close(ignored);
  accept_pause.cancel();
  while (!connections.empty()) {
    (*connections.begin())->close(); // takes itself out of the set
  }
  const auto open_sessions = std::exchange(sessions, {});
  for (const auto& session : open_sessions) {
    session->detach();
  }
  on_request = nullptr;
  on_upgrade = nullptr;
}

HttpServer::HttpServer(IoLoop& loop, ServerOptions options, OnRequest on_request,
                       OnUpgrade on_upgrade)
    : impl_(std::make_shared<Impl>(loop, std::move(options), std::move(on_request),
                                   std::move(on_upgrade))) {
  impl_->listen();
}

HttpServer::~HttpServer() {
  impl_->loop.run_and_wait([impl = impl_] { impl->end(); });
}

std::uint16_t HttpServer::port() const {
  error_code ec;
  return impl_->acceptor.local_endpoint(ec).port();
}

} // namespace rg::net
