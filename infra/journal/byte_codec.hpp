#pragma once
// Bytes in and out for the recording: little-endian, fixed widths, every read bounds-checked. The
// two archives share one description per type (input_fields.hpp), so that they cannot drift apart.

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
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

/// Bytes that grow at the end. Unlike a string it does not keep a terminator up to date, and room
/// is asked for once a record rather than once a field.
class ByteBuffer {
public:
  [[nodiscard]] char* room(std::size_t count) {
    if (capacity_ - size_ < count) {
      grow(count);
    }
    return data_.get() + size_;
  }
  void advance(std::size_t count) { size_ += count; }
  void clear() { size_ = 0; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] char* data() { return data_.get(); }
  [[nodiscard]] std::string_view view() const { return {data_.get(), size_}; }
  void reserve(std::size_t count) { static_cast<void>(room(count > size_ ? count - size_ : 0)); }

private:
  void grow(std::size_t count) {
    const std::size_t wanted = std::max(2 * capacity_, size_ + count);
    auto larger = std::make_unique_for_overwrite<char[]>(wanted);
    if (size_ > 0) {
      std::memcpy(larger.get(), data_.get(), size_);
    }
    data_ = std::move(larger);
    capacity_ = wanted;
  }
  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0, capacity_ = 0;
};

class ByteWriter {
public:
  static constexpr bool kReading = false;
  explicit ByteWriter(ByteBuffer& out) : out_(out) {}

  template <class N>
  requires std::is_arithmetic_v<N>
  void number(N value) {
    std::memcpy(out_.room(sizeof(N)), &value, sizeof(N));
    out_.advance(sizeof(N));
  }
  void text(std::string_view value) {
    number(static_cast<std::uint32_t>(value.size()));
    if (!value.empty()) {
      std::memcpy(out_.room(value.size()), value.data(), value.size());
      out_.advance(value.size());
    }
  }

private:
  ByteBuffer& out_;
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
