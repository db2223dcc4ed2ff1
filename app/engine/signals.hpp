#pragma once

#include "messages/units/timestamp.hpp"

#include <csignal>
#include <optional>

namespace rg::app {

/// Signals as events of the main thread. Made before any other thread, which then inherit the mask.
class Signals {
public:
  Signals();  ///< blocks SIGINT, SIGTERM, SIGHUP and SIGUSR1
  ~Signals(); ///< restores the mask
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// The next one, or nothing within this time.
  [[nodiscard]] std::optional<int> wait(Duration at_most) const;

private:
  sigset_t watched_{}, before_{};
};

} // namespace rg::app
