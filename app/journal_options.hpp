#pragma once
// What explain, verify and backup share.

#include "app/commands.hpp"

#include <CLI/CLI.hpp>

#include <string>

namespace rg::app {

struct JournalOptions {
  std::string journal = "data/journal.db";
  std::string key; ///< empty = default_key_path(journal)
  bool json = false;

  void add_journal(CLI::App& command) {
    command.add_option("--journal", journal, "Journal file")->capture_default_str();
  }
  void add_key(CLI::App& command) {
    command.add_option(
        "--key", key,
        "Key of the journal's head (default: data/journal.key, else beside the journal)");
  }
  void add_json(CLI::App& command) {
    command.add_flag("--json", json, "One JSON document on stdout");
  }
};

} // namespace rg::app
