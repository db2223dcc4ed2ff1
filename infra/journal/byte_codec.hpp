#pragma once
// Bytes in and out for the recording: little-endian, fixed widths, every read bounds-checked. The
// two archives share one description per type (input_fields.hpp), so that they cannot drift apart.

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace rg::journal {

static_assert(std::endian::native == std::endian::little,
              "the recording's bytes are little-endian");

/// The bytes are not what a writer of this version produces.
class BadBytes : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

class ByteWriter {
public:
  static constexpr bool kReading = false;
  explicit ByteWriter(std::string& out) : out_(out) {}

  template <class N>
  requires std::is_arithmetic_v<N>
  void number(N value) {
    std::array<char, sizeof(N)> bytes;
    std::memcpy(bytes.data(), &value, sizeof(N));
    out_.append(bytes.data(), bytes.size());
  }
  void text(std::string_view value) {
    number(static_cast<std::uint32_t>(value.size()));
    out_.append(value);
  }
  void bytes(const char* data, std::size_t count) { out_.append(data, count); }

private:
  std::string& out_;
};

class ByteReader {
public:
  static constexpr bool kReading = true;
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  template <class N>
  requires std::is_arithmetic_v<N>
  void number(N& value) { std::memcpy(&value, take(sizeof(N)).data(), sizeof(N)); }
  void text(std::string& value) {
    std::uint32_t length = 0;
    number(length);
    value = std::string(take(length));
  }
  void bytes(char* data, std::size_t count) { std::memcpy(data, take(count).data(), count); }
  /// How many elements of at least one byte may still follow; refuses absurd counts before memory
  /// is asked for.
  void check_count(std::uint64_t count) const {
    if (count > rest_.size()) {
      throw BadBytes("a list is longer than its record");
    }
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] std::size_t left() const { return rest_.size(); }
  [[nodiscard]] std::string_view take(std::size_t count) {
    if (count > rest_.size()) {
      throw BadBytes("a record ends too early");
    }
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

private:
  std::string_view rest_;
};

} // namespace rg::journal
