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

TEST_CASE("the reliability curve counts what was said against what was right", "[unit][regime]") {
  // Bin [0.6, 0.7): four samples, said 0.65 on average, half right: |0.65 − 0.5| = 0.15.
  // Bin [0.9, 1.0]: six samples said 0.95, all right: 0.05. ECE = (4 × 0.15 + 6 × 0.05) / 10.
  std::vector<CalibrationSample> samples{{0.62, true}, {0.64, false}, {0.66, true}, {0.68, false}};
  samples.insert(samples.end(), 6, {0.95, true});
  const Reliability r = reliability(samples);
  REQUIRE(r.bins.size() == 10);
  CHECK(r.bins[6].samples == 4);
  CHECK(r.bins[6].confidence == Approx(0.65));
  CHECK(r.bins[6].right == Approx(0.5));
  CHECK(r.bins[9].samples == 6);
  CHECK(r.ece == Approx(0.09));
  CHECK(reliability({{1.0, true}}).bins[9].samples == 1); // certainty falls into the last bin
  CHECK(reliability({}).ece == 0.0);
}

TEST_CASE("calibration brings the calibration error down on samples it has not seen",
          "[unit][regime]") {
  const auto samples = overconfident(40'000);
  const std::vector<CalibrationSample> seen(samples.begin(), samples.begin() + 20'000);
  std::vector<CalibrationSample> unseen(samples.begin() + 20'000, samples.end());
  CHECK(reliability(unseen).ece > 0.15); // E|raw − raw²| = 1/6
  const ConfidenceCalibration map = fit_calibration(seen);
  for (CalibrationSample& s : unseen) {
    s.raw = calibrated(map, s.raw);
  }
  CHECK(reliability(unseen).ece <= 0.03);
}
