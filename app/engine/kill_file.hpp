#pragma once
// The kill switch that needs neither HTTP nor a running engine: a file that the engine looks for.

#include "messages/engine/engine_input.hpp"

#include <optional>
#include <string>

namespace rg::app {

/// What the file asks for: freeze when its first line says so, else flatten, an empty file (made by
/// `touch`) included; the second line is the reason. Nothing when there is no file.
[[nodiscard]] std::optional<OperatorCommand> read_kill_file(const std::string& path);

/// Where the file for one pair alone lies: the same words in it, for that pair.
[[nodiscard]] std::string pair_kill_file(const std::string& path, Symbol symbol);
/// The same as read_kill_file for one pair's file.
[[nodiscard]] std::optional<OperatorCommand> read_pair_kill_file(const std::string& path,
                                                                 Symbol symbol);

/// Whole or not at all, so that an engine never reads half of it.
/// @throws std::runtime_error when it cannot be written.
void write_kill_file(const std::string& path, OperatorAction action, const std::string& reason);

/// SIGUSR1: what the kill file asks for, if there is one, else flatten.
[[nodiscard]] OperatorCommand kill_by_signal(const std::string& kill_file);

} // namespace rg::app
