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

/// How often what was said with some confidence was right.
struct ReliabilityBin {
  std::size_t samples = 0;
  double confidence = 0.0; ///< mean of the samples in the bin
  double right = 0.0;      ///< share of right ones
};
struct Reliability {
  std::vector<ReliabilityBin> bins; ///< of equal width over [0, 1]; empty ones stay in the list
  /// Expected calibration error: mean over samples of |confidence − right| of their bin.
  double ece = 0.0;
  double brier = 0.0;
};
/// @param samples  `raw` is what was said: a posterior or a calibrated confidence.
/// Source: Naeini, Cooper & Hauskrecht 2015 (ECE on bins of equal width).
[[nodiscard]] Reliability reliability(const std::vector<CalibrationSample>& samples,
                                      std::size_t bins = 10);

} // namespace rg
