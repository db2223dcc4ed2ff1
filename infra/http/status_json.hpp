#pragma once

#include "infra/http/access.hpp"
#include "messages/engine/engine_status.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace rg::http {

/// The engine's status as one JSON document; prices, sizes and amounts are strings (docs/api.md).
[[nodiscard]] nlohmann::ordered_json status_to_json(const EngineStatus& status);

/// The same as Prometheus text exposition, metrics prefixed `regimeguard_`.
[[nodiscard]] std::string status_to_metrics(const EngineStatus& status);

/// What the console itself counts, in the same format.
[[nodiscard]] std::string access_to_metrics(const AccessCounts& refused);

} // namespace rg::http
