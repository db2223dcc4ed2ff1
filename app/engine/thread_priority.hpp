#pragma once

#include <sys/resource.h>
#include <sys/types.h>
#include <unistd.h>

namespace rg::app {

/// The calling thread steps behind the hot one where both want a processor: console, upkeep. A
/// flood at the console then costs its own thread's share.
inline void yield_to_trading() {
  constexpr int kNiceness = 10;
  static_cast<void>(::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNiceness));
}

} // namespace rg::app
