#include "infra/net/detail/ws_connection.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <cstring>
#include <deque>
#include <optional>

namespace rg::net {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
namespace http = boost::beast::http;

// How Beast ends and cuts our stream; it finds these by argument-dependent look-up.
template <class Handler>
void async_teardown(beast::role_type /*role*/, AnyStream& stream, Handler&& handler) {
  stream.close();
  asio::post(stream.get_executor(),
             [h = std::forward<Handler>(handler)]() mutable { h(error_code{}); });
}
inline void beast_close_socket(AnyStream& stream) {
  stream.close();
}

namespace {

constexpr std::size_t kPadding = 64; // >= simdjson::SIMDJSON_PADDING

class Connection final : public WsConnection, public std::enable_shared_from_this<Connection> {
public:
  Connection(std::shared_ptr<Stream> stream, const WsLimits& limits)
      : executor_(stream->executor()), limits_(limits), raw_(stream), ws_(std::move(stream)) {
    websocket::stream_base::timeout timeouts{};
    timeouts.handshake_timeout = limits.handshake;
    timeouts.idle_timeout = limits.idle;
    timeouts.keep_alive_pings = true;
    ws_.set_option(timeouts);
    ws_.auto_fragment(false);
    ws_.read_message_max(limits.max_message);
    ws_.text(true);
  }

  void open(const std::string& authority, const std::string& target,
            const std::vector<Header>& headers, WsEvents events) override {
    if (!begin(std::move(events))) {
      return;
    }
    ws_.set_option(websocket::stream_base::decorator([headers](websocket::request_type& request) {
      for (const auto& [name, value] : headers) {
        request.set(name, value);
      }
      if (request.find(http::field::user_agent) == request.end()) {
        request.set(http::field::user_agent, "RegimeGuard/1.0");
      }
    }));
    ws_.async_handshake(answer_, authority, target,
                        [self = shared_from_this()](error_code ec) { self->on_handshake(ec); });
  }

  void accept(const HttpRequest& upgrade, WsEvents events) override {
    if (!begin(std::move(events))) {
      return;
    }
    request_.method_string(upgrade.method);
    request_.target(upgrade.target);
    request_.version(11);
    for (const auto& [name, value] : upgrade.headers) {
      request_.insert(name, value);
    }
    ws_.async_accept(request_,
                     [self = shared_from_this()](error_code ec) { self->on_handshake(ec); });
  }

  void send(std::string text) override {
    if (gone_ || closing_) {
      return;
    }
    queued_bytes_ += text.size();
    queue_.push_back(std::move(text));
    if (queued_bytes_ > limits_.max_queue) {
      finish("the peer does not read: " + std::to_string(queued_bytes_) + " bytes were waiting");
      return;
    }
    write_next();
  }

  void close(const std::string& reason) override {
    if (gone_ || closing_) {
      return;
    }
    closing_ = true;
    close_reason_ = websocket::close_reason(websocket::close_code::normal,
                                            beast::string_view(reason).substr(0, 120));
    if (!open_) {
      finish("closed before it was open");
    } else {
      write_next(); // what was queued before goes out first
    }
  }

  void drop() override { finish("dropped"); }

  void detach() override {
    detached_ = true; // also stops an on_close that is posted already
    events_.reset();
    finish("");
  }

  void detach_without_closing() override {
    detached_ = true;
    gone_ = true;
    raw_.reset();
  }

  [[nodiscard]] bool is_open() const override { return open_ && !gone_ && !closing_; }
  [[nodiscard]] std::size_t bytes_waiting() const override {
    return gone_ ? 0 : raw_->bytes_waiting();
  }
  [[nodiscard]] std::size_t queued_bytes() const override { return queued_bytes_; }

private:
  /// False when the owner closed or dropped it before it began; on_close tells.
  bool begin(WsEvents events) {
    events_ = std::make_shared<WsEvents>(std::move(events));
    if (gone_) {
      tell_closed("closed before it was open");
    }
    return !gone_;
  }

