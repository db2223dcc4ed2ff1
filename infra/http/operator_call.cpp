#include "infra/http/operator_call.hpp"

#include <nlohmann/json.hpp>

namespace rg::http {

namespace {

constexpr std::size_t kMaxReason = 500;

bool wants_flatten(const std::string& body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  return json.is_object() && json.contains("flatten") && json["flatten"] == true;
}

std::optional<OperatorAction> pair_action(std::string_view verb, const std::string& body) {
  if (verb == "pause") {
    return OperatorAction::pause_pair;
  }
  if (verb == "resume") {
    return OperatorAction::resume_pair;
  }
  if (verb == "kill") {
    return wants_flatten(body) ? OperatorAction::kill_pair_flatten
                               : OperatorAction::kill_pair_freeze;
  }
  return std::nullopt;
}

} // namespace

std::optional<std::string> reason_of(const std::string& body) {
  if (body.empty()) {
    return std::string{};
  }
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (!json.is_object()) {
    return std::nullopt;
  }
  const auto it = json.find("reason");
  if (it == json.end()) {
    return std::string{};
  }
  if (!it->is_string() || it->get_ref<const std::string&>().size() > kMaxReason) {
    return std::nullopt;
  }
  return it->get<std::string>();
}

std::variant<OperatorCommand, CallError>
operator_call(const std::string& path, const std::string& body,
              const std::function<bool(Symbol)>& is_latched) {
  OperatorCommand command;
  command.origin = "console";
  command.reason = reason_of(body).value_or("");
  constexpr std::string_view kPairs = "/api/v1/pairs/";
  if (path == "/api/v1/kill") {
    command.action =
        wants_flatten(body) ? OperatorAction::kill_flatten : OperatorAction::kill_freeze;
    return command;
  }
  if (path == "/api/v1/resume") {
    if (command.reason.empty()) {
      return CallError{400, "releasing a latch needs a reason"};
    }
    command.action = OperatorAction::resume_all;
    return command;
  }
  if (!path.starts_with(kPairs)) {
    return CallError{404, "no such path; see docs/api.md"};
  }
  const std::string_view rest = std::string_view(path).substr(kPairs.size());
  const std::size_t slash = rest.find('/');
  const auto symbol = Symbol::parse(rest.substr(0, slash));
  const auto action =
      slash == std::string_view::npos ? std::nullopt : pair_action(rest.substr(slash + 1), body);
  if (!symbol || !action) {
    return CallError{404, "expected /api/v1/pairs/<pair>/pause, /resume or /kill"};
  }
  if (*action == OperatorAction::resume_pair && command.reason.empty() && is_latched(*symbol)) {
    return CallError{400, "releasing a pair's latch needs a reason"};
  }
  command.symbol = *symbol;
  command.action = *action;
  return command;
}

} // namespace rg::http
