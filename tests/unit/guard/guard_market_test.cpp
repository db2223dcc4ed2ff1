// The guard on real one-minute candles: quiet on quiet days, in time on 2021-05-19 and 2023-08-17.

#include "backtests/evaluation/guard_measures.hpp"
#include "infra/market/candle_file.hpp"
#include "tests/support/bar_builders.hpp"
#include "tests/support/catch.hpp"

#include <iostream>

using namespace rg;
using namespace rg::test;

namespace {

CandleFolder load(const std::string& name) {
  const std::string path = market_data_folder(name);
  if (path.empty()) {
    std::cout << "skipped: no market data folder " << name << " beside the checkout\n";
    return {};
  }
  return load_candle_folder(path, {}).value();
}

} // namespace

TEST_CASE("the crash of 2021-05-19 is halted in its first third on every pair",
          "[unit][guard][market]") {
  const Timestamp day = Timestamp::from_ms(1'621'382'400'000);
  for (const CandleSeries& series : load("1m-spot-2021-crash").series) {
    INFO(series.symbol.name());
    CHECK(halted_in_time(series, run_guard(series, GuardSettings{}), day) == true);
  }
}

TEST_CASE("the drop of 2023-08-17 is halted in its first third", "[unit][guard][market]") {
  const Timestamp day = Timestamp::from_ms(1'692'230'400'000);
  for (const CandleSeries& series : load("1m-perp-gateio-2023").series) {
    INFO(series.symbol.name());
    CHECK(halted_in_time(series, run_guard(series, GuardSettings{}), day) == true);
  }
}

TEST_CASE("quiet days see at most one halt a pair a week", "[unit][guard][market]") {
  const std::string folder = GENERATE("1m-perp-2025", "1m-perp-gateio-2023", "1m-spot-2020");
  double sum = 0.0;
  int pairs = 0;
  for (const CandleSeries& series : load(folder).series) {
    sum += halts_a_calm_week(series, run_guard(series, GuardSettings{}));
    ++pairs;
  }
  if (pairs > 0) {
    std::cout << folder << ": " << sum / pairs << " halts a pair a week on calm days\n";
    CHECK(sum / pairs <= 1.0);
  }
}

TEST_CASE("measures need the minutes they speak of", "[unit][guard]") {
  CandleSeries empty;
  empty.interval = 1min;
  CHECK(run_guard(empty, {}).empty());
  CHECK(halts_a_calm_week(empty, {}) == 0.0);
  CHECK_FALSE(halted_in_time(empty, {}, kMarketStart));
  CHECK(inject_shocks(empty, {}, {}).trials == 0);
  CHECK_FALSE(inject_shocks(empty, {}, {}).early());
}

namespace {

/// Five days of minutes of a Gaussian walk, sigma 0.1 % a minute.
CandleSeries walking_minutes(std::uint64_t seed) {
  SeededRandom random(seed);
  CandleSeries s;
  s.interval = 1min;
  double price = 100.0;
  for (int i = 0; i < 5 * 1440; ++i) {
    const double close = price * std::exp(0.001 * random.normal());
    const double reach = 0.0004 * std::fabs(random.normal());
    s.bars.push_back(make_bar(Symbol{}, i, 1min, price, std::max(price, close) * (1.0 + reach),
                              std::min(price, close) * (1.0 - reach), close,
                              100.0 * std::exp(0.5 * random.normal())));
    price = close;
  }
  return s;
}

} // namespace

TEST_CASE("a large shock put into ordinary minutes is seen early, none is not seen",
          "[unit][guard]") {
  const CandleSeries minutes = walking_minutes(5);
  ShockTrial trial;
  trial.sigmas = 20.0;
  trial.trials = 20;
  const Detection large = inject_shocks(minutes, {}, trial);
  CHECK(large.trials == 20);
  CHECK(large.in_first_third == 20);
  trial.sigmas = 0.0;
  const Detection none = inject_shocks(minutes, {}, trial);
  CHECK(none.trials == 20);
  CHECK(none.by_the_end <= 2);
  CHECK(none.in_first_third <= none.by_the_end);
  trial.least_move = 0.02; // two per cent are twenty sigmas here
  CHECK(inject_shocks(minutes, {}, trial).in_first_third == 20);
}

TEST_CASE("volume, spread and silence are noticed, what is usual is not", "[unit][guard]") {
  const CandleSeries minutes = walking_minutes(6);
  VolumeTrial volume;
  volume.trials = 20;
  CHECK(inject_volume(minutes, {}, volume).by_the_end == 20);
  volume.times = 1.0;
  CHECK(inject_volume(minutes, {}, volume).by_the_end <= 2);
  CHECK(widen_spreads({}, 10.0, 10, 1).by_the_end == widen_spreads({}, 10.0, 10, 1).trials);
  CHECK(widen_spreads({}, 1.0, 10, 1).by_the_end == 0);
  CHECK(fall_silent({}, 5, 1).by_the_end == 5);
}
