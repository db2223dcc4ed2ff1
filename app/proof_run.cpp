#include "app/proof_run.hpp"

#include "app/shared_progress.hpp"
#include "backtests/parallel.hpp"
#include "backtests/walk_forward/window_run.hpp"
#include "infra/config/digest.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
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

constexpr std::size_t kSimulatedRows = 40'000;
constexpr Duration kCommonStretch = std::chrono::hours{24 * 180};
constexpr Duration kLongestMonth = std::chrono::hours{24 * 31};
/// Bars before the common stretch that fill the features' windows.
constexpr Duration kFeatureWarmUp = std::chrono::hours{24 * 15};

std::chrono::year_month_day date_of(Timestamp t) {
  return std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::nanoseconds>{std::chrono::nanoseconds{t.ns()}});
}

std::string month_text(Timestamp t) {
  const auto date = date_of(t);
  return fmt::format("{:04}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()));
}

/// The first `count` month starts that lie inside the folders, after each one's warm-up.
std::vector<Timestamp> month_starts(std::span<const CandleFolder> folders, const BarSettings& bars,
                                    std::size_t count) {
  std::set<std::int64_t> starts;
  for (const CandleFolder& folder : folders) {
    for (const CandleSeries& s : folder.series) {
      if (s.bars.empty()) {
        continue;
      }
      const Timestamp from = s.bars.front().open_time + bars.interval * bars.warm_up_slots;
      const auto date = date_of(from);
      for (auto month = date.year() / date.month() + std::chrono::months{1};;
           month += std::chrono::months{1}) {
        const std::chrono::sys_days first{month / std::chrono::day{1}};
        const std::int64_t ns = std::chrono::nanoseconds{first.time_since_epoch()}.count();
        if (ns > s.bars.back().close_time().ns()) {
          break;
        }
        starts.insert(ns);
      }
    }
  }
  std::vector<Timestamp> out;
  for (const std::int64_t ns : starts) {
    if (out.size() < count) {
      out.push_back(Timestamp::from_ns(ns));
    }
  }
  return out;
}

/// Copies of the bars of [from − warm-up, until].
std::vector<CandleFolder> cut_out(std::span<const CandleFolder* const> folders, Timestamp from,
                                  Timestamp until) {
  std::vector<CandleFolder> out = earlier_data(folders, until);
  for (CandleFolder& folder : out) {
    for (CandleSeries& s : folder.series) {
      std::erase_if(s.bars, [&](const Bar& b) { return b.open_time < from - kFeatureWarmUp; });
    }
    std::erase_if(folder.series, [](const CandleSeries& s) { return s.bars.empty(); });
  }
  std::erase_if(out, [](const CandleFolder& f) { return f.series.empty(); });
  return out;
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
  if (wants({"regimes", "volatility", "expansion", "tail", "coverage", "added-value", "unscaled",
             "explanation"})) {
    run_spans();
  }
  if (wants({"regimes"}) && o_.refits > 1) {
    refit_monthly();
  }
  if (wants({"guard"})) {
    measure_minutes();
  }
  return rows();
}

/// The folders named, else those beside the data that the model's card names.
std::vector<std::string> ProofRun::training_dirs() const {
  if (!o_.train.empty()) {
    return o_.train;
  }
  const std::vector<std::string>& named = model_->card.data_folders;
  return siblings(o_.inputs.data.front(), [&](const std::string& name) {
    return std::find(named.begin(), named.end(), name) != named.end();
  });
}

void ProofRun::fit_references() {
  const std::vector<std::string> dirs = training_dirs();
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
  Evidence e;
  e.span = {span.name(), span.start()};
  e.data_lines = data_lines(folder);
  if (wants({"regimes"})) {
    e.tracks.name = folder.name;
    for (const CandleSeries& series : folder.series) {
      e.tracks.tracks.push_back(track_regimes(series, model_, settings_.regime, settings_.bars));
    }
  }
  if (!wants({"volatility", "expansion", "tail", "coverage", "added-value", "unscaled",
              "explanation"})) {
    show(1.0);
    return e;
  }
  const GuardedRun guarded = run_guarded(span, inputs, true, true, [&](std::size_t rows) {
    show(0.1 + 0.4 * static_cast<double>(rows) / static_cast<double>(span.stamps().size()));
  });
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

/// Fits at the first of successive months of the judged spans, each on everything earlier, and
/// compares each with the one before over the half year that both have seen.
void ProofRun::refit_monthly() {
  std::vector<std::string> dirs = training_dirs();
  dirs.insert(dirs.end(), o_.inputs.data.begin(), o_.inputs.data.end());
  std::vector<CandleFolder> folders(dirs.size());
  for_each_index(dirs.size(), useful_threads(), [&](std::size_t i) {
    folders[i] = or_usage(load_candle_folder(dirs[i], pairs_));
  });
  std::vector<const CandleFolder*> views;
  views.reserve(folders.size());
  for (const CandleFolder& f : folders) {
    views.push_back(&f);
  }
  const std::size_t judged = folders.size() - o_.inputs.data.size();
  const std::vector<Timestamp> months =
      month_starts(std::span(folders).subspan(judged), settings_.bars, o_.refits);
  const WalkInputs inputs{settings_, costs_, o_.seed};
  std::vector<std::shared_ptr<const ModelParameters>> models(months.size());
  SharedProgress progress("monthly refits", months.size());
  for_each_index(months.size(), useful_threads(), [&](std::size_t i) {
    const auto fit = fit_window(views, months[i], inputs,
                                [&](const std::string&, double share) { progress.show(i, share); });
    if (fit) { // too little data before the first months is no fault of the model
      models[i] = std::make_shared<const ModelParameters>(fit->model);
    }
  });
  for (std::size_t i = 1; i < months.size(); ++i) {
    if (models[i - 1] && models[i] && months[i] - months[i - 1] <= kLongestMonth) {
      const std::vector<CandleFolder> stretch =
          cut_out(views, months[i - 1] - kCommonStretch, months[i - 1]);
      refits_.push_back(
          {month_text(months[i - 1]) + "/" + month_text(months[i]),
           refit_agreement(stretch, models[i - 1], models[i], settings_.regime, settings_.bars)});
    }
  }
}

void ProofRun::add_regime_rows(std::vector<ProofRow>& out,
                               std::span<const JudgedSpan> spans) const {
  if (wants({"known-truth"})) {
    out.push_back(known_truth_row(prove_on_simulated_rows(model_->hmm, kSimulatedRows, o_.seed),
                                  kSimulatedRows));
    out.back().chosen_on =
        "the model's HMM is taken as the truth; " + model_provenance(model_->card);
  }
  if (wants({"synthetic"})) {
    const SyntheticTrial fit{o_.seed + 100, 2, 40, MarketPace::natural};
    const SyntheticTrial test{o_.seed, 4, 30, MarketPace::natural};
    out.push_back(synthetic_row(prove_on_synthetic(settings_.regime, settings_.bars, fit, test),
                                score_on_synthetic(model_, settings_.regime, settings_.bars, test),
                                test));
    out.back().chosen_on = "two other seeds of the same market, forty days each";
  }
  if (wants({"regimes"})) {
    std::vector<SpanTracks> tracks;
    for (const Evidence& e : evidence_) {
      tracks.push_back(e.tracks);
    }
    BootstrapSettings bootstrap;
    bootstrap.seed = o_.seed;
    bootstrap.resamples = o_.resamples;
    out.push_back(regime_row(tracks, refits_, bootstrap));
    state_provenance(out.back(), model_->card, spans, false);
  }
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
  add_regime_rows(out, spans);
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
