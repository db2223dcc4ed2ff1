#include "actors/numerics/gap_window.hpp"
#include "actors/numerics/seeded_random.hpp"
#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <deque>
#include <optional>

using namespace rg;

namespace {

/// The same window, the slow way.
struct PlainWindow {
  std::size_t capacity;
  std::deque<std::optional<double>> slots{};
  void push(std::optional<double> v) {
    slots.push_back(v);
    if (slots.size() > capacity) {
      slots.pop_front();
    }
  }
  [[nodiscard]] std::vector<double> values() const {
    std::vector<double> out;
    for (const auto& s : slots) {
      if (s) {
        out.push_back(*s);
      }
    }
    return out;
  }
};

} // namespace

TEST_CASE("window statistics equal those of the values it holds", "[unit][numerics]") {
  SeededRandom random(7);
  GapWindow window(37);
  PlainWindow plain{37};
  for (int i = 0; i < 2'000; ++i) {
    if (random.uniform() < 0.15) {
      const auto n = random.below(random.uniform() < 0.05 ? 60 : 4);
      window.push_missing(n);
      for (std::uint64_t k = 0; k < n; ++k) {
        plain.push(std::nullopt);
      }
    } else {
      const double v = 1e4 + random.normal();
      window.push(v);
      plain.push(v);
    }
    const auto values = plain.values();
    REQUIRE(window.count() == values.size());
    REQUIRE(window.valid() == (static_cast<double>(values.size()) >= 0.8 * 37));
    if (values.size() < 2) {
      continue;
    }
    double mean = 0.0, squares = 0.0;
    for (const double v : values) {
      mean += v / static_cast<double>(values.size());
    }
    for (const double v : values) {
      squares += (v - mean) * (v - mean);
    }
    REQUIRE(window.mean() == Approx(mean).epsilon(1e-13));
    // The values are 10,000 times their spread: a plain sum of squares would keep half the digits.
    REQUIRE(window.variance() ==
            Approx(squares / static_cast<double>(values.size() - 1)).epsilon(1e-6));
  }
}

TEST_CASE("a window is valid from four fifths of its slots on", "[unit][numerics]") {
  GapWindow window(10);
  for (int i = 0; i < 7; ++i) {
    window.push(1.0);
    CHECK_FALSE(window.valid());
  }
  window.push(1.0);
  CHECK(window.valid());
  window.push(1.0);
  window.push(1.0);
  window.push_missing(2);
  CHECK(window.valid());
  window.push_missing();
  CHECK_FALSE(window.valid());
  CHECK(good_slots_needed(480) == 384);
  CHECK(good_slots_needed(8) == 7);
  CHECK(good_slots_needed(1) == 1);
}

TEST_CASE("negated values give exactly negated sums and equal variances",
          "[unit][property][numerics]") {
  REQUIRE(rc::check([] {
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    SeededRandom random(seed);
    GapWindow a(24), b(24);
    for (int i = 0; i < 200; ++i) {
      if (random.uniform() < 0.1) {
        a.push_missing();
        b.push_missing();
        continue;
      }
      const double v = random.normal() * std::exp(3.0 * random.normal());
      a.push(v);
      b.push(-v);
      RC_ASSERT(a.mean() == -b.mean());
      RC_ASSERT(a.sum() == -b.sum());
      RC_ASSERT(a.variance() == b.variance());
    }
  }));
}

TEST_CASE("the window forgets an enormous value within one turn", "[unit][numerics]") {
  GapWindow window(16);
  window.push(1e15);
  for (int i = 0; i < 32; ++i) {
    window.push(0.1);
  }
  CHECK(window.mean() == Approx(0.1).epsilon(1e-12));
  CHECK(window.variance() < 1e-20);
}

TEST_CASE("slots are read back by age", "[unit][numerics]") {
  GapWindow window(3);
  window.push(1.0);
  window.push(2.0);
  window.push_missing();
  window.push(4.0);
  CHECK(window.at(0) == 4.0);
  CHECK(std::isnan(window.at(1)));
  CHECK(window.at(2) == 2.0);
}
