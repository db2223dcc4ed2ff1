#pragma once

#include "messages/units/timestamp.hpp"

#include <string>

namespace rg::alerts {

/// Runs `command` by /bin/sh with `input` on its standard input, in a process group of its own, and
/// waits. After `timeout` the group is killed. The child sees no descriptor of ours but standard
/// error, and no variable that holds credentials or the webhook's address.
/// @return empty when it ended with 0, else what went wrong, in half a sentence.
[[nodiscard]] std::string run_command(const std::string& command, const std::string& input,
                                      Duration timeout);

} // namespace rg::alerts
