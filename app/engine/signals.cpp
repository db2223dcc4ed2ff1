#include "app/engine/signals.hpp"

#include <ctime>
#include <pthread.h>

namespace rg::app {

Signals::Signals() {
  sigemptyset(&watched_);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) {
    sigaddset(&watched_, signal);
  }
  pthread_sigmask(SIG_BLOCK, &watched_, &before_);
}

Signals::~Signals() {
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<int> Signals::wait(Duration at_most) const {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const timespec limit{static_cast<time_t>(at_most.count() / kSecond),
                       static_cast<long>(at_most.count() % kSecond)};
  const int signal = sigtimedwait(&watched_, nullptr, &limit);
  return signal > 0 ? std::optional(signal) : std::nullopt;
}

} // namespace rg::app
