#include "backtests/training/training_data.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/training/candle_samples.hpp"

using namespace rg;

namespace {

CandleSeries btc(int bars = 1'000) {
  return test::candles({Symbol::from_id(0), 3, bars});
}

} // namespace

TEST_CASE("rows begin when the features are complete", "[unit][training]") {
  const auto series = collect_features({test::folder("a", {btc()})}, BarSettings{}, std::nullopt);
  REQUIRE(series);
  REQUIRE(series->size() == 1);
  CHECK((*series)[0].rows.size() == 1'000 - 383);
  CHECK((*series)[0].starts == std::vector<std::size_t>{0});
}

TEST_CASE("a gap starts a new sequence, spans are never joined", "[unit][training]") {
  CandleSeries holed = btc();
  holed.bars.erase(holed.bars.begin() + 700, holed.bars.begin() + 702);
  const auto series = collect_features({test::folder("a", {holed}), test::folder("b", {btc()})},
                                       BarSettings{}, std::nullopt);
  REQUIRE(series);
  REQUIRE(series->size() == 2);
  // Bar 383 gives the first row; the first bar after the hole is number 702.
  CHECK((*series)[0].starts == std::vector<std::size_t>{0, 700 - 383});
  CHECK((*series)[0].rows.size() == 998 - 383);
  CHECK((*series)[1].starts == std::vector<std::size_t>{0});
}

TEST_CASE("nothing that closes after the day of --until is used", "[unit][training]") {
  const Timestamp until = btc().bars[599].close_time();
  const auto cut = collect_features({test::folder("a", {btc()})}, BarSettings{}, until);
  const auto whole = collect_features({test::folder("a", {btc(600)})}, BarSettings{}, std::nullopt);
  REQUIRE(cut);
  REQUIRE(whole);
  CHECK((*cut)[0].rows == (*whole)[0].rows);
}

TEST_CASE("series that cannot teach anything are refused by name", "[unit][training]") {
  const auto reason = [](const CandleSeries& series) {
    const auto features =
        collect_features({test::folder("a", {series})}, BarSettings{}, std::nullopt);
    return features ? std::string() : features.error().text();
  };
  CandleSeries constant = btc();
  for (Bar& b : constant.bars) {
    b.open = b.high = b.low = b.close = constant.bars[0].open;
  }
  CHECK(reason(constant).find(constant.path + ": the price never moves") == 0);
  CandleSeries untraded = btc();
  for (Bar& b : untraded.bars) {
    b.volume = Quantity::zero();
  }
  CHECK(reason(untraded).find(untraded.path + ": every volume is 0") == 0);
  CandleSeries hourly = test::candles({Symbol::from_id(0), 3, 50, std::chrono::minutes{60}});
  CHECK(reason(hourly).find(hourly.path) == 0);
  CHECK(reason(hourly).find("--interval") != std::string::npos);
  CHECK(reason(btc()).empty());
}
