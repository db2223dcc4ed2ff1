#pragma once
// A small seeded market for tests: stretches of trend, range and storm, with volume that follows
// volatility. Integer-seeded and free of library distributions, so the bars are the same
// everywhere.

#include "infra/market/candle_file.hpp"
#include "messages/market/bar.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace rg::test {

class SyntheticBars {
public:
  SyntheticBars(const char* pair, std::uint64_t seed, double start_price)
      : symbol_(*Symbol::parse(pair)), state_(seed * 2654435761U + 88172645463325252U),
        log_price_(std::log(start_price)), anchor_(log_price_) {}

  /// `count` bars of `minutes` from `first_ms` on, without gaps.
  CandleSeries series(std::int64_t first_ms, int count, int minutes = 1) {
    CandleSeries s;
    s.symbol = symbol_;
    s.interval = std::chrono::minutes{minutes};
    s.path = "synthetic";
    s.sha256 = std::string(64, '0');
    s.bars.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      s.bars.push_back(bar(Timestamp::from_ms(first_ms + 60'000LL * minutes * i), minutes));
    }
    return s;
  }

private:
  enum class Mood { range, trend, storm };

  double uniform() { // xorshift64*
    state_ ^= state_ >> 12U;
    state_ ^= state_ << 25U;
    state_ ^= state_ >> 27U;
    return static_cast<double>((state_ * 2685821657736338717U) >> 11U) / 9007199254740992.0;
  }
  double normal() { // sum of twelve uniforms: tails do not matter here
    double sum = -6.0;
    for (int i = 0; i < 12; ++i) {
      sum += uniform();
    }
    return sum;
  }
  void change_mood() {
    const double u = uniform();
    mood_ = u < 0.5 ? Mood::range : (u < 0.85 ? Mood::trend : Mood::storm);
    minutes_left_ = 300.0 + 1500.0 * uniform();
    drift_ = (uniform() < 0.5 ? -1.0 : 1.0) * 0.00003;
    anchor_ = log_price_;
  }

  /// One bar as eight steps.
  Bar bar(Timestamp open_time, int minutes) {
    constexpr int kSteps = 8;
    const double open = log_price_;
    double high = open;
    double low = open;
    const double dt = static_cast<double>(minutes) / kSteps;
    const double volatility =
        mood_ == Mood::storm ? 0.0018 : (mood_ == Mood::trend ? 0.0005 : 0.0006);
    for (int i = 0; i < kSteps; ++i) {
      double move = volatility * std::sqrt(dt) * normal();
      move += mood_ == Mood::trend ? drift_ * dt : 0.0;
      move += mood_ == Mood::range ? 0.004 * dt * (anchor_ - log_price_) : 0.0;
      log_price_ += move;
      high = std::max(high, log_price_);
      low = std::min(low, log_price_);
    }
    minutes_left_ -= minutes;
    if (minutes_left_ <= 0.0) {
      change_mood();
    }
    Bar b;
    b.symbol = symbol_;
    b.open_time = open_time;
    b.length = std::chrono::minutes{minutes};
    b.open = price(open);
    b.high = price(high);
    b.low = price(low);
    b.close = price(log_price_);
    b.volume = Quantity::from_double(
        std::floor(1e6 * volatility * minutes * (0.5 + uniform())) / 10.0, Rounding::nearest);
    return b;
  }
  /// Six decimals, as a venue would print.
  static Price price(double log_price) {
    return Price::from_double(std::round(std::exp(log_price) * 1e6) / 1e6, Rounding::nearest);
  }

  Symbol symbol_;
  std::uint64_t state_;
  double log_price_, anchor_;
  double drift_ = 0.00003, minutes_left_ = 600.0;
  Mood mood_ = Mood::range;
};

inline CandleFolder folder_of(std::vector<CandleSeries> series) {
  CandleFolder folder;
  folder.path = "synthetic";
  folder.name = "synthetic";
  folder.series = std::move(series);
  std::sort(folder.series.begin(), folder.series.end(),
            [](const CandleSeries& a, const CandleSeries& b) { return a.symbol < b.symbol; });
  return folder;
}

} // namespace rg::test
