#include "infra/net/detail/connector.hpp"

#include <boost/asio/connect.hpp>

#include <algorithm>

namespace rg::net {

namespace {
// One dead address must not eat the whole time limit when the name has others.
constexpr Duration kPerEndpoint = std::chrono::seconds(3);
} // namespace

Connector::Connector(IoLoop::Impl& loop, const Url& url, std::shared_ptr<TlsContext> tls, Done done)
    : url_(url), tls_(std::move(tls)), done_(std::move(done)), resolver_(loop.context),
      limit_(loop.context.get_executor()), endpoint_limit_(loop.context.get_executor()) {}

std::shared_ptr<Connector> Connector::start(IoLoop::Impl& loop, const Url& url,
                                            std::shared_ptr<TlsContext> tls, Duration time_limit,
                                            Done done) {
  std::shared_ptr<Connector> self(new Connector(loop, url, std::move(tls), std::move(done)));
  self->limit_.expires_after(time_limit);
  self->limit_.async_wait([weak = self->weak_from_this()](error_code ec) {
    const auto locked = weak.lock();
    if (!ec && locked) {
      locked->finish(nullptr, "connect: timed out");
    }
  });
  self->resolve();
  return self;
}

void Connector::cancel() {
  done_ = nullptr;
  finish(nullptr, "");
}

void Connector::finish(std::shared_ptr<Stream> stream, const std::string& error) {
  limit_.cancel();
  endpoint_limit_.cancel();
  resolver_.cancel();
  error_code ignored;
  if (socket_) {
    socket_->close(ignored);
  }
  if (!stream && stream_) {
    stream_->close();
  }
  stream_.reset();
  if (const Done done = std::exchange(done_, nullptr)) {
    done(std::move(stream), error);
  }
}

void Connector::resolve() {
  if (is_ip_address(url_.host)) {
    endpoints_.emplace_back(asio::ip::make_address(url_.host), url_.port);
    connect(0);
    return;
  }
  resolver_.async_resolve(
      url_.host, std::to_string(url_.port),
      [self = shared_from_this()](error_code ec, const Resolver::results_type& results) {
        if (!self->done_) {
          return;
        }
        if (ec) {
          self->finish(nullptr, "resolve " + self->url_.host + ": " + ec.message());
          return;
        }
        for (const auto& entry : results) {
          self->endpoints_.push_back(entry.endpoint());
        }
        // IPv4 first: the venue's key allow-lists know IPv4 addresses only.
        std::stable_sort(self->endpoints_.begin(), self->endpoints_.end(),
                         [](const auto& a, const auto& b) {
                           return a.address().is_v4() && !b.address().is_v4();
                         });
        self->connect(0);
      });
}

void Connector::connect(std::size_t index) {
  const Tcp::endpoint endpoint = endpoints_[index];
  if (!url_.tls && !endpoint.address().is_loopback()) {
    finish(nullptr, "connect " + url_.host + ": not a loopback address");
    return;
  }
  socket_ = std::make_shared<Socket>(resolver_.get_executor());
  if (index + 1 < endpoints_.size()) {
    endpoint_limit_.expires_after(kPerEndpoint);
    endpoint_limit_.async_wait([socket = socket_](error_code ec) {
      error_code ignored;
      if (!ec) {
        socket->close(ignored); // its async_connect now fails and the next address has its turn
      }
    });
  }
  socket_->async_connect(
      endpoint, [self = shared_from_this(), index, socket = socket_](error_code ec) {
        self->endpoint_limit_.cancel();
        if (!self->done_) {
          return;
        }
        if (!ec) {
          self->socket_.reset();
          self->shake_hands(std::move(*socket));
        } else if (index + 1 < self->endpoints_.size()) {
          self->connect(index + 1);
        } else {
          self->finish(nullptr, "connect " + self->url_.authority() + ": " + ec.message());
        }
      });
}

void Connector::shake_hands(Socket socket) {
  try {
    stream_ = make_stream(std::move(socket), url_.tls ? tls_ : nullptr, url_.host);
  } catch (const std::exception& e) {
    finish(nullptr, e.what());
    return;
  }
  stream_->handshake(false, IoFunction([self = shared_from_this()](error_code ec, std::size_t) {
                       if (!self->done_) {
                         return;
                       }
                       if (ec) {
                         self->finish(nullptr, "TLS handshake with " + self->url_.authority() +
                                                   ": " + ec.message());
                       } else {
                         self->finish(self->stream_, "");
                       }
                     }));
}

} // namespace rg::net
