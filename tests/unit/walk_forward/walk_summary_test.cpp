#include "backtests/walk_forward/walk_report.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/statistics/plain_noise.hpp"

#include <cmath>

using namespace rg;

namespace {

/// A window of thirty days of Gaussian returns; the unguarded run moves twice as much.
WindowResult window_of(const std::string& span, int number, double mean, std::uint64_t seed) {
  rg::test::PlainNoise noise(seed);
  WindowResult w;
  w.window.span = span;
  w.window.from = Timestamp::from_ms(86'400'000LL * 30 * number);
  w.window.to = Timestamp::from_ms(86'400'000LL * 30 * (number + 1));
  SpanComparison& c = w.comparison;
  c.name = span;
  double growth = 1.0;
  for (int d = 0; d < 30; ++d) {
    const double z = 0.005 * noise.normal();
    c.days.push_back(30 * number + d);
    c.guarded_returns.push_back(mean + z);
    c.unguarded_returns.push_back(mean + 2.0 * z);
    c.market_returns.push_back(d == 0 ? std::nan("") : z);
    growth *= 1.0 + mean + z;
  }
  c.guarded.total_return = growth - 1.0;
  c.guarded.trades = 10;
  for (const double multiple : {0.5, 1.0, 2.0}) {
    CostRun run;
    run.multiple = multiple;
    run.total_return = growth - 1.0 - 0.001 * multiple;
    run.fees_paid = 100.0 * multiple;
    run.trades = 10;
    run.returns = c.guarded_returns;
    w.costs.push_back(run);
  }
  return w;
}

std::vector<WindowResult> windows_of(double mean) {
  std::vector<WindowResult> all;
  for (int i = 0; i < 12; ++i) {
    all.push_back(window_of(i < 6 ? "a" : "b", i, mean, 100 + static_cast<std::uint64_t>(i)));
  }
  return all;
}

} // namespace

TEST_CASE("returns of pure chance are no evidence of edge", "[unit][walk]") {
  const WalkSummary s = summarise(windows_of(0.0), {}, 50.0);
  CHECK(s.windows == 12);
  CHECK(s.days == 360);
  CHECK_FALSE(s.edge);
  REQUIRE_FALSE(s.verdict.empty());
  CHECK(s.verdict[0].rfind("No evidence of edge", 0) == 0);
}

TEST_CASE("a steady gain beyond the best of many trials is evidence", "[unit][walk]") {
  const WalkSummary s = summarise(windows_of(0.002), {}, 50.0);
  CHECK(s.edge);
  CHECK(s.verdict[0].rfind("Evidence of edge", 0) == 0);
  CHECK(*s.mean_return.lower > 0.0);
  CHECK(s.winning_windows >= 10);
}

TEST_CASE("a gain that many trials would show by chance is not", "[unit][walk]") {
  const WalkSummary one = summarise(windows_of(0.0006), {}, 1.0);
  const WalkSummary many = summarise(windows_of(0.0006), {}, 1e6);
  CHECK(*one.deflated_sharpe == *one.probabilistic_sharpe);
  CHECK(*many.deflated_sharpe < *one.deflated_sharpe);
  CHECK_FALSE(many.edge);
}

TEST_CASE("tails half as large are found to be smaller", "[unit][walk]") {
  const WalkSummary s = summarise(windows_of(0.0), {}, 1.0);
  CHECK(*s.added.cvar_ratio.estimate == Approx(0.5).margin(0.02));
  CHECK(*s.added.cvar_ratio.upper < 0.6);
  CHECK(s.verdict[1].find("tails are shown") != std::string::npos);
}

TEST_CASE("costs are summed up by multiple", "[unit][walk]") {
  const WalkSummary s = summarise(windows_of(0.001), {}, 1.0);
  REQUIRE(s.costs.size() == 3);
  CHECK(s.costs[0].multiple == 0.5);
  CHECK(s.costs[2].fees_paid == Approx(12 * 200.0));
  CHECK(s.costs[1].trades == 120);
  CHECK(s.costs[0].mean_window_return - s.costs[2].mean_window_return == Approx(0.0015));
}

TEST_CASE("windows without a model are counted and say why", "[unit][walk]") {
  auto windows = windows_of(0.0);
  windows[0].skipped = "no data before the window to fit on";
  const WalkSummary s = summarise(windows, {}, 1.0);
  CHECK(s.windows == 11);
  CHECK(s.skipped == 1);
  CHECK(walk_text(s, windows).find("skipped: no data before") != std::string::npos);
  const auto j = walk_json(s, windows);
  CHECK(j["windows"][0]["skipped"] == "no data before the window to fit on");
  CHECK(j["pooled"]["windows"] == 11);
  CHECK(j["verdict"].size() == 2);
  std::vector<WindowResult> none{windows[0]};
  CHECK_FALSE(summarise(none, {}, 1.0).edge);
}
