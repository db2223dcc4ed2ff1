#include "backtests/statistics/block_bootstrap.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/statistics/plain_noise.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace rg;

namespace {

std::vector<double> remembering(std::uint64_t seed, int count) {
  rg::test::PlainNoise noise(seed);
  std::vector<double> z;
  double e = 0.0;
  for (int i = 0; i < count; ++i) {
    e = 0.5 * e + noise.normal();
    z.push_back(e);
  }
  return z;
}

double mean_at(const std::vector<double>& z, std::span<const std::size_t> at) {
  double sum = 0.0;
  for (const std::size_t i : at) {
    sum += z[i];
  }
  return sum / static_cast<double>(at.size());
}

} // namespace

TEST_CASE("bounds of a mean agree with another circular block bootstrap", "[unit][statistics]") {
  // 400 values of an AR(1), blocks of five; arch 8.0's CircularBlockBootstrap with 20,000 resamples
  // gives −0.06395 and 0.22272 for the 5 % and 95 % quantiles, standard deviation 0.08712.
  const std::vector<double> z = remembering(21, 400);
  BootstrapSettings settings;
  settings.resamples = 20'000;
  const std::vector<std::size_t> lengths{z.size()};
  const auto result = block_bootstrap(
      lengths, settings, [&](std::span<const std::size_t> at) { return mean_at(z, at); });
  CHECK(*result.estimate == Approx(0.07949490490366044).epsilon(1e-12));
  CHECK(*result.lower == Approx(-0.06394801627187223).margin(0.004));
  CHECK(*result.upper == Approx(0.22272332231956524).margin(0.004));
  CHECK(result.defined == 20'000);
  CHECK(*result.share_at_least(*result.upper) == Approx(0.05).margin(0.001));
}

TEST_CASE("draws keep stretches apart and blocks whole", "[unit][statistics]") {
  const std::vector<std::size_t> lengths{7, 0, 12};
  BootstrapSettings settings;
  settings.block = 5;
  settings.resamples = 200;
  static_cast<void>(block_bootstrap(
      lengths, settings, [&](std::span<const std::size_t> at) -> std::optional<double> {
        REQUIRE(at.size() == 19);
        for (std::size_t i = 0; i < 19; ++i) {
          REQUIRE((i < 7 ? at[i] < 7 : (at[i] >= 7 && at[i] < 19)));
        }
        for (std::size_t i = 1; i < 19; ++i) {
          const bool block_start = i == 5 || i == 7 || i == 12 || i == 17;
          const std::size_t n = i < 7 ? 7 : 12;
          const std::size_t base = i < 7 ? 0 : 7;
          if (!block_start) {
            REQUIRE(at[i] == base + (at[i - 1] - base + 1) % n);
          }
        }
        return 1.0;
      }));
}

TEST_CASE("the same seed draws the same, another seed does not", "[unit][statistics]") {
  const std::vector<double> z = remembering(3, 100);
  const std::vector<std::size_t> lengths{z.size()};
  const auto run = [&](std::uint64_t seed) {
    BootstrapSettings settings;
    settings.seed = seed;
    settings.resamples = 200;
    return block_bootstrap(lengths, settings,
                           [&](std::span<const std::size_t> at) { return mean_at(z, at); });
  };
  CHECK(run(1).values == run(1).values);
  CHECK(run(1).values != run(2).values);
}

TEST_CASE("a statistic that is mostly undefined has no bounds", "[unit][statistics]") {
  const std::vector<std::size_t> lengths{20};
  const auto result =
      block_bootstrap(lengths, {}, [](std::span<const std::size_t> at) -> std::optional<double> {
        return at[0] < 5 ? std::optional(1.0) : std::nullopt;
      });
  CHECK(result.defined > 0);
  CHECK_FALSE(result.lower);
  CHECK_FALSE(result.upper);
}

TEST_CASE("quantiles lie linearly between order statistics", "[unit][statistics]") {
  const std::vector<double> sorted{1.0, 2.0, 4.0, 8.0};
  CHECK(quantile_of_sorted(sorted, 0.0) == 1.0);
  CHECK(quantile_of_sorted(sorted, 0.5) == 3.0);
  CHECK(quantile_of_sorted(sorted, 0.9) == Approx(4.0 + 0.7 * 4.0));
  CHECK(quantile_of_sorted(sorted, 1.0) == 8.0);
}
