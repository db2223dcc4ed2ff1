#pragma once
// What a person is told while looking elsewhere: one line of JSON to a webhook and to a command.

#include "messages/units/timestamp.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace rg::alerts {

enum class Severity : std::uint8_t {
  info,     ///< something ended or was done on purpose
  warning,  ///< look soon
  critical, ///< new risk is halted, or money is at stake
};
[[nodiscard]] constexpr const char* to_string(Severity s) {
  constexpr std::array<const char*, 3> kNames{"info", "warning", "critical"};
  return kNames[static_cast<std::size_t>(s)];
}

struct Alert {
  std::string id;      ///< stable word: halt, kill, restart, stale, limit, disk_budget, …
  std::string subject; ///< pair, limit, actor or "engine"
  Severity severity = Severity::warning;
  std::string text; ///< one sentence with its figures
  Timestamp wall_time;
  std::string run_id;
  bool cleared = false; ///< what stood has ended
};

/// One line: {"id", "subject", "severity", "state", "text", "wall_time_ms", "run_id"}; state is
/// "raised" or "cleared".
[[nodiscard]] std::string alert_json(const Alert& alert);

} // namespace rg::alerts
