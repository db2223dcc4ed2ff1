// regimeguard verify: is the journal what the engine wrote?

#include "app/journal_options.hpp"
#include "app/verify_report.hpp"

#include <memory>

namespace rg::app {

void add_verify(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<JournalOptions>();
  CLI::App* command =
      root.add_subcommand("verify", "Check the journal's hash chain and signed head");
  options->add_journal(*command);
  options->add_key(*command);
  options->add_json(*command);
  command->callback([options, &chosen] {
    chosen = [options] {
      const std::string key =
          options->key.empty() ? default_key_path(options->journal) : options->key;
      const auto report = verify_journal(options->journal, key);
      if (!report) {
        throw UsageError(report.error().text());
      }
      return print_report(options->journal, *report, options->json);
    };
  });
}

} // namespace rg::app
