#pragma once
// Pieces of requests that both generations write alike.

#include "infra/weex/codec.hpp"
#include "messages/units/fixed_point.hpp"

namespace rg::weex::wire {

inline constexpr int kRowsPerPage = 100;

/// Shortest plain decimal text, without allocating.
struct NumberText {
  explicit NumberText(std::int64_t units) : end(fixed::format_to(chars, units)) {}
  char chars[24] = {};
  const char* end;
  [[nodiscard]] std::string_view text() const {
    return {chars, static_cast<std::size_t>(end - chars)};
  }
};

[[nodiscard]] inline WireRequest post(const char* path, int weight, std::string body) {
  return {"POST", path, std::move(body), true, weight};
}
[[nodiscard]] inline WireRequest get(std::string target, int weight, bool is_private = true) {
  return {"GET", std::move(target), {}, is_private, weight};
}

/// "1m" … "1w"; throws std::invalid_argument for an interval without candles.
[[nodiscard]] const char* interval_word(Duration interval);
/// startTime, and endTime where a page ends.
[[nodiscard]] std::string time_range(const Query& query, const PageState& page);
/// The body of an upload; its explanation cut to 1000 characters.
[[nodiscard]] std::string ai_log_body(const AiLogUpload& upload);

} // namespace rg::weex::wire
