#include "infra/weex/request_text.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace rg::weex::wire {

const char* interval_word(Duration interval) {
  struct Row {
    std::chrono::minutes length;
    const char* word;
  };
  using std::chrono::minutes;
  constexpr Row kRows[] = {{minutes(1), "1m"},    {minutes(5), "5m"},    {minutes(15), "15m"},
                           {minutes(30), "30m"},  {minutes(60), "1h"},   {minutes(240), "4h"},
                           {minutes(720), "12h"}, {minutes(1440), "1d"}, {minutes(10080), "1w"}};
  for (const Row& row : kRows) {
    if (interval == row.length) {
      return row.word;
    }
  }
  throw std::invalid_argument("the venue has no candles of this interval");
}

std::string time_range(const Query& q, const PageState& page) {
  std::string out;
  if (q.since > Timestamp{}) {
    out += fmt::format("&startTime={}", q.since.ms());
  }
  if (page.until > Timestamp{}) {
    out += fmt::format("&endTime={}", page.until.ms());
  }
  return out;
}

namespace {

/// At most 1000 characters (not bytes) of valid UTF-8, ended at a sentence where there is one in
/// the second half.
std::string cut_explanation(const std::string& text) {
  constexpr std::size_t kMost = 1000;
  std::size_t characters = 0, end = text.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U && ++characters > kMost) {
      end = i;
      break;
    }
  }
  if (end == text.size()) {
    return text;
  }
  const std::size_t sentence = text.rfind(". ", end - 1);
  return text.substr(0,
                     sentence != std::string::npos && sentence + 1 > end / 2 ? sentence + 1 : end);
}

nlohmann::ordered_json object_or_empty(const std::string& text) {
  auto parsed = nlohmann::ordered_json::parse(text, nullptr, false);
  return parsed.is_object() ? parsed : nlohmann::ordered_json::object();
}

} // namespace

std::string ai_log_body(const AiLogUpload& upload) {
  nlohmann::ordered_json body;
  if (upload.order_id != 0) {
    body["orderId"] = upload.order_id; // an integer literal: the ids exceed a double
  } else {
    body["orderId"] = nullptr;
  }
  body["stage"] = upload.stage;
  body["model"] = upload.model;
  body["input"] = object_or_empty(upload.input_json);
  body["output"] = object_or_empty(upload.output_json);
  body["explanation"] = cut_explanation(upload.explanation);
  return body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

} // namespace rg::weex::wire
