#include "tests/unit/backtests/run_fixture.hpp"

#include <algorithm>

using namespace rg;
using namespace rg::test;

TEST_CASE("unguarded takes the guarded run's mean leverage within one per cent",
          "[unit][baseline]") {
  const SpanResult r = RunFixture{}.run(two_pairs(20), true);
  REQUIRE(r.portfolio.mean_gross_leverage > 0.0);
  REQUIRE(r.baselines.has_value());
  const double ratio =
      r.baselines->unguarded.metrics.mean_gross_leverage / r.portfolio.mean_gross_leverage;
  CHECK(ratio == Approx(1.0).margin(0.01));
  CHECK(r.baselines->unguarded_scale > 0.0);
  CHECK(r.baselines->unguarded.metrics.trades >= r.portfolio.trades);
}

TEST_CASE("baselines take the guarded run's signals and no others", "[unit][baseline]") {
  const SpanResult r = RunFixture{}.run(two_pairs(20), true);
  std::vector<std::string> ids;
  for (const SignalRecord& s : r.guarded.signals) {
    ids.push_back(DecisionId{s.signal.symbol, s.signal.stamp, DecisionKind::signal, 0}.text());
  }
  for (const Trade& t : r.baselines->unguarded.run.trades) {
    CHECK(std::find(ids.begin(), ids.end(), t.entry_decision.text()) != ids.end());
  }
  // Each signal is a decision of the guarded run, too.
  std::size_t decided = 0;
  for (const Decision& d : r.guarded.decisions) {
    decided += d.id.kind == DecisionKind::signal ? 1U : 0U;
  }
  CHECK(decided == ids.size());
}

TEST_CASE("a larger constant fraction holds proportionally more", "[unit][baseline]") {
  const CandleFolder folder = two_pairs(15);
  const RunFixture f;
  const Span span = f.cut(folder);
  const RunInputs inputs = f.inputs();
  const GuardedRun guarded = run_guarded(span, inputs, true, true, {});
  const double one = run_unguarded(span, inputs, guarded, {false, 0.1}).curve.mean_gross_leverage();
  const double two = run_unguarded(span, inputs, guarded, {false, 0.2}).curve.mean_gross_leverage();
  CHECK(two / one == Approx(2.0).epsilon(0.05));
}

TEST_CASE("at absurd size no account owes money, and a liquidation is told", "[unit][baseline]") {
  const RunFixture f;
  const RunInputs inputs = f.inputs();
  double most = 0.0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const CandleFolder folder = two_pairs(25, seed);
    const Span span = f.cut(folder);
    const GuardedRun guarded = run_guarded(span, inputs, true, true, {});
    const RunResult run = run_unguarded(span, inputs, guarded, {false, 19.0});
    CHECK(run.curve.last().equity >= -0.01);
    bool liquidated = false;
    for (const Trade& t : run.trades) {
      liquidated = liquidated || t.exit_reason == ExitReason::liquidation;
    }
    CHECK(liquidated == (run.liquidations > 0));
    most = std::max(most, run.curve.max_gross_leverage());
  }
  CHECK(most > 15.0);
}

TEST_CASE("nothing to match gives nothing held", "[unit][baseline]") {
  const CandleFolder folder = two_pairs(3);
  const RunFixture f;
  const Span span = f.cut(folder);
  const RunInputs inputs = f.inputs();
  const GuardedRun guarded = run_guarded(span, inputs, true, true, {});
  const ScaledRun none = run_matched(span, inputs, guarded, 0.0, 0.1);
  CHECK(none.scale == 0.0);
  CHECK(none.result.trades.empty());
}

TEST_CASE("buy and hold buys equal parts once, after the warm-up, and holds to the end",
          "[unit][baseline]") {
  CandleFolder folder = two_pairs(6);
  // BTC stands at 50,000 until it may be bought, then doubles in one step; ETH stands still.
  const auto flat = [](CandleSeries& s, double before, double after) {
    for (std::size_t i = 0; i < s.bars.size(); ++i) {
      const double p = i < static_cast<std::size_t>(kWarmUp + kDay) ? before : after;
      s.bars[i].open = s.bars[i].high = s.bars[i].low = s.bars[i].close =
          Price::from_double(p, Rounding::nearest);
      s.bars[i].volume = Quantity::from_raw(1'000'000 * kFixedScale);
    }
  };
  flat(folder.series[0], 50'000, 100'000);
  flat(folder.series[1], 2'500, 2'500);
  RunFixture f;
  f.costs.half_spread = 0.0;
  f.costs.impact = 0.0;
  f.funding = FundingSchedule(std::chrono::hours{8}, 0.0);
  const Span span = f.cut(folder);
  const GuardedRun guarded = run_guarded(span, f.inputs(), true, true, {});
  const RunResult run = run_buy_and_hold(span, f.inputs(), guarded);
  REQUIRE(run.trades.size() == 2);
  for (const Trade& t : run.trades) {
    CHECK(t.side == PositionSide::long_side);
    CHECK(t.exit_reason == ExitReason::data_end);
    CHECK(t.entry_time.ms() == kStartMs + 1'001 * 900'000LL); // the open after slot 1,001
  }
  // 0.1 BTC from 50,000 to 100,000 is +5,000; fees 0.08 % of 5,000 + 10,000 + 2 × 5,000 = 20.
  CHECK(run.curve.last().equity == Approx(14'980.0).margin(0.01));
  CHECK(run.curve.max_gross_leverage() == Approx(1.0).epsilon(0.01));
}

TEST_CASE("the exit table answers as the strategy does, however long a position is held",
          "[unit][baseline]") {
  StrategySettings settings;
  StrategyModel strategy(*Symbol::parse("BTC"), settings, BarSettings{});
  CandleSeries s = SyntheticBars("BTC", 9, 60'000).series(kStartMs, 600, 15);
  const Regime regimes[] = {Regime::trending, Regime::range_bound, Regime::high_volatility,
                            Regime::unknown};
  int answers = 0;
  for (std::size_t i = 0; i < s.bars.size(); ++i) {
    RegimeEstimate estimate;
    estimate.regime = regimes[(i / 25) % 4];
    static_cast<void>(strategy.on_bar(PipelineBar{s.bars[i], 0}, estimate));
    const ExitTable table = ExitTable::probe(strategy, settings);
    for (const Rule rule : {Rule::trend, Rule::reversion}) {
      const Regime entry = rule == Rule::trend ? Regime::trending : Regime::range_bound;
      for (const PositionSide side : {PositionSide::long_side, PositionSide::short_side}) {
        for (const std::uint32_t held : {0U, 1U, 7U, 23U, 24U, 25U, 100U, 191U, 192U, 500U}) {
          const auto expected = strategy.exit_reason(rule, side, entry, held);
          REQUIRE(table.at(rule, side, held) == expected);
          answers += expected ? 1 : 0;
        }
      }
    }
  }
  CHECK(answers > 100);
}
