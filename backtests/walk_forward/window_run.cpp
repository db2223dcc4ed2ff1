#include "backtests/walk_forward/window_run.hpp"

#include "infra/config/digest.hpp"

namespace rg {

namespace {

CostRun cost_run(double multiple, const RunResult& run) {
  const Metrics m = compute_metrics(run.curve, run.trades, run.sums);
  return {multiple,    m.total_return, m.max_drawdown,
          m.fees_paid, m.trades,       run.curve.daily_returns()};
}

} // namespace

ContractTable scaled_fees(const ContractTable& contracts, double multiple) {
  ContractTable scaled = contracts;
  for (ContractRules& c : scaled) {
    c.maker_fee = Ratio{c.maker_fee.value() * multiple};
    c.taker_fee = Ratio{c.taker_fee.value() * multiple};
  }
  return scaled;
}

FillParameters scaled_slippage(const FillParameters& costs, double multiple) {
  FillParameters scaled = costs;
  scaled.half_spread *= multiple;
  scaled.impact *= multiple;
  return scaled;
}

Result<TrainedModel, InputError> fit_window(std::span<const CandleFolder* const> folders,
                                            Timestamp until, const WalkInputs& inputs,
                                            const TrainingProgress& progress) {
  const std::vector<CandleFolder> earlier = earlier_data(folders, until);
  if (earlier.empty()) {
    return fail(InputError{"walk-forward", 0, "no data before the window to fit on"});
  }
  TrainingSettings settings;
  settings.bars = inputs.settings.bars;
  settings.regime = inputs.settings.regime;
  settings.until = until;
  settings.seed = inputs.seed;
  settings.command = "regimeguard walk-forward";
  return train_model(earlier, settings, progress);
}

Result<WindowResult, InputError>
run_window(const CandleFolder& folder, const FundingSchedule& funding, const WalkWindow& window,
           const std::shared_ptr<const ModelParameters>& model, const WalkInputs& inputs) {
  const auto span = Span::cut(folder, {window.from, window.to, inputs.settings.bars.interval,
                                       inputs.settings.bars.warm_up_slots});
  if (!span) {
    return fail(span.error());
  }
  const Notional equity =
      Notional::from_double(inputs.settings.backtest_initial_equity, Rounding::nearest);
  const RunInputs plain{inputs.settings, model, contract_defaults(), inputs.costs, funding,
                        equity,          false};
  const GuardedRun guarded = run_guarded(*span, plain, true, true, {});
  WindowResult out;
  out.window = window;
  out.model_sha256 = hex_text(model->sha256);
  out.fitted_on = model->card.data_folders;
  out.observations = model->card.observations;
  out.comparison = compare_span(*span, plain, guarded);
  out.explanations = check_explanations(guarded.decisions, inputs.settings, contract_defaults());
  std::vector<ScoredForecast> rows;
  for (const SpanPair& p : span->pairs()) {
    const auto own =
        score_forecasts(guarded.forecasts[p.symbol.id()], p.symbol, inputs.settings.bars.interval);
    rows.insert(rows.end(), own.begin(), own.end());
  }
  out.scores = score(rows, model->tail.level);
  for (const double multiple : inputs.cost_multiples) {
    if (multiple == 1.0) {
      out.costs.push_back(cost_run(multiple, guarded.result));
      continue;
    }
    const ContractTable fees = scaled_fees(contract_defaults(), multiple);
    const FillParameters slippage = scaled_slippage(inputs.costs, multiple);
    const RunInputs dearer{inputs.settings, model, fees, slippage, funding, equity, false};
    out.costs.push_back(cost_run(multiple, run_guarded(*span, dearer, true, false, {}).result));
  }
  return out;
}

} // namespace rg
