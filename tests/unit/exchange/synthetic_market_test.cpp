#include "infra/market/candle_replay.hpp"
#include "infra/market/synthetic_market.hpp"
#include "messages/settings/contract_rules.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <numeric>

using namespace rg;
using namespace std::chrono_literals;

namespace {

/// 15-minute log returns of the history, with the true regime at each bar's end.
struct Sample {
  std::vector<double> returns, efficiency;
  std::vector<Regime> regime;
};

Regime regime_at(const SyntheticMarket& m, Symbol s, Timestamp t) {
  Regime now = Regime::unknown;
  for (const RegimeSwitch& sw : m.switches()) {
    if (sw.symbol == s && sw.from <= t) {
      now = sw.regime;
    }
  }
  return now;
}

Sample sample_of(const SyntheticMarket& m, Symbol s) {
  Sample out;
  const auto& bars = m.history(s);
  std::vector<double> close;
  for (std::size_t i = 14; i < bars.size(); i += 15) {
    close.push_back(std::log(bars[i].close.to_double()));
  }
  for (std::size_t i = 16; i < close.size(); ++i) {
    double path = 0.0;
    for (std::size_t k = i - 15; k <= i; ++k) {
      path += std::fabs(close[k] - close[k - 1]);
    }
    const Timestamp end = bars[15 * (i + 1) - 1].close_time();
    // Only bars whose whole window lies in one regime say something about it.
    const Regime r = regime_at(m, s, end - 1min);
    if (r != regime_at(m, s, end - 4h)) {
      continue;
    }
    out.returns.push_back(close[i] - close[i - 1]);
    out.efficiency.push_back(std::fabs(close[i] - close[i - 16]) / path);
    out.regime.push_back(r);
  }
  return out;
}

double deviation(const std::vector<double>& x) {
  double sum = 0.0;
  for (const double v : x) {
    sum += v * v;
  }
  return std::sqrt(sum / static_cast<double>(x.size()));
}

double mean(const std::vector<double>& x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

} // namespace

TEST_CASE("the same seed gives the same market, whatever the steps' timing", "[unit][market]") {
  const auto digest = [](std::uint64_t seed) {
    SyntheticOptions o;
    o.seed = seed;
    o.history_minutes = 600;
    SyntheticMarket m(o);
    std::uint64_t hash = 0;
    for (const Symbol s : m.symbols()) {
      for (const Bar& b : m.history(s)) {
        hash =
            hash64(hash, static_cast<std::uint64_t>(b.close.raw() ^ b.high.raw() ^ b.volume.raw()));
      }
    }
    MarketStep step;
    for (int i = 0; i < 1000; ++i) {
      REQUIRE(m.advance(15s, step));
      for (const Symbol s : m.symbols()) {
        const PairStep& p = step.pairs[s.id()];
        hash = hash64(hash, static_cast<std::uint64_t>(p.path[1].raw() ^ p.bid.raw() ^
                                                       p.volume.raw() ^ p.mark.raw()));
      }
    }
    return hash;
  };
  CHECK(digest(7) == digest(7));
  CHECK(digest(7) != digest(8));
}

TEST_CASE("history: a thousand pipeline bars and more, gapless, ending at the start, quickly made",
          "[unit][market]") {
  const std::clock_t begun = std::clock(); // of the processor: what else runs here does not count
  SyntheticMarket m({});
  const double seconds = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
  CHECK(seconds < 1.0); // about 0.05 s
  CHECK(m.now() == Timestamp::from_ms(1'735'689'600'000));
  CHECK(m.symbols().size() == 8);
  for (const Symbol s : m.symbols()) {
    const auto& bars = m.history(s);
    REQUIRE(bars.size() >= 15'000);
    CHECK(bars.back().close_time() == m.now());
    for (std::size_t i = 0; i < bars.size(); ++i) {
      const Bar& b = bars[i];
      const bool sound = b.low.is_positive() && b.low <= b.open && b.low <= b.close &&
                         b.high >= b.open && b.high >= b.close && b.volume.is_positive() &&
                         (i == 0 || b.open_time == bars[i - 1].close_time());
      if (!sound) {
        FAIL(s.name() << " bar " << i);
      }
    }
  }
  CHECK(m.history(*Symbol::parse("BTC")).back().close == *Price::parse("94000"));
  CHECK(m.history(*Symbol::parse("XRP")).back().close == *Price::parse("2.1"));
}

TEST_CASE("steps respect tick, lot and order of quotes, and continue the history",
          "[unit][market]") {
  SyntheticOptions o;
  o.seed = 3;
  SyntheticMarket m(o);
  MarketStep step;
  for (int i = 0; i < 2000; ++i) {
    REQUIRE(m.advance(15s, step));
    for (const Symbol s : m.symbols()) {
      const PairStep& p = step.pairs[s.id()];
      const ContractRules& rules = contract_defaults()[s.id()];
      bool sound = p.trades && p.bid < p.ask && p.volume.is_positive() &&
                   p.volume.raw() % rules.lot_size.raw() == 0 && p.level_size >= rules.lot_size &&
                   p.mark.raw() % rules.tick_size.raw() == 0 &&
                   (p.path[3] == p.bid || p.path[3] == p.ask);
      for (const Price x : p.path) {
        sound = sound && x.raw() % rules.tick_size.raw() == 0;
      }
      const double jump = std::fabs(std::log(p.path[0].to_double() / p.path[3].to_double()));
      if (!sound || jump > 0.1) {
        FAIL(s.name() << " step " << i);
      }
    }
  }
  SECTION("other step lengths are whole parts of a minute") {
    SyntheticMarket dense(o);
    REQUIRE(dense.advance(15s, step));
    REQUIRE(dense.advance(1s, step));
    CHECK(step.end - step.begin == Duration{1s});
    CHECK_THROWS_AS(dense.advance(7s, step), InvariantBroken);
  }
}

TEST_CASE("regimes differ as they should: volatility, efficiency, dwell, switches",
          "[unit][market]") {
  std::array<std::vector<double>, kRegimeCount> returns, efficiency;
  double hours = 0.0;
  std::size_t switches = 0;
  std::array<std::size_t, kRegimeCount> entered{};
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    SyntheticOptions o;
    o.seed = seed;
    SyntheticMarket m(o);
    for (const Symbol s : m.symbols()) {
      const Sample sample = sample_of(m, s);
      for (std::size_t i = 0; i < sample.returns.size(); ++i) {
        const auto r = static_cast<std::size_t>(sample.regime[i]);
        // In units of the pair's own calm volatility, so that pairs pool.
        returns[r].push_back(sample.returns[i]);
        efficiency[r].push_back(sample.efficiency[i]);
      }
      hours += static_cast<double>(m.history(s).size()) / 60.0;
    }
    switches += m.switches().size() - m.symbols().size();
    for (const RegimeSwitch& sw : m.switches()) {
      ++entered[static_cast<std::size_t>(sw.regime)];
    }
  }
  const double calm = deviation(returns[static_cast<std::size_t>(Regime::range_bound)]);
  const double trend = deviation(returns[static_cast<std::size_t>(Regime::trending)]);
  const double wild = deviation(returns[static_cast<std::size_t>(Regime::high_volatility)]);
  CHECK(calm > 0.0025);
  CHECK(calm < 0.0055);
  CHECK(trend < 1.6 * calm);
  CHECK(wild > 2.0 * calm);
  CHECK(wild < 4.5 * calm);
  const double trend_efficiency = mean(efficiency[static_cast<std::size_t>(Regime::trending)]);
  const double range_efficiency = mean(efficiency[static_cast<std::size_t>(Regime::range_bound)]);
  CHECK(trend_efficiency > range_efficiency + 0.15);
  const double dwell = hours / static_cast<double>(switches);
  CHECK(dwell > 4.0);
  CHECK(dwell < 16.0);
  for (const std::size_t n : entered) {
    CHECK(n > switches / 8);
  }
}

TEST_CASE("pairs move together, volume clusters and rises with movement", "[unit][market]") {
  SyntheticOptions o;
  o.seed = 12;
  SyntheticMarket m(o);
  const auto bars_of = [&](const char* name) -> const std::vector<Bar>& {
    return m.history(*Symbol::parse(name));
  };
  const auto returns_of = [&](const char* name) {
    std::vector<double> r;
    const auto& bars = bars_of(name);
    for (std::size_t i = 30; i < bars.size(); i += 15) {
      r.push_back(std::log(bars[i].close.to_double() / bars[i - 15].close.to_double()));
    }
    return r;
  };
  const auto correlation = [](const std::vector<double>& a, const std::vector<double>& b) {
    double ab = 0.0, aa = 0.0, bb = 0.0;
    const double ma = mean(a), mb = mean(b);
    for (std::size_t i = 0; i < a.size(); ++i) {
      ab += (a[i] - ma) * (b[i] - mb);
      aa += (a[i] - ma) * (a[i] - ma);
      bb += (b[i] - mb) * (b[i] - mb);
    }
    return ab / std::sqrt(aa * bb);
  };
  const auto btc = returns_of("BTC"), eth = returns_of("ETH"), doge = returns_of("DOGE");
  CHECK(correlation(btc, eth) > 0.2);
  CHECK(correlation(btc, eth) < 0.8);
  CHECK(correlation(btc, doge) > 0.2);
  std::vector<double> volume, next, move;
  const auto& bars = bars_of("ETH");
  for (std::size_t i = 1; i + 1 < bars.size(); ++i) {
    volume.push_back(std::log(bars[i].volume.to_double()));
    next.push_back(std::log(bars[i + 1].volume.to_double()));
    move.push_back(std::fabs(std::log(bars[i].close.to_double() / bars[i - 1].close.to_double())));
  }
  CHECK(correlation(volume, next) > 0.5);
  CHECK(correlation(volume, move) > 0.2);
}

TEST_CASE("at most four pairs share a regime, so some market is always tradable",
          "[unit][market]") {
  for (std::uint64_t seed = 20; seed < 30; ++seed) {
    SyntheticOptions o;
    o.seed = seed;
    o.history_minutes = 15;
    SyntheticMarket m(o);
    MarketStep step;
    std::size_t busiest = 0;
    for (int i = 0; i < 4 * 60 * 24; ++i) {
      REQUIRE(m.advance(15s, step));
      std::array<std::size_t, kRegimeCount> count{};
      for (const Symbol s : m.symbols()) {
        ++count[static_cast<std::size_t>(m.regime(s))];
      }
      busiest = std::max(busiest, *std::max_element(count.begin(), count.end()));
    }
    CHECK(busiest <= 4);
  }
}

TEST_CASE("funding rates are small, stable to ask twice, and differ", "[unit][market]") {
  SyntheticOptions o;
  o.history_minutes = 15;
  SyntheticMarket m(o);
  const Timestamp t = Timestamp::from_ms(1'735'718'400'000);
  std::vector<double> rates;
  for (const Symbol s : m.symbols()) {
    for (int k = 0; k < 50; ++k) {
      const double r = m.funding_rate(s, t + 8h * k);
      CHECK(r == m.funding_rate(s, t + 8h * k));
      CHECK(std::fabs(r) <= 0.0005);
      rates.push_back(r);
    }
  }
  CHECK(mean(rates) > 0.00005);
  CHECK(deviation(rates) > 0.00005);
}

TEST_CASE("a replay rebuilds the file's candles from its steps", "[unit][market]") {
  const Symbol btc = *Symbol::parse("BTC");
  const Timestamp t0 = Timestamp::from_ms(1'735'689'600'000);
  const auto bar = [&](int minute, const char* o, const char* h, const char* l, const char* c,
                       const char* v, Duration length = 1min) {
    return Bar{btc,
               t0 + length * minute,
               length,
               *Price::parse(o),
               *Price::parse(h),
               *Price::parse(l),
               *Price::parse(c),
               *Quantity::parse(v)};
  };
  CandleFolder folder;
  folder.path = "test";
  CandleSeries series;
  series.symbol = btc;
  series.interval = 1min;
  series.bars = {bar(0, "100", "110", "95", "105", "1"), bar(1, "105", "106", "90", "91", "2.0003"),
                 bar(2, "91", "120", "91", "119", "0"), bar(5, "119", "119", "118", "118.5", "3")};
  folder.series.push_back(series);
  ReplayOptions options;
  options.start = t0 + 1min;
  CandleReplay replay(folder, options);
  CHECK(replay.history(btc).size() == 1);
  CHECK(replay.history(btc)[0].high == *Price::parse("110"));
  CHECK(replay.opening(btc).bid <= *Price::parse("105"));
  MarketStep step;
  std::vector<Bar> rebuilt;
  for (int i = 0; i < 20; ++i) {
    REQUIRE(replay.advance(15s, step));
    const PairStep& p = step.pairs[btc.id()];
    CHECK(p.bid < p.ask);
    if (!p.trades) {
      continue;
    }
    const Timestamp minute = step.begin.slot_start(1min);
    if (rebuilt.empty() || rebuilt.back().open_time != minute) {
      rebuilt.push_back({btc, minute, 1min, p.path[0], p.path[0], p.path[0], p.path[3], {}});
    }
    Bar& b = rebuilt.back();
    for (const Price x : p.path) {
      b.high = std::max(b.high, x);
      b.low = std::min(b.low, x);
    }
    b.close = p.path[3];
    b.volume += p.volume;
  }
  REQUIRE(rebuilt.size() == 3); // minutes 3 and 4 are a gap
  for (std::size_t i = 0; i < 3; ++i) {
    const Bar& wanted = series.bars[i + 1];
    CHECK(rebuilt[i].open_time == wanted.open_time);
    CHECK(rebuilt[i].open == wanted.open);
    CHECK(rebuilt[i].high == wanted.high);
    CHECK(rebuilt[i].low == wanted.low);
    CHECK(rebuilt[i].close == wanted.close);
    CHECK(rebuilt[i].volume == wanted.volume);
  }
  CHECK(!replay.advance(15s, step)); // the data has ended
  CHECK(replay.funding_rate(btc, t0) == 0.0001);
}

TEST_CASE("a replay of five-minute bars keeps their prices and volume", "[unit][market]") {
  const Symbol btc = *Symbol::parse("BTC");
  const Timestamp t0 = Timestamp::from_ms(1'735'689'600'000);
  CandleFolder folder;
  folder.path = "test";
  CandleSeries series;
  series.symbol = btc;
  series.interval = 5min;
  for (int i = 0; i < 4; ++i) {
    series.bars.push_back({btc, t0 + 5min * i, 5min, *Price::parse("100"), *Price::parse("120"),
                           *Price::parse("90"), *Price::parse("110"), *Quantity::parse("1.0001")});
  }
  folder.series.push_back(series);
  ReplayOptions options;
  options.start = t0 + 10min;
  CandleReplay replay(folder, options);
  const auto& history = replay.history(btc);
  REQUIRE(history.size() == 10);
  Quantity volume;
  Price high = history[0].high, low = history[0].low;
  for (std::size_t i = 0; i < 5; ++i) {
    volume += history[i].volume;
    high = std::max(high, history[i].high);
    low = std::min(low, history[i].low);
  }
  CHECK(volume == *Quantity::parse("1.0001"));
  CHECK(high == *Price::parse("120"));
  CHECK(low == *Price::parse("90"));
  CHECK(history[0].open == *Price::parse("100"));
  CHECK(history[4].close == *Price::parse("110"));
  MarketStep step;
  volume = {};
  for (int i = 0; i < 20; ++i) {
    REQUIRE(replay.advance(15s, step));
    volume += step.pairs[btc.id()].volume;
  }
  CHECK(volume == *Quantity::parse("1.0001"));
  CHECK(step.pairs[btc.id()].path[3] == *Price::parse("110"));
  CandleFolder empty;
  empty.path = "nothing";
  CHECK_THROWS_AS(CandleReplay(empty, {}), std::invalid_argument);
}
