#include "infra/clock/system_clock.hpp"

#include <chrono>

namespace rg {

Timestamp SystemClock::now() const {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return Timestamp::from_ns(std::chrono::duration_cast<Duration>(since_epoch).count());
}

} // namespace rg
