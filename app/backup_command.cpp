// regimeguard backup: a verified copy of a journal, also of one that an engine is writing, with the
// recordings that a replay needs.

#include "app/journal_options.hpp"
#include "app/verify_report.hpp"
#include "infra/journal/journal_backup.hpp"

#include <fmt/core.h>

#include <memory>

namespace rg::app {

namespace {

int print_backup(const std::string& out, const VerifyReport& report,
                 const RecordingsBackup& recordings, bool json) {
  if (json) {
    auto document = report_json(out, report);
    document["recordings"] = {{"copied", recordings.copied},
                              {"present", recordings.present},
                              {"missing", recordings.missing}};
    fmt::print("{}\n",
               document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    return report.problem ? 1 : 0;
  }
  const int code = print_report(out, report, false);
  fmt::print("  recordings: {} copied, {} there already\n", recordings.copied.size(),
             recordings.present.size());
  for (const std::string& name : recordings.missing) {
    fmt::print("  recording {} is missing beside the journal: its run cannot be replayed\n", name);
  }
  return code;
}

} // namespace

void add_backup(CLI::App& root, Chosen& chosen) {
  struct BackupOptions : JournalOptions {
    std::string out;
  };
  auto options = std::make_shared<BackupOptions>();
  CLI::App* command =
      root.add_subcommand("backup", "Copy a journal, also a live one, and verify the copy");
  options->add_journal(*command);
  command->add_option("--out", options->out, "File to write; must not exist")->required();
  options->add_key(*command);
  options->add_json(*command);
  command->callback([options, &chosen] {
    chosen = [options] {
      const std::string key =
          options->key.empty() ? default_key_path(options->journal) : options->key;
      const auto report = backup_journal(options->journal, options->out, key);
      if (!report) {
        throw UsageError(report.error().text());
      }
      const auto recordings = backup_recordings(options->journal, options->out);
      if (!recordings) {
        throw UsageError(recordings.error().text());
      }
      return print_backup(options->out, *report, *recordings, options->json);
    };
  });
}

} // namespace rg::app
