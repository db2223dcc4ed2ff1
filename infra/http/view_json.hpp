#pragma once
// The console's views as JSON (docs/api.md): prices, sizes and amounts as decimal strings.

#include "messages/engine/console_views.hpp"

#include <nlohmann/json_fwd.hpp>
#include <vector>

namespace rg::http {

[[nodiscard]] nlohmann::ordered_json decision_to_json(const Decision& decision);
[[nodiscard]] nlohmann::ordered_json decision_rows_to_json(const std::vector<DecisionRow>& rows);
[[nodiscard]] nlohmann::ordered_json detail_to_json(const DecisionDetail& detail);
[[nodiscard]] nlohmann::ordered_json orders_to_json(const std::vector<OrderEvent>& orders);
[[nodiscard]] nlohmann::ordered_json fills_to_json(const std::vector<Fill>& fills);
[[nodiscard]] nlohmann::ordered_json history_to_json(const PairHistory& history,
                                                     const std::vector<Fill>& fills);
[[nodiscard]] nlohmann::ordered_json equity_to_json(const std::vector<EquityPoint>& points);
/// An array, for the stream's messages and the limits call alike.
[[nodiscard]] nlohmann::ordered_json limit_list_to_json(const std::vector<LimitStatus>& limits);
[[nodiscard]] nlohmann::ordered_json sparks_to_json(const std::vector<PairSpark>& sparks);
[[nodiscard]] nlohmann::ordered_json events_to_json(const std::vector<JournalEvent>& events);
[[nodiscard]] nlohmann::ordered_json engine_runs_to_json(const std::vector<EngineRun>& runs);

} // namespace rg::http
