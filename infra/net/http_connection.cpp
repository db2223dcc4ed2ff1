#include "infra/net/detail/header_text.hpp"
#include "infra/net/detail/http_server_impl.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <algorithm>

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

} // namespace

struct HttpConnection::Parser {
  http::request_parser<http::string_body> http;
};

HttpConnection::~HttpConnection() = default;

HttpConnection::HttpConnection(std::shared_ptr<HttpServer::Impl> server, Socket socket,
                               std::string remote)
    : server_(std::move(server)), remote_(std::move(remote)),
      stream_(make_stream(std::move(socket), server_->tls, "")), timer_(stream_->executor()) {}

void HttpConnection::start() {
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

void HttpConnection::close() {
  if (gone_) {
    return;
  }
  gone_ = true;
  timer_.cancel();
  stream_->close();
  const auto self = shared_from_this();
  server_->connections.erase(self);
}

void HttpConnection::hand_over() {
  gone_ = true;
  timer_.cancel();
  server_->connections.erase(shared_from_this());
}

void HttpConnection::answer(const HttpResponse& response, bool close_after) {
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

// ---- time limits: one timer, re-armed only when it fires early ----
void HttpConnection::allow(Duration span) {
  deadline_ = steady_clock::now() + span;
}
void HttpConnection::watch() {
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
void HttpConnection::allow_and_rearm(Duration span) {
  allow(span);
  if (deadline_ < armed_until_) {
    watch(); // re-arming cancels the earlier wait
  }
}

// ---- reading ----
void HttpConnection::await_request(bool first) {
  parser_ = std::make_unique<Parser>();
  parser_->http.header_limit(16 * 1024);
  parser_->http.body_limit(server_->options.max_body);
  parser_->http.eager(true);
  head_only_ = false;
  continued_ = false;
  begun_ = first || !in_.empty();
  waiting_since_ = steady_clock::now();
  body_clock_ = false;
  allow_and_rearm(begun_ ? server_->options.header_timeout : server_->options.idle_timeout);
  if (in_.empty()) {
    read();
  } else {
    parse();
  }
}

void HttpConnection::read() {
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

void HttpConnection::on_bytes() {
  if (!begun_) { // the first byte after an idle time: from now on the header's limit counts
    begun_ = true;
    allow_and_rearm(server_->options.header_timeout);
  }
  parse();
}

void HttpConnection::parse() {
  std::size_t taken = 0;
  error_code ec;
  while (taken < in_.size() && !parser_->http.is_done()) {
    taken += parser_->http.put(asio::buffer(in_.data() + taken, in_.size() - taken), ec);
    if (ec) {
      break;
    }
  }
  in_.erase(0, taken);
  if (ec && ec != http::error::need_more) {
    refuse(ec);
    return;
  }
  if (parser_->http.is_done()) {
    on_message();
    return;
  }
  if (parser_->http.is_header_done() && !body_clock_) {
    body_clock_ = true;
    allow_and_rearm(server_->options.idle_timeout);
    const auto expect = parser_->http.get().find(http::field::expect);
    if (!continued_ && expect != parser_->http.get().end()) {
      continue_then_read();
      return;
    }
  }
  read();
}

void HttpConnection::continue_then_read() {
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

void HttpConnection::refuse(error_code ec) {
  int status = 400;
  if (ec == http::error::body_limit) {
    status = 413;
  } else if (ec == http::error::header_limit) {
    status = 431;
  }
  unread_ = true;
  answer({status, {{"Content-Type", "text/plain"}}, ec.message() + "\n"}, true);
}

void HttpConnection::on_message() {
  http::request<http::string_body> message = parser_->http.release();
  keep_alive_ = message.keep_alive();
  head_only_ = message.method() == http::verb::head;
  ServerRequest request;
  request.remote_address = remote_;
  request.http.method = std::string(message.method_string());
  request.http.target = std::string(message.target());
  for (const auto& field : message) {
    request.http.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  request.http.body = std::move(message.body());
  allow_for_ever(); // the application has the word; it bounds itself
  waiting_since_ = SteadyTime::max();
  const std::shared_ptr<HttpServer::Impl> server = server_;
  if (boost::beast::websocket::is_upgrade(message)) {
    if (!in_.empty()) {
      answer({400, {}, "websocket frames before the handshake was answered\n"}, true);
    } else {
      server->upgrade(shared_from_this(), request, stream_);
    }
    return;
  }
  server->on_request(std::move(request), reply());
}

/// The callable given to the application. When its last copy goes uncalled, the connection
/// closes.
std::function<void(HttpResponse)> HttpConnection::reply() {
  struct Token {
    IoLoop* loop;
    std::weak_ptr<HttpConnection> connection;
    bool used = false;
    Token(IoLoop* l, std::weak_ptr<HttpConnection> c) : loop(l), connection(std::move(c)) {}
    Token(const Token&) = delete;
    Token& operator=(const Token&) = delete;
    ~Token() {
      if (!used) {
        run([](HttpConnection& c) { c.close(); });
      }
    }
    void run(std::function<void(HttpConnection&)> action) {
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
      token->run(
          [response = std::move(response)](HttpConnection& c) { c.answer(response, false); });
    }
  };
}

// ---- ending ----
/// After the last answer. A refused request may still be arriving: it is read and thrown away for
/// a moment, because closing with unread bytes would reset the connection and lose the answer.
void HttpConnection::say_goodbye() {
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
void HttpConnection::discard() {
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

} // namespace rg::net
