#pragma once

#include "messages/support/input_error.hpp"
#include "messages/support/result.hpp"

#include <string>
#include <string_view>

namespace rg {

/// The file holds all of `bytes` or stays as it was: written beside under a temporary name, synced,
/// then renamed over it. @return true, or what failed and on which path.
[[nodiscard]] Result<bool, InputError> write_whole_file(const std::string& path,
                                                        std::string_view bytes);

} // namespace rg
