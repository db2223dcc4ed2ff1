#include "actors/numerics/seeded_random.hpp"
#include "actors/regime/features.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/regime/model_samples.hpp"

#include <rapidcheck.h>

#include <cmath>
#include <vector>

using namespace rg;
using W = FeatureWindows;

namespace {

double feature(const FeatureVector& v, Feature f) {
  return v[static_cast<std::size_t>(f)];
}

/// A random walk in log price with its ranges and volumes.
std::vector<LogBar> random_walk(std::size_t n, std::uint64_t seed) {
  SeededRandom random(seed);
  std::vector<LogBar> out;
  double last = 4.0;
  for (std::size_t i = 0; i < n; ++i) {
    LogBar b;
    b.open = last;
    b.close = last + 0.002 * random.normal();
    b.high = std::max(b.open, b.close) + 0.001 * std::fabs(random.normal());
    b.low = std::min(b.open, b.close) - 0.001 * std::fabs(random.normal());
    b.log_volume = 3.0 + 0.5 * random.normal();
    last = b.close;
    out.push_back(b);
  }
  return out;
}

LogBar mirrored(const LogBar& b) {
  return {-b.open, -b.low, -b.high, -b.close, b.log_volume, b.traded};
}

/// Features as their definitions say, from scratch over contiguous bars.
FeatureVector by_definition(const std::vector<LogBar>& bars) {
  const std::size_t n = bars.size();
  const auto r = [&](std::size_t age) { return bars[n - 1 - age].close - bars[n - 2 - age].close; };
  double sum = 0.0, path = 0.0, squares = 0.0, lagged = 0.0;
  for (std::size_t i = 0; i < W::persistence; ++i) {
    sum += r(i);
    path += std::fabs(r(i));
    squares += r(i) * r(i);
    const double four = r(i) + r(i + 1) + r(i + 2) + r(i + 3);
    lagged += four * four;
  }
  double mean = 0.0, variance = 0.0;
  for (std::size_t i = 0; i < W::momentum; ++i) {
    mean += r(i) / static_cast<double>(W::momentum);
  }
  for (std::size_t i = 0; i < W::momentum; ++i) {
    variance += (r(i) - mean) * (r(i) - mean) / static_cast<double>(W::momentum - 1);
  }
  double gk = 0.0;
  for (std::size_t i = 0; i < W::volatility; ++i) {
    const LogBar& b = bars[n - 1 - i];
    gk += (0.5 * std::pow(b.high - b.low, 2) -
           (2.0 * std::log(2.0) - 1.0) * std::pow(b.close - b.open, 2)) /
          static_cast<double>(W::volatility);
  }
  const auto mean_range = [&](std::size_t window) {
    double total = 0.0;
    for (std::size_t i = 0; i < window; ++i) {
      const LogBar& b = bars[n - 1 - i];
      const double before = bars[n - 2 - i].close;
      total += std::max(b.high, before) - std::min(b.low, before);
    }
    return total / static_cast<double>(window);
  };
  const auto volume_mean = [&](std::size_t window) {
    double total = 0.0;
    for (std::size_t i = 0; i < window; ++i) {
      total += bars[n - 1 - i].log_volume;
    }
    return total / static_cast<double>(window);
  };
  const double usual = volume_mean(W::volume_long);
  double volume_variance = 0.0;
  for (std::size_t i = 0; i < W::volume_long; ++i) {
    volume_variance +=
        std::pow(bars[n - 1 - i].log_volume - usual, 2) / static_cast<double>(W::volume_long - 1);
  }
  return {std::fabs(mean) / std::sqrt(variance / static_cast<double>(W::momentum)),
          0.5 * std::log(gk),
          std::log(mean_range(W::atr_short) / mean_range(W::atr_long)),
          (volume_mean(W::volume_short) - usual) / std::sqrt(volume_variance),
          std::fabs(sum) / path,
          std::log(lagged / (4.0 * squares))};
}

} // namespace

TEST_CASE("features equal their definitions", "[unit][regime]") {
  const auto bars = random_walk(1'400, 2);
  FeatureBuilder builder;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const auto got = builder.on_bar(bars[i], 0);
    if (i < 600 || i % 97 != 0) {
      continue;
    }
    REQUIRE(got);
    const FeatureVector expected =
        by_definition({bars.begin(), bars.begin() + static_cast<std::ptrdiff_t>(i) + 1});
    for (std::size_t f = 0; f < kFeatureCount; ++f) {
      INFO(to_string(static_cast<Feature>(f)));
      CHECK((*got)[f] == Approx(expected[f]).epsilon(1e-6));
    }
  }
}

TEST_CASE("features begin when four fifths of the longest window are there", "[unit][regime]") {
  const auto bars = random_walk(500, 3);
  FeatureBuilder builder;
  std::size_t first = 0;
  while (!builder.on_bar(bars[first], 0)) {
    ++first;
  }
  CHECK(first + 1 == good_slots_needed(W::volume_long)); // 384
}

TEST_CASE("a mirrored world gives the same features, bit for bit", "[unit][property][regime]") {
  REQUIRE(rc::check([] {
    const auto bars = random_walk(460, *rc::gen::arbitrary<std::uint64_t>());
    const auto gap_at = *rc::gen::inRange<std::size_t>(1, 460);
    FeatureBuilder a, b;
    for (std::size_t i = 0; i < bars.size(); ++i) {
      const std::size_t gap = i == gap_at ? 3 : 0;
      const auto x = a.on_bar(bars[i], gap);
      const auto y = b.on_bar(mirrored(bars[i]), gap);
      RC_ASSERT(x.has_value() == y.has_value());
      if (x) { // RC_ASSERT takes its claim apart: both sides of an "or" would be evaluated
        RC_ASSERT(*x == *y);
      }
    }
  }));
}

