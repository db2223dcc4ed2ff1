// The synthetic market's two paces, and the score on it.

#include "backtests/evaluation/synthetic_score.hpp"
#include "infra/config/model_file.hpp"
#include "infra/market/synthetic_market.hpp"
#include "tests/support/catch.hpp"

using namespace rg;

namespace {

SyntheticMarket market(MarketPace pace, std::uint64_t seed = 3) {
  SyntheticOptions options;
  options.seed = seed;
  options.pace = pace;
  options.history_minutes = 20 * 1'440;
  return SyntheticMarket(options);
}

/// Mean stay of all pairs, hours.
double mean_stay(const SyntheticMarket& m) {
  const double hours = 20.0 * 24.0 * static_cast<double>(m.symbols().size());
  return hours / static_cast<double>(m.switches().size());
}

} // namespace

TEST_CASE("natural regimes last about a day, brisk ones some hours", "[unit][market]") {
  CHECK(mean_stay(market(MarketPace::natural)) > 16.0);
  CHECK(mean_stay(market(MarketPace::natural)) < 32.0);
  CHECK(mean_stay(market(MarketPace::brisk)) < 12.0);
}

TEST_CASE("a market is a function of its seed and pace", "[unit][market]") {
  const auto a = market(MarketPace::natural), b = market(MarketPace::natural),
             other = market(MarketPace::natural, 4), brisk = market(MarketPace::brisk);
  const Symbol s = a.symbols().front();
  const auto last = [&](const SyntheticMarket& m) { return m.history(s)[10'000].close; };
  CHECK(last(a) == last(b));
  CHECK(last(a) != last(other));
  CHECK(last(a) != last(brisk));
}

TEST_CASE("the score counts every bar once under its true regime", "[unit][evaluation]") {
  const auto model = model_for("");
  REQUIRE(model);
  const SyntheticScore score = score_on_synthetic(*model, {}, {}, {3, 1, 5, MarketPace::natural});
  std::size_t filter = 0, in_force = 0, known = 0;
  for (std::size_t k = 0; k < kRegimeCount; ++k) {
    for (std::size_t j = 0; j <= kRegimeCount; ++j) {
      filter += j < kRegimeCount ? score.filter[k][j] : 0;
      in_force += score.in_force[k][j];
      known += j < kRegimeCount ? score.in_force[k][j] : 0;
    }
  }
  CHECK(score.bars == 8 * 5 * 96);
  CHECK(filter == score.bars);
  CHECK(in_force == score.bars);
  CHECK(known == score.spoken);
  CHECK(score.true_switches_per_day > 0.3);
}
