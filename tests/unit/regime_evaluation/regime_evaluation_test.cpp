// What a regime is said to mean, measured on tracks made by hand and by a seeded walk.

#include "actors/numerics/seeded_random.hpp"
#include "backtests/evaluation/regime_evaluation.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/regime/model_samples.hpp"

#include <cmath>
#include <functional>

using namespace rg;

namespace {

constexpr std::int64_t kSlotMs = 900'000;
using R = Regime;

/// A track from regimes and returns, one row each; the first row's return is not used.
RegimeTrack track(const std::vector<Regime>& regimes, const std::vector<double>& returns,
                  std::int64_t first_slot = 0) {
  RegimeTrack out{Symbol(), std::chrono::minutes{15}, {}, 0};
  double x = 0.0;
  for (std::size_t t = 0; t < regimes.size(); ++t) {
    x += returns[t];
    RegimeRow row{true, x, {}};
    row.estimate.stamp = Timestamp::from_ms(
        1'704'067'200'000 + (first_slot + static_cast<std::int64_t>(t) + 1) * kSlotMs);
    row.estimate.regime = regimes[t];
    out.rows.push_back(row);
  }
  return out;
}

/// Stays of 96 bars in turn; the returns of each bar drawn by what its regime is.
RegimeTrack walk(std::uint64_t seed, const std::function<double(Regime, double)>& draw,
                 std::size_t bars = 96 * 60) {
  SeededRandom random(seed);
  std::vector<Regime> regimes;
  std::vector<double> returns;
  for (std::size_t t = 0; t < bars; ++t) {
    regimes.push_back(static_cast<Regime>(t / 96 % 3));
    returns.push_back(draw(regimes.back(), random.normal()));
  }
  return track(regimes, returns);
}

} // namespace

TEST_CASE("volatility after a bar is the root of the next returns' squares", "[unit][evaluation]") {
  // Horizon 2. Bar 0 is high: next returns 3 and 4, so 5. Bar 1 ranges: 4 and 0, so 4. Bar 2 is
  // unknown and counts for nothing; bars 3 and 4 have no two bars after them.
  const std::vector<RegimeTrack> tracks{
      track({R::high_volatility, R::range_bound, R::unknown, R::trending, R::trending},
            {9.0, 3.0, 4.0, 0.0, 1.0})};
  const VolatilityAfter v = volatility_after(tracks, 2);
  CHECK(v.bars_high == 1);
  CHECK(v.bars_others == 1);
  CHECK(v.high == Approx(5.0));
  CHECK(v.others == Approx(4.0));
  CHECK(*v.ratio == Approx(1.25));
}

TEST_CASE("a horizon that holds a gap, and warm-up, do not count", "[unit][evaluation]") {
  std::vector<RegimeTrack> tracks{
      track(std::vector<Regime>(8, R::high_volatility), std::vector<double>(8, 1.0))};
  CHECK(volatility_after(tracks, 2).bars_high == 6);
  tracks[0].warm = 3;
  CHECK(volatility_after(tracks, 2).bars_high == 3);
  tracks[0].rows[6].good = false; // ends the horizons of bars 4, 5 and of itself
  CHECK(volatility_after(tracks, 2).bars_high == 1);
  CHECK_FALSE(volatility_after(tracks, 2).ratio); // nothing to compare with
}

TEST_CASE("twice the volatility after high volatility is measured as about twice",
          "[unit][evaluation]") {
  const std::vector<RegimeTrack> tracks{
      walk(1, [](R r, double z) { return (r == R::high_volatility ? 0.02 : 0.01) * z; }),
      walk(2, [](R r, double z) { return (r == R::high_volatility ? 0.02 : 0.01) * z; })};
  // A sixth of the horizons reach into the next regime, which blurs it a little.
  CHECK(*volatility_after(tracks).ratio == Approx(1.83).epsilon(0.05));
}

TEST_CASE("trends that go somewhere are told from ranges, a coin is not", "[unit][evaluation]") {
  BootstrapSettings bootstrap;
  bootstrap.resamples = 500;
  const std::vector<RegimeTrack> moving{
      walk(3, [](R r, double z) { return 0.01 * z + (r == R::trending ? 0.004 : 0.0); })};
  const auto found = efficiency_contrast(moving, EfficiencyWindow::contemporaneous, bootstrap);
  CHECK(*found.difference > 0.05);
  CHECK(*found.p < 0.01);
  const auto ahead = efficiency_contrast(moving, EfficiencyWindow::forward, bootstrap);
  CHECK(*ahead.difference > 0.03); // stays of a day reach beyond four hours
  const std::vector<RegimeTrack> coin{walk(4, [](R, double z) { return 0.01 * z; })};
  const auto nothing = efficiency_contrast(coin, EfficiencyWindow::contemporaneous, bootstrap);
  CHECK(std::fabs(*nothing.difference) < 0.03);
  CHECK(*nothing.p > 0.02);
}

