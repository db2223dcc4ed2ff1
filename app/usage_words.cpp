#include "app/usage_words.hpp"

#include "infra/config/near_name.hpp"

#include <algorithm>
#include <vector>

namespace rg::app {

namespace {

std::vector<std::string> names_of_commands(const CLI::App& root) {
  std::vector<std::string> names;
  for (const CLI::App* command : root.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

std::vector<std::string> names_of_options(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      names.push_back("--" + name);
    }
  }
  return names;
}

/// The first word that begins like an option and is none of this command; empty = all are known.
std::string unknown_option(const CLI::App& command, int argc, const char* const* argv) {
  const std::vector<std::string> known = names_of_options(command);
  for (int i = 2; i < argc; ++i) {
    const std::string word(argv[i]);
    std::string name = word.substr(0, word.find('='));
    if (name.starts_with("--") && name.size() > 2 &&
        std::find(known.begin(), known.end(), name) == known.end()) {
      return name;
    }
  }
  return {};
}

} // namespace

std::string usage_problem(const CLI::App& root, int argc, const char* const* argv,
                          const CLI::ParseError& error) {
  const std::string first = argc > 1 ? argv[1] : "";
  const std::vector<std::string> commands = names_of_commands(root);
  if (first.empty()) {
    return "give a command (see regimeguard --help)";
  }
  const bool known = std::find(commands.begin(), commands.end(), first) != commands.end();
  if (!known && !first.starts_with("-")) {
    return "'" + first + "' is no command" + did_you_mean(first, commands) +
           " (see regimeguard --help)";
  }
  if (known) {
    const CLI::App& command = *root.get_subcommand(first);
    if (const std::string option = unknown_option(command, argc, argv); !option.empty()) {
      return option + " is no option of " + first +
             did_you_mean(option, names_of_options(command)) + " (see regimeguard " + first +
             " --help)";
    }
    return first + ": " + error.what() + " (see regimeguard " + first + " --help)";
  }
  return std::string(error.what()) + " (see regimeguard --help)";
}

} // namespace rg::app
