#pragma once
// Warnings about the model in force. Pure.

#include "messages/engine/engine_status.hpp"
#include "messages/settings/model_parameters.hpp"

#include <optional>
#include <string>

namespace rg::app {

/// Warns when the model's last training day lies farther back than allowed.
/// @param data_now  zero = not known yet.  @param max_age  zero = never warn.
[[nodiscard]] std::optional<EngineWarning> model_age_warning(const ModelCard& card,
                                                             Timestamp data_now, Duration max_age);

} // namespace rg::app
