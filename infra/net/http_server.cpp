#include "infra/net/http_server.hpp"

#include "infra/net/detail/header_text.hpp"
#include "infra/net/detail/url.hpp"
#include "infra/net/detail/ws_connection.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <algorithm>
#include <set>
#include <stdexcept>

namespace rg::net {

namespace http = boost::beast::http;

namespace {

using std::chrono::steady_clock;
constexpr std::size_t kReadChunk = std::size_t{8} * 1024;
constexpr Duration kLinger = std::chrono::seconds(1);

bool may_have_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

std::string serialise(const HttpResponse& response, bool keep_alive, bool head_only) {
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + " ";
  out.append(http::obsolete_reason(static_cast<http::status>(response.status))).append("\r\n");
  for (const auto& [name, value] : response.headers) {
    out.append(name).append(": ").append(value).append("\r\n");
  }
  if (may_have_body(response.status)) {
    out.append("Content-Length: ").append(std::to_string(response.body.size())).append("\r\n");
  }
  out.append(keep_alive ? "\r\n" : "Connection: close\r\n\r\n");
  if (may_have_body(response.status) && !head_only) {
    out.append(response.body);
  }
  return out;
}

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

struct HttpServer::Impl : std::enable_shared_from_this<HttpServer::Impl> {
  class Connection;

  IoLoop& io_loop;
  IoLoop::Impl& loop;
  ServerOptions options;
  OnRequest on_request;
  OnUpgrade on_upgrade;
  std::shared_ptr<TlsContext> tls;
  Acceptor acceptor;
  SteadyTimer accept_pause;
  std::set<std::shared_ptr<Connection>> connections; // HTTP; order never reaches an output
  std::set<std::shared_ptr<WsConnection>> sessions;
  bool ended = false;

  Impl(IoLoop& l, ServerOptions o, OnRequest r, OnUpgrade u)
      : io_loop(l), loop(l.impl()), options(std::move(o)), on_request(std::move(r)),
        on_upgrade(std::move(u)), acceptor(loop.context),
        accept_pause(loop.context.get_executor()) {}

  void listen();
  void accept();
  void end();
  void upgrade(const std::shared_ptr<Connection>& from, ServerRequest request,
               const std::shared_ptr<Stream>& stream);
};

/// One HTTP connection: reads a request, waits for its answer, writes it, goes on.
class HttpServer::Impl::Connection : public std::enable_shared_from_this<Connection> {
public:
  Connection(std::shared_ptr<Impl> server, Socket socket, std::string remote)
      : server_(std::move(server)), remote_(std::move(remote)),
        stream_(make_stream(std::move(socket), server_->tls, "")), timer_(stream_->executor()) {}

  void start() {
    allow(server_->options.header_timeout);
    watch();
    stream_->handshake(true, IoFunction([self = shared_from_this()](error_code ec, std::size_t) {
                         if (self->gone_) {
                           return;
                         }
                         if (ec) {
                           self->close();
                         } else {
                           self->await_request(true);
                         }
                       }));
  }

  void close() {
    if (gone_) {
      return;
    }
    gone_ = true;
    timer_.cancel();
    stream_->close();
    const auto self = shared_from_this();
    server_->connections.erase(self);
  }

  /// The stream has become a websocket's: this object steps back without closing it.
  void hand_over() {
    gone_ = true;
    timer_.cancel();
    server_->connections.erase(shared_from_this());
  }

  void answer(const HttpResponse& response, bool close_after) {
    if (gone_) {
      return;
    }
    HttpResponse clean = response;
    if (!are_clean(clean.headers)) {
      clean = HttpResponse{500, {}, "response header holds a line break"};
    }
    keep_alive_ = keep_alive_ && !close_after;
    out_ = serialise(clean, keep_alive_, head_only_);
    allow(server_->options.idle_timeout);
    Stream::write_all(stream_, out_,
                      IoFunction([self = shared_from_this()](error_code ec, std::size_t) {
                        if (self->gone_) {
                          return;
                        }
                        if (ec) {
                          self->close();
                        } else if (self->keep_alive_) {
                          self->await_request(false);
                        } else {
                          self->say_goodbye();
                        }
                      }));
  }

private:
  // ---- time limits: one timer, re-armed only when it fires early ----
  void allow(Duration span) { deadline_ = steady_clock::now() + span; }
  void allow_for_ever() { deadline_ = steady_clock::time_point::max(); }
  void watch() {
    const auto longest = steady_clock::now() + server_->options.idle_timeout;
    timer_.expires_at(std::min(deadline_, longest));
    timer_.async_wait([weak = weak_from_this()](error_code ec) {
      const auto self = weak.lock();
      if (ec || !self || self->gone_) {
        return;
      }
      if (steady_clock::now() >= self->deadline_) {
        self->close();
      } else {
        self->watch();
      }
    });
    armed_until_ = timer_.expiry();
  }
  void allow_and_rearm(Duration span) {
    allow(span);
    if (deadline_ < armed_until_) {
      watch(); // re-arming cancels the earlier wait
    }
  }

  // ---- reading ----
  void await_request(bool first) {
    parser_.emplace();
    parser_->header_limit(16 * 1024);
    parser_->body_limit(server_->options.max_body);
    parser_->eager(true);
    head_only_ = false;
    continued_ = false;
    begun_ = first || !in_.empty();
    body_clock_ = false;
    allow_and_rearm(begun_ ? server_->options.header_timeout : server_->options.idle_timeout);
    if (in_.empty()) {
      read();
    } else {
      parse();
    }
  }

