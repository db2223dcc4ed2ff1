#pragma once
// Who may call what on the HTTP side. Pure: time passed in.

#include "infra/net/http_server.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>

namespace rg::http {

enum class CallKind : std::uint8_t { read, change };

/// Checks, in this order: Host (against DNS rebinding), Origin (against cross-site posts), token
/// (constant time, failures limited per address). Gives the answer to send when a call is refused.
class Access {
public:
  /// @param host  address the server listens on; reads need the token unless it is loopback.
  Access(std::string host, std::uint16_t port, std::string token);

  [[nodiscard]] std::optional<net::HttpResponse> refuse(const net::ServerRequest& request,
                                                        CallKind kind, Timestamp now);

private:
  [[nodiscard]] bool host_allowed(std::string_view host) const;
  [[nodiscard]] bool origin_allowed(std::string_view origin) const;
  [[nodiscard]] bool token_right(const net::ServerRequest& request) const;
  [[nodiscard]] bool too_many_failures(const std::string& address, Timestamp now);

  std::string host_;
  std::uint16_t port_;
  std::string token_;
  bool loopback_;
  std::map<std::string, std::deque<Timestamp>> failures_; // recent wrong tokens per address
};

/// {"error": text} with this status.
[[nodiscard]] net::HttpResponse error_response(int status, const std::string& text);
/// Value of a request header, any case; empty when absent.
[[nodiscard]] std::string_view header_of(const net::HttpRequest& request, std::string_view name);

} // namespace rg::http
