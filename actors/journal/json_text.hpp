#pragma once
// JSON out, for models that may not link a JSON library: appends members in the order of the calls.

#include "messages/support/number_text.hpp"

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

namespace rg {

/// Text between quotes; control characters and quotes escaped, everything else as it is.
inline void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20U) {
      out += "\\u00";
      out += kHex[byte >> 4U];
      out += kHex[byte & 0xFU];
    } else {
      out += c;
    }
  }
  out += '"';
}

/// One object; the text is complete after end().
class JsonObject {
public:
  void text(std::string_view name, std::string_view value) {
    key(name);
    append_json_string(out_, value);
  }
  /// Shortest text that gives the same double back; null when there is no number.
  void number(std::string_view name, double value) {
    key(name);
    if (std::isfinite(value)) {
      append_double(out_, value);
      // Long digit strings without a point are integers to parsers, and beyond 64 bits an error.
      if (std::fabs(value) >= 1e15 &&
          out_.find_first_of(".e", out_.rfind(':')) == std::string::npos) {
        out_ += ".0";
      }
    } else {
      out_ += "null";
    }
  }
  void integer(std::string_view name, std::int64_t value) { raw(name, std::to_string(value)); }
  void boolean(std::string_view name, bool value) { raw(name, value ? "true" : "false"); }
  void null(std::string_view name) { raw(name, "null"); }
  /// A value that is JSON already: a nested object, a decimal number.
  void raw(std::string_view name, std::string_view json) {
    key(name);
    out_ += json;
  }
  [[nodiscard]] std::string end() {
    out_ += '}';
    return std::move(out_);
  }

private:
  void key(std::string_view name) {
    if (out_.size() > 1) {
      out_ += ',';
    }
    append_json_string(out_, name);
    out_ += ':';
  }
  std::string out_ = "{";
};

} // namespace rg
