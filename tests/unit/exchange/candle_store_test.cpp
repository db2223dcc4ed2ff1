#include "infra/exchange/candle_store.hpp"
#include "infra/market/synthetic_market.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

using namespace rg;
using namespace rg::exchange;
using namespace std::chrono_literals;

namespace {

constexpr Timestamp kNewYear = Timestamp::from_ms(1'735'689'600'000); // Wednesday 2025-01-01
constexpr Timestamp kForever = Timestamp::from_ms(9'000'000'000'000);

Bar minute_bar(std::int64_t minute, const char* open, const char* high, const char* low,
               const char* close, const char* volume) {
  return {*Symbol::parse("BTC"),
          kNewYear + std::chrono::minutes{minute},
          1min,
          *Price::parse(open),
          *Price::parse(high),
          *Price::parse(low),
          *Price::parse(close),
          *Quantity::parse(volume)};
}

} // namespace

TEST_CASE("minutes group into UTC-aligned candles", "[unit][exchange]") {
  const std::vector<Bar> history{minute_bar(0, "10", "12", "9", "11", "1"),
                                 minute_bar(1, "11", "15", "11", "14", "2"),
                                 minute_bar(4, "14", "14", "8", "9", "3"), // 2 and 3 are missing
                                 minute_bar(5, "9", "10", "9", "10", "4")};
  const CandleStore store(history);
  const auto fives = store.rows(CandleInterval::m5, CandlePrice::last, 10, {}, kForever);
  REQUIRE(fives.size() == 2);
  CHECK(fives[0].open_time == kNewYear);
  CHECK(fives[0].open == *Price::parse("10"));
  CHECK(fives[0].high == *Price::parse("15"));
  CHECK(fives[0].low == *Price::parse("8"));
  CHECK(fives[0].close == *Price::parse("9"));
  CHECK(fives[0].volume == *Quantity::parse("6"));
  CHECK(fives[1].open_time == kNewYear + 5min);
  CHECK(store.rows(CandleInterval::m1, CandlePrice::last, 2, {}, kForever).size() == 2);
  CHECK(store.rows(CandleInterval::m1, CandlePrice::last, 2, {}, kForever)[0].open_time ==
        kNewYear + 4min);
  CHECK(store.rows(CandleInterval::m1, CandlePrice::last, 10, {}, kNewYear + 1min).size() == 2);
  CHECK(store.rows_from(CandleInterval::m1, CandlePrice::last, 2, kNewYear + 1min)[1].open_time ==
        kNewYear + 4min);
  CHECK(store.newest(CandleInterval::m5, CandlePrice::last)->volume == *Quantity::parse("4"));
}

TEST_CASE("weeks begin on Monday, months on their first day", "[unit][exchange]") {
  CHECK(slot_of(CandleInterval::w1, kNewYear) ==
        Timestamp::from_ms(1'735'516'800'000)); // 30 Dec 2024
  CHECK(slot_of(CandleInterval::month1, kNewYear + 40 * 24h) ==
        Timestamp::from_ms(1'738'368'000'000)); // 1 Feb 2025
  CHECK(next_slot(CandleInterval::month1, kNewYear) == Timestamp::from_ms(1'738'368'000'000));
  CHECK(next_slot(CandleInterval::m15, kNewYear) == kNewYear + 15min);
}

TEST_CASE("live steps build the minute, mark and index beside it, silence builds nothing",
          "[unit][exchange]") {
  CandleStore store({minute_bar(-1, "9", "9", "9", "9", "1")});
  PairStep step;
  step.trades = true;
  step.path = {*Price::parse("10"), *Price::parse("12"), *Price::parse("8"), *Price::parse("11")};
  step.volume = *Quantity::parse("2");
  step.mark = *Price::parse("10.5");
  step.index = *Price::parse("10.4");
  for (int i = 0; i < 4; ++i) {
    store.on_step(step, kNewYear + i * 15s);
  }
  step.trades = false;
  store.on_step(step, kNewYear + 60s);
  const auto row = store.newest(CandleInterval::m1, CandlePrice::last);
  REQUIRE(row);
  CHECK(row->open_time == kNewYear);
  CHECK(row->high == *Price::parse("12"));
  CHECK(row->low == *Price::parse("8"));
  CHECK(row->volume == *Quantity::parse("8"));
  CHECK(row->turnover == *Notional::parse("82")); // mean print 10.25 × 8
  CHECK(store.newest(CandleInterval::m1, CandlePrice::mark)->close == *Price::parse("10.5"));
  CHECK(store.rows(CandleInterval::m1, CandlePrice::index, 5, {}, kForever).size() == 2);
}

TEST_CASE("the day's figures are those of the last 1440 minutes", "[unit][exchange]") {
  std::vector<Bar> history;
  for (int m = -2000; m < 0; ++m) {
    history.push_back(minute_bar(m, "10", m == -1500 ? "99" : "11", "9", "10", "1"));
  }
  CandleStore store(history);
  CHECK(store.day().volume == *Quantity::parse("1440"));
  CHECK(store.day().high == *Price::parse("11")); // the spike is older than a day
  CHECK(store.day().open == *Price::parse("10"));
}

TEST_CASE("turnover saturates instead of overflowing", "[unit][exchange]") {
  std::vector<Bar> history;
  for (int m = 0; m < 30; ++m) {
    history.push_back(minute_bar(m, "100000", "100000", "100000", "100000", "900000"));
  }
  const CandleStore store(history);
  const auto rows = store.rows(CandleInterval::h1, CandlePrice::last, 5, {}, kForever);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].turnover.raw() == INT64_MAX);
}

TEST_CASE("candles of the synthetic market are consistent over all intervals", "[unit][exchange]") {
  SyntheticOptions options;
  options.seed = 4;
  SyntheticMarket market(options);
  const Symbol s = market.symbols()[2];
  CandleStore store(market.history(s));
  MarketStep step;
  for (int i = 0; i < 4 * 60 * 5 + 2; ++i) {
    const Timestamp begin = market.now();
    REQUIRE(market.advance(15s, step));
    store.on_step(step.pairs[s.id()], begin);
  }
  const auto minutes = store.rows(CandleInterval::m1, CandlePrice::last, 1000, {}, kForever);
  REQUIRE(minutes.size() == 1000);
  CHECK(minutes.back().open_time == market.now().slot_start(1min)); // the forming one is there
  for (std::size_t i = 0; i + 1 < minutes.size(); ++i) {
    REQUIRE(minutes[i + 1].open_time - minutes[i].open_time == Duration{1min});
    REQUIRE(minutes[i].low <= std::min(minutes[i].open, minutes[i].close));
    REQUIRE(minutes[i].high >= std::max(minutes[i].open, minutes[i].close));
  }
  for (const auto interval : {CandleInterval::m5, CandleInterval::m15, CandleInterval::h1}) {
    for (const Candle& c : store.rows(interval, CandlePrice::last, 10, {}, kForever)) {
      if (c.open_time < minutes.front().open_time) {
        continue;
      }
      Candle joined;
      bool any = false;
      for (const Candle& m : minutes) {
        if (slot_of(interval, m.open_time) == c.open_time) {
          if (any) {
            joined.join(m);
          } else {
            joined = m;
            any = true;
          }
        }
      }
      REQUIRE(any);
      CHECK(joined.open == c.open);
      CHECK(joined.high == c.high);
      CHECK(joined.low == c.low);
      CHECK(joined.close == c.close);
      CHECK(joined.volume == c.volume);
      CHECK(joined.turnover == c.turnover);
    }
  }
}