TEST_CASE("efficiency is the net move over the path, and both need their bars",
          "[unit][evaluation]") {
  // Horizon 2: bar 2 (trending) |1 + 1| / 2 = 1; bar 4 (range) |1 − 1| / 2 = 0.
  const std::vector<RegimeTrack> tracks{
      track({R::unknown, R::unknown, R::trending, R::unknown, R::range_bound},
            {0.0, 1.0, 1.0, 1.0, -1.0})};
  const auto c = efficiency_contrast(tracks, EfficiencyWindow::contemporaneous, {}, 2);
  CHECK(c.trending == 1.0);
  CHECK(c.range == 0.0);
  CHECK(*c.difference == 1.0);
  const std::vector<RegimeTrack> one{track({R::trending, R::trending}, {0.0, 1.0})};
  const auto none = efficiency_contrast(one, EfficiencyWindow::contemporaneous, {}, 1);
  CHECK_FALSE(none.difference);
  CHECK_FALSE(none.p);
}

TEST_CASE("a stay bridges bars of unknown, ends at another regime or a gap, cut ones do not count",
          "[unit][evaluation]") {
  // T T R R ? R H H H T: the first T began before the track, the last T has not ended.
  std::vector<RegimeTrack> tracks{
      track({R::trending, R::trending, R::range_bound, R::range_bound, R::unknown, R::range_bound,
             R::high_volatility, R::high_volatility, R::high_volatility, R::trending},
            std::vector<double>(10, 0.0))};
  const DwellFigures d = dwell_figures(tracks);
  CHECK(d.stays == 2);
  CHECK(*d.median_hours_of[1] == Approx(1.0));  // four bars, unknown included
  CHECK(*d.median_hours_of[2] == Approx(0.75)); // three
  CHECK_FALSE(d.median_hours_of[0]);
  CHECK(*d.median_hours == Approx(0.875));
  CHECK(d.switches_per_day == Approx(3.0 / (10.0 / 96.0)));
  CHECK(d.share[3] == Approx(0.1));
  tracks[0].rows[7].good = false; // the storm is cut by a gap; the trend after begins inside
  CHECK(dwell_figures(tracks).stays == 3);
}

TEST_CASE("a model agrees with itself, with its states renamed too", "[unit][evaluation]") {
  CandleFolder folder{"a", "a", {{}}, {}};
  CandleSeries& series = folder.series.front();
  series.interval = std::chrono::minutes{15};
  SeededRandom random(5);
  double x = 0.0;
  for (int i = 0; i < 1'500; ++i) {
    const double before = x;
    x += (i / 200 % 2 == 0 ? 0.001 : 0.004) * random.normal();
    const auto bar = test::pipeline_bar(i, 100.0 * std::exp(before),
                                        100.0 * std::exp(std::max(before, x) + 0.001),
                                        100.0 * std::exp(std::min(before, x) - 0.001),
                                        100.0 * std::exp(x), 10.0 + random.uniform());
    series.bars.push_back(bar.bar);
  }
  const auto model = test::shared(test::sample_model());
  const std::vector<CandleFolder> folders{folder};
  const RefitAgreement same = refit_agreement(folders, model, model, {}, {});
  CHECK(same.bars == 500); // after 1,000 slots
  CHECK(*same.posterior == 1.0);
  CHECK(same.names_hold);
  ModelParameters moved = *model;
  std::swap(moved.hmm.means[0], moved.hmm.means[1]);
  std::swap(moved.hmm.covariances[0], moved.hmm.covariances[1]);
  std::swap(moved.hmm.initial[0], moved.hmm.initial[1]);
  std::swap(moved.hmm.transition[0], moved.hmm.transition[1]);
  for (auto& row : moved.hmm.transition) {
    std::swap(row[0], row[1]);
  }
  const RefitAgreement matched = refit_agreement(folders, model, test::shared(moved), {}, {});
  CHECK_FALSE(matched.names_hold);
  CHECK(matched.match == std::array<std::size_t, 3>{1, 0, 2});
  CHECK(*matched.posterior == 1.0);
}
