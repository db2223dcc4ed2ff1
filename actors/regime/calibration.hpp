#pragma once
// From a raw posterior to a confidence that means what it says (design §6.1).

#include "messages/settings/model_parameters.hpp"

#include <vector>

namespace rg {

/// One bar of training data with a regime in force.
struct CalibrationSample {
  double raw = 0.0; ///< filtered posterior of the regime in force
  bool right =
      false; ///< whether hindsight agrees: the smoothed state of the same bar is that regime
};

/// Isotonic map raw → share of right ones, over at most `bins` equally filled bins; each bin's
/// share is (right + 1) / (samples + 2), so that it is never exactly 0 or 1. Knots ascend in both;
/// ends are held constant. Without samples the identity.
[[nodiscard]] ConfidenceCalibration fit_calibration(std::vector<CalibrationSample> samples,
                                                    std::size_t bins = 40);

/// The confidence of a raw posterior, in [0, 1], monotone.
[[nodiscard]] double calibrated(const ConfidenceCalibration& map, double raw);

} // namespace rg
