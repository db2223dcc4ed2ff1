#pragma once
// One file per subcommand; each adds itself to the parser and says what to run.

#include <CLI/App.hpp>

#include <functional>
#include <stdexcept>
#include <string>

namespace rg::app {

/// Bad usage, config or input: one line on stderr, exit code 2.
class UsageError : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// Set by the chosen subcommand's callback; run after parsing, its result is the exit code:
/// 0 done, 1 the thing asked about does not hold, 2 bad usage, config or input.
using Chosen = std::function<int()>;

} // namespace rg::app
