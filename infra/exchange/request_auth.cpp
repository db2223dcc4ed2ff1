#include "infra/exchange/request_auth.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace rg::exchange {

using namespace std::chrono_literals;

namespace {

constexpr Duration kWindow = 30s;

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

/// Time that does not depend on where the texts differ.
bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

/// Exactly thirteen digits.
bool parse_stamp(std::string_view text, Timestamp& out) {
  std::int64_t ms = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  if (text.size() != 13 || error != std::errc{} || end != text.data() + text.size() || ms < 0) {
    return false;
  }
  out = Timestamp::from_ms(ms);
  return true;
}

} // namespace

std::string sign(std::string_view secret, std::string_view message) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(), digest.data(),
       &length);
  std::array<unsigned char, 64> text{};
  const int n = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(length));
  return {reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(n)};
}

std::string_view header_of(const net::HttpRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers) {
    if (same_name(key, name)) {
      return value;
    }
  }
  return {};
}

const ApiKey* KeyRing::find(std::string_view api_key) const {
  const auto at = std::find_if(keys_.begin(), keys_.end(),
                               [&](const ApiKey& k) { return k.credentials.api_key == api_key; });
  return at == keys_.end() ? nullptr : &*at;
}

ApiKey* KeyRing::find(std::string_view api_key) {
  return const_cast<ApiKey*>(std::as_const(*this).find(api_key));
}

KeyRing::Outcome KeyRing::check(const net::HttpRequest& request,
                                const std::vector<std::string>& signed_texts, Timestamp wall,
                                Part part) const {
  private_calls_ += part == Part::rest ? 0 : 1; // REST asks twice, headers first
  const std::string_view key_text = header_of(request, "ACCESS-KEY");
  const std::string_view signature = header_of(request, "ACCESS-SIGN");
  const std::string_view stamp_text = header_of(request, "ACCESS-TIMESTAMP");
  const std::string_view passphrase = header_of(request, "ACCESS-PASSPHRASE");
  const auto failed = [](AuthFailure f) { return Outcome{nullptr, f}; };
  if (part != Part::rest) {
    if (key_text.empty()) {
      return failed(AuthFailure::no_key);
    }
    if (signature.empty()) {
      return failed(AuthFailure::no_signature);
    }
    if (stamp_text.empty()) {
      return failed(AuthFailure::no_timestamp);
    }
    if (passphrase.empty()) {
      return failed(AuthFailure::no_passphrase);
    }
    if (part == Part::headers) {
      return {find(key_text), AuthFailure::unknown_key};
    }
  }
  Timestamp stamp;
  if (!parse_stamp(stamp_text, stamp)) {
    return failed(AuthFailure::bad_timestamp);
  }
  if (stamp - wall > kWindow || wall - stamp > kWindow) {
    return failed(AuthFailure::expired);
  }
  const ApiKey* key = find(key_text);
  if (key == nullptr) {
    return failed(AuthFailure::unknown_key);
  }
  if (!same_secret(passphrase, key->credentials.passphrase)) {
    return failed(AuthFailure::wrong_passphrase);
  }
  const bool good =
      std::any_of(signed_texts.begin(), signed_texts.end(), [&](const std::string& t) {
        return same_secret(signature,
                           sign(key->credentials.secret_key, std::string(stamp_text) + t));
      });
  return good ? Outcome{key, AuthFailure::no_key} : failed(AuthFailure::wrong_signature);
}

} // namespace rg::exchange
