#include "backtests/forecast_scores.hpp"
#include "tests/support/catch.hpp"

#include <cmath>

using namespace rg;

namespace {

constexpr Duration kInterval = std::chrono::minutes{15};

/// Bars whose log return alternates +r, −r; high and low a tenth of a per cent around the close.
std::vector<ForecastRecord> bars(int count, double r = 0.01) {
  std::vector<ForecastRecord> all;
  for (int i = 0; i < count; ++i) {
    ForecastRecord f;
    f.slot = 1000 + i;
    f.stamp = Timestamp::from_ns((f.slot + 1) * kInterval.count());
    f.close = 100.0 * std::exp(i % 2 == 0 ? 0.0 : r);
    f.high = f.close * 1.001;
    f.low = f.close * 0.999;
    f.recorded = true;
    f.forecast.valid = true;
    f.forecast.rv_forecast = 4.0 * r; // √16 · r
    f.forecast.p_expansion = 0.25;
    f.forecast.tail_q95 = 0.02;
    all.push_back(f);
  }
  return all;
}

std::vector<ScoredForecast> scored(const std::vector<ForecastRecord>& all) {
  return score_forecasts(all, *Symbol::parse("BTC"), kInterval);
}

} // namespace

TEST_CASE("realised volatility is the root of the next sixteen squared returns", "[unit][score]") {
  const auto rows = scored(bars(600));
  REQUIRE(rows.size() == 600);
  CHECK(*rows[10].rv_realised == Approx(0.04));
  CHECK(*rows[583].rv_realised == Approx(0.04)); // its window ends with the last bar
  CHECK_FALSE(rows[584].rv_realised.has_value());
  CHECK_FALSE(rows[584].adverse_excursion.has_value());
}

TEST_CASE("adverse excursion takes the worse of up and down from highs and lows", "[unit][score]") {
  const auto rows = scored(bars(600));
  // From a low close: the highest high is exp(0.01) × 1.001; from a high close: lowest low 0.999.
  CHECK(*rows[100].adverse_excursion == Approx(0.01 + std::log(1.001)));
  CHECK(*rows[101].adverse_excursion == Approx(0.01 - std::log(0.999)));
}

TEST_CASE("a missing slot empties every window that holds it, and no other", "[unit][score]") {
  auto all = bars(600);
  all.erase(all.begin() + 300);
  const auto rows = scored(all);
  CHECK(rows[283].rv_realised.has_value());       // slots 284..299
  CHECK_FALSE(rows[284].rv_realised.has_value()); // slots 285..300
  CHECK_FALSE(rows[299].rv_realised.has_value());
  // Row 300 is slot 301: the return of slot 301 itself does not exist, but its window starts later.
  CHECK(rows[300].rv_realised.has_value());
}

TEST_CASE("the EWMA starts at the mean of 96 squares and is updated from the first on",
          "[unit][score]") {
  auto all = bars(600);
  all[1].close = 100.0 * std::exp(0.03); // returns 0.03, −0.03, then ±0.01
  const auto rows = scored(all);
  CHECK_FALSE(rows[95].rv_ewma.has_value()); // 95 returns exist
  double s2 = (2 * 0.0009 + 94 * 0.0001) / 96.0;
  for (int i = 0; i < 96; ++i) {
    s2 = 0.94 * s2 + 0.06 * (i < 2 ? 0.0009 : 0.0001);
  }
  REQUIRE(rows[96].rv_ewma.has_value());
  CHECK(*rows[96].rv_ewma == Approx(std::sqrt(16.0 * s2)));
}

TEST_CASE("expansion needs 384 of the trailing 480 returns and 1.5 times their volatility",
          "[unit][score]") {
  auto all = bars(600);
  // From slot 501 on returns are ±0.02: twice the trailing 0.01.
  for (std::size_t i = 500; i < 600; ++i) {
    all[i].close = 100.0 * std::exp(i % 2 == 0 ? 0.0 : 0.02);
  }
  const auto rows = scored(all);
  CHECK_FALSE(rows[383].expansion.has_value()); // 383 returns exist
  CHECK(*rows[384].expansion == false);
  CHECK(*rows[499].expansion == true);
}

