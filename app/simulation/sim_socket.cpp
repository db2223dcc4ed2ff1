// The private stream's wire. The exchange's end is a session like those of its websocket server.

#include "app/simulation/sim_transport.hpp"

#include <simdjson.h>

#include <algorithm>

namespace rg::sim {

using namespace std::chrono_literals;
using Channel = FaultInjector::Channel;

/// Both ends of one connection. It ends once, whoever ends it.
struct SimSocket::Connection : std::enable_shared_from_this<SimSocket::Connection> {
  std::shared_ptr<SimLine> line;
  net::WsLink::Callbacks callbacks; ///< the client's
  net::WsHandler exchange;          ///< what the exchange does with texts and with the end
  bool open = false, ended = false;
  Timestamp up_clear, down_clear; ///< the last text in order arrives then
  std::string buffer;

  void open_at_exchange(const std::string& path, std::vector<net::Header> headers);
  void to_exchange(std::string text);
  void to_client(std::string text);
  void deliver(Timestamp when, std::string text);
  /// The client learns of it after `delay`.
  void fail(Duration delay, const std::string& why);
  void end();
};

namespace {

/// What the exchange holds of a connection.
class ExchangeEnd final : public net::WsSession {
public:
  explicit ExchangeEnd(std::weak_ptr<SimSocket::Connection> c) : connection_(std::move(c)) {}
  void send(std::string text) override {
    if (const auto c = connection_.lock(); c && !c->ended) {
      c->to_client(std::move(text));
    }
  }
  void close(const std::string& reason) override {
    if (const auto c = connection_.lock(); c && !c->ended) {
      c->fail(c->line->latency(), reason);
    }
  }
  void drop() override { close("connection lost"); }
  [[nodiscard]] std::size_t queued_bytes() const override { return 0; }

private:
  std::weak_ptr<SimSocket::Connection> connection_;
};

std::string path_of(const std::string& url) {
  const auto host = url.find("//") + 2;
  const auto slash = url.find('/', host);
  return slash == std::string::npos ? "/" : url.substr(slash);
}

} // namespace

void SimSocket::Connection::end() {
  if (std::exchange(ended, true)) {
    return;
  }
  open = false;
  if (exchange.on_close) {
    exchange.on_close();
  }
}

void SimSocket::Connection::fail(Duration delay, const std::string& why) {
  end();
  line->agenda.after(delay, [self = shared_from_this(), why] {
    if (self->line->running && self->callbacks.on_close) {
      self->callbacks.on_close(why);
      self->line->watch.on_delivered();
    }
  });
}

void SimSocket::Connection::open_at_exchange(const std::string& path,
                                             std::vector<net::Header> headers) {
  net::HttpRequest request;
  request.target = path;
  request.headers = std::move(headers);
  const auto refused =
      line->venue.open_stream(request, std::make_shared<ExchangeEnd>(weak_from_this()), exchange);
  const Duration way = line->latency();
  if (refused) {
    fail(way, "HTTP " + std::to_string(refused->status));
    return;
  }
  down_clear = line->agenda.now() + way;
  line->agenda.at(down_clear, [self = shared_from_this()] {
    if (self->line->running && !self->ended) {
      self->open = true;
      self->callbacks.on_open();
      self->line->watch.on_delivered();
    }
  });
}

void SimSocket::Connection::to_exchange(std::string text) {
  up_clear = std::max(line->agenda.now() + line->latency() / 2, up_clear);
  line->agenda.at(up_clear, [self = shared_from_this(), text = std::move(text)] {
    if (!self->ended && self->exchange.on_text) {
      self->exchange.on_text(text);
      self->line->venue.flush_streams();
    }
  });
}

void SimSocket::Connection::to_client(std::string text) {
  FaultInjector& faults = line->faults;
  // Odd faults strike private frames, even ones the public stream.
  if (faults.take(Fault::stream_dropped, Channel::second)) {
    fail(5ms, "connection lost");
    return;
  }
  if (faults.take(Fault::frame_lost, Channel::second)) {
    return;
  }
  if (const auto fault = faults.take(Fault::frame_corrupted, Channel::second)) {
    text.resize(1 + (fault->draw >> 8) % (text.size() - 1)); // cut off: never whole JSON
  }
  const Timestamp in_order = std::max(line->agenda.now() + line->latency() / 2, down_clear);
  if (const auto fault = faults.take(Fault::frame_delayed, Channel::second)) {
    const auto late = std::chrono::milliseconds{500 + (fault->draw >> 8) % 20'000};
    deliver(in_order + late, std::move(text));
    return;
  }
  if (const auto fault = faults.take(Fault::frame_reordered, Channel::second)) {
    deliver(in_order + std::chrono::milliseconds{1 + (fault->draw >> 8) % 200}, std::move(text));
    return;
  }
  down_clear = in_order;
  if (const auto fault = faults.take(Fault::frame_duplicated, Channel::second)) {
    deliver(in_order + std::chrono::milliseconds{(fault->draw >> 8) % 3'000}, text);
  }
  deliver(in_order, std::move(text));
}

void SimSocket::Connection::deliver(Timestamp when, std::string text) {
  line->agenda.at(when, [self = shared_from_this(), text = std::move(text)] {
    if (!self->line->running || !self->open || self->ended) {
      return;
    }
    self->buffer.assign(text);
    self->buffer.append(simdjson::SIMDJSON_PADDING, ' ');
    self->callbacks.on_text({self->buffer.data(), text.size()});
    self->line->watch.on_delivered();
  });
}

void SimSocket::connect(const std::string& url, std::vector<net::Header> handshake_headers,
                        Callbacks callbacks) {
  abandon();
  connection_ = std::make_shared<Connection>();
  connection_->line = line_;
  connection_->callbacks = std::move(callbacks);
  line_->agenda.after(2 * line_->latency(), [connection = connection_, path = path_of(url),
                                             headers = std::move(handshake_headers)] {
    if (!connection->ended && connection->line->running) {
      connection->open_at_exchange(path, headers);
    }
  });
}

void SimSocket::send(std::string text) {
  if (is_open()) {
    connection_->to_exchange(std::move(text));
  }
}

void SimSocket::close() {
  if (connection_ && !connection_->ended) {
    connection_->fail(line_->latency(), "closed");
  }
}

void SimSocket::abandon() {
  if (connection_) {
    connection_->callbacks = {};
    connection_->end();
  }
}

bool SimSocket::is_open() const {
  return connection_ && connection_->open;
}

} // namespace rg::sim
