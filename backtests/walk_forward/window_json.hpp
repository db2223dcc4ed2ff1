#pragma once
// A finished window as JSON and back: every number in shortest round-trip form, so that a resumed
// walk-forward gives the same bytes as one that ran through.

#include "backtests/walk_forward/window_run.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace rg {

[[nodiscard]] nlohmann::ordered_json window_json(const WindowResult& result);
/// Empty when the text is not such a document; it is then simply run again.
[[nodiscard]] std::optional<WindowResult> parse_window(const std::string& text);

} // namespace rg
