#pragma once
// Reading the venue's JSON with simdjson on demand: strict about syntax and numbers, lenient about
// whether a number is quoted, the order of fields and fields we do not know. Errors are values.

#include "messages/units/notional.hpp"
#include "messages/units/price.hpp"
#include "messages/units/quantity.hpp"
#include "messages/units/symbol.hpp"
#include "messages/units/timestamp.hpp"

#include <simdjson.h>

#include <cstring>
#include <optional>
#include <string_view>

namespace rg::weex {

/// Why bytes from the venue were refused.
enum class ParseError : std::uint8_t {
  none,
  malformed,      ///< no JSON, cut off, or of another shape than the message's
  missing_field,  ///< a field that we need is absent or null
  bad_value,      ///< wrong type, not a number, NaN, negative or absurd
  unknown_symbol, ///< none of the eight pairs
};
[[nodiscard]] const char* to_string(ParseError e);

namespace json {

using Parser = simdjson::ondemand::parser;
using Document = simdjson::ondemand::document;
using Value = simdjson::ondemand::value;
using Object = simdjson::ondemand::object;
using Array = simdjson::ondemand::array;

/// Bytes that stay readable behind every text handed to a decoder.
inline constexpr std::size_t kPadding = simdjson::SIMDJSON_PADDING;

/// Starts on `text`, which has kPadding readable bytes behind it.
[[nodiscard]] inline bool open(Parser& parser, std::string_view text, Document& document) {
  return !text.empty() && parser.iterate(simdjson::padded_string_view(text.data(), text.size(),
                                                                      text.size() + kPadding))
                                  .get(document) == simdjson::SUCCESS;
}

/// Everything was read: no byte of another value follows.
[[nodiscard]] inline bool at_end(Document& document) {
  return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

/// The key as it stands between its quotes (keys with escapes never match ours).
[[nodiscard]] inline std::string_view key_text(simdjson::ondemand::raw_json_string key) {
  const char* const begin = key.raw();
  const char* end = begin;
  while (*end != '"') { // stage one of the parser has made sure that the string is closed
    ++end;
  }
  return {begin, static_cast<std::size_t>(end - begin)};
}

/// Calls f(key, value) for each field until it returns false. False also when the syntax breaks.
template <class F> [[nodiscard]] bool each_field(Object& object, F&& f) {
  for (auto entry : object) {
    simdjson::ondemand::field field;
    if (std::move(entry).get(field) != simdjson::SUCCESS) {
      return false;
    }
    const std::string_view key = key_text(field.key());
    if (!f(key, field.value())) {
      return false;
    }
  }
  return true;
}
template <class F> [[nodiscard]] bool each_field(Value value, F&& f) {
  Object object;
  return value.get_object().get(object) == simdjson::SUCCESS &&
         each_field(object, std::forward<F>(f));
}
/// Calls f(value) for each element until it returns false.
template <class F> [[nodiscard]] bool each_element(Value value, F&& f) {
  Array array;
  if (value.get_array().get(array) != simdjson::SUCCESS) {
    return false;
  }
  for (auto entry : array) {
    Value element;
    if (std::move(entry).get(element) != simdjson::SUCCESS || !f(element)) {
      return false;
    }
  }
  return true;
}

/// A string's characters or a number's digits; empty for null, true, false, objects and arrays, and
/// for strings with escapes. Does not consume the value.
[[nodiscard]] inline std::string_view scalar(Value value) {
  std::string_view token = value.raw_json_token();
  if (token.size() >= 2 && token.front() == '"') {
    const void* const end = std::memchr(token.data() + 1, '"', token.size() - 1);
    const auto size = static_cast<std::size_t>(static_cast<const char*>(end) - token.data()) - 1;
    const std::string_view text = token.substr(1, size);
    return text.find('\\') == std::string_view::npos ? text : std::string_view{};
  }
  if (token.empty() || (token.front() != '-' && (token.front() < '0' || token.front() > '9'))) {
    return {};
  }
  while (!token.empty() && static_cast<unsigned char>(token.back()) <= ' ') {
    token.remove_suffix(1);
  }
  return token;
}
[[nodiscard]] inline bool is_null(Value value) {
  return value.raw_json_token().starts_with("null");
}

/// Says nothing: null or an empty string.
[[nodiscard]] inline bool is_blank(Value value) {
  const std::string_view token = value.raw_json_token();
  return token.starts_with("null") || token.starts_with("\"\"");
}

/// Any text, unescaped; for messages to people. The view lives until the next document.
[[nodiscard]] inline std::string_view text(Value value) {
  std::string_view out;
  return value.get_string().get(out) == simdjson::SUCCESS ? out : std::string_view{};
}

/// Digits only, at most 19 of them.
[[nodiscard]] std::optional<std::uint64_t> unsigned_number(std::string_view digits);
/// Milliseconds since 1970, between 2001 and 2100: anything else is no stamp of ours.
[[nodiscard]] std::optional<Timestamp> stamp(std::string_view digits);

/// The same, zero where nothing is said: null, "" or 0.
[[nodiscard]] inline std::optional<Timestamp> stamp_or_none(Value value) {
  return is_blank(value) || scalar(value) == "0" ? std::optional(Timestamp{})
                                                 : stamp(scalar(value));
}

/// Plain decimals on the 1e-8 grid, nearest; exponents, NaN, signs where none belong, and
/// magnitudes above 92 milliards give nothing.
[[nodiscard]] std::optional<std::int64_t> decimal(std::string_view text);

/// The same, exponents allowed: contract rules come as JSON numbers, and 0.000001 as 1e-06.
[[nodiscard]] std::optional<std::int64_t> scientific(std::string_view text);

[[nodiscard]] inline std::optional<Price> price(std::string_view text) { // > 0
  const auto units = decimal(text);
  return units && *units > 0 ? std::optional(Price::from_raw(*units)) : std::nullopt;
}
[[nodiscard]] inline std::optional<Price> price_or_zero(std::string_view text) {
  const auto units = decimal(text);
  return units && *units >= 0 ? std::optional(Price::from_raw(*units)) : std::nullopt;
}
[[nodiscard]] inline std::optional<Quantity> quantity(std::string_view text) { // >= 0
  const auto units = decimal(text);
  return units && *units >= 0 ? std::optional(Quantity::from_raw(*units)) : std::nullopt;
}
[[nodiscard]] inline std::optional<Notional> notional(std::string_view text) {
  const auto units = decimal(text);
  return units ? std::optional(Notional::from_raw(*units)) : std::nullopt;
}

/// Sets `out` and says whether there was a value.
template <class T> [[nodiscard]] bool assign(T& out, const std::optional<T>& value) {
  if (value) {
    out = *value;
  }
  return value.has_value();
}

/// Compares without regard to ASCII case; `lower` is lower case.
[[nodiscard]] inline bool same_word(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) {
    return false;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) != lower[i]) {
      return false;
    }
  }
  return true;
}

} // namespace json

/// "cmt_btcusdt", "BTCUSDT" → Symbol; the fast way for the venue's exact spellings, Symbol::parse
/// for the rest.
[[nodiscard]] std::optional<Symbol> symbol_of(std::string_view name);

} // namespace rg::weex
