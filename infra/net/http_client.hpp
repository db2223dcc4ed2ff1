#pragma once
// HTTP/1.1 over keep-alive connections, TLS or plain, asynchronous on an IoLoop.

#include "infra/net/io_loop.hpp"
#include "messages/units/timestamp.hpp"

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

/// One host. Requests are answered in order per connection; `connections` of them are kept open.
class HttpClient {
public:
  /// @param base_url  "https://host[:port]" or, loopback addresses only, "http://host[:port]".
  /// Throws std::invalid_argument for anything else.
  HttpClient(IoLoop& loop, const std::string& base_url, const TlsTrust& trust, int connections = 2);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  /// `done` runs on the loop's thread, once, whatever happens; never after the destructor. Called
  /// on the loop's thread, or before the loop runs. A GET whose kept-open connection the server
  /// closed before any byte of an answer is asked once more on a fresh connection; nothing else is
  /// repeated.
  /// @param timeout  wall time for everything: waiting for a connection, sending, the whole answer.
  void send(HttpRequest request, Duration timeout, std::function<void(HttpResult)> done);
  /// Opens the connections ahead of the first request. Failures are quiet: the request will tell.
  void warm_up();

private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

} // namespace rg::net
