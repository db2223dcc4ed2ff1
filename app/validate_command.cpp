// regimeguard validate: the proof, row by row, over candle folders (design §6.4).

#include "app/commands.hpp"
#include "app/progress_bar.hpp"
#include "app/research_inputs.hpp"
#include "backtests/evaluation/added_value.hpp"
#include "backtests/evaluation/proof_text.hpp"
#include "backtests/parallel.hpp"
#include "infra/config/digest.hpp"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <unistd.h>

namespace rg::app {

namespace {

struct ValidateOptions {
  ResearchOptions inputs;
  std::vector<std::string> only;
  std::string out;
  std::uint64_t seed = 1;
  std::size_t resamples = 2000;
  bool json = false;
};

/// Rows in the order in which they are printed.
constexpr const char* kRowIds[] = {"added-value", "unscaled"};

std::set<std::string> wanted_rows(const std::vector<std::string>& only) {
  std::set<std::string> wanted;
  for (const std::string& id : only) {
    if (std::find(std::begin(kRowIds), std::end(kRowIds), id) == std::end(kRowIds)) {
      std::string known;
      for (const char* row : kRowIds) {
        known += (known.empty() ? "" : ", ") + std::string(row);
      }
      throw UsageError("--only: " + id + " is no row of the proof; there are " + known);
    }
    wanted.insert(id);
  }
  if (wanted.empty()) {
    wanted.insert(std::begin(kRowIds), std::end(kRowIds));
  }
  return wanted;
}

/// One bar for all spans, whichever thread they run on.
class SharedProgress {
public:
  SharedProgress(std::string label, std::size_t parts)
      : bar_(std::move(label), parts * kUnits), done_(parts, 0) {}
  void show(std::size_t part, double share) {
    const std::lock_guard lock(mutex_);
    const auto units = static_cast<std::size_t>(share * static_cast<double>(kUnits));
    sum_ += std::max(units, done_[part]) - done_[part];
    done_[part] = std::max(units, done_[part]);
    bar_.show(sum_);
  }

private:
  static constexpr std::size_t kUnits = 1000;
  std::mutex mutex_;
  ProgressBar bar_;
  std::vector<std::size_t> done_;
  std::size_t sum_ = 0;
};

class Validation {
public:
  explicit Validation(const ValidateOptions& o)
      : o_(o), rows_wanted_(wanted_rows(o.only)), settings_(research_settings(o.inputs)),
        model_(research_model(o.inputs, settings_)),
        pairs_(research_pairs(o.inputs.pairs, settings_)) {}

  int run() {
    const auto start = std::chrono::steady_clock::now();
    run_spans();
    std::vector<ProofRow> rows = prove();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    report(rows, seconds.count());
    return std::all_of(rows.begin(), rows.end(), [](const ProofRow& r) { return r.holds(); }) ? 0
                                                                                              : 1;
  }

private:
  void run_spans() {
    const std::vector<std::string>& dirs = o_.inputs.data;
    refuse_same_names(dirs);
    comparisons_.resize(dirs.size());
    SharedProgress progress("validate", dirs.size());
    for_each_index(dirs.size(), useful_threads(), [&](std::size_t i) {
      run_span(i, [&](double share) { progress.show(i, share); });
    });
  }

  void run_span(std::size_t i, const std::function<void(double)>& show) {
    const CandleFolder folder = or_usage(load_candle_folder(o_.inputs.data[i], pairs_));
    const FundingRates funding = research_funding(o_.inputs, folder, costs_);
    const Span span =
        or_usage(Span::cut(folder, {std::nullopt, std::nullopt, settings_.bars.interval,
                                    settings_.bars.warm_up_slots}));
    const RunInputs inputs{
        settings_,
        model_,
        contract_defaults(),
        costs_,
        funding.schedule,
        Notional::from_double(settings_.backtest_initial_equity, Rounding::nearest),
        false};
    show(0.05);
    const GuardedRun guarded = run_guarded(span, inputs, true, true, [&](std::size_t rows) {
      show(0.05 + 0.45 * static_cast<double>(rows) / static_cast<double>(span.stamps().size()));
    });
    comparisons_[i] = compare_span(span, inputs, guarded);
    show(1.0);
  }

  std::vector<ProofRow> prove() const {
    std::vector<ProofRow> rows;
    if (rows_wanted_.contains("added-value")) {
      BootstrapSettings bootstrap;
      bootstrap.seed = o_.seed;
      bootstrap.resamples = o_.resamples;
      rows.push_back(added_value_row(comparisons_, pool_added_value(comparisons_, bootstrap)));
    }
    if (rows_wanted_.contains("unscaled")) {
      rows.push_back(unscaled_row(comparisons_));
    }
    return rows;
  }

  void report(const std::vector<ProofRow>& rows, double seconds) const {
    if (o_.json) {
      nlohmann::ordered_json j;
      j["config_sha256"] = hex_text(settings_.config_sha256);
      j["model_sha256"] = hex_text(model_->sha256);
      j["wall_seconds"] = seconds;
      j["holds"] =
          std::all_of(rows.begin(), rows.end(), [](const ProofRow& r) { return r.holds(); });
      j["rows"] = nlohmann::ordered_json::array();
      for (const ProofRow& row : rows) {
        j["rows"].push_back(proof_row_json(row));
      }
      fmt::print("{}\n", j.dump(2));
      return;
    }
    const bool colour = isatty(STDOUT_FILENO) != 0;
    for (const ProofRow& row : rows) {
      fmt::print("{}\n", proof_row_text(row, colour));
    }
    fmt::print("model {}   config {}   {:.1f} s\n", hex_text(model_->sha256).substr(0, 12),
               hex_text(settings_.config_sha256).substr(0, 12), seconds);
  }

  const ValidateOptions& o_;
  std::set<std::string> rows_wanted_;
  EngineSettings settings_;
  std::shared_ptr<const ModelParameters> model_;
  std::vector<Symbol> pairs_;
  FillParameters costs_;
  std::vector<SpanComparison> comparisons_;
};

} // namespace

void add_validate(CLI::App& root, Chosen& chosen) {
  auto o = std::make_shared<ValidateOptions>();
  CLI::App* command =
      root.add_subcommand("validate", "Prove the models and the engine, row by row");
  add_research_options(*command, o->inputs);
  command->add_option("--only", o->only, "Only these rows of the proof")->delimiter(',');
  command->add_option("--seed", o->seed, "Seed of the bootstrap")->capture_default_str();
  command->add_option("--resamples", o->resamples, "Bootstrap resamples")
      ->check(CLI::Range(100, 1'000'000))
      ->capture_default_str();
  command->add_flag("--json", o->json, "One JSON document on stdout");
  command->callback([o, &chosen] { chosen = [o] { return Validation(*o).run(); }; });
}

} // namespace rg::app
