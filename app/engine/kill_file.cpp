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

void write_kill_file(const std::string& path, OperatorAction action, const std::string& reason) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) {
    std::error_code ignored; // writing says what is wrong
    std::filesystem::create_directories(folder, ignored);
  }
  const char* const word = action == OperatorAction::kill_freeze ? "freeze" : "flatten";
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
