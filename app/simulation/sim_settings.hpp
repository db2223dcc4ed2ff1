#pragma once

#include "app/simulation/sim_faults.hpp"
#include "messages/settings/model_parameters.hpp"
#include "messages/settings/settings.hpp"

#include <memory>
#include <vector>

namespace rg::sim {

/// Settings of one seed: rules loose enough that the engine trades many times an hour, and one of
/// several sets of caps, so that leverage, the drawdown ladder and the daily loss bind in some
/// runs.
[[nodiscard]] EngineSettings settings_of(std::uint64_t seed, const FaultMask& faults);
[[nodiscard]] std::vector<Symbol> pairs_of(const EngineSettings& settings);
/// The built-in model, told that its bars last one minute (sim_world.hpp).
[[nodiscard]] std::shared_ptr<const ModelParameters> simulation_model();

/// Slots that a pair warms up with.
inline constexpr std::uint32_t kWarmUpSlots = 500;

} // namespace rg::sim
