#include "backtests/guarded_run.hpp"

#include "actors/risk/sizing.hpp"
#include "backtests/fill_model.hpp"
#include "messages/support/invariant.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

namespace {

constexpr std::size_t kProgressEvery = 4096;

/// Keeps what the core tells.
class Recorder final : public CoreObserver {
public:
  Recorder(GuardedRun& run, const RunInputs& inputs, const Span& span, bool keep)
      : run_(run), inputs_(inputs), trading_after_(span.trading_after()), keep_(keep) {}

  void set_core(TradingCore& core) { core_ = &core; }
  void set_row(std::size_t row) { row_ = static_cast<std::uint32_t>(row); }

  void on_decision(const Decision& decision) override {
    if (keep_) {
      run_.decisions.push_back(decision);
    }
  }
  void on_decision_changed(const Decision& decision) override {
    const auto same = std::find_if(run_.decisions.rbegin(), run_.decisions.rend(),
                                   [&](const Decision& d) { return d.id == decision.id; });
    if (same != run_.decisions.rend()) {
      *same = decision;
    }
  }
  void on_step(const PipelineStep& step) override {
    if (!keep_) {
      return;
    }
    const bool tradable = step.warm && step.bar.bar.close_time() > trading_after_;
    keep_forecast(step, tradable);
    StepRecord record;
    record.row = row_;
    record.symbol = step.bar.bar.symbol;
    record.tradable = tradable;
    record.exits =
        ExitTable::probe(core_->pipeline(record.symbol).strategy(), inputs_.settings.strategy);
    if (tradable && step.signal) {
      record.signal = static_cast<std::int32_t>(run_.signals.size());
      run_.signals.push_back({row_, *step.signal, full_size(step.forecast)});
    }
    run_.steps.push_back(record);
  }
  void on_guard(const GuardState& state) override { ++run_.guard_changes[state.symbol.id()]; }
  void on_order_event(const OrderEvent&) override {}

private:
  [[nodiscard]] double full_size(const RiskForecast& forecast) const {
    const RiskSettings& risk = inputs_.settings.risk;
    if (!forecast.valid) {
      return 0.0;
    }
    const double stop = calibrated_stop_distance(forecast.tail_q95, risk);
    return risk_share(stop, risk) / stop;
  }
  void keep_forecast(const PipelineStep& step, bool tradable) {
    const Bar& bar = step.bar.bar;
    ForecastRecord f;
    f.stamp = bar.close_time();
    f.recorded = tradable && step.forecast.valid;
    f.slot = bar.open_time.ns() / inputs_.settings.bars.interval.count();
    f.close = bar.close.to_double();
    f.high = bar.high.to_double();
    f.low = bar.low.to_double();
    f.forecast = step.forecast;
    run_.forecasts[bar.symbol.id()].push_back(f);
  }

  GuardedRun& run_;
  const RunInputs& inputs_;
  Timestamp trading_after_;
  bool keep_;
  TradingCore* core_ = nullptr;
  std::uint32_t row_ = 0;
};

/// Hands the venue's news to the core; carrying them out may bring more.
void deliver(FillModel& venue, TradingCore& core, Timestamp stamp) {
  for (std::size_t i = 0; i < venue.events().size(); ++i) {
    const VenueEvent event = venue.events()[i]; // a copy: the list may grow meanwhile
    core.on_venue(event, stamp);
  }
  venue.clear_events();
}

/// Writes equity rows; per pair, too, for the pairs' own blocks.
class CurveWriter {
public:
  CurveWriter(GuardedRun& run, const Span& span, const RunInputs& inputs, bool per_pair)
      : run_(run), span_(span), initial_(inputs.initial_equity.to_double()), per_pair_(per_pair) {
    run.result.curve =
        EquityCurve(inputs.keep_rows && per_pair, span.stamps().size() - span.first_row() + 1);
    push_start(run.result.curve);
    for (const SpanPair& p : span.pairs()) {
      if (per_pair_) {
        run_.pair_curves[p.symbol.id()] = EquityCurve(false, 0);
        push_start(run_.pair_curves[p.symbol.id()]);
      }
    }
  }

  void push(const FillModel& venue, Timestamp stamp) {
    const std::int64_t ms = stamp.ms();
    const FillModel::Exposure now = venue.exposure();
    run_.result.curve.push(ms, now.equity, now.gross, now.net);
    if (!per_pair_) {
      return;
    }
    for (const SpanPair& p : span_.pairs()) {
      const FillModel::PairState pair = venue.pair_state(p.symbol);
      // Leverage of a pair counts against the whole account.
      const double own = initial_ + pair.result;
      const double scale = now.equity > 0.0 ? own / now.equity : 0.0;
      run_.pair_curves[p.symbol.id()].push(ms, own, pair.gross_notional * scale,
                                           pair.net_notional * scale);
    }
  }

private:
  void push_start(EquityCurve& curve) const { curve.push(span_.start().ms(), initial_, 0.0, 0.0); }

