#include "backtests/metrics.hpp"
#include "tests/support/catch.hpp"

#include <cmath>
#include <random>

using namespace rg;

namespace {

constexpr std::int64_t kDay = 86'400'000;
constexpr std::int64_t kStart = 20'000 * kDay; // 2024-10-04

/// Row 1 at `start`, then one row per (hours after start, equity).
EquityCurve curve_of(std::initializer_list<std::pair<double, double>> rows, double initial = 100.0,
                     std::int64_t start = kStart) {
  EquityCurve curve;
  curve.push(start, initial, 0.0, 0.0);
  for (const auto& [hours, equity] : rows) {
    curve.push(start + static_cast<std::int64_t>(hours * 3'600'000), equity, 0.0, 0.0);
  }
  return curve;
}

Trade trade(double pnl, ExitReason reason = ExitReason::rule) {
  Trade t;
  t.pnl = Notional::from_double(pnl, Rounding::nearest);
  t.exit_reason = reason;
  return t;
}

} // namespace

TEST_CASE("a close stamped 00:00 opens the new day", "[unit][metrics]") {
  // Day 1 ends with the row of 23:00 (102); the row of 24:00 belongs to day 2, whose last is 99.96.
  const EquityCurve c = curve_of({{12, 101}, {23, 102}, {24, 103}, {30, 99.96}});
  const auto r = c.daily_returns();
  REQUIRE(r.size() == 2);
  CHECK(r[0] == Approx(0.02));
  CHECK(r[1] == Approx(99.96 / 102 - 1));
}

TEST_CASE("partial first and last days count, days without rows do not", "[unit][metrics]") {
  // Starts at 18:00; three days of silence in between.
  const EquityCurve c =
      curve_of({{1, 110}, {5.5, 110}, {100, 121}}, 100.0, kStart + 18 * 3'600'000);
  const auto r = c.daily_returns();
  REQUIRE(r.size() == 2);
  CHECK(r[0] == Approx(0.1));
  CHECK(r[1] == Approx(0.1));
  CHECK(curve_of({}).daily_returns().empty());
}

TEST_CASE("drawdown is measured against the highest row so far", "[unit][metrics]") {
  const EquityCurve c = curve_of({{1, 120}, {2, 90}, {3, 130}, {4, 117}});
  CHECK(c.rows()[2].drawdown == Approx(0.25)); // 90 of 120
  CHECK(c.rows()[3].drawdown == 0.0);
  CHECK(compute_metrics(c, {}, {}).max_drawdown == Approx(0.25));
}

TEST_CASE("sharpe, sortino and volatility use sample deviations of daily returns, root 365",
          "[unit][metrics]") {
  // Days +1 %, −1 %, +2 %: mean 2/300, deviations squared sum = 0.0006 − 3 × (2/300)^2
  const EquityCurve c = curve_of({{1, 101}, {25, 99.99}, {49, 101.9898}});
  const Metrics m = compute_metrics(c, {}, {});
  const double mean = 0.02 / 3.0;
  const double variance = (0.0001 + 0.0001 + 0.0004 - 3.0 * mean * mean) / 2.0;
  CHECK(*m.volatility == Approx(std::sqrt(variance * 365.0)));
  CHECK(*m.sharpe == Approx(mean / std::sqrt(variance) * std::sqrt(365.0)));
  CHECK(*m.sortino == Approx(mean / std::sqrt(0.0001 / 2.0) * std::sqrt(365.0)));
  CHECK(m.total_return == Approx(0.019898));
  CHECK_FALSE(m.cagr.has_value()); // under 90 days
  CHECK_FALSE(m.calmar.has_value());
}

TEST_CASE("numbers without a meaning are empty", "[unit][metrics]") {
  const Metrics flat = compute_metrics(curve_of({{1, 100}, {25, 100}, {49, 100}}), {}, {});
  CHECK_FALSE(flat.sharpe.has_value());
  CHECK_FALSE(flat.sortino.has_value());
  CHECK(*flat.volatility == 0.0);
  CHECK_FALSE(flat.win_rate.has_value());
  CHECK_FALSE(flat.profit_factor.has_value());
  const Metrics one_row = compute_metrics(curve_of({}), {}, {});
  CHECK_FALSE(one_row.volatility.has_value());
  CHECK_FALSE(one_row.cvar_95.has_value());
  CHECK(one_row.total_return == 0.0);
}

