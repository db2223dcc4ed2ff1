#include "infra/weex/envelope.hpp"

#include <charconv>

namespace rg::weex::wire {

namespace {

constexpr std::size_t kMessageLength = 240;

bool is_success(int code) {
  return code == 0 || code == 200;
} // "00000", "0", "200"

} // namespace

int code_number(std::string_view text) {
  int code = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code);
  return error == std::errc{} && end == text.data() + text.size() ? code : -1;
}

std::string message_text(json::Value message) {
  return std::string(json::text(message).substr(0, kMessageLength));
}

CodeField read_code(json::Object& root, VenueError& error) {
  json::Value code;
  const simdjson::error_code found = root.find_field_unordered("code").get(code);
  if (found != simdjson::SUCCESS) {
    return found == simdjson::NO_SUCH_FIELD ? CodeField::absent : CodeField::broken;
  }
  const int number = code_number(json::scalar(code));
  if (is_success(number)) {
    return CodeField::success;
  }
  error.code = number;
  json::Value message;
  if (root.find_field_unordered("msg").get(message) == simdjson::SUCCESS) {
    error.message = message_text(message);
  }
  return CodeField::failure;
}

} // namespace rg::weex::wire
