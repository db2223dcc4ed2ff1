#include "infra/net/http_client.hpp"

#include "infra/net/detail/connector.hpp"
#include "infra/net/detail/header_text.hpp"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <cstring>
#include <deque>
#include <optional>

namespace rg::net {

namespace http = boost::beast::http;

namespace {

constexpr std::size_t kReadChunk = std::size_t{16} * 1024;
constexpr std::uint64_t kMaxAnswer = std::uint64_t{64} * 1024 * 1024;
constexpr std::size_t kPadding = 64; // >= simdjson::SIMDJSON_PADDING
constexpr Duration kConnectLimit = std::chrono::seconds(10);

/// The request's bytes as they go out. The body is appended to the head: one write, one TLS record.
void serialise(const HttpRequest& request, const std::string& authority, std::string& out) {
  out.clear();
  out.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\nHost: ");
  out.append(authority).append("\r\n");
  bool has_agent = false;
  for (const auto& [name, value] : request.headers) {
    has_agent = has_agent || same_header(name, "User-Agent");
    out.append(name).append(": ").append(value).append("\r\n");
  }
  if (!has_agent) {
    out.append("User-Agent: RegimeGuard/1.0\r\n");
  }
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
    out.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
  }
  out.append("\r\n").append(request.body);
}

} // namespace

std::string_view HttpResult::header(std::string_view name) const {
  return find_header(headers, name);
}

struct HttpClient::Impl : std::enable_shared_from_this<HttpClient::Impl> {
  struct Pending {
    HttpRequest request;
    std::function<void(HttpResult)> done;
    std::optional<SteadyTimer> limit;
    bool repeated = false; // a GET that met a connection the server had just closed
  };
  using PendingPtr = std::shared_ptr<Pending>;

  /// One keep-alive connection. A read is always pending while it is open, so that a server that
  /// closes an idle connection is noticed before the next request is written to it.
  struct Connection {
    std::shared_ptr<Connector> connector; // while connecting
    std::shared_ptr<Stream> stream;       // while open
    PendingPtr in_flight;                 // from the first byte written to the whole answer
    std::optional<http::response_parser<http::string_body>> parser;
    std::string out, in;  // in: chunk buffer; the parser copies what it keeps
    std::size_t kept = 0; // bytes of `in` that the parser has not taken yet
    bool writing = false, answer_begun = false, used_before = false;
    std::uint64_t generation = 0; // completions of an earlier connection are ignored
  };

  IoLoop::Impl& loop;
  Url url;
  std::string authority;
  std::shared_ptr<TlsContext> tls;
  std::deque<PendingPtr> queue;
  std::vector<Connection> connections;
  bool ended = false;

  Impl(IoLoop& io_loop, const std::string& base_url, const TlsTrust& trust, int count)
      : loop(io_loop.impl()), url(parse_url(base_url, "https", "http")), authority(url.authority()),
        tls(url.tls ? client_tls(trust) : nullptr),
        connections(static_cast<std::size_t>(std::max(count, 1))) {}

  void send(HttpRequest request, Duration timeout, std::function<void(HttpResult)> done) {
    auto pending = std::make_shared<Pending>();
    pending->request = std::move(request);
    pending->done = std::move(done);
    pending->limit.emplace(loop.context.get_executor());
    pending->limit->expires_after(timeout);
    pending->limit->async_wait(
        [weak = weak_from_this(), p = std::weak_ptr(pending)](error_code ec) {
          const auto self = weak.lock();
          const auto locked = p.lock();
          if (!ec && self && locked) {
            self->on_time_limit(locked);
          }
        });
    if (!is_clean_request(pending->request)) {
      fail_later(pending, "request holds a line break or a space in method, target or header");
      return;
    }
    queue.push_back(std::move(pending));
    dispatch();
  }

  /// Gives waiting requests to open connections, and opens more where none is free.
  void dispatch() {
    for (Connection& c : connections) {
      if (queue.empty()) {
        return;
      }
      if (c.stream && !c.in_flight) {
        PendingPtr next = std::move(queue.front());
        queue.pop_front();
        write(c, std::move(next));
      }
    }
    std::size_t connecting = 0;
    for (const Connection& c : connections) {
      connecting += c.connector ? 1U : 0U;
    }
    for (Connection& c : connections) {
      if (connecting >= queue.size()) {
        return;
      }
      if (!c.stream && !c.connector) {
        open(c);
        ++connecting;
      }
    }
  }