TEST_CASE("cagr compounds over 365 days from ninety days on", "[unit][metrics]") {
  const Metrics m = compute_metrics(curve_of({{24 * 50, 90}, {24 * 182.5, 110}}), {}, {});
  REQUIRE(m.cagr.has_value());
  CHECK(*m.cagr == Approx(0.21)); // 1.1² − 1
  CHECK(*m.calmar == Approx(0.21 / 0.1));
  CHECK(compute_metrics(curve_of({{24 * 90.0, 110}}), {}, {}).cagr.has_value());
  CHECK_FALSE(compute_metrics(curve_of({{24 * 89.9, 110}}), {}, {}).cagr.has_value());
}

TEST_CASE("cvar averages the worst floor(5 %) days, at least one", "[unit][metrics]") {
  std::vector<double> r(39, 0.01);
  r[7] = -0.10;
  r[20] = -0.04;
  CHECK(*conditional_value_at_risk(r, 0.05) == Approx(0.10)); // floor(1.95) = 1
  r.push_back(0.01);                                          // 40 days: two
  CHECK(*conditional_value_at_risk(r, 0.05) == Approx(0.07));
  CHECK(*conditional_value_at_risk({0.02, 0.03}, 0.05) == Approx(-0.02));
}

TEST_CASE("cvar agrees with the closed form of a normal portfolio", "[unit][metrics]") {
  // Rockafellar & Uryasev (2000), minimum-risk portfolio: VaR(.95) = .090200, CVaR(.95) = .115908.
  // Both are mean-free multiples of one normal: deviation from VaR/CVaR's own equations,
  // VaR = 1.6449 s − m, CVaR = 2.0627 s − m.
  const double s = (0.115908 - 0.090200) / (2.062713 - 1.644854);
  const double m = 1.644854 * s - 0.090200;
  std::mt19937_64 generator(20000515);
  std::normal_distribution<double> normal(m, s);
  std::vector<double> returns(400'000);
  for (double& x : returns) {
    x = normal(generator);
  }
  CHECK(*conditional_value_at_risk(returns, 0.05) == Approx(0.115908).epsilon(0.01));
  CHECK(*conditional_value_at_risk(returns, 0.10) == Approx(0.096975).epsilon(0.01));
  CHECK(*conditional_value_at_risk(returns, 0.01) == Approx(0.152977).epsilon(0.015));
}

TEST_CASE("maximum drawdown of a driftless walk is near root(pi/2) sigma root(T)",
          "[unit][metrics]") {
  // Magdon-Ismail et al. (2004), E[MDD] = 1.2533 sigma sqrt(T); discrete walks lie slightly below.
  std::mt19937_64 generator(2004);
  std::normal_distribution<double> normal(0.0, 1.0);
  double sum = 0.0;
  constexpr int kPaths = 400;
  constexpr int kSteps = 2'500;
  for (int p = 0; p < kPaths; ++p) {
    // Equity far above the walk's reach, so that drawdown × peak is the walk's own drawdown.
    EquityCurve c;
    double x = 1e6;
    c.push(kStart, x, 0.0, 0.0);
    for (int i = 1; i <= kSteps; ++i) {
      x += normal(generator);
      c.push(kStart + i * 60'000, x, 0.0, 0.0);
    }
    sum += compute_metrics(c, {}, {}).max_drawdown * 1e6;
  }
  const double expected = 1.2533 * std::sqrt(static_cast<double>(kSteps));
  CHECK(sum / kPaths < expected * 1.03);
  CHECK(sum / kPaths > expected * 0.92);
}

TEST_CASE("trade statistics count gains, losses and stops", "[unit][metrics]") {
  const std::vector<Trade> trades{trade(10), trade(-4, ExitReason::stop), trade(0), trade(2)};
  const Metrics m = compute_metrics(curve_of({{1, 100}}), trades, {});
  CHECK(m.trades == 4);
  CHECK(*m.win_rate == Approx(0.5));
  CHECK(*m.profit_factor == Approx(3.0));
  CHECK(m.stops_hit == 1);
}

TEST_CASE("leverage, time in market and turnover are taken over all rows", "[unit][metrics]") {
  EquityCurve c;
  c.push(kStart, 100, 0, 0);
  c.push(kStart + 60'000, 100, 50, -50);
  c.push(kStart + 120'000, 200, 300, 100);
  c.push(kStart + 180'000, 200, 0, 0);
  const Metrics m = compute_metrics(c, {}, {600.0, 1.5, -0.25});
  CHECK(c.rows()[1].net_leverage == Approx(-0.5));
  CHECK(m.mean_gross_leverage == Approx(0.5)); // (0 + 0.5 + 1.5 + 0) / 4
  CHECK(m.max_gross_leverage == Approx(1.5));
  CHECK(m.time_in_market == Approx(0.5));
  CHECK(m.turnover == Approx(4.0)); // 600 / 150
  CHECK(m.fees_paid == 1.5);
  CHECK(m.funding_paid == -0.25);
}
