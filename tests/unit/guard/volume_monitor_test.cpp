#include "actors/guard/volume_monitor.hpp"
#include "actors/numerics/seeded_random.hpp"
#include "tests/support/catch.hpp"

using namespace rg;

namespace {

constexpr double kCut999 = 13.816; // χ² with two degrees of freedom, 99.9 %

} // namespace

TEST_CASE("clean Gaussian data alarm at the nominal rate", "[unit][guard]") {
  // Only one side of the volume counts, so half of the nominal 0.1 %.
  VolumeMonitor monitor;
  SeededRandom random(21);
  int alarms = 0;
  constexpr int kSamples = 400'000;
  for (int i = 0; i < kSamples; ++i) {
    const double z = random.normal();
    const double log_volume = 3.0 + 0.4 * std::fabs(z) + 0.7 * random.normal();
    alarms += monitor.on_sample(z, std::exp(log_volume)).distance > kCut999 ? 1 : 0;
  }
  const double rate = static_cast<double>(alarms) / kSamples;
  CHECK(rate > 0.00025);
  CHECK(rate < 0.0010);
}

TEST_CASE("one sample in five being wild does not hide the wild ones", "[unit][guard]") {
  VolumeMonitor monitor;
  SeededRandom random(23);
  int wild = 0, found = 0;
  for (int i = 0; i < 50'000; ++i) {
    const bool is_wild = i % 5 == 0;
    const double log_volume = 3.0 + 0.7 * random.normal() + (is_wild ? 6.0 : 0.0);
    const double distance = monitor.on_sample(random.normal(), std::exp(log_volume)).distance;
    if (is_wild && i > 5'000) {
      ++wild;
      found += distance > kCut999 ? 1 : 0;
    }
  }
  CHECK(static_cast<double>(found) / wild > 0.99);
}

TEST_CASE("a surge is told in multiples of the usual volume", "[unit][guard]") {
  VolumeMonitor monitor;
  for (int i = 0; i < 2'000; ++i) {
    static_cast<void>(monitor.on_sample(0.1, 50.0));
  }
  CHECK(monitor.on_sample(0.1, 1'000.0).surge == Approx(20.0).epsilon(1e-6));
  // The surge itself moves the usual volume by at most half a percent of twice itself.
  CHECK(monitor.on_sample(0.1, 1'000.0).surge > 19.0);
}

TEST_CASE("volume that the move explains is less of an outlier", "[unit][guard]") {
  VolumeMonitor quiet, lively;
  SeededRandom random(25);
  for (int i = 0; i < 20'000; ++i) {
    const double z = random.normal();
    const double volume = std::exp(3.0 + 0.8 * std::fabs(z) + 0.5 * random.normal());
    static_cast<void>(quiet.on_sample(z, volume));
    static_cast<void>(lively.on_sample(z, volume));
  }
  const double volume = std::exp(3.0 + 2.0);
  const double without_move = quiet.on_sample(0.0, volume).distance;
  const double with_move = lively.on_sample(2.5, volume).distance - 2.5 * 2.5;
  CHECK(with_move < without_move);
}

TEST_CASE("no volume is no reading, and a young monitor says nothing", "[unit][guard]") {
  VolumeMonitor monitor;
  CHECK(monitor.on_sample(3.0, 0.0).distance == 0.0);
  CHECK(monitor.on_sample(3.0, 1e9).distance == 0.0);
  CHECK(monitor.on_sample(3.0, 1e9).surge == 0.0);
}
