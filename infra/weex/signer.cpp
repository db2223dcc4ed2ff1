#include "infra/weex/signer.hpp"

#include "messages/support/invariant.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <charconv>
#include <stdexcept>

namespace rg::weex {

TimestampText::TimestampText(Timestamp wall) {
  const auto [end, error] = std::to_chars(chars.data(), chars.data() + chars.size(), wall.ms());
  RG_ASSERT(error == std::errc{});
  size = static_cast<std::size_t>(end - chars.data());
}

struct Signer::Context {
  EVP_MAC* mac = nullptr;
  EVP_MAC_CTX* keyed = nullptr;
  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() {
    EVP_MAC_CTX_free(keyed);
    EVP_MAC_free(mac);
  }
};

Signer::Signer(const Secret& secret) : context_(std::make_unique<Context>()) {
  if (secret.empty()) {
    throw std::runtime_error("signer: the secret key is empty");
  }
  context_->mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  context_->keyed = context_->mac == nullptr ? nullptr : EVP_MAC_CTX_new(context_->mac);
  std::array<char, 7> digest{"SHA256"};
  const std::array<OSSL_PARAM, 2> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_end()};
  const std::string_view key = secret.reveal();
  if (context_->keyed == nullptr ||
      EVP_MAC_init(context_->keyed, reinterpret_cast<const unsigned char*>(key.data()), key.size(),
                   parameters.data()) != 1) {
    throw std::runtime_error("signer: OpenSSL offers no HMAC-SHA256");
  }
}

Signer::~Signer() = default;
Signer::Signer(Signer&&) noexcept = default;
Signer& Signer::operator=(Signer&&) noexcept = default;

Signature Signer::sign(std::string_view timestamp, std::string_view method, std::string_view target,
                       std::string_view body) const {
  EVP_MAC_CTX* const mac = context_->keyed;
  bool ok = EVP_MAC_init(mac, nullptr, 0, nullptr) == 1; // same key again
  for (const std::string_view piece : {timestamp, method, target, body}) {
    ok = ok &&
         (piece.empty() || EVP_MAC_update(mac, reinterpret_cast<const unsigned char*>(piece.data()),
                                          piece.size()) == 1);
  }
  std::array<unsigned char, 32> digest{};
  std::size_t size = 0;
  ok = ok && EVP_MAC_final(mac, digest.data(), &size, digest.size()) == 1;
  RG_ASSERT(ok);
  RG_ASSERT(size == digest.size());
  std::array<unsigned char, 45> text{}; // EVP_EncodeBlock adds a zero
  const int length = EVP_EncodeBlock(text.data(), digest.data(), 32);
  RG_ASSERT(length == 44);
  Signature signature;
  std::copy(text.begin(), text.end() - 1, signature.chars.begin());
  return signature;
}

} // namespace rg::weex
