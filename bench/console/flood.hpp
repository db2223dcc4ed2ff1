#pragma once
// What a flood at the console costs trading.

#include "bench/whole_way/paths.hpp"

namespace rg::bench {

/// Rounds until the flood has lasted so many seconds in all. Exit code.
int run_flood(const FrameTape& tape, double seconds);
/// A console in a process of its own; prints its port and serves until its standard input ends.
int serve_console();

} // namespace rg::bench
