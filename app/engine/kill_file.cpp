#include "app/engine/kill_file.hpp"

#include "infra/config/model/write_whole_file.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace rg::app {

std::optional<OperatorCommand> read_kill_file(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return std::nullopt;
  }
  std::ifstream in(path); // one that cannot be read still kills
  std::string word, reason;
  std::getline(in, word);
  std::getline(in, reason);
  constexpr std::size_t kReasonMax = 500; // as much as the API takes
  return OperatorCommand{
      word == "freeze" ? OperatorAction::kill_freeze : OperatorAction::kill_flatten, Symbol{},
      reason.empty() ? "kill file " + path : reason.substr(0, kReasonMax), "kill_file"};
}

std::string pair_kill_file(const std::string& path, Symbol symbol) {
  return path + "." + std::string(symbol.name());
}

std::optional<OperatorCommand> read_pair_kill_file(const std::string& path, Symbol symbol) {
  auto asked = read_kill_file(pair_kill_file(path, symbol));
  if (asked) {
    asked->symbol = symbol;
    asked->action = asked->action == OperatorAction::kill_freeze
                        ? OperatorAction::kill_pair_freeze
                        : OperatorAction::kill_pair_flatten;
  }
  return asked;
}

void write_kill_file(const std::string& path, OperatorAction action, const std::string& reason) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) {
    std::error_code ignored; // writing says what is wrong
    std::filesystem::create_directories(folder, ignored);
  }
  const bool freeze =
      action == OperatorAction::kill_freeze || action == OperatorAction::kill_pair_freeze;
  const char* const word = freeze ? "freeze" : "flatten";
  const auto written = write_whole_file(path, std::string(word) + '\n' + reason + '\n');
  if (!written) {
    throw std::runtime_error(written.error().text());
  }
}

OperatorCommand kill_by_signal(const std::string& kill_file) {
  const auto asked = read_kill_file(kill_file);
  return {asked ? asked->action : OperatorAction::kill_flatten, Symbol{},
          asked ? "SIGUSR1: " + asked->reason : "SIGUSR1", "signal"};
}

} // namespace rg::app