TEST_CASE("qlike is zero for a perfect forecast and grows both ways", "[unit][score]") {
  const auto perfect = score(scored(bars(600)), 0.95);
  CHECK(*perfect.qlike == Approx(0.0).margin(1e-12));
  auto high = bars(600);
  for (auto& f : high) {
    f.forecast.rv_forecast *= 2.0;
  }
  // s²/h = 1/4: 0.25 − ln 0.25 − 1
  CHECK(*score(scored(high), 0.95).qlike == Approx(0.25 + std::log(4.0) - 1.0));
}

TEST_CASE("tail exceedances are counted on all rows, tested on disjoint windows", "[unit][score]") {
  auto all = bars(17 * 16);
  for (auto& f : all) {
    f.forecast.tail_q95 = 0.005; // always exceeded
  }
  const auto s = score(scored(all), 0.95);
  CHECK(*s.tail_exceedance_rate == 1.0);
  // 256 rows have a window: 16 disjoint ones, all exceeded: LR = −2 · 16 ln 0.05
  CHECK(*s.kupiec_p == Approx(std::erfc(std::sqrt(-16.0 * std::log(0.05)))));
}

TEST_CASE("the Kupiec test agrees with hand-worked likelihood ratios", "[unit][score]") {
  CHECK(*kupiec_p(5, 100, 0.05) == Approx(1.0));
  // 2 (10 ln .1 + 90 ln .9 − 10 ln .05 − 90 ln .95) = 4.1309; χ²(1) survival .0421
  CHECK(*kupiec_p(10, 100, 0.05) == Approx(0.0421).margin(0.0002));
  // none of 100: −2 · 100 ln .95 = 10.2587; survival .00136
  CHECK(*kupiec_p(0, 100, 0.05) == Approx(0.00136).margin(0.00001));
  CHECK_FALSE(kupiec_p(0, 0, 0.05).has_value());
}

TEST_CASE("area under the curve counts pairs, ties as halves", "[unit][score]") {
  // events .8 .4, others .6 .2: pairs won 3 of 4
  CHECK(*area_under_curve({{0.8, true}, {0.4, true}, {0.6, false}, {0.2, false}}) == Approx(0.75));
  CHECK(*area_under_curve({{0.5, true}, {0.5, false}, {0.1, false}}) == Approx(0.75));
  CHECK_FALSE(area_under_curve({{0.5, true}}).has_value());
}

TEST_CASE("Brier skill is measured against the rows' own base rate", "[unit][score]") {
  auto all = bars(600);
  for (std::size_t i = 500; i < 600; ++i) {
    all[i].close = 100.0 * std::exp(i % 2 == 0 ? 0.0 : 0.02);
  }
  auto rows = scored(all);
  double events = 0.0;
  double n = 0.0;
  for (auto& row : rows) {
    if (row.expansion) {
      row.forecast.p_expansion = *row.expansion ? 1.0 : 0.0;
      events += *row.expansion ? 1.0 : 0.0;
      n += 1.0;
    }
  }
  CHECK(*score(rows, 0.95).expansion_brier_skill == Approx(1.0));
  for (auto& row : rows) {
    row.forecast.p_expansion = events / n;
  }
  CHECK(*score(rows, 0.95).expansion_brier_skill == Approx(0.0).margin(1e-12));
}

TEST_CASE("no rows give no scores", "[unit][score]") {
  const RiskModelScores s = score({}, 0.95);
  CHECK_FALSE(s.qlike.has_value());
  CHECK_FALSE(s.kupiec_p.has_value());
  CHECK_FALSE(s.expansion_auc.has_value());
  CHECK(score_forecasts({}, *Symbol::parse("BTC"), kInterval).empty());
}
