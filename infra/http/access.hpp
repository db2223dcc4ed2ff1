#pragma once
// Who may call what on the HTTP side. Pure: time passed in.

#include "infra/net/http_server.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>

namespace rg::http {

/// page: the console's files, the same for everybody. stream: its token comes with the first
/// message, because browsers cannot send headers with a websocket.
enum class CallKind : std::uint8_t { page, stream, read, change };

/// Calls that were refused since the start, by what refused them.
struct AccessCounts {
  std::uint64_t host = 0, origin = 0, token = 0, too_many_failures = 0;
};

/// Checks, in this order: Host (against DNS rebinding), Origin (against cross-site posts), token
/// (constant time, failures limited per address). Gives the answer to send when a call is refused.
class Access {
public:
  /// @param host  address the server listens on; reads need the token unless it is loopback.
  /// @param public_url  where a reverse proxy serves us: its host and origin are ours too.
  Access(std::string host, std::uint16_t port, std::string token,
         const std::string& public_url = {});

  [[nodiscard]] std::optional<net::HttpResponse> refuse(const net::ServerRequest& request,
                                                        CallKind kind, Timestamp now);
  /// May this stream client read? `token` is what its first message carried.
  [[nodiscard]] bool may_stream(const std::string& address, std::string_view token, Timestamp now);

  [[nodiscard]] const AccessCounts& refused() const { return refused_; }

private:
  [[nodiscard]] bool host_allowed(std::string_view host) const;
  [[nodiscard]] bool origin_allowed(std::string_view origin) const;
  [[nodiscard]] bool too_many_failures(const std::string& address, Timestamp now);
  void note_failure(const std::string& address, Timestamp now);

  std::string host_;
  std::uint16_t port_;
  std::string token_;
  std::string public_host_; // without port; empty = none
  bool loopback_;
  AccessCounts refused_;
  std::map<std::string, std::deque<Timestamp>> failures_; // recent wrong tokens per address
};

/// {"error": text} with this status.
[[nodiscard]] net::HttpResponse error_response(int status, const std::string& text);
/// Value of a request header, any case; empty when absent.
[[nodiscard]] std::string_view header_of(const net::HttpRequest& request, std::string_view name);

} // namespace rg::http
