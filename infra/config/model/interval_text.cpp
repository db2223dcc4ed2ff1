#include "infra/config/model/interval_text.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace rg {

namespace {

constexpr std::array<std::pair<char, std::int64_t>, 4> kUnits{
    {{'d', 86'400}, {'h', 3'600}, {'m', 60}, {'s', 1}}};
constexpr std::int64_t kLongest = 366LL * 86'400;

} // namespace

std::optional<Duration> parse_interval(std::string_view text) {
  if (text.size() < 2) {
    return std::nullopt;
  }
  std::int64_t count = 0;
  const char* last = text.data() + text.size() - 1;
  const auto [end, error] = std::from_chars(text.data(), last, count);
  if (error != std::errc{} || end != last || count <= 0 || count > kLongest) {
    return std::nullopt;
  }
  for (const auto& [unit, seconds] : kUnits) {
    if (unit == *last && count <= kLongest / seconds) {
      return std::chrono::seconds{count * seconds};
    }
  }
  return std::nullopt;
}

std::string interval_text(Duration interval) {
  const std::int64_t total = std::chrono::duration_cast<std::chrono::seconds>(interval).count();
  for (const auto& [unit, seconds] : kUnits) {
    if (total >= seconds && total % seconds == 0) {
      return std::to_string(total / seconds) + unit;
    }
  }
  return std::to_string(total) + "s";
}

} // namespace rg
