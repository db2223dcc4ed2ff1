#pragma once

#include "messages/support/input_error.hpp"
#include "messages/support/result.hpp"

#include <string>
#include <string_view>

namespace rg::http {

/// The operator's token: 64 hex digits in a file that only its owner may read. Every call that
/// changes something needs it.
/// Reads the file, or makes it (0600) with 256 bits from the operating system when it is absent.
[[nodiscard]] Result<std::string, InputError> load_or_create_token(const std::string& path);
/// Reads only; for the command line's side. Refuses a file that others may read.
[[nodiscard]] Result<std::string, InputError> load_token(const std::string& path);

/// Compares without telling by its duration where the texts differ.
[[nodiscard]] bool same_secret(std::string_view a, std::string_view b);

} // namespace rg::http
