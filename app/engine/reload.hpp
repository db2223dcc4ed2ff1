#pragma once
// Settings that are read again while the engine runs: taken as a whole or refused as a whole.

#include "actors/engine.hpp"

#include <optional>
#include <string>
#include <vector>

namespace rg::app {

/// For EnginePorts, live and in replays: the text as settings, with what differs from those in
/// force. Empty when the text is no config or changes what needs a restart.
[[nodiscard]] std::optional<ReadSettings> read_settings(const std::string& text,
                                                        const EngineSettings& now);

/// What came of a reload, for the person who asked.
struct ReloadOutcome {
  bool taken = false;
  std::vector<std::string> lines; ///< taken: "key: before -> after" each; refused: why, each
};

/// Which of the differences need a restart, one line each: "strategy.ema_fast: needs a restart
/// (6 -> 7)". Empty = all may be taken.
[[nodiscard]] std::vector<std::string> what_needs_a_restart(const EngineSettings& now,
                                                            const EngineSettings& next);

} // namespace rg::app
