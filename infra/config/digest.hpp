#pragma once
// SHA-256 and HMAC-SHA256 for the rooms that prove things (settings, models, the journal's chain).
// Thin over OpenSSL, so that one place checks its return codes.

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace rg {

using Sha256Digest = std::array<std::uint8_t, 32>;

[[nodiscard]] Sha256Digest sha256(std::string_view bytes);
[[nodiscard]] Sha256Digest hmac_sha256(std::string_view key, std::string_view bytes);

/// Lower-case hex, two characters a byte.
[[nodiscard]] std::string hex_text(const std::uint8_t* bytes, std::size_t count);
template <std::size_t N>
[[nodiscard]] std::string hex_text(const std::array<std::uint8_t, N>& bytes) {
  return hex_text(bytes.data(), N);
}
/// Fills `out` from exactly 2·count lower-case hex characters; false when the text is anything
/// else.
[[nodiscard]] bool parse_hex(std::string_view text, std::uint8_t* out, std::size_t count);

/// SHA-256 of many messages in a row without allocating per message.
class Sha256Stream {
public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;

  void update(std::string_view bytes);
  [[nodiscard]] Sha256Digest finish(); ///< and starts over

private:
  struct Context;
  std::unique_ptr<Context> context_;
};

} // namespace rg
