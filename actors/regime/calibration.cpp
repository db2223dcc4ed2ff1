#include "actors/regime/calibration.hpp"

#include "actors/numerics/isotonic.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

ConfidenceCalibration fit_calibration(std::vector<CalibrationSample> samples, std::size_t bins) {
  if (samples.empty()) {
    return {{0.0, 1.0}, {0.0, 1.0}};
  }
  std::stable_sort(
      samples.begin(), samples.end(),
      [](const CalibrationSample& a, const CalibrationSample& b) { return a.raw < b.raw; });
  std::vector<IsotonicBlock> points;
  const std::size_t n = samples.size();
  for (std::size_t b = 0; b < bins; ++b) {
    IsotonicBlock point;
    for (std::size_t i = b * n / bins; i < (b + 1) * n / bins; ++i) {
      point.x += samples[i].raw;
      point.y += samples[i].right ? 1.0 : 0.0;
      point.weight += 1.0;
    }
    if (point.weight > 0.0) {
      // Laplace's rule: no bin, however clean, makes anything certain.
      point.x /= point.weight;
      point.y = (point.y + 1.0) / (point.weight + 2.0);
      points.push_back(point);
    }
  }
  ConfidenceCalibration map;
  for (const IsotonicBlock& block : isotonic_fit(points)) {
    if (map.raw.empty() || block.x > map.raw.back() + 1e-6) {
      map.raw.push_back(block.x);
      map.calibrated.push_back(block.y);
    }
  }
  return map;
}

double calibrated(const ConfidenceCalibration& map, double raw) {
  return std::clamp(interpolate(map.raw, map.calibrated, raw), 0.0, 1.0);
}

Reliability reliability(const std::vector<CalibrationSample>& samples, std::size_t bins) {
  Reliability out;
  out.bins.resize(bins);
  const auto n = static_cast<double>(samples.size());
  for (const CalibrationSample& s : samples) {
    const auto at =
        static_cast<std::size_t>(std::clamp(s.raw, 0.0, 1.0) * static_cast<double>(bins));
    ReliabilityBin& bin = out.bins[std::min(at, bins - 1)];
    const double right = s.right ? 1.0 : 0.0;
    ++bin.samples;
    bin.confidence += s.raw;
    bin.right += right;
    out.brier += (s.raw - right) * (s.raw - right) / n;
  }
  for (ReliabilityBin& bin : out.bins) {
    if (bin.samples > 0) {
      const auto in_bin = static_cast<double>(bin.samples);
      bin.confidence /= in_bin;
      bin.right /= in_bin;
      out.ece += in_bin / n * std::fabs(bin.confidence - bin.right);
    }
  }
  return out;
}

} // namespace rg
