#pragma once

#include "infra/net/http_client.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace rg::net {

/// HTTP header names are compared without regard to case.
[[nodiscard]] inline bool same_header(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

[[nodiscard]] inline std::string_view find_header(const std::vector<Header>& headers,
                                                  std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (same_header(key, name)) {
      return value;
    }
  }
  return {};
}

/// No byte of `text` can end a line or a word of a request or answer.
[[nodiscard]] inline bool is_clean(std::string_view text, bool spaces_allowed) {
  return std::none_of(text.begin(), text.end(), [spaces_allowed](char c) {
    return c == '\r' || c == '\n' || c == '\0' || (!spaces_allowed && c == ' ');
  });
}

[[nodiscard]] inline bool are_clean(const std::vector<Header>& headers) {
  return std::all_of(headers.begin(), headers.end(), [](const Header& h) {
    return !h.first.empty() && is_clean(h.first, false) && is_clean(h.second, true);
  });
}

[[nodiscard]] inline bool is_clean_request(const HttpRequest& request) {
  return !request.method.empty() && is_clean(request.method, false) && !request.target.empty() &&
         is_clean(request.target, false) && are_clean(request.headers);
}

} // namespace rg::net
