#pragma once
// The registry in three parts. A control without a probe that binds, a test by its name or a metric
// fails tests/unit/app/controls_test.cpp.

#include "app/controls/control.hpp"
#include "messages/settings/contract_rules.hpp"

#include <array>
#include <limits>

namespace rg::app::tables {

[[nodiscard]] std::span<const Control> orders();
[[nodiscard]] std::span<const Control> portfolio();
[[nodiscard]] std::span<const Control> house();

inline double seconds(Duration d) {
  return std::chrono::duration<double>(d).count();
}
/// The limit of a switch.
inline double no_number(const EngineSettings&) {
  return std::numeric_limits<double>::quiet_NaN();
}

} // namespace rg::app::tables