  GuardedRun& run_;
  const Span& span_;
  double initial_;
  bool per_pair_;
};

} // namespace

std::optional<ExitReason> ExitTable::at(Rule rule, PositionSide side,
                                        std::uint32_t bars_held) const {
  RG_ASSERT(rule == Rule::trend || rule == Rule::reversion);
  const std::size_t index =
      2 * static_cast<std::size_t>(rule == Rule::reversion) + static_cast<std::size_t>(side);
  const Cell& cell = cells[index];
  if (bars_held >= cell.time_limit) {
    return ExitReason::time;
  }
  return cell.reason == kNone ? std::nullopt : std::optional(static_cast<ExitReason>(cell.reason));
}

ExitTable ExitTable::probe(const StrategyModel& strategy, const StrategySettings& settings) {
  const std::uint32_t shorter = std::min(settings.trend_max_bars, settings.reversion_max_bars);
  const std::uint32_t longer = std::max(settings.trend_max_bars, settings.reversion_max_bars);
  ExitTable table;
  for (const Rule rule : {Rule::trend, Rule::reversion}) {
    const Regime regime = rule == Rule::trend ? Regime::trending : Regime::range_bound;
    for (const PositionSide side : {PositionSide::long_side, PositionSide::short_side}) {
      Cell& cell = table.cells[2 * static_cast<std::size_t>(rule == Rule::reversion) +
                               static_cast<std::size_t>(side)];
      const auto early = strategy.exit_reason(rule, side, regime, 0);
      cell.reason = early ? static_cast<std::uint8_t>(*early) : kNone;
      const bool short_limit =
          strategy.exit_reason(rule, side, regime, shorter) == ExitReason::time;
      cell.time_limit = short_limit ? shorter : longer;
    }
  }
  return table;
}

GuardedRun run_guarded(const Span& span, const RunInputs& inputs, bool ladder, bool keep_records,
                       const Progress& progress) {
  GuardedRun run;
  Recorder recorder(run, inputs, span, keep_records);
  FillModel venue(inputs.costs, inputs.contracts, inputs.funding, inputs.initial_equity);
  PortfolioOptions options;
  options.ladder = ladder;
  options.stale_decision = inputs.settings.order.stale_decision;
  TradingCore core(inputs.settings, inputs.model, inputs.contracts, inputs.initial_equity, options,
                   venue, recorder);
  recorder.set_core(core);
  core.set_trading_after(span.trading_after());
  for (const SpanPair& p : span.pairs()) {
    core.add_pair(p.symbol, p.base);
  }
  CurveWriter curve(run, span, inputs, keep_records);

  RowCursor cursor(span);
  std::array<VenueBar, Symbol::kCount> venue_bars{};
  std::array<const Bar*, Symbol::kCount> bars{};
  while (!cursor.done()) {
    const auto row_bars = cursor.next();
    const Timestamp stamp = cursor.stamp();
    recorder.set_row(cursor.row());
    for (std::size_t i = 0; i < row_bars.size(); ++i) {
      venue_bars[i] = {row_bars[i].bar, row_bars[i].last};
      bars[i] = row_bars[i].bar;
    }
    venue.advance(stamp, std::span(venue_bars).first(row_bars.size()));
    deliver(venue, core, stamp);
    core.on_stamp(stamp, std::span<const Bar* const>(bars.data(), row_bars.size()));
    deliver(venue, core, stamp);
    if (!cursor.done()) {
      core.run_timers(span.stamps()[cursor.row() + 1]);
      deliver(venue, core, stamp);
    }
    run.ladder_acted = run.ladder_acted || core.portfolio().halted_until() > Timestamp{};
    if (cursor.row() >= span.first_row()) {
      curve.push(venue, stamp);
      run.halted_rows += core.portfolio().halted_until() > stamp ? 1U : 0U;
    }
    if (progress && cursor.row() % kProgressEvery == 0) {
      progress(cursor.row());
    }
  }
  run.result.trades = core.portfolio().trades();
  run.result.sums = venue.sums();
  run.result.liquidations = venue.liquidations();
  for (const SpanPair& p : span.pairs()) {
    run.pair_sums[p.symbol.id()] = venue.pair_sums(p.symbol);
  }
  return run;
}

} // namespace rg
