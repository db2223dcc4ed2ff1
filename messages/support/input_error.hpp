#pragma once

#include <cstdint>
#include <string>

namespace rg {

/// Bad input from outside: which file, key or line, what is wrong, what to do. Ends a command with
/// one clear line and exit code 2.
struct InputError {
  std::string where;      ///< file, config key, command-line option or field
  std::uint64_t line = 0; ///< 1-based; 0 = no line
  std::string what;       ///< what is wrong and what to do

  [[nodiscard]] std::string text() const {
    std::string out =
        where; // appended piece by piece: g++ 12 misreads `"…" + std::string` (-Wrestrict)
    if (line > 0) {
      out += ':';
      out += std::to_string(line);
    }
    out += ": ";
    out += what;
    return out;
  }
};

} // namespace rg