  void on_handshake(error_code ec) {
    if (gone_) {
      return;
    }
    if (ec) {
      std::string why = "websocket handshake: " + ec.message();
      if (ec == websocket::error::upgrade_declined) {
        why = "websocket handshake refused: HTTP " + std::to_string(answer_.result_int()) + " " +
              answer_.body().substr(0, 200);
      }
      finish(why);
      return;
    }
    open_ = true;
    const std::shared_ptr<WsEvents> events = events_; // a callback may detach us
    if (events && events->on_open) {
      events->on_open();
    }
    if (!gone_) {
      read();
      write_next();
    }
  }

  void read() {
    ws_.async_read(buffer_,
                   [self = shared_from_this()](error_code ec, std::size_t) { self->on_read(ec); });
  }

  void on_read(error_code ec) {
    if (gone_) {
      return;
    }
    if (ec) {
      finish(ec == websocket::error::closed ? closed_text()
             : ec == beast::error::timeout  ? "timed out: no frame from the peer"
                                            : ec.message());
      return;
    }
    const std::size_t size = buffer_.size();
    // Zeroes, so that a cut message cannot be completed by what an earlier one left behind.
    std::memset(buffer_.prepare(kPadding).data(), 0, kPadding);
    const std::shared_ptr<WsEvents> events = events_;
    if (events && events->on_text) {
      const auto data = buffer_.data();
      events->on_text({static_cast<const char*>(data.data()), size});
    }
    buffer_.consume(size);
    if (!gone_) {
      read();
    }
  }

  [[nodiscard]] std::string closed_text() const {
    const websocket::close_reason& r = ws_.reason();
    std::string text = "closed by the peer";
    if (r.code != websocket::close_code::none) {
      text += ", code " + std::to_string(r.code);
    }
    if (!r.reason.empty()) {
      text.append(": ").append(r.reason.data(), r.reason.size());
    }
    return text;
  }

  void write_next() {
    if (!open_ || writing_ || gone_) {
      return;
    }
    if (queue_.empty()) {
      if (closing_ && !close_sent_) {
        close_sent_ = true;
        ws_.async_close(close_reason_,
                        [self = shared_from_this()](error_code) { self->finish("closed by us"); });
      }
      return;
    }
    writing_ = true;
    out_ = std::move(queue_.front());
    queue_.pop_front();
    ws_.async_write(asio::buffer(out_), [self = shared_from_this()](error_code ec, std::size_t) {
      self->writing_ = false;
      self->queued_bytes_ -= self->gone_ ? 0 : self->out_.size();
      if (ec) {
        self->finish("write: " + ec.message());
      } else {
        self->write_next();
      }
    });
  }

  /// Ends the connection, whatever the reason. on_close runs later, from the loop.
  void finish(const std::string& why) {
    if (gone_) {
      return;
    }
    gone_ = true;
    open_ = false;
    queue_.clear();
    queued_bytes_ = 0;
    raw_->close();
    tell_closed(why);
  }

  void tell_closed(const std::string& why) {
    if (const std::shared_ptr<WsEvents> events = std::exchange(events_, nullptr)) {
      asio::post(executor_, [self = shared_from_this(), events, why] {
        if (!self->detached_ && events->on_close) {
          events->on_close(why);
        }
      });
    }
  }

  Executor executor_;
  WsLimits limits_;
  std::shared_ptr<Stream> raw_;
  websocket::stream<AnyStream, false> ws_; // no permessage-deflate: the venue does not speak it
  websocket::response_type answer_;
  http::request<http::empty_body> request_;
  beast::flat_buffer buffer_;
  std::shared_ptr<WsEvents> events_;
  std::deque<std::string> queue_;
  std::string out_; // being written
  std::size_t queued_bytes_ = 0;
  websocket::close_reason close_reason_;
  bool open_ = false, writing_ = false, closing_ = false, close_sent_ = false, gone_ = false;
  bool detached_ = false;
};

} // namespace

std::shared_ptr<WsConnection> WsConnection::make(std::shared_ptr<Stream> stream,
                                                 const WsLimits& limits) {
  return std::make_shared<Connection>(std::move(stream), limits);
}

} // namespace rg::net
