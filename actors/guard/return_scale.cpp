#include "actors/guard/return_scale.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rg {

namespace {

constexpr double kSlowHalfLife = 480.0, kLongestHalfLife = 4320.0; // minutes
constexpr double kFastHalfLife = 10.0, kBipowerHalfLife = 60.0;
constexpr double kFastSamples = 10.0;
constexpr double kLeastVariance = 1e-10; // per minute: 0.001 %
constexpr double kShockCut = 25.0;       // squared sigmas

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

void ReturnScale::on_return(double r, double minutes) {
  const double variance = r * r / minutes;
  if (minutes_seen_ == 0.0) {
    slow_ = longest_ = fast_ = bipower_ = std::max(variance, kLeastVariance);
  }
  const double cut =
      minutes_seen_ < kReadyMinutes ? variance : std::min(variance, kShockCut * slow_);
  // Young: the plain mean over what was seen, until the half-life takes over.
  const double total = minutes_seen_ + minutes;
  const double slow_keep = std::min(slow_clock_.keep(minutes), minutes_seen_ / total);
  slow_ = std::max(kLeastVariance, slow_keep * slow_ + (1.0 - slow_keep) * cut);
  const double longest_keep = std::min(longest_clock_.keep(minutes), minutes_seen_ / total);
  longest_ = std::max(kLeastVariance, longest_keep * longest_ + (1.0 - longest_keep) * cut);
  const double fast_keep = fast_clock_.keep(std::min(minutes, kFastHalfLife / kFastSamples));
  fast_ = fast_keep * fast_ + (1.0 - fast_keep) * cut;
  const double size = std::sqrt(variance);
  if (last_size_ >= 0.0) {
    const double bipower_keep = bipower_clock_.keep(minutes);
    bipower_ =
        bipower_keep * bipower_ + (1.0 - bipower_keep) * 0.5 * std::numbers::pi * size * last_size_;
  }
  last_size_ = size;
  minutes_seen_ = std::min(total, 1e6);
}

} // namespace rg
