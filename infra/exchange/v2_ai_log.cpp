// The AI log of v2 (weex-api §11).

#include "infra/exchange/v2_call.hpp"

#include <algorithm>

namespace rg::exchange::v2 {

namespace {

constexpr std::size_t kMaxExplanation = 1000; // characters, not bytes

std::size_t utf8_length(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

} // namespace

void post_upload_ai_log(Call& call) {
  if (!call.flags->ai_log_allowed) {
    throw Error{400, "40021", "check openapi permission is error", ""};
  }
  AiLog log;
  log.order = call.in.id("orderId").value_or(0);
  log.stage = call.in.required("stage");
  log.model = call.in.required("model");
  const auto object = [&](std::string_view name) {
    const auto e = call.in.element(name);
    if (!e) {
      throw parameter_empty();
    }
    if (!e->is_object()) {
      throw parameter_invalid(name);
    }
    return simdjson::minify(*e);
  };
  log.input_json = object("input");
  log.output_json = object("output");
  log.explanation = call.in.required("explanation");
  if (utf8_length(log.explanation) > kMaxExplanation) {
    throw parameter_invalid("explanation");
  }
  log.wall_time = call.wall;
  call.acc().ai_logs.push_back(std::move(log));
  write_ack_00000(call, "upload success");
}

} // namespace rg::exchange::v2
