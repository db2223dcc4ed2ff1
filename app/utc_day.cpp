#include "app/utc_day.hpp"

#include "app/commands.hpp"

#include <charconv>
#include <chrono>
#include <string_view>

namespace rg::app {

Timestamp parse_utc_day(const std::string& option, const std::string& text) {
  const auto number = [&](std::size_t begin, std::size_t count) {
    int value = -1;
    const char* first = text.data() + begin;
    const auto [end, error] = std::from_chars(first, first + count, value);
    return error == std::errc{} && end == first + count ? value : -1;
  };
  if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
    const std::chrono::year_month_day day{std::chrono::year{number(0, 4)},
                                          std::chrono::month{static_cast<unsigned>(number(5, 2))},
                                          std::chrono::day{static_cast<unsigned>(number(8, 2))}};
    if (day.ok() && number(0, 4) >= 1970) {
      const auto since_epoch = std::chrono::sys_days{day}.time_since_epoch();
      return Timestamp::from_ns(std::chrono::nanoseconds{since_epoch}.count());
    }
  }
  throw UsageError(option + ": " + text + " is no UTC day such as 2024-01-31");
}

} // namespace rg::app
