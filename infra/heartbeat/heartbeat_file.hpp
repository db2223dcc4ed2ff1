#pragma once
// The heartbeat as a file: replaced as a whole, so that a reader never sees half of one.

#include "messages/engine/heartbeat.hpp"
#include "messages/support/input_error.hpp"
#include "messages/support/result.hpp"

#include <optional>
#include <string>

namespace rg {

/// @return true, or what failed. Not synced: it tells of this minute, not of before a power cut.
[[nodiscard]] Result<bool, InputError> write_heartbeat(const std::string& path,
                                                       const Heartbeat& beat);

/// Empty when there is no file; an error when there is one that cannot be understood.
[[nodiscard]] Result<std::optional<Heartbeat>, InputError> read_heartbeat(const std::string& path);

} // namespace rg
