#pragma once
// A changing call of the API as the command it stands for. Who may make it is access.hpp's matter.

#include "messages/engine/engine_input.hpp"

#include <functional>
#include <optional>
#include <string>
#include <variant>

namespace rg::http {

struct CallError {
  int status = 0; ///< HTTP
  std::string text;
};

/// {"reason": "..."} of a changing call, empty when there is none; nothing when the body is no JSON
/// object or the reason no text of at most 500 bytes.
[[nodiscard]] std::optional<std::string> reason_of(const std::string& body);

/// @param path       with its "/api/v1".
/// @param is_latched whether the pair's kill switch is latched: its release needs a reason.
[[nodiscard]] std::variant<OperatorCommand, CallError>
operator_call(const std::string& path, const std::string& body,
              const std::function<bool(Symbol)>& is_latched);

} // namespace rg::http
