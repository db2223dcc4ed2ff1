#include "infra/net/detail/url.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstring>
#include <stdexcept>

namespace rg::net {

namespace {

[[noreturn]] void refuse(const std::string& url, const std::string& why) {
  throw std::invalid_argument("url '" + url + "': " + why);
}

bool is_control_or_space(char c) {
  return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
}

} // namespace

bool is_ip_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

bool is_loopback_host(const std::string& host) {
  in_addr v4{};
  in6_addr v6{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) {
    return (ntohl(v4.s_addr) >> 24) == 127;
  }
  if (inet_pton(AF_INET6, host.c_str(), &v6) == 1) {
    return std::memcmp(&v6, &in6addr_loopback, sizeof v6) == 0;
  }
  return host == "localhost";
}

std::string Url::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == (tls ? 443 : 80) ? name : name + ":" + std::to_string(port);
}

Url parse_url(const std::string& text, const std::string& tls_scheme,
              const std::string& plain_scheme) {
  Url url;
  const std::size_t colon = text.find("://");
  const std::string scheme = colon == std::string::npos ? "" : text.substr(0, colon);
  if (scheme != tls_scheme && scheme != plain_scheme) {
    refuse(text, "must begin with " + tls_scheme + ":// (or " + plain_scheme +
                     ":// for loopback addresses)");
  }
  if (std::any_of(text.begin(), text.end(), is_control_or_space)) {
    refuse(text, "holds a space or a control character");
  }
  url.tls = scheme == tls_scheme;
  const std::size_t begin = colon + 3;
  const std::size_t slash = std::min(text.find_first_of("/?#", begin), text.size());
  std::string authority = text.substr(begin, slash - begin);
  url.target = slash < text.size() ? text.substr(slash) : "";
  if (url.target.empty() || url.target.front() != '/') {
    url.target = '/' + url.target;
  }
  if (authority.find('@') != std::string::npos) {
    refuse(text, "user names in urls are not taken");
  }
  std::string port;
  if (!authority.empty() && authority.front() == '[') {
    const std::size_t end = authority.find(']');
    if (end == std::string::npos || (end + 1 < authority.size() && authority[end + 1] != ':')) {
      refuse(text, "malformed IPv6 address");
    }
    url.host = authority.substr(1, end - 1);
    port = end + 1 < authority.size() ? authority.substr(end + 2) : "";
  } else {
    const std::size_t last = authority.rfind(':');
    url.host = authority.substr(0, last);
    port = last == std::string::npos ? "" : authority.substr(last + 1);
  }
  if (url.host.empty()) {
    refuse(text, "has no host");
  }
  url.port = url.tls ? 443 : 80;
  if (!port.empty()) {
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (error != std::errc{} || end != port.data() + port.size() || url.port == 0) {
      refuse(text, "port must be 1..65535");
    }
  }
  if (!url.tls && !is_loopback_host(url.host)) {
    refuse(text,
           "unencrypted connections are for loopback addresses only; use " + tls_scheme + "://");
  }
  return url;
}

} // namespace rg::net
