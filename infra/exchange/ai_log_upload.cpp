#include "infra/exchange/ai_log_upload.hpp"

#include <algorithm>

namespace rg::exchange {

namespace {

constexpr std::size_t kMaxExplanation = 1000; // characters, not bytes

std::size_t utf8_length(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

} // namespace

void store_ai_log(Call& call) {
  const Spelling& spelling = call.in.spelling();
  AiLog log;
  log.order = call.in.id("orderId").value_or(0);
  log.stage = call.in.required("stage");
  log.model = call.in.required("model");
  const auto object = [&](std::string_view name) {
    const auto e = call.in.element(name);
    if (!e) {
      throw spelling.empty();
    }
    if (!e->is_object()) {
      throw spelling.invalid(name);
    }
    return simdjson::minify(*e);
  };
  log.input_json = object("input");
  log.output_json = object("output");
  log.explanation = call.in.required("explanation");
  if (utf8_length(log.explanation) > kMaxExplanation) {
    throw spelling.invalid("explanation");
  }
  log.wall_time = call.wall;
  call.acc().ai_logs.push_back(std::move(log));
  call.out.begin_object()
      .text("code", "00000")
      .text("msg", "success")
      .integer("requestTime", call.wall.ms())
      .text("data", "upload success")
      .end_object();
}

} // namespace rg::exchange