  void open(Connection& c) {
    const std::uint64_t generation = ++c.generation;
    c.connector = Connector::start(loop, url, tls, kConnectLimit,
                                   [weak = weak_from_this(), &c, generation](
                                       std::shared_ptr<Stream> stream, const std::string& error) {
                                     const auto self = weak.lock();
                                     if (!self || self->ended || c.generation != generation) {
                                       return;
                                     }
                                     c.connector.reset();
                                     if (!stream) {
                                       self->on_connect_failed(error);
                                       return;
                                     }
                                     c.stream = std::move(stream);
                                     c.used_before = false;
                                     c.in.resize(kReadChunk);
                                     c.kept = 0;
                                     self->read(c);
                                     self->dispatch();
                                   });
  }

  /// The attempt was made for the request that waits longest.
  void on_connect_failed(const std::string& error) {
    if (!queue.empty()) {
      const PendingPtr first = std::move(queue.front());
      queue.pop_front();
      finish(first, HttpFailure::not_sent, error);
    }
    dispatch();
  }

  void write(Connection& c, PendingPtr pending) {
    serialise(pending->request, authority, c.out);
    c.in_flight = std::move(pending);
    c.answer_begun = false;
    c.writing = true;
    start_parser(c);
    Stream::write_all(c.stream, c.out,
                      IoFunction([self = shared_from_this(), &c,
                                  generation = c.generation](error_code ec, std::size_t) {
                        if (c.generation != generation) {
                          return;
                        }
                        c.writing = false;
                        if (ec) {
                          self->on_broken(c, "write: " + ec.message());
                        }
                      }));
  }

  static void start_parser(Connection& c) {
    c.parser.emplace();
    c.parser->body_limit(kMaxAnswer);
    c.parser->header_limit(64 * 1024);
    c.parser->eager(true);
    if (c.in_flight->request.method == "HEAD") {
      c.parser->skip(true);
    }
  }

  void read(Connection& c) {
    if (c.kept == c.in.size()) {
      c.in.resize(c.in.size() * 2); // a header longer than the chunk; header_limit bounds it
    }
    c.stream->read_some(asio::buffer(c.in.data() + c.kept, c.in.size() - c.kept),
                        IoFunction([self = shared_from_this(), &c,
                                    generation = c.generation](error_code ec, std::size_t n) {
                          if (c.generation == generation) {
                            self->on_read(c, ec, n);
                          }
                        }));
  }

  void on_read(Connection& c, error_code ec, std::size_t n) {
    if (ec) {
      if (c.in_flight && c.parser && c.parser->need_eof() && c.parser->is_header_done() &&
          ec == asio::error::eof) {
        error_code eof_error;
        c.parser->put_eof(eof_error);
        if (!eof_error && c.parser->is_done()) {
          complete(c, false);
          return;
        }
      }
      on_broken(c, c.answer_begun ? "connection lost in the middle of the answer: " + ec.message()
                                  : "connection lost before the answer: " + ec.message());
      return;
    }
    if (!c.in_flight) {
      on_broken(c, "unasked bytes from the server");
      return;
    }
    c.answer_begun = true;
    c.kept += n;
    parse(c);
  }

  void parse(Connection& c) {
    std::size_t taken = 0;
    while (taken < c.kept && !c.parser->is_done()) {
      error_code ec;
      const std::size_t used = c.parser->put(asio::buffer(c.in.data() + taken, c.kept - taken), ec);
      taken += used;
      if (ec == http::error::need_more) {
        break;
      }
      if (ec) {
        on_broken(c, "malformed answer: " + ec.message());
        return;
      }
      if (c.parser->is_done() && c.parser->get().result_int() / 100 == 1) {
        start_parser(c); // 100 Continue and its like precede the answer
      }
    }
    c.kept -= taken;
    std::memmove(c.in.data(), c.in.data() + taken, c.kept);
    if (!c.parser->is_done()) {
      read(c);
      return;
    }
    // An answer that overtakes its own request is a refusal of the rest of it: not to be reused.
    const bool keep = c.parser->keep_alive() && c.kept == 0 && !c.writing;
    complete(c, keep);
  }

