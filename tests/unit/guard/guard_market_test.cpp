// The guard on real one-minute candles: quiet on quiet days, in time on 2021-05-19 and 2023-08-17.

#include "actors/guard/guard_model.hpp"
#include "infra/market/candle_file.hpp"
#include "tests/support/bar_builders.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <iostream>
#include <map>

using namespace rg;
using namespace rg::test;

namespace {

constexpr Duration kDay = 24h;

CandleFolder load(const std::string& name) {
  const std::string path = market_data_folder(name);
  if (path.empty()) {
    std::cout << "skipped: no market data folder " << name << " beside the checkout\n";
    return {};
  }
  return load_candle_folder(path, {}).value();
}

std::vector<GuardState> run_guard(const CandleSeries& series) {
  GuardModel guard(series.symbol, GuardSettings{});
  std::vector<GuardState> changes;
  for (const Bar& bar : series.bars) {
    if (const auto changed = guard.on_base_bar(bar)) {
      changes.push_back(*changed);
    }
  }
  return changes;
}

/// Halts a week that began on days with less than the pair's median daily variance.
double halts_a_calm_week(const CandleSeries& series, const std::vector<GuardState>& changes) {
  std::map<std::int64_t, double> variance;
  for (std::size_t i = 1; i < series.bars.size(); ++i) {
    const double r =
        std::log(series.bars[i].close.to_double() / series.bars[i - 1].close.to_double());
    variance[series.bars[i].open_time.ns() / kDay.count()] += r * r;
  }
  std::vector<double> sorted;
  for (const auto& [day, v] : variance) {
    sorted.push_back(v);
  }
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2),
                   sorted.end());
  const double median = sorted[sorted.size() / 2];
  GuardLevel before = GuardLevel::normal;
  int halts = 0;
  for (const GuardState& s : changes) {
    if (s.level >= GuardLevel::halt && s.level > before &&
        variance[(s.stamp.ns() - 1) / kDay.count()] < median) {
      ++halts;
    }
    before = s.level;
  }
  return halts / (static_cast<double>(variance.size()) / 2.0 / 7.0);
}

/// True when the guard stood at halt at some time between the day's high and the moment when a
/// third of the way down to the day's low was done.
bool halted_in_time(const CandleSeries& series, const std::vector<GuardState>& changes,
                    Timestamp day) {
  const auto within = [&](const Bar& b) { return b.open_time >= day && b.open_time < day + kDay; };
  Timestamp low_at, high_at, third_at;
  double low = 1e18, high = 0.0;
  for (const Bar& b : series.bars) {
    if (within(b) && b.low.to_double() < low) {
      low = b.low.to_double();
      low_at = b.close_time();
    }
  }
  for (const Bar& b : series.bars) {
    if (within(b) && b.close_time() <= low_at && b.high.to_double() > high) {
      high = b.high.to_double();
      high_at = b.open_time;
    }
  }
  for (const Bar& b : series.bars) {
    if (b.open_time >= high_at && b.low.to_double() <= high - (high - low) / 3.0) {
      third_at = b.close_time();
      break;
    }
  }
  GuardLevel level = GuardLevel::normal;
  for (const GuardState& s : changes) {
    if (s.stamp > third_at) {
      break;
    }
    if (s.stamp > high_at && s.level >= GuardLevel::halt) {
      return true;
    }
    if (s.stamp <= high_at) {
      level = s.level;
    }
  }
  return level >= GuardLevel::halt;
}

} // namespace

TEST_CASE("the crash of 2021-05-19 is halted in its first third on every pair",
          "[unit][guard][market]") {
  const Timestamp day = Timestamp::from_ms(1'621'382'400'000);
  for (const CandleSeries& series : load("1m-spot-2021-crash").series) {
    INFO(series.symbol.name());
    CHECK(halted_in_time(series, run_guard(series), day));
  }
}

TEST_CASE("the drop of 2023-08-17 is halted in its first third", "[unit][guard][market]") {
  const Timestamp day = Timestamp::from_ms(1'692'230'400'000);
  for (const CandleSeries& series : load("1m-perp-gateio-2023").series) {
    INFO(series.symbol.name());
    CHECK(halted_in_time(series, run_guard(series), day));
  }
}

TEST_CASE("quiet days see at most one halt a pair a week", "[unit][guard][market]") {
  const std::string folder = GENERATE("1m-perp-2025", "1m-perp-gateio-2023", "1m-spot-2020");
  double sum = 0.0;
  int pairs = 0;
  for (const CandleSeries& series : load(folder).series) {
    sum += halts_a_calm_week(series, run_guard(series));
    ++pairs;
  }
  if (pairs > 0) {
    std::cout << folder << ": " << sum / pairs << " halts a pair a week on calm days\n";
    CHECK(sum / pairs <= 1.0);
  }
}
