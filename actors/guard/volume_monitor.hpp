#pragma once

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

/// Joint price-volume outlier: the squared robust Mahalanobis distance of (return, log volume) in
/// its sequential form, d² = z_r² + z_{v|r}², where z_{v|r} is the log volume's residual on the
/// size of the return. Only more volume than the move explains counts. Location, slope and scale
/// follow slowly with winsorised steps, so an outlier does not hide the next one. One logarithm a
/// sample.
class VolumeMonitor {
public:
  /// @param z_return  return of the sample in units of its usual size.
  /// @param volume    base coin traded in the sample, scaled to one minute; >= 0.
  /// @return d², 0 while young or without volume.
  double on_sample(double z_return, double volume) {
    if (!(volume > 0.0)) {
      return 0.0;
    }
    const double size = std::min(std::fabs(z_return), kSizeCut);
    const double log_volume = std::log(volume);
    if (seen_ == 0.0) {
      location_ = log_volume;
    }
    const double residual = log_volume - location_ - slope_ * (size - kUsualSize);
    const double z_volume = residual / scale_;
    const double distance =
        seen_ >= kReady && z_volume > 0.0 ? z_volume * z_volume + z_return * z_return : 0.0;
    learn(residual, size);
    return distance;
  }

private:
  void learn(double residual, double size) {
    seen_ = std::min(seen_ + 1.0, 1e6);
    const double cut = std::clamp(residual, -kCut * scale_, kCut * scale_);
    const double level_gain = std::max(kLevelGain, 1.0 / (seen_ + 1.0));
    const double shape_gain = std::max(kShapeGain, 1.0 / (seen_ + 10.0));
    location_ += level_gain * cut;
    slope_ = std::clamp(slope_ + shape_gain * cut * (size - kUsualSize), 0.0, 2.0);
    // Mean absolute deviation of the winsorised residual; × 1.2533 for a Gaussian's sigma.
    scale_ = std::max(kLeastScale, scale_ + shape_gain * (kMadToSigma * std::fabs(cut) - scale_));
  }

  static constexpr double kUsualSize = 0.798; // E|z| of a Gaussian
  static constexpr double kSizeCut = 6.0, kCut = 3.0;
  static constexpr double kMadToSigma = 1.2533;
  static constexpr double kLeastScale = 0.2;
  static constexpr double kReady = 120.0;     // samples
  static constexpr double kLevelGain = 0.03;  // half-life 23 samples
  static constexpr double kShapeGain = 0.001; // half-life 690 samples

  double seen_ = 0.0;
  double location_ = 0.0, slope_ = 0.3, scale_ = 1.0;
};

} // namespace rg
