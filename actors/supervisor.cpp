#include "actors/supervisor.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>

namespace rg {

RestartPolicy::RestartPolicy(const SupervisionSettings& settings, std::uint64_t seed)
    : settings_(settings), random_(seed) {
  RG_ASSERT(settings.backoff_min.count() > 0);
  RG_ASSERT(settings.backoff_min <= settings.backoff_max);
}

RestartVerdict RestartPolicy::on_crash(Timestamp wall_now) {
  ++crashes_;
  recent_.push_back(wall_now);
  while (wall_now - recent_.front() > settings_.window) {
    recent_.pop_front();
  }
  if (recent_.size() > settings_.max_restarts) {
    return {true, Duration{}};
  }
  Duration delay = settings_.backoff_min;
  for (std::size_t k = 1; k < recent_.size() && delay < settings_.backoff_max; ++k) {
    delay *= 2;
  }
  delay = std::min(delay, settings_.backoff_max);
  const double keep = 1.0 - 0.25 * next_uniform();
  return {false, Duration{static_cast<std::int64_t>(static_cast<double>(delay.count()) * keep)}};
}

double RestartPolicy::next_uniform() {
  random_ += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = random_;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  z ^= z >> 31U;
  return static_cast<double>(z >> 11U) * 0x1.0p-53;
}

} // namespace rg
