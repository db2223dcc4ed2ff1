#pragma once
// What is wrong with a command line, in words that name the mistyped word and the likely one.

#include <CLI/CLI.hpp>

#include <string>

namespace rg::app {

/// @param root  the parser with its subcommands, after it threw `error`.
[[nodiscard]] std::string usage_problem(const CLI::App& root, int argc, const char* const* argv,
                                        const CLI::ParseError& error);

} // namespace rg::app
