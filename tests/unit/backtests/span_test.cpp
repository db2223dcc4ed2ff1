#include "backtests/span.hpp"
#include "tests/support/catch.hpp"

using namespace rg;

namespace {

constexpr std::int64_t kMidnight = 1735689600000; // 2025-01-01

CandleSeries series(const char* pair, std::int64_t first_ms, int count, int step_minutes = 1) {
  CandleSeries s;
  s.symbol = *Symbol::parse(pair);
  s.interval = std::chrono::minutes{step_minutes};
  s.path = pair;
  for (int i = 0; i < count; ++i) {
    Bar b;
    b.symbol = s.symbol;
    b.length = s.interval;
    b.open_time = Timestamp::from_ms(first_ms + i * step_minutes * 60'000LL);
    b.open = b.high = b.low = b.close = Price::from_raw(kFixedScale);
    s.bars.push_back(b);
  }
  return s;
}

CandleFolder folder(std::vector<CandleSeries> all) {
  CandleFolder f;
  f.path = "dir";
  f.name = "dir";
  f.series = std::move(all);
  return f;
}

SpanWindow window(std::uint32_t warm_up = 4) {
  SpanWindow w;
  w.interval = std::chrono::minutes{15};
  w.warm_up_slots = warm_up;
  return w;
}

Timestamp day(int n) {
  return Timestamp::from_ms(kMidnight + n * 86'400'000LL);
}

} // namespace

TEST_CASE("rows are the distinct closes over all pairs", "[unit][span]") {
  const CandleFolder f =
      folder({series("BTC", kMidnight, 3), series("ETH", kMidnight + 60'000, 4)});
  const auto span = Span::cut(f, window());
  REQUIRE(span.has_value());
  CHECK(span->stamps().size() == 5);
  CHECK(span->bar_count() == 7);
  CHECK(span->first_row() == 0);
  CHECK(span->start().ms() == kMidnight);
  RowCursor cursor(*span);
  std::vector<std::size_t> counts;
  std::vector<bool> btc_last;
  while (!cursor.done()) {
    const auto bars = cursor.next();
    counts.push_back(bars.size());
    for (const auto& b : bars) {
      CHECK(b.bar->close_time() == cursor.stamp());
      if (b.bar->symbol.id() == 0) {
        btc_last.push_back(b.last);
      }
    }
  }
  CHECK(counts == std::vector<std::size_t>{1, 2, 2, 1, 1});
  CHECK(btc_last == std::vector<bool>{false, false, true});
}

TEST_CASE("bars of different length share the time axis", "[unit][span]") {
  const CandleFolder f = folder({series("BTC", kMidnight, 15), series("ETH", kMidnight, 1, 15)});
  const auto span = Span::cut(f, window());
  REQUIRE(span.has_value());
  CHECK(span->stamps().size() == 15);
}

TEST_CASE("a base bar longer than the interval, or no part of it, is refused", "[unit][span]") {
  const CandleFolder hours = folder({series("BTC", kMidnight, 3, 60)});
  const auto refused = Span::cut(hours, window());
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().what.find("--interval") != std::string::npos);
  SpanWindow w = window();
  w.interval = std::chrono::minutes{60};
  CHECK(Span::cut(hours, w).has_value());
}

TEST_CASE("option --from takes the warm-up slots before it along, without recording them",
          "[unit][span]") {
  const CandleFolder f = folder({series("BTC", kMidnight, 2 * 1440)});
  SpanWindow w = window(4);
  w.from = day(1);
  const auto span = Span::cut(f, w);
  REQUIRE(span.has_value());
  CHECK(span->bar_count() == 1440 + 60); // four slots of fifteen minutes
  CHECK(span->start() == day(1));
  CHECK(span->trading_after() == day(1));
  CHECK(span->stamps()[span->first_row()] == day(1) + std::chrono::minutes{1});
}

TEST_CASE("a gap where the warm-up would start moves its start back", "[unit][span]") {
  CandleSeries s = series("BTC", kMidnight, 2 * 1440);
  const auto in_hole = [](const Bar& b) {
    return b.open_time >= day(1) - std::chrono::minutes{90} &&
           b.open_time < day(1) - std::chrono::minutes{30};
  };
  std::erase_if(s.bars, in_hole);
  SpanWindow w = window(4);
  w.from = day(1);
  const CandleFolder f = folder({s});
  const auto span = Span::cut(f, w);
  REQUIRE(span.has_value());
  // The last bar before the hole opens at −91 min, in the slot from −105 min.
  CHECK(span->pairs()[0].bars.front().open_time == day(1) - std::chrono::minutes{105});
}

TEST_CASE("option --to is exclusive, and pairs outside the window are left out with a note",
          "[unit][span]") {
  const CandleFolder f =
      folder({series("BTC", kMidnight, 3 * 1440), series("ETH", kMidnight, 1440)});
  SpanWindow w = window(4);
  w.from = day(1);
  w.to = day(2);
  const auto span = Span::cut(f, w);
  REQUIRE(span.has_value());
  CHECK(span->pairs().size() == 1);
  CHECK(span->notes().size() == 1);
  CHECK(span->end() == day(2));
  w.from = day(5);
  w.to = day(6);
  CHECK_FALSE(Span::cut(f, w).has_value());
}
