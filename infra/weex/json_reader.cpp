#include "infra/weex/json_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace rg::weex {

const char* to_string(ParseError e) {
  constexpr std::array<const char*, 5> kNames{"none", "malformed", "missing_field", "bad_value",
                                              "unknown_symbol"};
  return kNames[static_cast<std::size_t>(e)];
}

namespace json {

std::optional<std::uint64_t> unsigned_number(std::string_view digits) {
  if (digits.empty() || digits.size() > 19) {
    return std::nullopt;
  }
  std::uint64_t number = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') {
      return std::nullopt;
    }
    number = number * 10 + static_cast<std::uint64_t>(c - '0'); // 19 digits fit
  }
  return number;
}

std::optional<Timestamp> stamp(std::string_view digits) {
  constexpr std::uint64_t kFirst = 1'000'000'000'000ULL, kLast = 4'102'444'800'000ULL;
  const auto ms = unsigned_number(digits);
  if (!ms || *ms < kFirst || *ms > kLast) {
    return std::nullopt;
  }
  return Timestamp::from_ms(static_cast<std::int64_t>(*ms));
}

namespace {

constexpr std::array<std::uint64_t, 9> kPowers{1,       10,        100,        1'000,      10'000,
                                               100'000, 1'000'000, 10'000'000, 100'000'000};

/// Digits with one point, at most 18 of them and at most eight decimals: nearly every number of the
/// venue, without a division or a call.
std::optional<std::int64_t> short_decimal(std::string_view text) {
  std::uint64_t number = 0;
  std::size_t point = text.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digit = static_cast<unsigned>(text[i]) - '0';
    if (digit <= 9) {
      number = number * 10 + digit;
    } else if (text[i] == '.' && point == text.size()) {
      point = i;
    } else {
      return std::nullopt;
    }
  }
  const std::size_t decimals = point == text.size() ? 0 : text.size() - point - 1;
  const std::size_t whole = std::min(point, text.size());
  if (decimals > 8 || whole == 0 || whole > 10) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(number * kPowers[8 - decimals]);
}

} // namespace

std::optional<std::int64_t> decimal(std::string_view text) {
  if (!text.empty() && text.size() <= 19) {
    if (const auto units = short_decimal(text)) {
      return units;
    }
  }
  const auto units = fixed::parse_rounded(text, Rounding::nearest);
  return units && !text.starts_with('+') ? std::optional(*units) : std::nullopt;
}

std::optional<std::int64_t> scientific(std::string_view text) {
  const std::size_t mark = text.find_first_of("eE");
  if (mark == std::string_view::npos) {
    return decimal(text);
  }
  int exponent = 0;
  std::string_view digits = text.substr(mark + 1);
  if (digits.starts_with('+')) {
    digits.remove_prefix(1);
  }
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  auto units = decimal(text.substr(0, mark));
  if (error != std::errc{} || end != digits.data() + digits.size() || !units || exponent < -8 ||
      exponent > 10) {
    return std::nullopt;
  }
  constexpr std::int64_t kMost = 9'000'000'000'000'000'000;
  for (; exponent > 0; --exponent) {
    if (*units > kMost / 10 || *units < -kMost / 10) {
      return std::nullopt;
    }
    *units *= 10;
  }
  for (; exponent < 0; ++exponent) {
    if (*units % 10 != 0) {
      return std::nullopt; // finer than the grid
    }
    *units /= 10;
  }
  return units;
}

} // namespace json

std::optional<Symbol> symbol_of(std::string_view name) {
  if (name.size() >= 11 && name.starts_with("cmt_") && name.ends_with("usdt")) {
    for (const Symbol s : Symbol::all()) { // lengths and first letters differ: a few compares
      if (s.name() == name) {
        return s;
      }
    }
    return std::nullopt;
  }
  if (name.size() >= 7 && name.ends_with("USDT")) { // v3's spelling
    for (const Symbol s : Symbol::all()) {
      if (s.compact() == name) {
        return s;
      }
    }
  }
  return Symbol::parse(name);
}

} // namespace rg::weex
