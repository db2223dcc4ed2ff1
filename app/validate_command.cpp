// regimeguard validate: the proof, row by row, over candle folders (design §6.4).

#include "app/commands.hpp"
#include "app/proof_run.hpp"
#include "backtests/csv_files.hpp"
#include "backtests/evaluation/proof_html.hpp"
#include "backtests/evaluation/proof_text.hpp"
#include "infra/config/digest.hpp"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <unistd.h>

namespace rg::app {

namespace {

struct ValidateOptions {
  ProofOptions proof;
  std::vector<std::string> only;
  std::string out;
  bool json = false;
};

std::set<std::string> wanted_rows(const std::vector<std::string>& only) {
  std::set<std::string> wanted;
  for (const std::string& id : only) {
    if (std::find(kProofRows.begin(), kProofRows.end(), id) == kProofRows.end()) {
      std::string known;
      for (const char* row : kProofRows) {
        known.append(known.empty() ? "" : ", ").append(row);
      }
      throw UsageError(fmt::format("--only: {} is no row of the proof; there are {}", id, known));
    }
    wanted.insert(id);
  }
  if (wanted.empty()) {
    wanted.insert(kProofRows.begin(), kProofRows.end());
  }
  return wanted;
}

std::string command_text(const ValidateOptions& o) {
  std::string text = "regimeguard validate";
  const auto list = [&](const char* option, const std::vector<std::string>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      text += (i == 0 ? std::string(" ") + option + " " : " ") + values[i];
    }
  };
  list("--data", o.proof.inputs.data);
  list("--train", o.proof.train);
  list("--minute-data", o.proof.minute_data);
  list("--only", o.only);
  list("--pairs", o.proof.inputs.pairs);
  const auto one = [&](const char* option, const std::string& value) {
    text += value.empty() ? "" : std::string(" ") + option + " " + value;
  };
  one("--config", o.proof.inputs.config);
  one("--model", o.proof.inputs.model);
  one("--interval", o.proof.inputs.interval);
  one("--funding", o.proof.inputs.funding);
  text += " --refits " + std::to_string(o.proof.refits);
  return text + " --seed " + std::to_string(o.proof.seed);
}

bool all_hold(std::span<const ProofRow> rows) {
  return std::all_of(rows.begin(), rows.end(), [](const ProofRow& r) { return r.holds(); });
}

/// The document without the seconds: what --out keeps is the same bytes on every run.
nlohmann::ordered_json document(const ValidateOptions& o, const ProofRun& run,
                                std::span<const ProofRow> rows) {
  nlohmann::ordered_json j;
  j["command"] = command_text(o);
  j["config_sha256"] = hex_text(run.settings().config_sha256);
  j["model_sha256"] = hex_text(run.model().sha256);
  j["data_sha256"] = run.data_sha256();
  j["holds"] = all_hold(rows);
  j["rows"] = nlohmann::ordered_json::array();
  for (const ProofRow& row : rows) {
    j["rows"].push_back(proof_row_json(row));
  }
  return j;
}

void write_documents(const ValidateOptions& o, const ProofRun& run,
                     std::span<const ProofRow> rows) {
  or_usage(write_file(o.out, "validate.json", document(o, run, rows).dump(2) + "\n"));
  const ProofHeader header{"RegimeGuard: the proof", hex_text(run.model().sha256),
                           hex_text(run.settings().config_sha256), run.data_sha256(),
                           command_text(o)};
  or_usage(write_file(o.out, "validate.html", proof_html(header, rows)));
}

void print_rows(const ProofRun& run, std::span<const ProofRow> rows, double seconds) {
  const bool colour = isatty(STDOUT_FILENO) != 0;
  for (const ProofRow& row : rows) {
    fmt::print("{}\n", proof_row_text(row, colour));
  }
  const auto holding =
      std::count_if(rows.begin(), rows.end(), [](const ProofRow& r) { return r.holds(); });
  fmt::print("{} of {} rows hold.   model {}   config {}   {:.1f} s\n", holding, rows.size(),
             hex_text(run.model().sha256).substr(0, 12),
             hex_text(run.settings().config_sha256).substr(0, 12), seconds);
}

int validate(ValidateOptions o) {
  o.proof.rows = wanted_rows(o.only);
  const auto start = std::chrono::steady_clock::now();
  ProofRun run(o.proof);
  const std::vector<ProofRow> rows = run.run();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (!o.out.empty()) {
    write_documents(o, run, rows);
  }
  if (o.json) {
    nlohmann::ordered_json j = document(o, run, rows);
    j["wall_seconds"] = seconds.count();
    fmt::print("{}\n", j.dump(2));
  } else {
    print_rows(run, rows, seconds.count());
    if (!o.out.empty()) {
      fmt::print("validate.json and validate.html in {}\n", o.out);
    }
  }
  return all_hold(rows) ? 0 : 1;
}

} // namespace

void add_validate(CLI::App& root, Chosen& chosen) {
  auto o = std::make_shared<ValidateOptions>();
  CLI::App* command = root.add_subcommand(
      "validate", "Prove the models and the engine, row by row; 1 = a bar fails");
  add_research_options(*command, o->proof.inputs);
  add_model_option(*command, o->proof.inputs);
  command->add_option("--train", o->proof.train,
                      "Folders that the reference forecasters are fitted on; default: those on the "
                      "model's card that lie beside the data");
  command->add_option("--minute-data", o->proof.minute_data,
                      "One-minute folders for the guard; default: 1m-* beside the data");
  command->add_option("--only", o->only, "Only these rows of the proof")->delimiter(',');
  command
      ->add_option("--refits", o->proof.refits,
                   "Monthly refits whose regimes are compared; 0 = none, and that bar fails")
      ->check(CLI::Range(0, 120))
      ->capture_default_str();
  command->add_option("--seed", o->proof.seed, "Seed of bootstrap and shocks")
      ->capture_default_str();
  command->add_option("--resamples", o->proof.resamples, "Bootstrap resamples")
      ->check(CLI::Range(100, 1'000'000))
      ->capture_default_str();
  command->add_option("--out", o->out, "Folder for validate.json and validate.html");
  command->add_flag("--json", o->json, "One JSON document on stdout");
  command->callback([o, &chosen] { chosen = [o] { return validate(*o); }; });
}

} // namespace rg::app
