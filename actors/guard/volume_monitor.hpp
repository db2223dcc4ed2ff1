#pragma once

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

/// What one sample's volume says.
struct VolumeReading {
  double distance = 0.0; ///< d² below; 0 while young or without volume
  double surge = 0.0;    ///< volume / usual volume; 0 while young
};

/// Joint price-volume outlier: the squared robust Mahalanobis distance of (return, log volume) in
/// its sequential form, d² = z_r² + z_{v|r}², where z_{v|r} is the log volume's residual on the
/// size of the return. Only more volume than the move explains counts. Location by Huber steps,
/// scale by the median absolute residual: up to half of the samples may be wild without hiding the
/// next outlier. Beside it the plain surge over the usual volume (mean of the last hours, cut at
/// three times). One logarithm a sample.
class VolumeMonitor {
public:
  /// @param z_return  return of the sample in units of its usual size.
  /// @param volume    base coin traded in the sample, scaled to one minute; >= 0.
  VolumeReading on_sample(double z_return, double volume) {
    if (!(volume > 0.0)) {
      return {};
    }
    const double size = std::min(std::fabs(z_return), kSizeCut);
    const double log_volume = std::log(volume);
    if (seen_ == 0.0) {
      location_ = log_volume;
      usual_ = volume;
    }
    const double residual = log_volume - location_ - slope_ * (size - kUsualSize);
    VolumeReading reading;
    if (seen_ >= kReady) {
      if (residual > 0.0) {
        const double z_volume = residual / scale_;
        reading.distance = z_volume * z_volume + z_return * z_return;
      }
      reading.surge = volume / usual_;
    }
    learn(residual, size, volume);
    return reading;
  }

private:
  void learn(double residual, double size, double volume) {
    seen_ = std::min(seen_ + 1.0, 1e6);
    const double cut = std::clamp(residual, -scale_, scale_); // Huber's bend at one sigma
    const bool young = seen_ < kYoung; // plain means until the gains take over
    const double level_gain = young ? std::max(kLevelGain, 1.0 / (seen_ + 1.0)) : kLevelGain;
    const double shape_gain = young ? std::max(kShapeGain, 1.0 / (seen_ + 10.0)) : kShapeGain;
    const double usual_gain = young ? std::max(kUsualGain, 1.0 / (seen_ + 1.0)) : kUsualGain;
    location_ += level_gain * cut;
    usual_ += usual_gain * (std::min(volume, kUsualCut * usual_) - usual_);
    slope_ = std::clamp(slope_ + shape_gain * cut * (size - kUsualSize), 0.0, 2.0);
    // Median absolute residual by equal steps up and down: half of the data may be wild.
    const double step = std::fabs(residual) > kMedianOfSigma * scale_ ? shape_gain : -shape_gain;
    scale_ = std::clamp(scale_ * (1.0 + step), kLeastScale, kLargestScale);
  }

  static constexpr double kUsualSize = 0.798; // E|z| of a Gaussian
  static constexpr double kSizeCut = 6.0;
  static constexpr double kMedianOfSigma = 0.6745; // a Gaussian's median |z|
  static constexpr double kLeastScale = 0.2, kLargestScale = 3.0;
  static constexpr double kYoung = 1000.0;
  static constexpr double kReady = 120.0;     // samples
  static constexpr double kLevelGain = 0.03;  // follows the hour
  static constexpr double kShapeGain = 0.002; // follows the day
  static constexpr double kUsualGain = 0.005, kUsualCut = 3.0;

  double seen_ = 0.0;
  double usual_ = 0.0;
  double location_ = 0.0, slope_ = 0.3, scale_ = 1.0;
};

} // namespace rg
