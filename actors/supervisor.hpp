#pragma once
// When a crashed part comes up again, and when it is given up (Erlang's restart intensity). Pure:
// wall time is passed in. The pair groups, the portfolio, the order desk and the journal each have
// one.

#include "messages/settings/settings.hpp"

#include <cstdint>
#include <deque>

namespace rg {

struct RestartVerdict {
  bool give_up = false; ///< more than max_restarts within the window
  Duration delay{};     ///< back-off before the next start; zero when given up
};

/// Back-off doubles with each crash inside the window, from backoff_min up to backoff_max, and is
/// then shortened by up to a quarter by seeded jitter, so that parts that fell together do not rise
/// together.
class RestartPolicy {
public:
  RestartPolicy(const SupervisionSettings& settings, std::uint64_t seed);

  [[nodiscard]] RestartVerdict on_crash(Timestamp wall_now);
  [[nodiscard]] std::uint64_t crashes() const { return crashes_; } ///< ever

private:
  [[nodiscard]] double next_uniform(); ///< [0, 1), splitmix64

  SupervisionSettings settings_;
  std::deque<Timestamp> recent_;
  std::uint64_t random_;
  std::uint64_t crashes_ = 0;
};

} // namespace rg
