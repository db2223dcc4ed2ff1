// regimeguard self-assess: tries to pass every control under the given settings, and writes the
// table with what came of it.

#include "app/commands.hpp"
#include "app/controls/control.hpp"
#include "app/engine/venue_settings.hpp"
#include "app/journal_queries.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

namespace rg::app {

namespace {

using Json = nlohmann::ordered_json;

struct AssessOptions {
  std::string config;
  bool json = false;
};

/// When each refusal last bound, by the journal of these settings; empty when there is none.
std::map<Refusal, Timestamp> last_bound(const EngineSettings& settings) {
  std::map<Refusal, Timestamp> bound;
  if (!std::filesystem::exists(settings.journal.path)) {
    return bound;
  }
  const JournalQueries journal(settings.journal.path, settings.journal.key_path);
  DecisionQuery refusals;
  refusals.outcome = Outcome::refused;
  refusals.limit = 5000;
  for (const DecisionRow& row : journal.decisions(refusals)) {
    Timestamp& stamp = bound[row.decision.refusal];
    stamp = std::max(stamp, row.decision.id.stamp);
  }
  return bound;
}

std::string limit_text(const Control& control, const EngineSettings& settings) {
  const double limit = control.limit(settings);
  return std::isnan(limit) ? "switch" : fmt::format("{:.6g} {}", limit, control.unit);
}

/// Where a warning comes before the limit: a share of it, for what accrues.
Json warning_of(const Control& control, const EngineSettings& settings) {
  const double limit = control.limit(settings);
  return std::isnan(limit) ? Json() : Json(limit * settings.alerts.limit_warning);
}

Json as_json(const std::vector<ControlResult>& results, const EngineSettings& settings,
             const std::map<Refusal, Timestamp>& bound) {
  Json rows = Json::array();
  for (const ControlResult& r : results) {
    const Control& c = *r.control;
    const double limit = c.limit(settings);
    const auto last = bound.find(c.refusal);
    rows.push_back(Json{
        {"id", c.id},
        {"name", c.name},
        {"family", c.family},
        {"limit", std::isnan(limit) ? Json() : Json(limit)},
        {"unit", c.unit},
        {"warning", warning_of(c, settings)},
        {"within", r.evidence.within.by},
        {"beyond", r.evidence.beyond.by},
        {"binds", r.binds},
        {"problem", r.problem},
        {"refusal", c.refusal == Refusal::none ? Json() : Json(to_string(c.refusal))},
        {"metric", std::string("regimeguard_") + c.metric},
        {"enforced_by", c.enforced_by},
        {"test", c.test},
        {"last_bound_ms",
         c.refusal != Refusal::none && last != bound.end() ? Json(last->second.ms()) : Json()}});
  }
  return rows;
}

void print_markdown(const std::vector<ControlResult>& results, const EngineSettings& settings) {
  fmt::print("# Controls\n\nEach control was tried just now, within its limit and beyond it, "
             "through the code that trades.\n\n"
             "| Control | Limit | Within | Beyond | Enforced by | Metric | Test |\n"
             "|---|---|---|---|---|---|---|\n");
  for (const ControlResult& r : results) {
    const Control& c = *r.control;
    fmt::print("| {} (`{}`) | {} | {} | {}{} | `{}` | `regimeguard_{}` | {} |\n", c.name, c.id,
               limit_text(c, settings), r.evidence.within.by, r.binds ? "" : "**dead** ",
               r.binds ? r.evidence.beyond.by : r.problem, c.enforced_by, c.metric, c.test);
  }
}

int self_assess(const AssessOptions& options) {
  const EngineSettings settings = settings_from(options.config);
  const auto results = assess_all(settings);
  std::size_t dead = 0;
  for (const ControlResult& r : results) {
    dead += r.binds ? 0 : 1;
  }
  if (options.json) {
    fmt::print("{}\n", Json{{"controls", results.size()},
                            {"dead", dead},
                            {"limit_warning", settings.alerts.limit_warning},
                            {"table", as_json(results, settings, last_bound(settings))}}
                           .dump(2));
  } else {
    print_markdown(results, settings);
    fmt::print("\n{} controls, {} of them hold{}.\n", results.size(), results.size() - dead,
               dead == 0 ? "" : fmt::format("; {} DEAD", dead));
  }
  return dead == 0 ? 0 : 1;
}

} // namespace

void add_self_assess(CLI::App& root, Chosen& chosen) {
  CLI::App* command = root.add_subcommand(
      "self-assess", "try to pass every control, and write the table with the evidence");
  auto options = std::make_shared<AssessOptions>();
  command->add_option("--config", options->config, "TOML file; absent = the built-in defaults");
  command->add_flag("--json", options->json, "one JSON document");
  command->callback([options, &chosen] { chosen = [options] { return self_assess(*options); }; });
}

} // namespace rg::app
