#pragma once

#include "messages/units/timestamp.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rg {

/// "15m", "1h", "30s": whole positive seconds, minutes, hours or days; empty optional otherwise.
[[nodiscard]] std::optional<Duration> parse_interval(std::string_view text);
/// The shortest such text.
[[nodiscard]] std::string interval_text(Duration interval);

} // namespace rg
