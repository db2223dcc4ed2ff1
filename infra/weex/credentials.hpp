#pragma once

#include "infra/weex/secret.hpp"
#include "messages/support/input_error.hpp"
#include "messages/support/result.hpp"

#include <string>

namespace rg::weex {

struct Credentials {
  Secret api_key, secret_key, passphrase;
};

/// @param source  "env:PREFIX": the variables PREFIX_API_KEY, PREFIX_SECRET_KEY, PREFIX_PASSPHRASE;
/// or
///                "file:PATH": lines API_KEY=…, SECRET_KEY=…, PASSPHRASE=… (a prefix such as WEEX_
///                and lower case are allowed, # begins a comment), readable by its owner only (mode
///                0600 or 0400).
/// The error names what is missing or wrong, never a value.
[[nodiscard]] Result<Credentials, InputError> load_credentials(const std::string& source);

} // namespace rg::weex
