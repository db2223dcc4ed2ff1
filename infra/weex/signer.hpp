#pragma once
// The venue's signature: base64(HMAC-SHA256(secret, prehash)) with
// prehash = timestamp + METHOD + path[?query] + body (weex-api §3); websockets sign timestamp +
// path.

#include "infra/weex/secret.hpp"
#include "messages/units/timestamp.hpp"

#include <array>
#include <memory>
#include <string_view>

namespace rg::weex {

/// 44 characters, standard alphabet, padded.
struct Signature {
  std::array<char, 44> chars{};
  [[nodiscard]] std::string_view text() const { return {chars.data(), chars.size()}; }
};

/// 13 digits of milliseconds, as signed and sent.
struct TimestampText {
  explicit TimestampText(Timestamp wall);
  std::array<char, 20> chars{};
  std::size_t size = 0;
  [[nodiscard]] std::string_view text() const { return {chars.data(), size}; }
};

/// Keeps the key schedule: one signature re-initialises the context instead of hashing the key
/// again. For one thread; threads have a signer each.
class Signer {
public:
  /// Throws std::runtime_error when OpenSSL has no HMAC or the secret is empty.
  explicit Signer(const Secret& secret);
  ~Signer();
  Signer(Signer&&) noexcept;
  Signer& operator=(Signer&&) noexcept;

  /// The pieces are signed as one text, in this order. @cost  one HMAC, no allocation.
  [[nodiscard]] Signature sign(std::string_view timestamp, std::string_view method,
                               std::string_view target, std::string_view body) const;

private:
  struct Context;
  std::unique_ptr<Context> context_;
};

} // namespace rg::weex
