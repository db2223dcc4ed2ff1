#include "app/engine/host_console.hpp"

#include "app/engine/console_limits.hpp"
#include "app/engine/engine_host.hpp"
#include "app/engine/run_report.hpp"

#include <filesystem>

namespace rg::app {

namespace {

constexpr std::size_t kSparkBars = 96; // a day of 15-minute bars

std::string runs_folder(const EngineSettings& settings) {
  return settings.console.runs.empty()
             ? (std::filesystem::path(settings.journal.path).parent_path() / "runs").string()
             : settings.console.runs;
}

} // namespace

HostConsole::HostConsole(EngineHost& host)
    : host_(host), journal_(host.settings().journal.path, host.settings().journal.key_path),
      runs_folder_(runs_folder(host.settings())) {
  DecisionQuery refusals;
  refusals.outcome = Outcome::refused;
  refusals.limit = 5000;
  for (const DecisionRow& row : journal_.decisions(refusals)) {
    note_refusals(last_bound_, {row.decision});
  }
}

EngineStatus HostConsole::status() const {
  return host_.snapshot();
}
std::uint64_t HostConsole::version() const {
  return host_.snapshot_version();
}

PairHistory HostConsole::history(Symbol symbol) const {
  PairHistory history = host_.histories().history(symbol, host_.settings().bars.interval);
  history.stops = journal_.stops(symbol);
  return history;
}

std::vector<PairSpark> HostConsole::sparks() const {
  std::vector<PairSpark> sparks;
  for (const Symbol symbol : Symbol::all()) {
    const PairHistory history =
        host_.histories().history(symbol, host_.settings().bars.interval, kSparkBars);
    PairSpark spark;
    spark.symbol = symbol;
    for (std::size_t i = 0; i < history.bars.size(); ++i) {
      spark.points.push_back(
          {history.estimates[i].stamp, history.bars[i].close, history.estimates[i].regime});
    }
    sparks.push_back(std::move(spark));
  }
  return sparks;
}

std::vector<LimitStatus> HostConsole::limits() const {
  const EngineStatus status = host_.snapshot();
  note_refusals(last_bound_, status.last_decisions);
  return limits_of(status, host_.current_settings(), last_bound_);
}

std::string HostConsole::model_json() const {
  return host_.run().model_json;
}
std::string HostConsole::runs_json() const {
  return list_run_reports(runs_folder_).dump();
}
std::optional<std::string> HostConsole::run_json(const std::string& name) const {
  const auto report = named_run_report(runs_folder_, name);
  return report ? std::optional(report->dump()) : std::nullopt;
}
void HostConsole::execute(OperatorCommand command) {
  host_.post(std::move(command));
}

ReloadReport HostConsole::reload() {
  ReloadOutcome outcome = host_.reload("console");
  return {outcome.taken, std::move(outcome.lines)};
}

} // namespace rg::app
