#pragma once

#include "messages/units/timestamp.hpp"

#include <string>

namespace rg::app {

/// Start of the UTC day "YYYY-MM-DD".
/// @throws UsageError naming the option when the text is no such day.
[[nodiscard]] Timestamp parse_utc_day(const std::string& option, const std::string& text);

} // namespace rg::app
