// regimeguard replay: a run again from its recording, held against its journal.

#include "app/commands.hpp"
#include "app/engine/replay.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

namespace rg::app {

namespace {

struct ReplayOptions {
  std::string journal = "data/journal.db", run;
  bool json = false;
};

void print_json(const ReplayReport& r) {
  nlohmann::ordered_json j{{"run_id", r.run_id},
                           {"identical", r.identical},
                           {"inputs", r.inputs},
                           {"records", r.records},
                           {"decisions", r.decisions},
                           {"order_events", r.order_events},
                           {"fills", r.fills},
                           {"not_recorded", r.not_recorded},
                           {"clean_end", r.clean_end},
                           {"beyond_recording", r.beyond_recording},
                           {"beyond_journal", r.beyond_journal},
                           {"difference", nullptr}};
  if (!r.identical) {
    j["difference"] = {{"where", r.where},
                       {"field", r.field},
                       {"journalled", r.journalled},
                       {"recomputed", r.recomputed}};
  }
  std::printf("%s\n", j.dump(2).c_str());
}

void print_text(const ReplayReport& r) {
  std::printf(
      "run %s: %llu inputs, %llu records compared: %llu decisions, %llu order events, %llu fills\n",
      r.run_id.c_str(), static_cast<unsigned long long>(r.inputs),
      static_cast<unsigned long long>(r.records), static_cast<unsigned long long>(r.decisions),
      static_cast<unsigned long long>(r.order_events), static_cast<unsigned long long>(r.fills));
  if (r.not_recorded > 0) {
    std::printf(
        "%llu values could not be compared: the schema that the run was journalled with did "
        "not hold them\n",
        static_cast<unsigned long long>(r.not_recorded));
  }
  if (!r.clean_end) {
    std::printf("the run did not end in order: %llu journalled records lie beyond the recording, "
                "%llu recomputed ones beyond the journal\n",
                static_cast<unsigned long long>(r.beyond_recording),
                static_cast<unsigned long long>(r.beyond_journal));
  }
  if (r.identical) {
    std::printf("identical, bit for bit\n");
  } else {
    std::printf("DIFFERENT at %s, field %s: journalled %s, recomputed %s\n", r.where.c_str(),
                r.field.c_str(), r.journalled.c_str(), r.recomputed.c_str());
  }
}

int run_replay(const ReplayOptions& options) {
  const auto report = replay_run(options.journal, options.run);
  if (!report) {
    throw UsageError(report.error().text());
  }
  options.json ? print_json(*report) : print_text(*report);
  return report->identical ? 0 : 1;
}

} // namespace

void add_replay(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<ReplayOptions>();
  CLI::App* command = root.add_subcommand(
      "replay", "Recompute a run from its recording and compare every decision");
  command->add_option("--journal", options->journal, "Journal file")->capture_default_str();
  command->add_option("--run", options->run, "Run id (default: the last run)");
  command->add_flag("--json", options->json, "One JSON document on stdout");
  command->callback([&chosen, options] { chosen = [options] { return run_replay(*options); }; });
}

} // namespace rg::app
