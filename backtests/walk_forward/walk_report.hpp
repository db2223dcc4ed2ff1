#pragma once
// A walk-forward for people and for programs.

#include "backtests/walk_forward/walk_summary.hpp"

#include <nlohmann/json.hpp>
#include <span>
#include <string>

namespace rg {

[[nodiscard]] std::string walk_text(const WalkSummary& summary,
                                    std::span<const WindowResult> windows);
/// {windows[..], pooled{..}, costs[..], verdict[..], edge}; undefined numbers are null.
[[nodiscard]] nlohmann::ordered_json walk_json(const WalkSummary& summary,
                                               std::span<const WindowResult> windows);

} // namespace rg
