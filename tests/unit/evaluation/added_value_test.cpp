#include "backtests/evaluation/added_value.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/statistics/plain_noise.hpp"

#include <cmath>
#include <limits>

using namespace rg;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// `days` days whose guarded returns are `share` of the unguarded ones.
SpanComparison span_of(const char* name, int days, double share, std::uint64_t seed) {
  rg::test::PlainNoise noise(seed);
  SpanComparison s;
  s.name = name;
  for (int d = 0; d < days; ++d) {
    const double r = 0.01 * noise.normal();
    s.days.push_back(20'000 + d);
    s.unguarded_returns.push_back(r);
    s.guarded_returns.push_back(share * r);
    s.market_returns.push_back(d == 0 ? kNone : r);
  }
  s.guarded.mean_gross_leverage = 0.3;
  s.unguarded.mean_gross_leverage = 0.301;
  s.guarded.trades = 250;
  s.guarded.max_drawdown = 0.04;
  s.unscaled.max_drawdown = 0.10;
  return s;
}

ProofFigure figure(const ProofRow& row, const std::string& name) {
  for (const ProofFigure& f : row.figures) {
    if (f.name.find(name) != std::string::npos) {
      return f;
    }
  }
  FAIL("no figure " << name);
  return row.figures.front();
}

} // namespace

TEST_CASE("a window's drawdown is the largest fall from a high inside it", "[unit][evaluation]") {
  // Windows of three days: +10 %, −50 %, +100 % falls by half; −50 %, +100 %, −10 % likewise;
  // +100 %, −10 %, −10 % by 1 − 0.81.
  const std::vector<double> r{0.1, -0.5, 1.0, -0.1, -0.1};
  CHECK(*mean_window_drawdown(r, 3) == Approx((0.5 + 0.5 + 0.19) / 3.0));
  CHECK(*mean_window_drawdown(r, 30) == Approx(0.5)); // shorter than a window: one window
  CHECK_FALSE(mean_window_drawdown({}, 30));
}

TEST_CASE("half the returns are half the tail, in every resample", "[unit][evaluation]") {
  const std::vector<SpanComparison> spans{span_of("a", 100, 0.5, 1), span_of("b", 60, 0.5, 2)};
  BootstrapSettings settings;
  settings.resamples = 300;
  const AddedValue v = pool_added_value(spans, settings);
  CHECK(*v.cvar_ratio.estimate == Approx(0.5));
  CHECK(*v.cvar_ratio.lower == Approx(0.5));
  CHECK(*v.cvar_ratio.upper == Approx(0.5));
  CHECK(*v.drawdown_ratio.estimate == Approx(0.5).margin(0.03)); // compounding bends it a little
  REQUIRE(v.worst_days.size() == 10);
  CHECK(v.worst_days[0].market <= v.worst_days[1].market);
  CHECK(v.worst_guarded == Approx(0.5 * v.worst_unguarded));
}

TEST_CASE("each bar of what the AI adds can fail by itself", "[unit][evaluation]") {
  const auto row_of = [](std::vector<SpanComparison> spans) {
    BootstrapSettings settings;
    settings.resamples = 200;
    return added_value_row(spans, pool_added_value(spans, settings));
  };
  const ProofRow good = row_of({span_of("a", 100, 0.5, 1)});
  CHECK(good.holds());
  std::vector<SpanComparison> spans{span_of("a", 100, 0.5, 1)};
  spans[0].guarded.mean_gross_leverage = 0.19;
  CHECK_FALSE(row_of(spans).holds());
  spans[0] = span_of("a", 100, 0.5, 1);
  spans[0].guarded.trades = 199;
  CHECK_FALSE(row_of(spans).holds());
  spans[0] = span_of("a", 100, 0.5, 1);
  spans[0].halted_share = 0.11;
  CHECK_FALSE(row_of(spans).holds());
  spans[0] = span_of("a", 100, 0.5, 1);
  spans[0].unguarded.mean_gross_leverage = 0.31;
  CHECK_FALSE(row_of(spans).holds());
  spans[0] = span_of("a", 100, 0.5, 1);
  spans[0].guarded.total_return = -0.02;
  CHECK_FALSE(row_of(spans).holds());
  CHECK_FALSE(row_of({span_of("a", 100, 0.95, 1)}).holds());
  CHECK_FALSE(*figure(row_of({span_of("a", 100, 0.8, 1)}), "ten worst").holds);
}

TEST_CASE("a gain on the worst market days is no loss", "[unit][evaluation]") {
  SpanComparison s = span_of("a", 40, 0.5, 3);
  for (std::size_t d = 1; d < s.days.size(); ++d) {
    s.market_returns[d] = -std::fabs(s.market_returns[d]);
    s.unguarded_returns[d] = 0.01;
    s.guarded_returns[d] = 0.001;
  }
  const std::vector<SpanComparison> gaining{s};
  const AddedValue v = pool_added_value(gaining, {});
  const ProofFigure f = figure(added_value_row(gaining, v), "ten worst");
  CHECK(*f.holds);
  CHECK_FALSE(f.value);                            // a ratio of no losses is none
  s.guarded_returns.assign(s.days.size(), -0.001); // now the guarded run alone loses
  const std::vector<SpanComparison> losing{s};
  CHECK_FALSE(*figure(added_value_row(losing, pool_added_value(losing, {})), "ten worst").holds);
}

TEST_CASE("drawdown against the unscaled run is judged span by span", "[unit][evaluation]") {
  std::vector<SpanComparison> spans{span_of("a", 30, 0.5, 1), span_of("b", 30, 0.5, 2)};
  CHECK(unscaled_row(spans).holds());
  spans[1].guarded.max_drawdown = 0.051;
  CHECK_FALSE(unscaled_row(spans).holds());
  spans[1].unscaled.max_drawdown = 0.0;
  CHECK_FALSE(unscaled_row(spans).holds()); // undefined is no proof
}
