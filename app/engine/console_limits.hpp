#pragma once
// Every control of the engine with its value, its limit and when it last bound, for the console.

#include "messages/engine/console_views.hpp"
#include "messages/engine/engine_status.hpp"
#include "messages/settings/settings.hpp"

#include <map>

namespace rg::app {

/// Where each limit stands: pure, from the published status and what bound before.
/// @param last_bound  data time of the newest refusal for each reason.
[[nodiscard]] std::vector<LimitStatus> limits_of(const EngineStatus& status,
                                                 const EngineSettings& settings,
                                                 const std::map<Refusal, Timestamp>& last_bound);

/// Notes the refusals among these decisions.
void note_refusals(std::map<Refusal, Timestamp>& last_bound,
                   const std::vector<Decision>& decisions);

} // namespace rg::app
