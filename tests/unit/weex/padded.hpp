#pragma once

#include "infra/weex/json_reader.hpp"

#include <memory>
#include <string_view>

namespace rg::weex::test {

/// A copy with exactly the padding that decoders may read, on the heap: a sanitizer sees one byte
/// more.
class Padded {
public:
  explicit Padded(std::string_view text)
      : size_(text.size()), bytes_(std::make_unique<char[]>(text.size() + json::kPadding)) {
    std::memcpy(bytes_.get(), text.data(), text.size());
  }
  operator std::string_view() const { return {bytes_.get(), size_}; } // NOLINT: that is its purpose

private:
  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
};

inline Timestamp ms(std::int64_t n) {
  return Timestamp::from_ms(n);
}
inline Price price(const char* text) {
  return *Price::parse(text);
}
inline Quantity quantity(const char* text) {
  return *Quantity::parse(text);
}
inline Notional notional(const char* text) {
  return *Notional::parse(text);
}
inline const Symbol kBtc = *Symbol::parse("BTC");
inline const Symbol kEth = *Symbol::parse("ETH");
inline const Symbol kDoge = *Symbol::parse("DOGE");

} // namespace rg::weex::test
