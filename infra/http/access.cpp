#include "infra/http/access.hpp"

#include "infra/http/operator_token.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>

namespace rg::http {

namespace {

constexpr std::size_t kFailuresAllowed = 5;
constexpr Duration kFailureWindow = std::chrono::minutes(1);
constexpr std::size_t kAddressesRemembered = 1024;

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

bool is_loopback_name(std::string_view host) {
  // Only digits and dots after "127.": "127.0.0.1.evil.example" is a name, and names can be
  // rebound.
  return host == "localhost" || host == "[::1]" || host == "::1" ||
         (host.starts_with("127.") &&
          host.find_first_not_of("0123456789.") == std::string_view::npos);
}

/// "host:port" → host; brackets of IPv6 kept.
std::string_view without_port(std::string_view authority) {
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    return authority.substr(0, colon);
  }
  return authority;
}

/// "https://host:port/path" → "host:port"; empty when it is no URL.
std::string_view authority_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) {
    return {};
  }
  url.remove_prefix(scheme + 3);
  return url.substr(0, url.find('/'));
}

/// What follows "Bearer "; empty when there is none.
std::string_view bearer_of(const net::HttpRequest& request) {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view header = header_of(request, "Authorization");
  return header.starts_with(kScheme) ? header.substr(kScheme.size()) : std::string_view{};
}

} // namespace

net::HttpResponse error_response(int status, const std::string& text) {
  return {status,
          {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          nlohmann::json{{"error", text}}.dump() + "\n"};
}

std::string_view header_of(const net::HttpRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers) {
    if (same_ignoring_case(key, name)) {
      return value;
    }
  }
  return {};
}

Access::Access(std::string host, std::uint16_t port, std::string token,
               const std::string& public_url)
    : host_(std::move(host)), port_(port), token_(std::move(token)),
      public_host_(without_port(authority_of(public_url))), loopback_(is_loopback_name(host_)) {}

// A page from elsewhere that made its name resolve to us still sends its own name as Host.
bool Access::host_allowed(std::string_view authority) const {
  const std::string_view host = without_port(authority);
  if (!public_host_.empty() && same_ignoring_case(host, public_host_)) {
    return true;
  }
  if (loopback_) {
    return is_loopback_name(host);
  }
  const bool any_address = host_ == "0.0.0.0" || host_ == "::" || host_ == "[::]";
  // Names are what rebinding needs; bare addresses cannot be rebound.
  const bool bare_address =
      !host.empty() && host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == host_ || is_loopback_name(host) || (any_address && bare_address);
}

bool Access::origin_allowed(std::string_view origin) const {
  const std::string_view authority = authority_of(origin);
  return !authority.empty() && host_allowed(authority);
}

bool Access::too_many_failures(const std::string& address, Timestamp now) {
  auto it = failures_.find(address);
  if (it == failures_.end()) {
    return false;
  }
  auto& times = it->second;
  while (!times.empty() && now - times.front() > kFailureWindow) {
    times.pop_front();
  }
  if (times.empty()) {
    failures_.erase(it);
    return false;
  }
  return times.size() >= kFailuresAllowed;
}

std::optional<net::HttpResponse> Access::refuse(const net::ServerRequest& request, CallKind kind,
                                                Timestamp now) {
  if (!host_allowed(header_of(request.http, "Host"))) {
    ++refused_.host;
    return error_response(403, "this Host is not served here");
  }
  const std::string_view origin = header_of(request.http, "Origin");
  if (!origin.empty() && !origin_allowed(origin)) {
    ++refused_.origin;
    return error_response(403, "calls from other sites are not served");
  }
  if (kind == CallKind::page || kind == CallKind::stream || (kind == CallKind::read && loopback_)) {
    return std::nullopt;
  }
  if (too_many_failures(request.remote_address, now)) {
    ++refused_.too_many_failures;
    return error_response(429, "too many wrong tokens; wait a minute");
  }
  const std::string_view token = bearer_of(request.http);
  if (same_secret(token, token_)) {
    return std::nullopt;
  }
  // No token is no guess: a page that does not know it yet asks first.
  if (!token.empty()) {
    note_failure(request.remote_address, now);
  }
  ++refused_.token;
  net::HttpResponse response = error_response(401, "this call needs the operator token");
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

void Access::note_failure(const std::string& address, Timestamp now) {
  if (failures_.size() < kAddressesRemembered || failures_.contains(address)) {
    failures_[address].push_back(now);
  }
}

bool Access::may_stream(const std::string& address, std::string_view token, Timestamp now) {
  if (loopback_) {
    return true;
  }
  if (too_many_failures(address, now)) {
    return false;
  }
  const bool right = same_secret(token, token_);
  if (!right && !token.empty()) {
    note_failure(address, now);
  }
  return right;
}

} // namespace rg::http
