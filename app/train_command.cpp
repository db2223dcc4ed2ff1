// regimeguard train: fit the regime model and the risk models on candle folders, write one model
// file.

#include "app/commands.hpp"
#include "app/progress_bar.hpp"
#include "app/research_inputs.hpp"
#include "app/train_report.hpp"
#include "app/utc_day.hpp"
#include "backtests/training/background_refit.hpp"
#include "backtests/training/train_model.hpp"
#include "infra/config/digest.hpp"
#include "infra/config/model/interval_text.hpp"
#include "infra/config/model/model_versions.hpp"
#include "infra/config/model_file.hpp"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>

namespace rg::app {

namespace {

struct TrainOptions {
  std::vector<std::string> data, pairs;
  std::string until, interval = "15m", method = "hmm", against, created, out;
  std::uint64_t seed = 1;
  bool json = false;
};

/// The last two parts of a path: enough to find the folder again, and the same on every machine.
std::string short_path(const std::string& path) {
  const auto full = std::filesystem::absolute(path + "/.").lexically_normal().parent_path();
  const auto parent = full.parent_path().filename();
  return parent.empty() || parent == ".." || parent == "." ? full.filename().string()
                                                           : (parent / full.filename()).string();
}

RegimeMethod method_of(const TrainOptions& o) {
  for (const RegimeMethod m : {RegimeMethod::hmm, RegimeMethod::jump}) {
    if (o.method == to_string(m)) {
      return m;
    }
  }
  throw UsageError("--method: " + o.method + " is neither hmm nor jump");
}

std::string utc_day(Timestamp t) {
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::nanoseconds>{std::chrono::nanoseconds{t.ns()}})};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

/// What makes the same model again; `until` = the day used.
std::string command_text(const TrainOptions& o, const std::string& until) {
  std::string text = "regimeguard train --data";
  for (const std::string& dir : o.data) {
    text += " " + short_path(dir);
  }
  if (!o.pairs.empty()) {
    text += " --pairs";
    for (const Symbol s : parse_pairs(o.pairs)) {
      text += " " + std::string(s.name());
    }
  }
  text += until.empty() ? "" : " --until " + until;
  text += o.interval == "15m" ? "" : " --interval " + o.interval;
  text += o.method == "hmm" ? "" : " --method " + o.method;
  text += o.created.empty() ? "" : " --created " + o.created;
  return text + " --seed " + std::to_string(o.seed) + " --out MODEL";
}

TrainingSettings settings_from(const TrainOptions& o) {
  TrainingSettings s;
  const auto interval = parse_interval(o.interval);
  if (!interval) {
    throw UsageError("--interval: " + o.interval + " is no length such as 15m or 1h");
  }
  s.bars.interval = *interval;
  s.seed = o.seed;
  s.command = command_text(o, o.until);
  s.regime.model = method_of(o);
  s.with_jump = true;
  if (!o.until.empty()) {
    s.until = parse_utc_day("--until", o.until);
  }
  if (!o.created.empty()) {
    static_cast<void>(parse_utc_day("--created", o.created));
    s.created = o.created;
  }
  return s;
}

std::vector<CandleFolder> load_folders(const TrainOptions& o) {
  const auto only = parse_pairs(o.pairs);
  std::vector<CandleFolder> folders;
  for (const std::string& dir : o.data) {
    auto folder = load_candle_folder(dir, only);
    if (!folder) {
      throw UsageError(folder.error().text());
    }
    for (const std::string& note : folder->notes) {
      fmt::print(stderr, "{}: {}\n", folder->name, note);
    }
    folders.push_back(std::move(folder).value());
  }
  return folders;
}

/// The last model that a refit must not be worse than.
std::shared_ptr<const ModelParameters> last_model(const TrainOptions& o, Duration interval) {
  auto last = model_for(o.against == "default" ? "" : o.against, method_of(o));
  if (!last) {
    throw UsageError("--against: " + last.error().text());
  }
  if ((*last)->interval != interval) {
    throw UsageError("--against: " + o.against + " is for bars of " +
                     interval_text((*last)->interval) + ", this fit for " +
                     interval_text(interval));
  }
  return *std::move(last);
}

TrainedModel fit(const std::vector<CandleFolder>& folders, const TrainingSettings& settings) {
  ProgressBar bar("training", 100);
  auto trained = train_model(folders, settings, [&](const std::string&, double share) {
    bar.show(static_cast<std::size_t>(100.0 * share));
  });
  if (!trained) {
    throw UsageError(trained.error().text());
  }
  return std::move(trained).value();
}

int train(const TrainOptions& o) {
  TrainingSettings settings = settings_from(o);
  std::shared_ptr<const ModelParameters> last;
  if (!o.against.empty()) {
    last = last_model(o, settings.bars.interval);
  }
  const auto folders = load_folders(o);
  if (last && !settings.until) { // the last four weeks are held back to judge on
    settings.until = hold_back(folders);
    settings.command = command_text(o, utc_day(*settings.until));
  }
  const TrainedModel trained = fit(folders, settings);
  const std::string text = model_to_json(trained.model);
  TrainOutcome outcome;
  outcome.sha256 = hex_text(sha256(text));
  // What was fitted must be what a later run would accept.
  auto again = parse_model(text, o.out);
  if (!again) {
    throw UsageError(again.error().text());
  }
  if (last) {
    outcome.against = hex_text(last->sha256);
    outcome.gates = judge_refit(folders, last,
                                std::make_shared<const ModelParameters>(std::move(again).value()),
                                settings.regime, settings.bars, *settings.until);
  }
  if (!outcome.gates || outcome.gates->promoted()) {
    const auto written = write_model_version(o.out, text);
    if (!written) {
      throw UsageError(written.error().text());
    }
    outcome.path = written->path;
    outcome.unchanged = written->unchanged;
    if (outcome.path != o.out) {
      fmt::print(stderr, "{} exists and is never overwritten; {} {}\n", o.out,
                 outcome.unchanged ? "the same model stands in" : "written as", outcome.path);
    }
  }
  if (o.json) {
    fmt::print("{}\n", train_report_json(trained, outcome).dump(2));
  } else {
    print_train_report(trained, outcome);
  }
  return outcome.path.empty() ? 1 : 0;
}

} // namespace

void add_train(CLI::App& root, Chosen& chosen) {
  auto o = std::make_shared<TrainOptions>();
  CLI::App* command =
      root.add_subcommand("train", "Fit the regime models and the risk models on candle folders");
  command->add_option("--data", o->data, "Candle folders; each is a span of its own")->required();
  command->add_option("--until", o->until, "Use only what closed before this UTC day (YYYY-MM-DD)");
  command->add_option("--seed", o->seed, "Seed of the fit's random starts")->capture_default_str();
  command->add_option("--pairs", o->pairs, "Only these pairs");
  command->add_option("--interval", o->interval, "Pipeline bars")->capture_default_str();
  command
      ->add_option("--method", o->method,
                   "Regime model whose states the risk models are fitted on: hmm or jump")
      ->capture_default_str();
  command->add_option(
      "--against", o->against,
      "Last model (a file, or \"default\"): write the new one only if it passes the "
      "promotion gates, on what comes after --until (default: the last 28 days)");
  command->add_option("--created", o->created,
                      "Day for the model card; default: last day of the data");
  command
      ->add_option("--out", o->out,
                   "Model file to write; an existing one is kept and the next version is written "
                   "beside it (NAME-v2.json)")
      ->required();
  command->add_flag("--json", o->json, "One JSON document on stdout");
  command->callback([o, &chosen] { chosen = [o] { return train(*o); }; });
}

} // namespace rg::app
