#include "actors/numerics/seeded_random.hpp"
#include "actors/regime/calibration.hpp"
#include "tests/support/catch.hpp"

using namespace rg;

namespace {

/// Raw values that claim more than they keep: right with probability raw².
std::vector<CalibrationSample> overconfident(std::size_t n) {
  SeededRandom random(23);
  std::vector<CalibrationSample> out;
  for (std::size_t i = 0; i < n; ++i) {
    const double raw = random.uniform();
    out.push_back({raw, random.uniform() < raw * raw});
  }
  return out;
}

} // namespace

TEST_CASE("calibration finds how often a raw value is right", "[unit][regime]") {
  const ConfidenceCalibration map = fit_calibration(overconfident(100'000));
  for (const double raw : {0.3, 0.5, 0.7, 0.9}) {
    CHECK(calibrated(map, raw) == Approx(raw * raw).margin(0.03));
  }
}

TEST_CASE("confidence never falls as the posterior rises and stays inside (0, 1)",
          "[unit][regime]") {
  const ConfidenceCalibration map = fit_calibration(overconfident(3'000));
  double last = 0.0;
  for (int i = 0; i <= 1'000; ++i) {
    const double confidence = calibrated(map, i / 1'000.0);
    CHECK(confidence >= last);
    CHECK(confidence > 0.0);
    CHECK(confidence < 1.0);
    last = confidence;
  }
}

TEST_CASE("samples that are always right do not make anything certain", "[unit][regime]") {
  const std::vector<CalibrationSample> samples(400, {0.99, true});
  CHECK(calibrated(fit_calibration(samples), 0.999) == Approx(11.0 / 12.0)); // bins of 10
}

TEST_CASE("without samples the raw value is taken as it is", "[unit][regime]") {
  CHECK(calibrated(fit_calibration({}), 0.37) == Approx(0.37));
}
