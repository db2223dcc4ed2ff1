// regimeguard walk-forward: refit and test over rolling windows (design §13).

#include "app/commands.hpp"
#include "app/walk_run.hpp"
#include "backtests/walk_forward/walk_report.hpp"
#include "infra/config/digest.hpp"
#include "infra/config/model/write_whole_file.hpp"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <chrono>
#include <filesystem>
#include <memory>

namespace rg::app {

namespace {

struct WalkForwardOptions {
  WalkOptions walk;
  double trials = 50.0;
  std::size_t resamples = 2000;
  bool json = false;
};

/// Everything but the seconds: what --out keeps is the same bytes on every run.
nlohmann::ordered_json document(const WalkForwardOptions& o, const WalkRun& run,
                                const WalkSummary& summary, std::span<const WindowResult> windows) {
  nlohmann::ordered_json j;
  j["config_sha256"] = hex_text(run.settings().config_sha256);
  j["data_sha256"] = run.data_sha256();
  j["seed"] = o.walk.seed;
  j["window_days"] = o.walk.window_days;
  j["embargo_hours"] = o.walk.embargo_hours;
  j["refit_every"] = o.walk.refit_every;
  const nlohmann::ordered_json walk = walk_json(summary, windows);
  for (const auto& [key, value] : walk.items()) {
    j[key] = value;
  }
  return j;
}

int walk_forward(const WalkForwardOptions& o) {
  const auto start = std::chrono::steady_clock::now();
  WalkRun run(o.walk);
  const std::vector<WindowResult> windows = run.run();
  BootstrapSettings bootstrap;
  bootstrap.seed = o.walk.seed;
  bootstrap.resamples = o.resamples;
  const WalkSummary summary = summarise(windows, bootstrap, o.trials);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  nlohmann::ordered_json j = document(o, run, summary, windows);
  if (!o.walk.out.empty()) {
    or_usage(write_whole_file((std::filesystem::path(o.walk.out) / "walk_forward.json").string(),
                              j.dump(2) + "\n"));
  }
  if (o.json) {
    j["wall_seconds"] = seconds.count();
    fmt::print("{}\n", j.dump(2));
  } else {
    fmt::print("{}\n{:.1f} s{}\n", walk_text(summary, windows), seconds.count(),
               o.walk.out.empty() ? ""
                                  : "; windows, models and walk_forward.json in " + o.walk.out);
  }
  return 0;
}

} // namespace

void add_walk_forward(CLI::App& root, Chosen& chosen) {
  auto o = std::make_shared<WalkForwardOptions>();
  CLI::App* command = root.add_subcommand(
      "walk-forward", "Refit on the past, trade the next window, over all windows of each span");
  add_research_options(*command, o->walk.inputs);
  command->add_option("--train", o->walk.train, "Folders that are fitted on but not traded");
  command->add_option("--window", o->walk.window_days, "Days traded with one model")
      ->check(CLI::Range(5, 366))
      ->capture_default_str();
  command
      ->add_option("--embargo", o->walk.embargo_hours, "Hours between a fit's data and its window")
      ->check(CLI::Range(0, 24 * 60))
      ->capture_default_str();
  command->add_option("--refit", o->walk.refit_every, "Windows that share one fit")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command
      ->add_option("--trials", o->trials,
                   "Strategies or parameter sets tried before this one (deflated Sharpe ratio)")
      ->check(CLI::Range(1.0, 1e9))
      ->capture_default_str();
  command->add_option("--seed", o->walk.seed, "Seed of fits and bootstrap")->capture_default_str();
  command->add_option("--resamples", o->resamples, "Bootstrap resamples")
      ->check(CLI::Range(100, 1'000'000))
      ->capture_default_str();
  command->add_option("--threads", o->walk.threads, "Fits at a time; 0 = as many as are useful")
      ->check(CLI::Range(0, 64))
      ->capture_default_str();
  command
      ->add_option("--workers", o->walk.workers,
                   "HOST:PORT,.. of `regimeguard worker`s that take windows too")
      ->delimiter(',');
  command->add_option("--out", o->walk.out,
                      "Folder that keeps finished windows; a later run goes on from them");
  command->add_flag("--json", o->json, "One JSON document on stdout");
  command->callback([o, &chosen] { chosen = [o] { return walk_forward(*o); }; });
}

} // namespace rg::app
