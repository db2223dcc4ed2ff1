#pragma once
// A text that must not be shown. It has no stream operator and no formatter, so logging it does not
// compile; whoever needs the bytes says reveal(), which is easy to search for.

#include <string>
#include <string_view>

namespace rg::weex {

class Secret {
public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(const Secret&) = default;
  Secret(Secret&&) noexcept = default;
  Secret& operator=(const Secret&) = default;
  Secret& operator=(Secret&&) noexcept = default;
  ~Secret(); ///< overwrites the bytes

  [[nodiscard]] bool empty() const { return text_.empty(); }
  [[nodiscard]] std::string_view reveal() const { return text_; }

private:
  std::string text_;
};

} // namespace rg::weex
