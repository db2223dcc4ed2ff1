#include "backtests/walk_forward/walk_windows.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/training/candle_samples.hpp"

using namespace rg;
using namespace rg::test;

namespace {

constexpr Duration kDay = std::chrono::hours{24};
// candle_samples begin here: 2024-01-01.
const Timestamp kStart = Timestamp::from_ms(1'704'067'200'000);

CandleFolder span_of(const std::string& name, int days, std::uint64_t seed = 1) {
  return folder(name, {candles({*Symbol::parse("BTC"), seed, days * 96})});
}

WalkSchedule schedule(int window_days, int embargo_hours, std::size_t refit_every = 1) {
  WalkSchedule s;
  s.window = kDay * window_days;
  s.embargo = std::chrono::hours{embargo_hours};
  s.refit_every = refit_every;
  return s;
}

} // namespace

TEST_CASE("windows begin on the first day after the warm-up and end with the span",
          "[unit][walk]") {
  // 1,000 slots of 15 minutes end on the eleventh day at 10:00: the first whole day is the twelfth.
  const std::vector<CandleFolder> spans{span_of("a", 60)};
  const auto groups = plan_windows(spans, schedule(20, 24), BarSettings{});
  REQUIRE(groups.size() == 3);
  CHECK(groups[0][0].from == kStart + kDay * 11);
  CHECK(groups[0][0].to == kStart + kDay * 31);
  CHECK(groups[1][0].from == groups[0][0].to);
  CHECK(groups[2][0].to == kStart + kDay * 60);
}

TEST_CASE("a model's data end an embargo before its window", "[unit][walk]") {
  const std::vector<CandleFolder> spans{span_of("a", 60)};
  for (const WalkGroup& group : plan_windows(spans, schedule(20, 36), BarSettings{})) {
    CHECK(group.front().fit_until + std::chrono::hours{36} == group.front().from);
  }
}

TEST_CASE("windows that share a fit have the first one's data end", "[unit][walk]") {
  const std::vector<CandleFolder> spans{span_of("a", 71)};
  const auto groups = plan_windows(spans, schedule(10, 24, 3), BarSettings{});
  REQUIRE(groups.size() == 2);
  REQUIRE(groups[0].size() == 3);
  for (const WalkWindow& w : groups[0]) {
    CHECK(w.fit_until == groups[0][0].from - kDay);
    CHECK(w.fit_until < w.from);
  }
}

TEST_CASE("a short rest joins the window before it", "[unit][walk]") {
  const std::vector<CandleFolder> spans{span_of("a", 11 + 32)};
  const auto groups = plan_windows(spans, schedule(30, 24), BarSettings{});
  REQUIRE(groups.size() == 1);
  CHECK(groups[0][0].to == kStart + kDay * 43);
}

TEST_CASE("spans are never joined, and one shorter than its warm-up has no window",
          "[unit][walk]") {
  const std::vector<CandleFolder> spans{span_of("a", 40), span_of("short", 8), span_of("c", 40)};
  const auto groups = plan_windows(spans, schedule(20, 24), BarSettings{});
  REQUIRE(groups.size() == 4);
  for (const WalkGroup& group : groups) {
    for (const WalkWindow& w : group) {
      CHECK(w.span == spans[w.folder].name);
      CHECK(w.span != "short");
      CHECK(w.to <= kStart + kDay * 40);
    }
  }
}

TEST_CASE("earlier data hold nothing that closes after their end", "[unit][walk]") {
  const CandleFolder a = span_of("a", 20);
  const CandleFolder b = span_of("b", 20, 2);
  const std::vector<const CandleFolder*> both{&a, &b};
  const Timestamp until = kStart + kDay * 7 + std::chrono::minutes{20};
  const auto earlier = earlier_data(both, until);
  REQUIRE(earlier.size() == 2);
  for (const CandleFolder& f : earlier) {
    REQUIRE(f.series.size() == 1);
    CHECK(f.series[0].bars.size() == 7 * 96 + 1); // the bar that closes at 00:15 is in
    CHECK(f.series[0].bars.back().close_time() <= until);
  }
  CHECK(earlier_data(both, kStart).empty());
}

TEST_CASE("a window's name says span and day", "[unit][walk]") {
  WalkWindow w;
  w.span = "5m-spot-2024h1";
  w.from = kStart + kDay * 11;
  CHECK(window_name(w) == "5m-spot-2024h1-20240112");
}
