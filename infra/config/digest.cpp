#include "infra/config/digest.hpp"

#include "messages/support/invariant.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace rg {

namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

} // namespace

struct Sha256Stream::Context {
  EVP_MD_CTX* handle = nullptr;
};

Sha256Stream::Sha256Stream() : context_(std::make_unique<Context>()) {
  context_->handle = EVP_MD_CTX_new();
  RG_ASSERT(context_->handle != nullptr);
  RG_ASSERT(EVP_DigestInit_ex(context_->handle, EVP_sha256(), nullptr) == 1);
}

Sha256Stream::~Sha256Stream() {
  EVP_MD_CTX_free(context_->handle);
}

void Sha256Stream::update(std::string_view bytes) {
  RG_ASSERT(EVP_DigestUpdate(context_->handle, bytes.data(), bytes.size()) == 1);
}

Sha256Digest Sha256Stream::finish() {
  Sha256Digest digest{};
  RG_ASSERT(EVP_DigestFinal_ex(context_->handle, digest.data(), nullptr) == 1);
  // A null type keeps the algorithm and skips its look-up, which costs more than a short message.
  RG_ASSERT(EVP_DigestInit_ex(context_->handle, nullptr, nullptr) == 1);
  return digest;
}

Sha256Digest sha256(std::string_view bytes) {
  Sha256Digest digest{};
  RG_ASSERT(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) ==
            1);
  return digest;
}

Sha256Digest hmac_sha256(std::string_view key, std::string_view bytes) {
  Sha256Digest digest{};
  unsigned length = 0;
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  RG_ASSERT(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data, bytes.size(),
                 digest.data(), &length) != nullptr);
  RG_ASSERT(length == digest.size());
  return digest;
}

std::string hex_text(const std::uint8_t* bytes, std::size_t count) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(2 * count, '0');
  for (std::size_t i = 0; i < count; ++i) {
    text[2 * i] = kDigits[bytes[i] >> 4U];
    text[2 * i + 1] = kDigits[bytes[i] & 0xFU];
  }
  return text;
}

bool parse_hex(std::string_view text, std::uint8_t* out, std::size_t count) {
  if (text.size() != 2 * count) {
    return false;
  }
  for (std::size_t i = 0; i < count; ++i) {
    const int high = hex_value(text[2 * i]);
    const int low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0) {
      return false;
    }
    out[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

} // namespace rg
