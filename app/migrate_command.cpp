// regimeguard migrate: a journal of an older schema into a new file that this program writes on.

#include "app/journal_options.hpp"
#include "app/progress_bar.hpp"
#include "app/verify_report.hpp"
#include "infra/clock/system_clock.hpp"
#include "infra/journal/journal_backup.hpp"
#include "infra/journal/migration.hpp"

#include <fmt/core.h>

#include <memory>
#include <optional>

namespace rg::app {

namespace {

struct MigrateOptions : JournalOptions {
  std::string to;
};

Result<MigrationReport, InputError> migrate(const MigrateOptions& options) {
  std::optional<ProgressBar> bar;
  MigrationRequest request{options.journal, options.to,
                           options.key.empty() ? default_key_path(options.journal) : options.key,
                           SystemClock().now(), [&](std::uint64_t done, std::uint64_t all) {
                             if (!bar) {
                               bar.emplace("migrate", all);
                             }
                             bar->show(done);
                           }};
  return migrate_journal(request);
}

void print_json(const MigrateOptions& options, const MigrationReport& report,
                const RecordingsBackup& recordings) {
  auto document = report_json(options.to, report.new_journal);
  document["recordings"] = {{"copied", recordings.copied},
                            {"present", recordings.present},
                            {"missing", recordings.missing}};
  document["not_recorded_before"] = journal::columns_since(report.origin.version);
  fmt::print("{}\n",
             document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

void print_text(const MigrateOptions& options, const MigrationReport& report,
                const RecordingsBackup& recordings) {
  print_report(options.to, report.new_journal, false);
  fmt::print("  not recorded before, empty in the records carried over:");
  for (const std::string& column : journal::columns_since(report.origin.version)) {
    fmt::print(" {}", column);
  }
  fmt::print("\n  {} is as it was; keep it. Go on with: [journal] path = \"{}\"\n", options.journal,
             options.to);
  for (const std::string& name : recordings.missing) {
    fmt::print("  recording {} is missing beside the old journal: its run cannot be replayed\n",
               name);
  }
}

int run_migrate(const MigrateOptions& options) {
  const auto report = migrate(options);
  if (!report) {
    throw UsageError(report.error().text());
  }
  if (report->old_journal.problem) {
    fmt::print(stderr, "regimeguard: nothing was carried over, the old journal does not verify\n");
    return print_report(options.journal, report->old_journal, options.json);
  }
  const auto recordings = backup_recordings(options.journal, options.to);
  if (!recordings) {
    throw UsageError(recordings.error().text());
  }
  options.json ? print_json(options, *report, *recordings)
               : print_text(options, *report, *recordings);
  return 0;
}

} // namespace

void add_migrate(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<MigrateOptions>();
  CLI::App* command = root.add_subcommand(
      "migrate", "Carry a journal of an older schema over into a new file, and prove it");
  options->add_journal(*command);
  command->add_option("--to", options->to, "File to write; must not exist")->required();
  options->add_key(*command);
  options->add_json(*command);
  command->callback([options, &chosen] { chosen = [options] { return run_migrate(*options); }; });
}

} // namespace rg::app
