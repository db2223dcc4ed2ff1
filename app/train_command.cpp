// regimeguard train: fit the regime model and the risk models on candle folders, write one model
// file.

#include "app/commands.hpp"
#include "app/progress_bar.hpp"
#include "app/utc_day.hpp"
#include "backtests/training/train_model.hpp"
#include "infra/config/digest.hpp"
#include "infra/config/model/interval_text.hpp"
#include "infra/config/model/write_whole_file.hpp"
#include "infra/config/model_file.hpp"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
namespace rg::app {

namespace {

struct TrainOptions {
  std::vector<std::string> data, pairs;
  std::string until, interval = "15m", created, out;
  std::uint64_t seed = 1;
  bool json = false;
};

std::vector<Symbol> wanted_pairs(const std::vector<std::string>& names) {
  std::vector<Symbol> out;
  for (const std::string& name : names) {
    const auto symbol = Symbol::parse(name);
    if (!symbol) {
      throw UsageError("--pairs: " + name +
                       " is none of the eight contracts (cmt_btcusdt, BTC, ...)");
    }
    out.push_back(*symbol);
  }
  return out;
}

/// The last two parts of a path: enough to find the folder again, and the same on every machine.
std::string short_path(const std::string& path) {
  const auto full = std::filesystem::absolute(path + "/.").lexically_normal().parent_path();
  const auto parent = full.parent_path().filename();
  return parent.empty() || parent == ".." || parent == "." ? full.filename().string()
                                                           : (parent / full.filename()).string();
}

std::string command_text(const TrainOptions& o) {
  std::string text = "regimeguard train --data";
  for (const std::string& dir : o.data) {
    text += " " + short_path(dir);
  }
  if (!o.pairs.empty()) {
    text += " --pairs";
    for (const Symbol s : wanted_pairs(o.pairs)) {
      text += " " + std::string(s.name());
    }
  }
  text += o.until.empty() ? "" : " --until " + o.until;
  text += o.interval == "15m" ? "" : " --interval " + o.interval;
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
  s.command = command_text(o);
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
  const auto only = wanted_pairs(o.pairs);
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

nlohmann::ordered_json by_regime(const StateVector& values) {
  nlohmann::ordered_json out;
  for (std::size_t k = 0; k < kRegimeCount; ++k) {
    out[to_string(static_cast<Regime>(k))] = values[k];
  }
  return out;
}

nlohmann::ordered_json report_json(const TrainedModel& t, const std::string& path,
                                   const std::string& hash) {
  const ModelCard& card = t.model.card;
  const RegimeFitQuality& q = t.regimes;
  return {{"model", path},
          {"model_sha256", hash},
          {"data_sha256", card.data_sha256},
          {"data_folders", card.data_folders},
          {"from", card.span_from},
          {"to", card.span_to},
          {"interval", interval_text(t.model.interval)},
          {"seed", card.seed},
          {"observations", card.observations},
          {"log_likelihood_per_bar", card.log_likelihood_per_bar},
          {"volatility_separation", card.volatility_separation},
          {"efficiency_separation", card.efficiency_separation},
          {"iterations", q.iterations},
          {"converged", q.converged},
          {"candidates", q.candidates},
          {"refused_candidates", q.refused},
          {"share", by_regime(q.shares)},
          {"median_dwell_bars", by_regime(q.dwell_bars)},
          {"hindsight_agreement", q.calibration.agreement},
          {"brier_raw", q.calibration.raw.brier},
          {"brier_calibrated", q.calibration.calibrated.brier},
          {"plausibility_floor", t.model.plausibility_floor},
          {"risk_observations", t.risk_observations}};
}

void print_report(const TrainedModel& t, const std::string& path, const std::string& hash) {
  const ModelCard& card = t.model.card;
  const RegimeFitQuality& q = t.regimes;
  fmt::print("Fitted on {} bars of {} to {} ({} folders), seed {}\n\n", card.observations,
             card.span_from, card.span_to, card.data_folders.size(), card.seed);
  fmt::print("  {:<16} {:>6} {:>12} {:>9} {:>11}\n", "regime", "share", "median stay", "volatility",
             "efficiency");
  const double bar_hours = static_cast<double>(t.model.interval.count()) / 3.6e12;
  for (std::size_t k = 0; k < kRegimeCount; ++k) {
    const FeatureVector& mean = t.model.hmm.means[k];
    fmt::print("  {:<16} {:>5.1f}% {:>10.1f} h {:>+10.2f} {:>+11.2f}\n",
               to_string(static_cast<Regime>(k)), 100.0 * q.shares[k], q.dwell_bars[k] * bar_hours,
               mean[static_cast<std::size_t>(Feature::realised_vol)],
               mean[static_cast<std::size_t>(Feature::efficiency_ratio)]);
  }
  fmt::print("\n  volatility and efficiency are state means in robust standard deviations\n");
  fmt::print(
      "  log-likelihood per bar {:.4f} after {} iterations ({}), {} of {} candidates refused "
      "by the naming rule\n",
      card.log_likelihood_per_bar, q.iterations, q.converged ? "converged" : "not converged",
      q.refused, q.candidates);
  fmt::print(
      "  hindsight agrees with the regime in force on {:.1f} % of bars; Brier score {:.4f} raw, "
      "{:.4f} calibrated\n",
      100.0 * q.calibration.agreement, q.calibration.raw.brier, q.calibration.calibrated.brier);
  fmt::print("  risk models: {} observations\n\n", t.risk_observations);
  fmt::print("{}  sha256 {}\n", path, hash);
}

int train(const TrainOptions& o) {
  const TrainingSettings settings = settings_from(o);
  const auto folders = load_folders(o);
  const auto trained = [&] {
    ProgressBar bar("training", 100);
    return train_model(folders, settings, [&](const std::string&, double share) {
      bar.show(static_cast<std::size_t>(100.0 * share));
    });
  }();
  if (!trained) {
    throw UsageError(trained.error().text());
  }
  const std::string text = model_to_json(trained->model);
  // What was fitted must be what a later run would accept.
  if (const auto again = parse_model(text, o.out); !again) {
    throw UsageError(again.error().text());
  }
  if (const auto written = write_whole_file(o.out, text); !written) {
    throw UsageError(written.error().text());
  }
  const std::string hash = hex_text(sha256(text));
  if (o.json) {
    fmt::print("{}\n", report_json(*trained, o.out, hash).dump(2));
  } else {
    print_report(*trained, o.out, hash);
  }
  return 0;
}

} // namespace

void add_train(CLI::App& root, Chosen& chosen) {
  auto o = std::make_shared<TrainOptions>();
  CLI::App* command =
      root.add_subcommand("train", "Fit the regime model and the risk models on candle folders");
  command->add_option("--data", o->data, "Candle folders; each is a span of its own")->required();
  command->add_option("--until", o->until, "Use only what closed before this UTC day (YYYY-MM-DD)");
  command->add_option("--seed", o->seed, "Seed of the fit's random starts")->capture_default_str();
  command->add_option("--pairs", o->pairs, "Only these pairs");
  command->add_option("--interval", o->interval, "Pipeline bars")->capture_default_str();
  command->add_option("--created", o->created,
                      "Day for the model card; default: last day of the data");
  command->add_option("--out", o->out, "Model file to write")->required();
  command->add_flag("--json", o->json, "One JSON document on stdout");
  command->callback([o, &chosen] { chosen = [o] { return train(*o); }; });
}

} // namespace rg::app
