#include "actors/risk/trade_clock.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

namespace {

constexpr double kNsPerHour = 3.6e12;

} // namespace

void TradeClock::cool_down(Timestamp from, Duration length) {
  cooldown_until_ = std::max(cooldown_until_, from + length);
}

void TradeClock::on_opened(Timestamp at) {
  intensity_ = intensity(at) + 1.0;
  last_opened_ = std::max(last_opened_, at);
  if (intensity_ >= 0.5 * (settings_.cluster_full + settings_.cluster_zero)) {
    cool_down(at, settings_.cooldown_after_cluster);
  }
}

void TradeClock::on_stopped(Timestamp at) {
  cool_down(at, settings_.cooldown_after_stop);
}

void TradeClock::on_guard(const GuardState& guard) {
  const bool halts = guard.level >= GuardLevel::halt;
  if (halts || halted_) {
    cool_down(guard.stamp, settings_.cooldown_after_guard);
  }
  halted_ = halts;
}

double TradeClock::intensity(Timestamp now) const {
  if (intensity_ == 0.0) {
    return 0.0;
  }
  const double hours =
      std::max(0.0, static_cast<double>((now - last_opened_).count()) / kNsPerHour);
  return intensity_ * std::exp2(-hours / settings_.cluster_half_life_hours);
}

Timestamp TradeClock::clustering_ends(Timestamp now) const {
  const double present = intensity(now);
  if (present < settings_.cluster_zero) {
    return now;
  }
  const double hours =
      settings_.cluster_half_life_hours * std::log2(present / settings_.cluster_zero);
  return now + Duration{static_cast<std::int64_t>(std::ceil(hours * kNsPerHour)) + 1};
}

} // namespace rg
