#include "actors/numerics/seeded_random.hpp"
#include "actors/regime/standardise.hpp"
#include "tests/support/catch.hpp"

#include <cmath>

using namespace rg;

TEST_CASE("centre and scale are those of the bulk, whatever a few rows do", "[unit][regime]") {
  SeededRandom random(17);
  std::vector<FeatureVector> rows(50'001);
  for (auto& row : rows) {
    for (std::size_t f = 0; f < kFeatureCount; ++f) {
      row[f] = 3.0 + 2.0 * random.normal();
    }
  }
  for (std::size_t i = 0; i < rows.size(); i += 50) {
    rows[i].fill(1e9); // two per cent of wild rows
  }
  const Standardiser s = fit_standardiser(rows);
  for (std::size_t f = 0; f < kFeatureCount; ++f) {
    CHECK(s.center[f] == Approx(3.0).margin(0.1));
    CHECK(s.scale[f] == Approx(2.0).epsilon(0.05));
  }
}

TEST_CASE("standardised features are cut at eight", "[unit][regime]") {
  Standardiser s;
  s.center.fill(1.0);
  s.scale.fill(2.0);
  const FeatureVector z = standardise({1.0, 3.0, -1.0, 1e6, -1e6, 17.5}, s);
  CHECK(z == FeatureVector{0.0, 1.0, -1.0, 8.0, -8.0, 8.0});
}

TEST_CASE("a feature that never changes has no scale", "[unit][regime]") {
  const std::vector<FeatureVector> rows(10, FeatureVector{1, 2, 3, 4, 5, 6});
  for (const double scale : fit_standardiser(rows).scale) {
    CHECK(scale == 0.0);
  }
}

TEST_CASE("a feature that is mostly equal falls back to its standard deviation", "[unit][regime]") {
  std::vector<FeatureVector> rows(100, FeatureVector{});
  for (std::size_t i = 0; i < 30; ++i) {
    rows[i].fill(1.0); // median and MAD are 0; mean square 0.3
  }
  CHECK(fit_standardiser(rows).scale[0] == Approx(std::sqrt(0.3)));
}
