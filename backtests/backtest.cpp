#include "backtests/backtest.hpp"

#include "backtests/csv_files.hpp"

#include <utility>

namespace rg {

namespace {

MeasuredRun measured(RunResult run) {
  const Metrics metrics = compute_metrics(run.curve, run.trades, run.sums);
  return {std::move(run), metrics};
}

std::vector<Trade> trades_of(const std::vector<Trade>& all, Symbol symbol) {
  std::vector<Trade> own;
  std::copy_if(all.begin(), all.end(), std::back_inserter(own),
               [&](const Trade& t) { return t.symbol == symbol; });
  return own;
}

PairResult pair_result(const SpanPair& pair, const GuardedRun& run, const Span& span,
                       const FundingSchedule& funding) {
  const std::size_t id = pair.symbol.id();
  PairResult result;
  result.symbol = pair.symbol;
  result.metrics = compute_metrics(run.pair_curves[id], trades_of(run.result.trades, pair.symbol),
                                   run.pair_sums[id]);
  result.bars = pair.bars.size();
  result.guard_changes = run.guard_changes[id];
  for (const Decision& d : run.decisions) {
    if (d.id.symbol == pair.symbol) {
      ++result.decisions;
      result.approved += d.outcome == Outcome::approved ? 1U : 0U;
      result.refused += d.outcome == Outcome::refused ? 1U : 0U;
      result.exits += d.outcome == Outcome::exit ? 1U : 0U;
    }
  }
  const Timestamp end = pair.bars.back().close_time();
  for (Timestamp t = funding.next_at_or_after(span.start()); t <= end; t = t + funding.interval()) {
    ++(funding.from_file(pair.symbol, t) ? result.funding_from_file : result.funding_default);
  }
  return result;
}

void score_all(SpanResult& result, const Span& span, const RunInputs& inputs) {
  const double level = inputs.model->tail.level;
  for (const SpanPair& p : span.pairs()) {
    const std::size_t id = p.symbol.id();
    auto rows =
        score_forecasts(result.guarded.forecasts[id], p.symbol, inputs.settings.bars.interval);
    result.risk_model[id] = score(rows, level);
    result.forecasts.insert(result.forecasts.end(), rows.begin(), rows.end());
  }
  result.risk_model_pooled = score(result.forecasts, level);
}

BaselineResults run_baselines(const Span& span, const RunInputs& inputs, const GuardedRun& guarded,
                              double mean_gross_leverage) {
  BaselineResults b;
  b.unguarded_unscaled = measured(run_unguarded(span, inputs, guarded, {true, 0.0}));
  const double guess =
      guess_scale(guarded, mean_gross_leverage, b.unguarded_unscaled.metrics.mean_gross_leverage);
  ScaledRun matched = run_matched(span, inputs, guarded, mean_gross_leverage, guess);
  b.unguarded = measured(std::move(matched.result));
  b.unguarded_scale = matched.scale;
  b.buy_and_hold = measured(run_buy_and_hold(span, inputs, guarded));
  return b;
}

} // namespace

SpanResult run_span(const Span& span, const RunInputs& inputs, bool with_baselines,
                    const Progress& progress) {
  SpanResult result;
  result.name = span.name();
  result.notes = span.notes();
  result.from = span.start();
  result.to = span.end();
  result.bars = span.bar_count();
  result.guarded = run_guarded(span, inputs, true, true, progress);
  const RunResult& run = result.guarded.result;
  result.initial_equity = run.curve.first().equity;
  result.final_equity = run.curve.last().equity;
  result.portfolio = compute_metrics(run.curve, run.trades, run.sums);
  for (const SpanPair& p : span.pairs()) {
    result.pairs.push_back(pair_result(p, result.guarded, span, inputs.funding));
  }
  // Where the ladder never bound, the run without it is the same run.
  result.without_ladder = result.portfolio;
  if (result.guarded.ladder_acted) {
    const RunResult free = run_guarded(span, inputs, false, false, {}).result;
    result.without_ladder = compute_metrics(free.curve, free.trades, free.sums);
  }
  if (with_baselines) {
    result.baselines =
        run_baselines(span, inputs, result.guarded, result.portfolio.mean_gross_leverage);
  }
  score_all(result, span, inputs);
  return result;
}

Result<bool, InputError> write_span_files(const SpanResult& result, const std::string& dir) {
  struct File {
    const char* name;
    std::string text;
  };
  std::vector<File> files;
  files.push_back({"equity.csv", equity_csv(result.guarded.result.curve)});
  if (result.baselines) {
    files.push_back({"equity_unguarded.csv", equity_csv(result.baselines->unguarded.run.curve)});
    files.push_back({"equity_unguarded_unscaled.csv",
                     equity_csv(result.baselines->unguarded_unscaled.run.curve)});
  }
  files.push_back({"trades.csv", trades_csv(result.guarded.result.trades)});
  files.push_back({"decisions.csv", decisions_csv(result.guarded.decisions)});
  files.push_back({"forecasts.csv", forecasts_csv(result.forecasts)});
  for (const File& f : files) {
    if (auto written = write_file(dir, f.name, f.text); !written) {
      return written;
    }
  }
  return true;
}

} // namespace rg