TEST_CASE("mirrored prices give the same features up to the price grid",
          "[unit][property][regime]") {
  const auto bars = random_walk(700, 9);
  FeatureBuilder a, b;
  constexpr double kMirror = 2.0 * 7.0; // ln c: prices of some 1,100 become prices of some 1,090
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const LogBar& l = bars[i];
    const auto bar = [&](double o, double h, double lo, double c) {
      return LogBar::from(test::pipeline_bar(static_cast<std::int64_t>(i), std::exp(o), std::exp(h),
                                             std::exp(lo), std::exp(c), std::exp(l.log_volume))
                              .bar);
    };
    constexpr double kLift = 3.0; // 4.0 + 3.0 = ln 1,097
    const auto x = a.on_bar(bar(l.open + kLift, l.high + kLift, l.low + kLift, l.close + kLift), 0);
    const auto y = b.on_bar(bar(kMirror - kLift - l.open, kMirror - kLift - l.low,
                                kMirror - kLift - l.high, kMirror - kLift - l.close),
                            0);
    REQUIRE(x.has_value() == y.has_value());
    for (std::size_t f = 0; x && f < kFeatureCount; ++f) {
      REQUIRE((*x)[f] == Approx((*y)[f]).margin(1e-6));
    }
  }
}

TEST_CASE("a straight rise is fully efficient, a see-saw is not", "[unit][regime]") {
  FeatureBuilder rise, saw;
  std::optional<FeatureVector> up, flat;
  for (int i = 0; i < 600; ++i) {
    LogBar b;
    b.open = 0.001 * i;
    b.close = b.high = b.open + 0.001;
    b.low = b.open;
    b.log_volume = 1.0 + 0.1 * (i % 7);
    up = rise.on_bar(b, 0);
    LogBar s = b;
    s.open = i % 2 == 0 ? 0.0 : 0.001;
    s.close = 0.001 - s.open;
    s.high = 0.001;
    s.low = 0.0;
    flat = saw.on_bar(s, 0);
  }
  REQUIRE(up);
  REQUIRE(flat);
  CHECK(feature(*up, Feature::efficiency_ratio) == Approx(1.0));
  CHECK(feature(*up, Feature::variance_ratio) == Approx(std::log(4.0))); // (4r)² / 4r²
  CHECK(feature(*flat, Feature::efficiency_ratio) < 0.03);
  CHECK(feature(*flat, Feature::variance_ratio) ==
        Approx(std::log(1e-3))); // floored: 4 bars cancel
  CHECK(feature(*flat, Feature::momentum_t) < 0.2);
}

TEST_CASE("prices that stand still give finite features", "[unit][regime]") {
  FeatureBuilder builder;
  std::optional<FeatureVector> got;
  for (int i = 0; i < 600; ++i) {
    got = builder.on_bar({4.0, 4.0, 4.0, 4.0, 2.0, true}, 0);
  }
  REQUIRE(got);
  for (const double x : *got) {
    CHECK(std::isfinite(x));
  }
}

TEST_CASE("bars without trades count as missing for the volume only", "[unit][regime]") {
  auto bars = random_walk(1'000, 5);
  FeatureBuilder builder;
  std::optional<FeatureVector> got;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    bars[i].traded = i < 1'000 - W::volume_short; // the last 16 bars see no trade
    got = builder.on_bar(bars[i], 0);
  }
  REQUIRE(got);
  CHECK(feature(*got, Feature::volume_z) == -6.0);
  FeatureBuilder never;
  for (auto& bar : bars) {
    bar.traded = false;
    REQUIRE_FALSE(never.on_bar(bar, 0));
  }
}

TEST_CASE("features come back after a gap as soon as the windows allow", "[unit][regime]") {
  const auto bars = random_walk(2'000, 6);
  const auto bars_until_back = [&](std::size_t gap) {
    FeatureBuilder builder;
    std::size_t i = 0;
    for (; i < 800; ++i) {
      static_cast<void>(builder.on_bar(bars[i], 0));
    }
    std::size_t pause = 0;
    while (!builder.on_bar(bars[i], pause == 0 ? gap : 0)) {
      ++pause;
      ++i;
    }
    return pause;
  };
  CHECK(bars_until_back(1) == 0);
  CHECK(bars_until_back(3) == 0); // 13 of the 16 slots of the shortest window
  // Every window of at most 36 is full of missing slots, the two-day one keeps four fifths: all is
  // back by the 33rd good bar, when the regime may be known again. One slot more takes far longer.
  for (const std::size_t gap : {10u, 20u, 38u}) {
    CHECK(bars_until_back(gap) > 0);
    CHECK(bars_until_back(gap) <= 32);
  }
  CHECK(bars_until_back(39) > 100);
  // 480 empty slots empty everything: as at the start.
  CHECK(bars_until_back(480) + 1 == good_slots_needed(W::volume_long));
}

TEST_CASE("no window is longer than one candles call gives", "[unit][regime]") {
  for (const std::size_t window :
       {W::momentum, W::volatility, W::atr_long, W::volume_long, W::persistence}) {
    CHECK(window <= 960);
  }
}
