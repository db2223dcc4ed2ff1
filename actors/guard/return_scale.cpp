#include "actors/guard/return_scale.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rg {

namespace {

constexpr double kSlowHalfLife = 480.0, kLongestHalfLife = 4320.0; // minutes
constexpr double kFastHalfLife = 10.0, kBipowerHalfLife = 60.0;
constexpr double kFastSamples = 10.0;
constexpr double kLeastVariance = 1e-10;   // per minute: 0.001 %
constexpr double kShockCut = 25.0;         // squared sigmas
constexpr double kYoungMinutes = 10'000.0; // by then the longest half-life keeps less than the mean

} // namespace

double DecayClock::keep(double minutes) {
  if (minutes != minutes_) {
    minutes_ = minutes;
    keep_ = std::exp2(-minutes / half_life_);
  }
  return keep_;
}

ReturnScale::ReturnScale()
    : slow_clock_(kSlowHalfLife), longest_clock_(kLongestHalfLife), fast_clock_(kFastHalfLife),
      bipower_clock_(kBipowerHalfLife) {}

/// Young: the plain mean over what was seen, until the half-lives take over.
void ReturnScale::on_young_return(double variance, double minutes) {
  if (minutes_seen_ == 0.0) {
    slow_ = longest_ = fast_ = bipower_ = std::max(variance, kLeastVariance);
  }
  const double cut =
      minutes_seen_ < kReadyMinutes ? variance : std::min(variance, kShockCut * slow_);
  const double seen_share = minutes_seen_ / (minutes_seen_ + minutes);
  const double slow_keep = std::min(slow_clock_.keep(minutes), seen_share);
  slow_ = std::max(kLeastVariance, slow_keep * slow_ + (1.0 - slow_keep) * cut);
  const double longest_keep = std::min(longest_clock_.keep(minutes), seen_share);
  longest_ = std::max(kLeastVariance, longest_keep * longest_ + (1.0 - longest_keep) * cut);
}

void ReturnScale::on_return(double r, double minutes) {
  if (minutes != minutes_) {
    minutes_ = minutes;
    per_minutes_ = 1.0 / minutes;
    per_root_minutes_ = std::sqrt(per_minutes_);
  }
  const double variance = r * r * per_minutes_;
  if (minutes_seen_ < kYoungMinutes) {
    on_young_return(variance, minutes);
    minutes_seen_ += minutes;
  } else {
    const double cut = std::min(variance, kShockCut * slow_);
    const double slow_keep = slow_clock_.keep(minutes);
    slow_ = std::max(kLeastVariance, slow_keep * slow_ + (1.0 - slow_keep) * cut);
    const double longest_keep = longest_clock_.keep(minutes);
    longest_ = std::max(kLeastVariance, longest_keep * longest_ + (1.0 - longest_keep) * cut);
  }
  const double cut = std::min(variance, kShockCut * slow_);
  const double fast_keep = fast_clock_.keep(std::min(minutes, kFastHalfLife / kFastSamples));
  fast_ = fast_keep * fast_ + (1.0 - fast_keep) * cut;
  const double size = std::fabs(r) * per_root_minutes_;
  if (last_size_ >= 0.0) {
    const double bipower_keep = bipower_clock_.keep(minutes);
    bipower_ =
        bipower_keep * bipower_ + (1.0 - bipower_keep) * 0.5 * std::numbers::pi * size * last_size_;
  }
  last_size_ = size;
}

} // namespace rg
