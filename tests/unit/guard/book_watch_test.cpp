#include "actors/guard/book_watch.hpp"
#include "tests/support/catch.hpp"

using namespace rg;

namespace {

/// A ratio with one tick a second.
struct PerSecond {
  UsualRatio ratio;
  std::int64_t now_ns = 0;
  double on_value(double value) { return ratio.on_value(value, now_ns += 1'000'000'000); }
  [[nodiscard]] double usual() const { return ratio.usual(); }
};

} // namespace

TEST_CASE("a usual ratio is one in usual times and silent while young", "[unit][guard]") {
  PerSecond ratio;
  for (int i = 0; i < 100; ++i) {
    REQUIRE(ratio.on_value(i < 50 ? 1.0 : 5.0) == 1.0);
  }
  PerSecond steady;
  for (int i = 0; i < 500; ++i) {
    REQUIRE(steady.on_value(2.0) == Approx(1.0));
  }
}

TEST_CASE("a lasting tenfold value passes eight within a few ticks", "[unit][guard]") {
  PerSecond ratio;
  for (int i = 0; i < 1'000; ++i) {
    static_cast<void>(ratio.on_value(1.0));
  }
  int ticks = 0;
  while (ratio.on_value(10.0) < 8.0) {
    REQUIRE(++ticks < 6); // 10 − 9·0.65ⁿ >= 8 at n = 4
  }
}

TEST_CASE("one flickering quote is no event", "[unit][guard]") {
  PerSecond ratio;
  for (int i = 0; i < 1'000; ++i) {
    static_cast<void>(ratio.on_value(1.0));
  }
  CHECK(ratio.on_value(8.0) < 4.0); // 1 + 0.35·7 = 3.45
}

TEST_CASE("the usual value follows slowly and cannot be dragged by a shock", "[unit][guard]") {
  PerSecond ratio;
  for (int i = 0; i < 2'000; ++i) {
    static_cast<void>(ratio.on_value(1.0));
  }
  for (int i = 0; i < 50; ++i) {
    static_cast<void>(ratio.on_value(1'000.0));
  }
  CHECK(ratio.usual() < 1.06); // a value counts at most double, weight 0.001
}

TEST_CASE("a burst of wide quotes within milliseconds is no event, two seconds of them are",
          "[unit][guard]") {
  UsualRatio ratio;
  std::int64_t now = 0;
  for (int i = 0; i < 10'000; ++i) {
    static_cast<void>(ratio.on_value(1.0, now += 5'000'000)); // 200 ticks a second
  }
  double highest = 0.0;
  for (int i = 0; i < 20; ++i) { // a tenth of a second at fifteen times the usual spread
    highest = std::max(highest, ratio.on_value(15.0, now += 5'000'000));
  }
  CHECK(highest < 4.0);
  for (int i = 0; i < 800; ++i) { // four seconds at ten times
    highest = std::max(highest, ratio.on_value(10.0, now += 5'000'000));
  }
  CHECK(highest > 8.0);
}
