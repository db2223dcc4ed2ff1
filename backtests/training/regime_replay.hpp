#pragma once
// What a fitted model would have said on its training rows, bar by bar, and how right that was in
// hindsight: the figures of the model card and the samples of the calibration.

#include "actors/regime/calibration.hpp"
#include "actors/regime/gaussian_hmm.hpp"
#include "messages/settings/settings.hpp"

#include <vector>

namespace rg {

struct Replayed {
  std::vector<CalibrationSample> samples; ///< one per row with a regime in force
  StateVector shares{};                   ///< of filtered time, order of enum Regime
  StateVector dwell_bars{};               ///< median length of a stay in force
};
/// @param posterior  filtered, K × N. @param hindsight  state of each row seen from the sequence's
/// end.
[[nodiscard]] Replayed replay_in_force(const Eigen::MatrixXd& posterior,
                                       const std::vector<int>& hindsight, const Observations& data,
                                       const RegimeSettings& settings);

struct CalibrationFigures {
  double agreement = 0.0; ///< share of samples that hindsight agrees with
  Reliability raw, calibrated;
};
[[nodiscard]] CalibrationFigures judge_calibration(const std::vector<CalibrationSample>& samples,
                                                   const ConfidenceCalibration& map);

/// The value that a share q of the values does not exceed (a sample value, not between two).
[[nodiscard]] double quantile(std::vector<double> values, double q);

} // namespace rg
