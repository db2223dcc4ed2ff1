#pragma once
// What a walk-forward tells its workers, as JSON and back.

#include "app/walk_run.hpp"

#include <nlohmann/json.hpp>

namespace rg::app {

/// All that the windows depend on; paths absolute.
[[nodiscard]] nlohmann::json walk_json(const WalkOptions& options);
/// Throws nlohmann's exceptions on other JSON.
[[nodiscard]] WalkOptions walk_options(const nlohmann::json& walk);

/// {"model": text, "windows": [text, ..]}
[[nodiscard]] nlohmann::json result_json(const GroupResult& result);
/// Throws UsageError when a window does not parse or is none of `windows`, or one is missing.
[[nodiscard]] GroupResult parse_result(const nlohmann::json& answer,
                                       const std::vector<std::string>& windows);

} // namespace rg::app
