#pragma once

#include <cstdint>
#include <string>

namespace rg::net {

/// "https://host:8443/path?query" taken apart.
struct Url {
  bool tls = true;
  std::string host; ///< name or address, without brackets
  std::uint16_t port = 0;
  std::string target; ///< path and query; "/" when absent

  /// For the Host header: the port only when it is not the scheme's own, IPv6 in brackets.
  [[nodiscard]] std::string authority() const;
};

/// @param tls_scheme, plain_scheme  "https" and "http", or "wss" and "ws".
/// Throws std::invalid_argument with one line: unknown scheme, no host, bad port, or the plain
/// scheme for a host that is not this machine.
[[nodiscard]] Url parse_url(const std::string& text, const std::string& tls_scheme,
                            const std::string& plain_scheme);

/// "localhost", 127.0.0.0/8 and ::1.
[[nodiscard]] bool is_loopback_host(const std::string& host);
/// True for IPv4 and IPv6 literals.
[[nodiscard]] bool is_ip_address(const std::string& host);

} // namespace rg::net
