#include "app/proof_run.hpp"

#include "app/shared_progress.hpp"
#include "backtests/parallel.hpp"
#include "infra/config/digest.hpp"

#include <algorithm>
#include <filesystem>

namespace rg::app {

namespace fs = std::filesystem;

namespace {

/// Folders beside the first judged one for which `wanted` says yes, by name.
template <class Wanted>
std::vector<std::string> siblings(const std::string& dir, const Wanted& wanted) {
  std::vector<std::string> found;
  const fs::path parent = fs::absolute(dir + "/.").lexically_normal().parent_path().parent_path();
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(parent, ignored)) {
    if (entry.is_directory(ignored) && wanted(entry.path().filename().string())) {
      found.push_back(entry.path().string());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string data_lines_of(const CandleFolder& folder) {
  std::string lines;
  for (const CandleSeries& s : folder.series) {
    lines += folder.name + " " + std::string(s.symbol.name()) + " " + s.sha256 + "\n";
  }
  return lines;
}

ProofRow not_measured(const char* id, const char* title, std::string why) {
  ProofRow row;
  row.id = id;
  row.title = title;
  row.not_measured = std::move(why);
  return row;
}

} // namespace

ProofRun::ProofRun(const ProofOptions& o)
    : o_(o), settings_(research_settings(o.inputs)), model_(research_model(o.inputs, settings_)),
      pairs_(research_pairs(o.inputs.pairs, settings_)) {
  refuse_same_names(o.inputs.data);
}

bool ProofRun::wants(std::initializer_list<const char*> rows) const {
  return std::any_of(rows.begin(), rows.end(),
                     [&](const char* row) { return o_.rows.contains(row); });
}

std::vector<ProofRow> ProofRun::run() {
  if (wants({"volatility", "expansion", "tail"})) {
    fit_references();
  }
  if (wants({"volatility", "expansion", "tail", "coverage", "added-value", "unscaled",
             "explanation"})) {
    run_spans();
  }
  if (wants({"guard"})) {
    measure_minutes();
  }
  return rows();
}

/// On the folders named, else on those beside the data that the model's card names.
void ProofRun::fit_references() {
  std::vector<std::string> dirs = o_.train;
  if (dirs.empty()) {
    const std::vector<std::string>& named = model_->card.data_folders;
    dirs = siblings(o_.inputs.data.front(), [&](const std::string& name) {
      return std::find(named.begin(), named.end(), name) != named.end();
    });
  }
  if (dirs.empty()) {
    no_references_ = "the reference forecasters have no training data; give --train DIR.. (folders "
                     "that the model was fitted on)";
    return;
  }
  ReferenceFitter fitter(settings_.bars, model_->tail.level);
  ProgressBar bar("references", dirs.size() + 1);
  for (std::size_t i = 0; i < dirs.size(); ++i) {
    bar.show(i);
    const CandleFolder folder = or_usage(load_candle_folder(dirs[i], pairs_));
    fitter.add(folder, fitted_until(model_->card));
  }
  bar.show(dirs.size());
  references_ = fitter.finish(useful_threads());
}

void ProofRun::run_spans() {
  const std::vector<std::string>& dirs = o_.inputs.data;
  evidence_.resize(dirs.size());
  SharedProgress progress("spans", dirs.size());
  for_each_index(dirs.size(), useful_threads(), [&](std::size_t i) {
    evidence_[i] = run_span(dirs[i], [&](double share) { progress.show(i, share); });
  });
  std::string lines;
  for (const Evidence& e : evidence_) {
    lines += e.data_lines;
  }
  data_sha256_ = hex_text(sha256(lines));
}

ProofRun::Evidence ProofRun::run_span(const std::string& dir,
                                      const std::function<void(double)>& show) const {
  const CandleFolder folder = or_usage(load_candle_folder(dir, pairs_));
  const FundingRates funding = research_funding(o_.inputs, folder, costs_);
  const Span span = or_usage(Span::cut(
      folder, {std::nullopt, std::nullopt, settings_.bars.interval, settings_.bars.warm_up_slots}));
  const RunInputs inputs{
      settings_,
      model_,
      contract_defaults(),
      costs_,
      funding.schedule,
      Notional::from_double(settings_.backtest_initial_equity, Rounding::nearest),
      false};
  show(0.1);
  const GuardedRun guarded = run_guarded(span, inputs, true, true, [&](std::size_t rows) {
    show(0.1 + 0.4 * static_cast<double>(rows) / static_cast<double>(span.stamps().size()));
  });
  Evidence e;
  e.span = {span.name(), span.start()};
  e.data_lines = data_lines_of(folder);
  if (wants({"volatility", "expansion", "tail", "coverage"})) {
    e.forecasts = collect_forecasts(span, guarded, settings_.bars, references_);
  }
  if (wants({"explanation"})) {
    e.explanations = check_explanations(guarded.decisions, settings_, contract_defaults());
  }
  show(0.6);
  if (wants({"added-value", "unscaled"})) {
    e.comparison = compare_span(span, inputs, guarded);
  }
  show(1.0);
  return e;
}

/// One-minute folders: those named, else every folder beside the data whose name begins with 1m-.
void ProofRun::measure_minutes() {
  std::vector<std::string> dirs = o_.minute_data;
  if (dirs.empty()) {
    dirs = siblings(o_.inputs.data.front(),
                    [](const std::string& name) { return name.starts_with("1m-"); });
  }
  guard_folders_.resize(dirs.size());
  SharedProgress progress("guard", dirs.size());
  for_each_index(dirs.size(), useful_threads(), [&](std::size_t i) {
    const CandleFolder folder = or_usage(load_candle_folder(dirs[i], pairs_));
    progress.show(i, 0.3);
    guard_folders_[i] = measure_guard(folder, settings_.guard, o_.seed);
    progress.show(i, 1.0);
  });
}

void ProofRun::add_forecast_rows(std::vector<ProofRow>& out,
                                 std::span<const JudgedSpan> spans) const {
  std::vector<SpanForecasts> forecasts;
  for (const Evidence& e : evidence_) {
    forecasts.push_back(e.forecasts);
  }
  const ForecastJudge judge{forecasts, references_, model_->tail.level,
                            static_cast<std::size_t>(kForecastHorizon / settings_.bars.interval)};
  struct Row {
    const char* id;
    ProofRow (*make)(const ForecastJudge&);
  };
  for (const Row& r : {Row{"volatility", volatility_row}, Row{"expansion", expansion_row},
                       Row{"tail", tail_row}, Row{"coverage", coverage_row}}) {
    if (!o_.rows.contains(r.id)) {
      continue;
    }
    ProofRow row = r.make(judge);
    if (!no_references_.empty() && std::string(r.id) != "coverage") {
      row.not_measured = no_references_;
    }
    state_provenance(row, model_->card, spans, false);
    out.push_back(std::move(row));
  }
}

void ProofRun::add_value_rows(std::vector<ProofRow>& out, std::span<const JudgedSpan> spans) const {
  std::vector<SpanComparison> comparisons;
  for (const Evidence& e : evidence_) {
    if (e.comparison) {
      comparisons.push_back(*e.comparison);
    }
  }
  if (wants({"added-value"})) {
    BootstrapSettings bootstrap;
    bootstrap.seed = o_.seed;
    bootstrap.resamples = o_.resamples;
    out.push_back(added_value_row(comparisons, pool_added_value(comparisons, bootstrap)));
    state_provenance(out.back(), model_->card, spans, true);
  }
  if (wants({"unscaled"})) {
    out.push_back(unscaled_row(comparisons));
    state_provenance(out.back(), model_->card, spans, true);
  }
}

std::vector<ProofRow> ProofRun::rows() const {
  std::vector<JudgedSpan> spans;
  std::vector<std::string> names;
  ExplanationCheck explanations;
  for (const Evidence& e : evidence_) {
    spans.push_back(e.span);
    names.push_back(e.span.name);
    explanations.add(e.explanations);
  }
  std::vector<ProofRow> out;
  add_forecast_rows(out, spans);
  if (wants({"guard"})) {
    if (guard_folders_.empty()) {
      out.push_back(not_measured("guard", "Anomaly guard: shocks, calm days, two crashes",
                                 "no one-minute candles; give --minute-data DIR.."));
    } else {
      out.push_back(guard_row(guard_folders_, settings_.guard, o_.seed));
    }
    out.back().chosen_on = guard_provenance();
  }
  add_value_rows(out, spans);
  if (wants({"explanation"})) {
    out.push_back(explanation_row(explanations, names));
    out.back().chosen_on = "nothing: arithmetic on the records";
  }
  return out;
}

} // namespace rg::app
