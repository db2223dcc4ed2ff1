#include "infra/net/ws_client.hpp"

#include "infra/net/detail/connector.hpp"
#include "infra/net/detail/header_text.hpp"
#include "infra/net/detail/ws_connection.hpp"
#include "messages/support/invariant.hpp"

#include <stdexcept>

namespace rg::net {

struct WsClient::Impl : std::enable_shared_from_this<WsClient::Impl> {
  IoLoop::Impl& loop;
  TlsTrust trust;
  std::shared_ptr<TlsContext> tls; // made at the first wss connect, kept for reconnects
  WsLimits limits;
  std::shared_ptr<Connector> connector;
  std::shared_ptr<WsConnection> connection;
  std::shared_ptr<Callbacks> callbacks;
  std::uint64_t generation = 0; // of the present connect()

  Impl(IoLoop& io_loop, TlsTrust t) : loop(io_loop.impl()), trust(std::move(t)) {}

  void connect(const std::string& url_text, std::vector<Header> headers, Callbacks given) {
    const Url url = parse_url(url_text, "wss", "ws");
    if (!are_clean(headers)) {
      throw std::invalid_argument("websocket handshake header holds a line break");
    }
    if (url.tls && !tls) {
      tls = client_tls(trust);
    }
    abandon();
    callbacks = std::make_shared<Callbacks>(std::move(given));
    connector = Connector::start(
        loop, url, tls, limits.handshake,
        [weak = weak_from_this(), mine = generation, url,
         headers = std::move(headers)](std::shared_ptr<Stream> stream, const std::string& error) {
          const auto self = weak.lock();
          if (self && self->generation == mine) {
            self->connector.reset();
            self->on_connected(std::move(stream), url, headers, error);
          }
        });
  }

  void on_connected(std::shared_ptr<Stream> stream, const Url& url,
                    const std::vector<Header>& headers, const std::string& error) {
    if (!stream) {
      close_with(error);
      return;
    }
    connection = WsConnection::make(std::move(stream), limits);
    WsEvents events;
    events.on_open = callbacks->on_open;
    events.on_text = callbacks->on_text;
    events.on_close = [weak = weak_from_this(), mine = generation](const std::string& reason) {
      const auto self = weak.lock();
      if (self && self->generation == mine) {
        self->close_with(reason);
      }
    };
    connection->open(url.authority(), url.target, headers, std::move(events));
  }

  void close_with(const std::string& reason) {
    ++generation;
    connection.reset();
    const auto given = std::exchange(callbacks, nullptr);
    if (given && given->on_close) {
      given->on_close(reason); // may connect() again
    }
  }

  /// Ends what is there without a word.
  void abandon() {
    ++generation;
    if (connector) {
      std::exchange(connector, nullptr)->cancel();
    }
    if (connection) {
      std::exchange(connection, nullptr)->detach();
    }
    callbacks.reset();
  }
};

WsClient::WsClient(IoLoop& loop, const TlsTrust& trust)
    : impl_(std::make_shared<Impl>(loop, trust)) {}

WsClient::~WsClient() {
  impl_->loop.run_and_wait([impl = impl_] { impl->abandon(); });
}

void WsClient::set_time_limits(Duration handshake, Duration idle) {
  impl_->limits.handshake = handshake;
  impl_->limits.idle = idle;
}

void WsClient::connect(const std::string& url, std::vector<Header> handshake_headers,
                       Callbacks callbacks) {
  impl_->connect(url, std::move(handshake_headers), std::move(callbacks));
}

void WsClient::send(std::string text) {
  if (impl_->connection) {
    impl_->connection->send(std::move(text));
  }
}

void WsClient::close() {
  if (impl_->connection) {
    impl_->connection->close("");
  } else if (impl_->connector) {
    std::exchange(impl_->connector, nullptr)->cancel();
    asio::post(impl_->loop.context, [weak = impl_->weak_from_this(), mine = impl_->generation] {
      const auto self = weak.lock();
      if (self && self->generation == mine) {
        self->close_with("closed before it was open");
      }
    });
  }
}

void WsClient::abandon() {
  impl_->abandon();
}

std::size_t WsClient::bytes_waiting() const {
  return impl_->connection ? impl_->connection->bytes_waiting() : 0;
}

bool WsClient::is_open() const {
  return impl_->connection && impl_->connection->is_open();
}

} // namespace rg::net
