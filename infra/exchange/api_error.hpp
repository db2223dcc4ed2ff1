#pragma once
// What an endpoint throws when it refuses, and the door's own reasons. Each generation of the
// protocol spells them in its words file and puts them into its own envelope.

#include <cstdint>
#include <string>

namespace rg::exchange {

/// Thrown by endpoint code; the router turns it into the generation's envelope.
struct ApiError {
  int http = 400;
  std::string code; ///< decimal text; v2 writes it as a string, v3 as a number
  std::string message;
  std::string chinese; ///< empty = no Chinese text on record
};

/// Refusals before an endpoint runs.
enum class DoorRefusal : std::uint8_t {
  no_such_path,
  wrong_method,
  too_many_requests,
  wrong_content_type,
  address_not_allowed,
  account_frozen,
  account_locked,
  phone_unbound,     ///< the owner must bind a phone or an authenticator
  permission_denied, ///< the key lacks the permission
  api_not_permitted, ///< the account may not use this API
  api_disabled,
  read_only_key,
  no_user_agent,
  server_fault, ///< injected
};

} // namespace rg::exchange