  void complete(Connection& c, bool keep_open) {
    HttpResult result;
    auto& message = c.parser->get();
    result.status = static_cast<int>(message.result_int());
    for (const auto& field : message) {
      result.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
    }
    result.body = std::move(message.body());
    const std::size_t size = result.body.size();
    result.body.append(kPadding, '\0'); // zeroes behind the end, for the JSON reader
    result.body.resize(size);
    const PendingPtr pending = std::move(c.in_flight);
    c.in_flight.reset();
    c.parser.reset();
    c.used_before = true;
    if (keep_open) {
      read(c);
    } else {
      close(c);
    }
    dispatch(); // before the callback, which may destroy this client
    deliver(pending, std::move(result));
  }

  void close(Connection& c) {
    ++c.generation;
    if (c.connector) {
      std::exchange(c.connector, nullptr)->cancel();
    }
    if (c.stream) {
      std::exchange(c.stream, nullptr)->close();
    }
    c.parser.reset();
    c.kept = 0;
    c.writing = false;
  }

  /// The connection is gone. What was in flight on it may have been executed.
  void on_broken(Connection& c, const std::string& why) {
    const PendingPtr pending = std::move(c.in_flight);
    c.in_flight.reset();
    const bool stale = c.used_before && !c.answer_begun;
    close(c);
    if (pending && stale && !pending->repeated && pending->request.method == "GET") {
      // The server closed an idle connection while the request was on its way: a GET changes
      // nothing and may be asked again, once.
      pending->repeated = true;
      queue.push_front(pending);
      dispatch();
      return;
    }
    dispatch();
    if (pending) {
      finish(pending, HttpFailure::unknown, why);
    }
  }

  void on_time_limit(const PendingPtr& pending) {
    const auto queued = std::find(queue.begin(), queue.end(), pending);
    if (queued != queue.end()) {
      queue.erase(queued);
      finish(pending, pending->repeated ? HttpFailure::unknown : HttpFailure::not_sent,
             "timed out before it could be sent");
      return;
    }
    for (Connection& c : connections) {
      if (c.in_flight == pending) {
        c.in_flight.reset();
        close(c); // the late answer must not be taken for the next request's
        dispatch();
        finish(pending, HttpFailure::unknown, "timed out waiting for the answer");
        return;
      }
    }
  }

  void fail_later(const PendingPtr& pending, const std::string& why) {
    asio::post(loop.context, [weak = weak_from_this(), pending, why] {
      const auto self = weak.lock();
      if (self && !self->ended) {
        finish(pending, HttpFailure::not_sent, why);
      }
    });
  }

  static void finish(const PendingPtr& pending, HttpFailure failure, const std::string& error) {
    HttpResult result;
    result.failure = failure;
    result.error = error;
    deliver(pending, std::move(result));
  }
  static void deliver(const PendingPtr& pending, HttpResult result) {
    pending->limit.reset();
    if (const auto done = std::exchange(pending->done, nullptr)) {
      done(std::move(result));
    }
  }

  void end() {
    ended = true;
    for (const PendingPtr& pending : queue) {
      pending->done = nullptr;
    }
    queue.clear();
    for (Connection& c : connections) {
      if (c.in_flight) {
        c.in_flight->done = nullptr;
        c.in_flight.reset();
      }
      close(c);
    }
  }
};

HttpClient::HttpClient(IoLoop& loop, const std::string& base_url, const TlsTrust& trust,
                       int connections)
    : impl_(std::make_shared<Impl>(loop, base_url, trust, connections)) {}

HttpClient::~HttpClient() {
  impl_->loop.run_and_wait([impl = impl_] { impl->end(); });
}

void HttpClient::send(HttpRequest request, Duration timeout, std::function<void(HttpResult)> done) {
  impl_->send(std::move(request), timeout, std::move(done));
}

void HttpClient::warm_up() {
  for (Impl::Connection& c : impl_->connections) {
    if (!c.stream && !c.connector) {
      impl_->open(c);
    }
  }
}

} // namespace rg::net
