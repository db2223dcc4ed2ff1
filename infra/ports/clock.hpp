#pragma once

#include "messages/units/timestamp.hpp"

#include <cstdint>
#include <functional>

namespace rg {

/// Wall time. Data time never comes from a clock, only from stamps (design §12).
class Clock {
public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Timestamp now() const = 0;
};

/// One-shot timers on the hot thread; asio live, virtual in tests and simulation. Hot actors take
/// their timers from here, never from CAF's clock.
class Timer {
public:
  using Token = std::uint64_t;
  virtual ~Timer() = default;
  /// Runs `action` on the hot thread once `delay` of wall time has passed.
  virtual Token after(Duration delay, std::function<void()> action) = 0;
  virtual void cancel(Token token) = 0; ///< harmless when it has fired or was cancelled
};

} // namespace rg
