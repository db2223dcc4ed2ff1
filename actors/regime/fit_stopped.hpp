#pragma once
// A fit that was told to end before it was done. It leaves nothing behind: what it worked on is its
// own.

#include <stop_token>

namespace rg {

struct FitStopped {};

inline void throw_if_stopped(const std::stop_token& stop) {
  if (stop.stop_requested()) {
    throw FitStopped{};
  }
}

} // namespace rg