  void read() {
    const std::size_t kept = in_.size();
    in_.resize(kept + kReadChunk);
    stream_->read_some(asio::buffer(in_.data() + kept, kReadChunk),
                       IoFunction([self = shared_from_this(), kept](error_code ec, std::size_t n) {
                         self->in_.resize(kept + (ec ? 0 : n));
                         if (self->gone_) {
                           return;
                         }
                         if (ec) {
                           self->close();
                         } else {
                           self->on_bytes();
                         }
                       }));
  }

  void on_bytes() {
    if (!begun_) { // the first byte after an idle time: from now on the header's limit counts
      begun_ = true;
      allow_and_rearm(server_->options.header_timeout);
    }
    parse();
  }

  void parse() {
    std::size_t taken = 0;
    error_code ec;
    while (taken < in_.size() && !parser_->is_done()) {
      taken += parser_->put(asio::buffer(in_.data() + taken, in_.size() - taken), ec);
      if (ec) {
        break;
      }
    }
    in_.erase(0, taken);
    if (ec && ec != http::error::need_more) {
      refuse(ec);
      return;
    }
    if (parser_->is_done()) {
      on_message();
      return;
    }
    if (parser_->is_header_done() && !body_clock_) {
      body_clock_ = true;
      allow_and_rearm(server_->options.idle_timeout);
      const auto expect = parser_->get().find(http::field::expect);
      if (!continued_ && expect != parser_->get().end()) {
        continue_then_read();
        return;
      }
    }
    read();
  }

  void continue_then_read() {
    continued_ = true;
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    Stream::write_all(stream_, kContinue,
                      IoFunction([self = shared_from_this()](error_code ec, std::size_t) {
                        if (self->gone_) {
                          return;
                        }
                        if (ec) {
                          self->close();
                        } else {
                          self->read();
                        }
                      }));
  }

  void refuse(error_code ec) {
    int status = 400;
    if (ec == http::error::body_limit) {
      status = 413;
    } else if (ec == http::error::header_limit) {
      status = 431;
    }
    unread_ = true;
    answer({status, {{"Content-Type", "text/plain"}}, ec.message() + "\n"}, true);
  }

  void on_message() {
    http::request<http::string_body> message = parser_->release();
    keep_alive_ = message.keep_alive();
    head_only_ = message.method() == http::verb::head;
    ServerRequest request;
    request.remote_address = remote_;
    request.http.method = std::string(message.method_string());
    request.http.target = std::string(message.target());
    for (const auto& field : message) {
      request.http.headers.emplace_back(std::string(field.name_string()),
                                        std::string(field.value()));
    }
    request.http.body = std::move(message.body());
    allow_for_ever(); // the application has the word; it bounds itself
    const std::shared_ptr<Impl> server = server_;
    if (boost::beast::websocket::is_upgrade(message)) {
      if (!in_.empty()) {
        answer({400, {}, "websocket frames before the handshake was answered\n"}, true);
      } else {
        server->upgrade(shared_from_this(), std::move(request), stream_);
      }
      return;
    }
    server->on_request(std::move(request), reply());
  }

  /// The callable given to the application. When its last copy goes uncalled, the connection
  /// closes.
  std::function<void(HttpResponse)> reply() {
    struct Token {
      IoLoop* loop;
      std::weak_ptr<Connection> connection;
      bool used = false;
      Token(IoLoop* l, std::weak_ptr<Connection> c) : loop(l), connection(std::move(c)) {}
      Token(const Token&) = delete;
      Token& operator=(const Token&) = delete;
      ~Token() {
        if (!used) {
          run([](Connection& c) { c.close(); });
        }
      }
      void run(std::function<void(Connection&)> action) {
        if (const auto held = connection.lock()) {
          if (loop->on_loop_thread()) {
            action(*held);
          } else {
            loop->post([held, action = std::move(action)] { action(*held); });
          }
        }
      }
    };
    auto token = std::make_shared<Token>(&server_->io_loop, weak_from_this());
    return [token](HttpResponse response) {
      if (!std::exchange(token->used, true)) {
        token->run([response = std::move(response)](Connection& c) { c.answer(response, false); });
      }
    };
  }

  // ---- ending ----
  /// After the last answer. A refused request may still be arriving: it is read and thrown away for
  /// a moment, because closing with unread bytes would reset the connection and lose the answer.
  void say_goodbye() {
    allow_and_rearm(kLinger);
    if (unread_) {
      discard();
      return;
    }
    stream_->shutdown(IoFunction([self = shared_from_this()](error_code, std::size_t) {
      if (!self->gone_) {
        self->discard();
      }
    }));
  }
  void discard() {
    in_.resize(kReadChunk);
    stream_->read_some(asio::buffer(in_),
                       IoFunction([self = shared_from_this()](error_code ec, std::size_t) {
                         if (self->gone_) {
                           return;
                         }
                         if (ec) {
                           self->close();
                         } else {
                           self->discard();
                         }
                       }));
  }

  std::shared_ptr<Impl> server_;
  std::string remote_;
  std::shared_ptr<Stream> stream_;
  SteadyTimer timer_;
  steady_clock::time_point deadline_{}, armed_until_{};
  std::optional<http::request_parser<http::string_body>> parser_;
  std::string in_, out_;
  bool begun_ = false, body_clock_ = false, continued_ = false;
  bool keep_alive_ = true, head_only_ = false, unread_ = false, gone_ = false;
};

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
    if (!gone && self->connections.size() + self->sessions.size() < self->options.max_connections) {
      const auto connection =
          std::make_shared<Connection>(self, std::move(socket), remote.address().to_string());
      self->connections.insert(connection);
      connection->start();
    }
    self->accept();
  });
}

void HttpServer::Impl::upgrade(const std::shared_ptr<Connection>& from, ServerRequest request,
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
