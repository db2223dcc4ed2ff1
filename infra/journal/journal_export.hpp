#pragma once

#include "messages/support/input_error.hpp"
#include "messages/support/result.hpp"

#include <optional>
#include <string>

namespace rg {

/// One table of a journal as CSV (RFC 4180): a header, then a row per record with `seq` first and
/// `hash` last; doubles in shortest round-trip form, empty for a NaN.
/// @return nothing when there is no such table. @throws JournalFailure when the file cannot be read
/// on.
[[nodiscard]] Result<std::optional<std::string>, InputError> export_csv(const std::string& journal,
                                                                        const std::string& table);

} // namespace rg
