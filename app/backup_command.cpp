// regimeguard backup: a verified copy of a journal, also of one that an engine is writing.

#include "app/journal_options.hpp"
#include "app/verify_report.hpp"
#include "infra/journal/journal_backup.hpp"

#include <memory>

namespace rg::app {

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
      return print_report(options->out, *report, options->json);
    };
  });
}

} // namespace rg::app
