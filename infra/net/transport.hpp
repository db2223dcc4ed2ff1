#pragma once
// What carries a client's bytes. Live it is an IoLoop with its sockets; a simulation puts its own
// in their place, so that everything above (budgets, signatures, reconnection, codecs) is the same.

#include "infra/ports/clock.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rg::net {

using Header = std::pair<std::string, std::string>;

struct HttpRequest {
  std::string method = "GET"; ///< GET, POST, DELETE, ...
  std::string target;         ///< path and query, exactly as signed
  std::vector<Header> headers;
  std::string body;
};

/// Where a request failed decides what may have happened at the other end.
enum class HttpFailure : std::uint8_t {
  none,
  not_sent, ///< resolve, connect or handshake failed, or queued when closed: nothing left this
            ///< machine
  unknown,  ///< bytes left, no whole answer: time-out, reset, malformed answer
};

struct HttpResult {
  HttpFailure failure = HttpFailure::none;
  std::string error; ///< one line, when failure != none
  int status = 0;
  std::vector<Header> headers;
  std::string body; ///< has simdjson padding reserved beyond size()
  [[nodiscard]] std::string_view
  header(std::string_view name) const; ///< any case; empty when absent
};

struct TlsTrust {
  std::string ca_file; ///< empty = the system's authorities. Verification and host name check are
                       ///< always on.
};

/// Requests to one host.
class HttpLink {
public:
  virtual ~HttpLink() = default; ///< no callback afterwards
  /// `done` runs on the transport's thread, once, whatever happens.
  /// @param timeout  wall time for everything: waiting for a connection, sending, the whole answer.
  virtual void send(HttpRequest request, Duration timeout,
                    std::function<void(HttpResult)> done) = 0;
  /// Opens the connections ahead of the first request. Failures are quiet: the request will tell.
  virtual void warm_up() = 0;
};

/// One websocket connection at a time.
class WsLink {
public:
  struct Callbacks {
    std::function<void()> on_open;
    /// The view lives until the callback returns and has SIMDJSON_PADDING readable bytes behind it.
    std::function<void(std::string_view)> on_text;
    std::function<void(std::string reason)> on_close; ///< once; also when connecting fails
  };
  virtual ~WsLink() = default; ///< no callback afterwards
  /// For the next connect(). `handshake` bounds connecting, opening and closing each. Without a
  /// frame for `idle` the connection counts as gone; pings go out at half.
  virtual void set_time_limits(Duration handshake, Duration idle) = 0;
  /// Ends what was open before, without a callback. Throws std::invalid_argument for a bad url.
  virtual void connect(const std::string& url, std::vector<Header> handshake_headers,
                       Callbacks callbacks) = 0;
  virtual void send(std::string text) = 0; ///< queued; dropped when closed
  virtual void close() = 0;
  virtual void abandon() = 0; ///< cuts the connection without a callback
  [[nodiscard]] virtual bool is_open() const = 0;
  /// Bytes that have arrived and were not read yet: more than a few kilobytes mean that the reader
  /// is behind.
  [[nodiscard]] virtual std::size_t bytes_waiting() const = 0;
};

/// All of it on one thread.
class Transport {
public:
  virtual ~Transport() = default;
  [[nodiscard]] virtual Timer& timer() = 0;
  /// Time that never goes back: for spans, whatever is done to the wall clock.
  [[nodiscard]] virtual Timestamp steady_now() const = 0;
  /// @param base_url  "https://host[:port]" or, loopback addresses only, "http://host[:port]".
  /// Throws std::invalid_argument for anything else.
  [[nodiscard]] virtual std::unique_ptr<HttpLink> http(const std::string& base_url,
                                                       const TlsTrust& trust, int connections) = 0;
  [[nodiscard]] virtual std::unique_ptr<WsLink> websocket(const TlsTrust& trust) = 0;
};

} // namespace rg::net
