#pragma once
// Writes JSON into a reused buffer. Members appear in the order in which they are written; numbers
// of the account travel as text, as the protocol wants them.

#include "messages/units/fixed_point.hpp"
#include "messages/units/timestamp.hpp"

#include <array>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace rg::exchange {

class JsonWriter {
public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }

  JsonWriter& key(std::string_view name) {
    separate();
    quote(name);
    out_ += ':';
    fresh_ = true;
    return *this;
  }
  JsonWriter& text(std::string_view value) {
    separate();
    quote(value);
    return *this;
  }
  template <std::integral T> JsonWriter& integer(T value) {
    separate();
    std::array<char, 24> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    static_cast<void>(error);
    out_.append(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
    return *this;
  }
  JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
  JsonWriter& null() { return raw("null"); }
  /// Already valid JSON.
  JsonWriter& raw(std::string_view json) {
    separate();
    out_ += json;
    return *this;
  }
  /// A fixed-point number as text: shortest, or with at least `places` decimals.
  JsonWriter& decimal(std::int64_t units, int places = 0) {
    separate();
    out_ += '"';
    append_decimal(units, places);
    out_ += '"';
    return *this;
  }
  template <class Self> JsonWriter& decimal(FixedPoint<Self> value, int places = 0) {
    return decimal(value.raw(), places);
  }
  /// Milliseconds as text.
  JsonWriter& stamp_text(Timestamp t) {
    separate();
    out_ += '"';
    fresh_ = true;
    integer(t.ms());
    out_ += '"';
    return *this;
  }
  JsonWriter& id_text(std::uint64_t id) {
    separate();
    out_ += '"';
    fresh_ = true;
    integer(id);
    out_ += '"';
    return *this;
  }

  // Members: key and value in one call.
  JsonWriter& text(std::string_view k, std::string_view v) { return key(k).text(v); }
  template <std::integral T> JsonWriter& integer(std::string_view k, T v) {
    return key(k).integer(v);
  }
  JsonWriter& boolean(std::string_view k, bool v) { return key(k).boolean(v); }
  JsonWriter& null(std::string_view k) { return key(k).null(); }
  template <class Self>
  JsonWriter& decimal(std::string_view k, FixedPoint<Self> v, int places = 0) {
    return key(k).decimal(v.raw(), places);
  }
  JsonWriter& stamp_text(std::string_view k, Timestamp t) { return key(k).stamp_text(t); }
  JsonWriter& id_text(std::string_view k, std::uint64_t id) { return key(k).id_text(id); }

  [[nodiscard]] const std::string& str() const { return out_; }
  [[nodiscard]] std::string take() { return std::exchange(out_, {}); }
  void clear() {
    out_.clear();
    fresh_ = true;
  }

private:
  JsonWriter& open(char c) {
    separate();
    out_ += c;
    fresh_ = true;
    return *this;
  }
  JsonWriter& close(char c) {
    out_ += c;
    fresh_ = false;
    return *this;
  }
  void separate() {
    if (!fresh_) {
      out_ += ',';
    }
    fresh_ = false;
  }
  void append_decimal(std::int64_t units, int places) {
    std::array<char, 24> buffer{};
    const char* end = fixed::format_to(buffer.data(), units);
    const std::string_view digits(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
    out_ += digits;
    if (places > 0) {
      const auto dot = digits.find('.');
      auto have = dot == std::string_view::npos ? std::size_t{0} : digits.size() - dot - 1;
      if (dot == std::string_view::npos) {
        out_ += '.';
      }
      for (; have < static_cast<std::size_t>(places); ++have) {
        out_ += '0';
      }
    }
  }
  void quote(std::string_view value) {
    out_ += '"';
    for (const char c : value) {
      const auto code = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') {
        out_ += '\\';
        out_ += c;
      } else if (code < 0x20) {
        constexpr std::string_view kHex = "0123456789abcdef";
        out_ += "\\u00";
        out_ += kHex[code >> 4];
        out_ += kHex[code & 15];
      } else {
        out_ += c;
      }
    }
    out_ += '"';
  }

  std::string out_;
  bool fresh_ = true; // nothing stands before the next value on this level
};

} // namespace rg::exchange
