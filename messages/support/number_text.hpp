#pragma once

#include <array>
#include <charconv>
#include <string>

namespace rg {

/// Appends the shortest text that gives the same double back. Independent of the locale.
inline void append_double(std::string& out, double value) {
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  static_cast<void>(error); // 32 characters hold every double
  out.append(static_cast<const char*>(buffer.data()),
             static_cast<std::size_t>(end - buffer.data()));
}
[[nodiscard]] inline std::string double_text(double value) {
  std::string out;
  append_double(out, value);
  return out;
}

} // namespace rg
