#include "backtests/training/train_model.hpp"

#include "actors/regime/fit_stopped.hpp"
#include "actors/regime/regime_model.hpp"
#include "actors/risk/risk_fit.hpp"
#include "backtests/training/model_card.hpp"
#include "infra/config/digest.hpp"

#include <chrono>
#include <cstdio>
#include <limits>
#include <memory>

namespace rg {

namespace {

std::string iso_day(Timestamp t) {
  const std::chrono::sys_days day{
      std::chrono::floor<std::chrono::days>(std::chrono::nanoseconds{t.ns()})};
  const std::chrono::year_month_day ymd{day};
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(ymd.year()),
                static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
  return text;
}

std::string file_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

void describe_data(const std::vector<CandleFolder>& folders, const TrainingSettings& settings,
                   ModelCard& card) {
  Timestamp first = Timestamp::from_ns(std::numeric_limits<std::int64_t>::max());
  Timestamp last; // of the bars used; a day is named by the bars' opens
  for (const CandleFolder& folder : folders) {
    card.data_folders.push_back(folder.name);
    for (const CandleSeries& series : folder.series) {
      for (const Bar& bar : series.bars) {
        if (!settings.until || bar.close_time() <= *settings.until) {
          first = std::min(first, bar.open_time);
          last = std::max(last, bar.open_time);
        }
      }
    }
  }
  card.span_from = iso_day(std::min(first, last));
  card.span_to = iso_day(last);
  card.created = settings.created.empty() ? card.span_to : settings.created;
  card.command = settings.command;
  card.data_sha256 = hash_of_data(folders);
}

/// The risk models see what they will see online: filtered estimates of the model just fitted.
Result<RiskFit, InputError> fit_risk(const std::vector<CandleFolder>& folders,
                                     const TrainingSettings& settings,
                                     const std::shared_ptr<const ModelParameters>& model) {
  RiskFitter fitter(settings.bars.interval);
  for (const CandleFolder& folder : folders) {
    for (const CandleSeries& series : folder.series) {
      RegimeModel regime(series.symbol, model, settings.regime, settings.bars);
      throw_if_stopped(settings.stop);
      fitter.start_series(series.symbol);
      for_each_pipeline_bar(series, settings.bars, settings.until, [&](const PipelineBar& bar) {
        fitter.on_bar(bar, regime.on_bar(bar));
      });
    }
  }
  try {
    return fitter.finish();
  } catch (const InputError& error) {
    return fail(error);
  }
}

} // namespace

std::string hash_of_data(const std::vector<CandleFolder>& folders) {
  std::string text;
  for (const CandleFolder& folder : folders) {
    for (const CandleSeries& series : folder.series) {
      text += folder.name + "/" + file_name(series.path) + " " + series.sha256 + "\n";
    }
  }
  return hex_text(sha256(text));
}

Result<TrainedModel, InputError> train_model(const std::vector<CandleFolder>& folders,
                                             const TrainingSettings& settings,
                                             const TrainingProgress& progress) {
  progress("features", 0.05);
  const auto series = collect_features(folders, settings.bars, settings.until);
  if (!series) {
    return fail(series.error());
  }
  TrainedModel out;
  out.model.interval = settings.bars.interval;
  describe_data(folders, settings, out.model.card);
  progress("regimes", 0.15);
  const auto quality = fit_regimes(*series, settings.regime, settings.seed, out.model,
                                   settings.with_jump, settings.stop);
  if (!quality) {
    return fail(quality.error());
  }
  out.regimes = *quality;
  progress("risk", 0.75);
  const auto risk = fit_risk(folders, settings, std::make_shared<const ModelParameters>(out.model));
  if (!risk) {
    return fail(risk.error());
  }
  out.model.har = risk->har;
  out.model.expansion = risk->expansion;
  out.model.tail = risk->tail;
  out.risk_observations = risk->observations;
  out.model.card.text = model_card_text(out);
  progress("done", 1.0);
  return out;
}

} // namespace rg
