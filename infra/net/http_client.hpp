#pragma once
// HTTP/1.1 over keep-alive connections, TLS or plain, asynchronous on an IoLoop.

#include "infra/net/io_loop.hpp"

#include <functional>
#include <memory>
#include <string>

namespace rg::net {

/// One host. Requests are answered in order per connection; `connections` of them are kept open.
class HttpClient final : public HttpLink {
public:
  /// @param base_url  "https://host[:port]" or, loopback addresses only, "http://host[:port]".
  /// Throws std::invalid_argument for anything else.
  HttpClient(IoLoop& loop, const std::string& base_url, const TlsTrust& trust, int connections = 2);
  ~HttpClient() override;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  /// `done` runs on the loop's thread, once, whatever happens; never after the destructor. Called
  /// on the loop's thread, or before the loop runs. A GET whose kept-open connection the server
  /// closed before any byte of an answer is asked once more on a fresh connection; nothing else is
  /// repeated.
  void send(HttpRequest request, Duration timeout, std::function<void(HttpResult)> done) override;
  void warm_up() override;

private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

} // namespace rg::net
