#pragma once
// Candle folders made in memory: a market whose regime changes, so that a fit finds three states.

#include "actors/numerics/seeded_random.hpp"
#include "infra/market/candle_file.hpp"

#include <algorithm>
#include <cmath>

namespace rg::test {

struct MarketSample {
  Symbol symbol;
  std::uint64_t seed = 1;
  int bars = 4'000;
  std::chrono::minutes length{15};
};

inline CandleSeries candles(const MarketSample& wanted) {
  SeededRandom random(wanted.seed);
  CandleSeries out;
  out.symbol = wanted.symbol;
  out.interval = wanted.length;
  out.path = "folder/" + std::string(wanted.symbol.compact()) + "-15m.csv";
  out.sha256 = "seed " + std::to_string(wanted.seed);
  double price = 1'000.0;
  int phase = 0;
  double direction = 1.0;
  for (int i = 0; i < wanted.bars; ++i) {
    if (random.uniform() < 0.015) {
      phase = static_cast<int>(random.below(3));
      direction = random.uniform() < 0.5 ? 1.0 : -1.0;
    }
    // 0 trends, 1 swings around where it is, 2 is wild.
    const double sd = phase == 2 ? 0.006 : 0.0015;
    const double drift = phase == 0 ? 0.0012 * direction : 0.0;
    const double step = phase == 1 && i % 2 == 0 ? -0.001 : (phase == 1 ? 0.001 : 0.0);
    const double open = price;
    price *= std::exp(drift + step + sd * random.normal());
    Bar bar;
    bar.symbol = wanted.symbol;
    bar.open_time = Timestamp::from_ms(1'704'067'200'000 + i * wanted.length.count() * 60'000);
    bar.length = wanted.length;
    const double high = std::max(open, price) * std::exp(0.3 * sd * random.uniform());
    const double low = std::min(open, price) * std::exp(-0.3 * sd * random.uniform());
    bar.open = Price::from_double(open, Rounding::nearest);
    bar.close = Price::from_double(price, Rounding::nearest);
    bar.high = Price::from_double(high, Rounding::nearest);
    bar.low = Price::from_double(low, Rounding::nearest);
    const double volume = std::exp(5.0 + 0.3 * random.normal() + (phase == 2 ? 1.2 : 0.0));
    bar.volume = Quantity::from_double(volume, Rounding::nearest);
    out.bars.push_back(bar);
  }
  return out;
}

inline CandleFolder folder(const std::string& name, std::vector<CandleSeries> series) {
  return {"data/" + name, name, std::move(series), {}};
}

} // namespace rg::test
