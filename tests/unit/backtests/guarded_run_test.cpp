#include "tests/unit/backtests/run_fixture.hpp"

#include <set>

using namespace rg;
using namespace rg::test;

TEST_CASE(
    "each trade's pnl is gross less fees less funding, and all of them are the equity's change",
    "[unit][backtest]") {
  const SpanResult r = RunFixture{}.run(two_pairs(20));
  REQUIRE(r.guarded.result.trades.size() > 20);
  Notional sum;
  for (const Trade& t : r.guarded.result.trades) {
    const double gross = sign_of(t.side) * (t.exit_price - t.entry_price) * t.quantity.to_double();
    CHECK(t.pnl.to_double() ==
          Approx(gross - t.fees.to_double() - t.funding.to_double()).margin(1e-6));
    CHECK(t.exit_time >= t.entry_time);
    CHECK(t.fees.is_positive());
    sum += t.pnl;
  }
  // Flat at the end: data_end closed what was open.
  CHECK((Notional::from_raw(10'000 * kFixedScale) + sum).to_double() == r.final_equity);
  const EquityRow& last = r.guarded.result.curve.rows().back();
  CHECK(last.gross_leverage == 0.0);
  CHECK(r.portfolio.fees_paid > 0.0);
}

TEST_CASE("two runs write the same bytes", "[unit][backtest]") {
  const CandleFolder folder = two_pairs(10);
  const SpanResult a = RunFixture{}.run(folder, true);
  const SpanResult b = RunFixture{}.run(folder, true);
  CHECK(equity_csv(a.guarded.result.curve) == equity_csv(b.guarded.result.curve));
  CHECK(decisions_csv(a.guarded.decisions) == decisions_csv(b.guarded.decisions));
  CHECK(trades_csv(a.guarded.result.trades) == trades_csv(b.guarded.result.trades));
  CHECK(forecasts_csv(a.forecasts) == forecasts_csv(b.forecasts));
  CHECK(equity_csv(a.baselines->unguarded.run.curve) ==
        equity_csv(b.baselines->unguarded.run.curve));
}

TEST_CASE("what comes later changes nothing before it", "[unit][backtest]") {
  const CandleFolder whole = two_pairs(12);
  CandleFolder other = whole;
  const Timestamp cut = Timestamp::from_ms(kStartMs + 60'000LL * (kWarmUp + 7 * kDay));
  for (CandleSeries& s : other.series) { // another world from the cut on
    for (Bar& b : s.bars) {
      if (b.open_time >= cut) {
        for (Price* p : {&b.open, &b.high, &b.low, &b.close}) {
          *p = Price::from_raw(p->raw() / 2 + (b.open_time.ms() % 7) * 1'000'000);
        }
        b.high = std::max({b.open, b.high, b.low, b.close});
        b.low = std::min({b.open, b.high, b.low, b.close});
      }
    }
  }
  const SpanResult a = RunFixture{}.run(whole, true);
  const SpanResult b = RunFixture{}.run(other, true);
  const auto decisions_before = [&](const SpanResult& r) {
    std::vector<Decision> out;
    for (const Decision& d : r.guarded.decisions) {
      if (d.id.stamp <= cut) {
        out.push_back(d);
      }
    }
    return decisions_csv(out);
  };
  CHECK(decisions_before(a) == decisions_before(b));
  CHECK(decisions_before(a).size() > 1'000);
  CHECK(a.guarded.decisions.size() != b.guarded.decisions.size());
  const auto same_rows = [&](const EquityCurve& x, const EquityCurve& y) {
    for (std::size_t i = 0; i < x.rows().size() && x.rows()[i].ts_ms <= cut.ms(); ++i) {
      if (x.rows()[i].equity != y.rows()[i].equity ||
          x.rows()[i].gross_leverage != y.rows()[i].gross_leverage) {
        return false;
      }
    }
    return true;
  };
  CHECK(same_rows(a.guarded.result.curve, b.guarded.result.curve));
  CHECK(same_rows(a.baselines->unguarded_unscaled.run.curve,
                  b.baselines->unguarded_unscaled.run.curve));
  for (std::size_t i = 0; i < a.forecasts.size() && i < b.forecasts.size(); ++i) {
    if (a.forecasts[i].stamp <= cut && a.forecasts[i].symbol == b.forecasts[i].symbol) {
      REQUIRE(a.forecasts[i].forecast.tail_q95 == b.forecasts[i].forecast.tail_q95);
    }
  }
}

TEST_CASE("the first forecast row is slot 1,001 and nothing is decided before it",
          "[unit][backtest]") {
  const SpanResult r = RunFixture{}.run(two_pairs(5));
  const std::int64_t first = kStartMs + 1'001 * 900'000LL;
  REQUIRE_FALSE(r.forecasts.empty());
  CHECK(r.forecasts.front().stamp.ms() == first);
  for (const Decision& d : r.guarded.decisions) {
    CHECK(d.id.stamp.ms() >= first);
  }
  // One row per pipeline bar from there on, for both pairs.
  CHECK(r.forecasts.size() == 2 * 5 * 96);
}

TEST_CASE("option --from moves the first decision to that day and needs no rows before it",
          "[unit][backtest]") {
  const CandleFolder folder = two_pairs(10);
  RunFixture f;
  f.from = Timestamp::from_ms(kStartMs + 15 * 86'400'000LL);
  f.to = Timestamp::from_ms(kStartMs + 18 * 86'400'000LL);
  const SpanResult r = f.run(folder);
  CHECK(r.from == *f.from);
  CHECK(r.to == *f.to);
  CHECK(r.guarded.result.curve.rows().size() == 3 * 1'440 + 1);
  CHECK(r.guarded.result.curve.rows().front().ts_ms == f.from->ms());
  CHECK(r.bars == 2 * (3 * 1'440 + 15'000));
  CHECK(r.forecasts.size() == 2 * 3 * 96);
  CHECK(r.forecasts.front().stamp == *f.from + std::chrono::minutes{15});
  for (const Decision& d : r.guarded.decisions) {
    CHECK(d.id.stamp > *f.from);
    CHECK(d.id.stamp <= *f.to);
  }
}

TEST_CASE("a pair that starts late warms up on its own grid, one that ends early is closed there",
          "[unit][backtest]") {
  CandleFolder folder = two_pairs(14);
  CandleSeries& eth = folder.series[1];
  const std::int64_t late = kStartMs + 3 * 86'400'000LL;
  std::erase_if(eth.bars, [&](const Bar& b) { return b.open_time.ms() < late; });
  CandleSeries& btc = folder.series[0];
  std::erase_if(btc.bars,
                [&](const Bar& b) { return b.open_time.ms() >= kStartMs + 20 * 86'400'000LL; });
  const SpanResult r = RunFixture{}.run(folder);
  const Symbol eth_symbol = eth.symbol;
  const Symbol btc_symbol = btc.symbol;
  for (const ScoredForecast& row : r.forecasts) {
    if (row.symbol == eth_symbol) {
      CHECK(row.stamp.ms() == late + 1'001 * 900'000LL);
      break;
    }
  }
  const Timestamp btc_end = btc.bars.back().close_time();
  for (const Trade& t : r.guarded.result.trades) {
    CHECK((t.symbol != btc_symbol || t.exit_time <= btc_end));
    CHECK((t.exit_reason != ExitReason::data_end || t.exit_time == btc_end ||
           t.exit_time == eth.bars.back().close_time()));
  }
  CHECK(r.to == eth.bars.back().close_time());
}

TEST_CASE("gaps in the data are lived through", "[unit][backtest]") {
  CandleFolder folder = two_pairs(14);
  std::vector<Bar>& bars = folder.series[0].bars;
  const auto in_hole = [&](std::int64_t from_minute, std::int64_t minutes) {
    return [=](const Bar& b) {
      const std::int64_t minute = (b.open_time.ms() - kStartMs) / 60'000 - kWarmUp;
      return minute >= from_minute && minute < from_minute + minutes;
    };
  };
  std::erase_if(bars, in_hole(2'007, 4));     // a slot stays good or not
  std::erase_if(bars, in_hole(4'000, 1'200)); // most of a day
  const SpanResult r = RunFixture{}.run(folder);
  CHECK(r.guarded.result.trades.size() > 5);
  Notional sum;
  for (const Trade& t : r.guarded.result.trades) {
    sum += t.pnl;
  }
  CHECK((Notional::from_raw(10'000 * kFixedScale) + sum).to_double() == r.final_equity);
}

TEST_CASE("mixed base bars share one account", "[unit][backtest]") {
  const CandleFolder folder =
      folder_of({SyntheticBars("BTC", 5, 60'000).series(kStartMs, kWarmUp + 8 * kDay),
                 SyntheticBars("SOL", 6, 150).series(kStartMs, (kWarmUp + 8 * kDay) / 5, 5)});
  const SpanResult r = RunFixture{}.run(folder);
  CHECK(r.bars == static_cast<std::uint64_t>(kWarmUp + 8 * kDay) * 6 / 5);
  CHECK(r.pairs.size() == 2);
  CHECK(r.pairs[0].metrics.trades + r.pairs[1].metrics.trades == r.portfolio.trades);
}

TEST_CASE("pair blocks add up to the portfolio", "[unit][backtest]") {
  const SpanResult r = RunFixture{}.run(two_pairs(12));
  double returns = 0.0;
  double fees = 0.0;
  double leverage = 0.0;
  for (const PairResult& p : r.pairs) {
    returns += p.metrics.total_return;
    fees += p.metrics.fees_paid;
    leverage += p.metrics.mean_gross_leverage;
  }
  CHECK(returns == Approx(r.portfolio.total_return).margin(1e-9));
  CHECK(fees == Approx(r.portfolio.fees_paid));
  CHECK(leverage == Approx(r.portfolio.mean_gross_leverage));
}

TEST_CASE("decision ids are unique and every trade names an approved one", "[unit][backtest]") {
  const SpanResult r = RunFixture{}.run(two_pairs(20));
  std::set<std::string> ids;
  std::set<std::string> approved;
  for (const Decision& d : r.guarded.decisions) {
    CHECK(ids.insert(d.id.text()).second);
    if (d.outcome == Outcome::approved) {
      approved.insert(d.id.text());
      CHECK(d.risk.multiplier == d.risk.factors.multiplier());
      CHECK(d.quantity.is_positive());
    }
  }
  for (const Trade& t : r.guarded.result.trades) {
    CHECK(approved.count(t.entry_decision.text()) == 1);
  }
}

TEST_CASE("the gross leverage cap binds at every row", "[unit][backtest]") {
  RunFixture f;
  f.settings.portfolio.max_gross_leverage = 0.5;
  f.settings.portfolio.max_net_leverage = 0.5;
  const SpanResult r = f.run(two_pairs(20));
  CHECK(r.guarded.result.trades.size() >= 3);
  // Marks move between approval and fill; five per cent of the cap is far more than they can.
  CHECK(r.portfolio.max_gross_leverage < 0.525);
  const auto refused =
      std::count_if(r.guarded.decisions.begin(), r.guarded.decisions.end(), [](const Decision& d) {
        return d.refusal == Refusal::gross_leverage || d.refusal == Refusal::net_leverage;
      });
  CHECK(refused > 0);
}

TEST_CASE("the ladder flattens at its hard rung, and the run without it goes on",
          "[unit][backtest]") {
  RunFixture f;
  f.settings.risk.risk_per_trade = 0.05; // one lost trade costs more than the rung
  f.settings.portfolio.max_drawdown = 0.004;
  f.settings.portfolio.soft_drawdown = 0.002;
  const SpanResult r = f.run(two_pairs(20));
  REQUIRE(r.guarded.ladder_acted);
  const bool ladder_exit =
      std::any_of(r.guarded.result.trades.begin(), r.guarded.result.trades.end(),
                  [](const Trade& t) { return t.exit_reason == ExitReason::ladder; });
  const bool halted =
      std::any_of(r.guarded.decisions.begin(), r.guarded.decisions.end(),
                  [](const Decision& d) { return d.refusal == Refusal::drawdown_halt; });
  CHECK((ladder_exit || halted));
  CHECK(r.without_ladder.total_return != r.portfolio.total_return);
}

TEST_CASE("a ladder that never binds leaves both results the same", "[unit][backtest]") {
  const SpanResult r = RunFixture{}.run(two_pairs(8));
  REQUIRE_FALSE(r.guarded.ladder_acted);
  CHECK(r.without_ladder.total_return == r.portfolio.total_return);
  const GuardedRun rerun =
      run_guarded(RunFixture{}.cut(two_pairs(8)), RunFixture{}.inputs(), false, false, {});
  CHECK(rerun.result.curve.last().equity == r.final_equity);
}
