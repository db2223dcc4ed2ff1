#pragma once
// What a person may have meant who mistyped a name.

#include <string>
#include <string_view>
#include <vector>

namespace rg {

/// "; did you mean X?" for the nearest of the known names, or nothing when none is near.
[[nodiscard]] std::string did_you_mean(std::string_view wrong,
                                       const std::vector<std::string>& known);

} // namespace rg
