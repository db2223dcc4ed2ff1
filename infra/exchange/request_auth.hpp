#pragma once
// Who sent a request: the ACCESS-* headers, the 30-second window, the HMAC. Wall time throughout.

#include "infra/exchange/api_error.hpp"
#include "infra/exchange/venue_types.hpp"
#include "infra/net/http_server.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rg::exchange {

struct Credentials {
  std::string api_key, secret_key, passphrase;
};

/// What a key may do; the account's owner may be restricted in each of these ways.
struct KeyFlags {
  std::optional<DoorRefusal> barred; ///< every private request is refused so
  bool read_only = false;            ///< 40022 on anything that changes something
  bool ai_log_allowed = true;        ///< else 40021 on uploads
  std::string only_address;          ///< allow-list of one address; empty = any (40018)
};

struct ApiKey {
  Credentials credentials;
  KeyFlags flags;
  AccountIndex account = 0;
};

/// Base64 of HMAC-SHA256 (weex-api §3).
[[nodiscard]] std::string sign(std::string_view secret, std::string_view message);

enum class AuthFailure : std::uint8_t {
  no_key,
  no_signature,
  no_timestamp,
  no_passphrase,
  bad_timestamp,
  expired,
  unknown_key,
  wrong_passphrase,
  wrong_signature,
};

class KeyRing {
public:
  void add(ApiKey key) { keys_.push_back(std::move(key)); }
  [[nodiscard]] const ApiKey* find(std::string_view api_key) const;
  [[nodiscard]] ApiKey* find(std::string_view api_key);

  struct Outcome {
    const ApiKey* key = nullptr; ///< null on failure
    AuthFailure failure = AuthFailure::no_key;
  };
  enum class Part : std::uint8_t { headers, rest, all };
  /// Checks in the venue's order (weex-api §15.1). `signed_text` is what stands behind the
  /// timestamp: METHOD + path[?query] + body for REST, the path alone for the private websocket.
  [[nodiscard]] Outcome check(const net::HttpRequest& request,
                              const std::vector<std::string>& signed_texts, Timestamp wall,
                              Part part) const;
  /// Calls that needed a key: REST requests and handshakes of private streams.
  [[nodiscard]] std::uint64_t private_calls() const { return private_calls_; }

private:
  std::vector<ApiKey> keys_;
  mutable std::uint64_t private_calls_ = 0;
};

/// Header value, any case of the name; empty when absent.
[[nodiscard]] std::string_view header_of(const net::HttpRequest& request, std::string_view name);

} // namespace rg::exchange
