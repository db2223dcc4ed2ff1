// How single values of the config read and print.

#include "infra/config/config_key.hpp"
#include "messages/support/number_text.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace rg::config {

namespace {

struct Unit {
  std::string_view word;
  std::int64_t ns;
};
constexpr std::array<Unit, 5> kUnits{{{"ms", 1'000'000},
                                      {"s", 1'000'000'000},
                                      {"m", 60'000'000'000},
                                      {"h", 3'600'000'000'000},
                                      {"d", 86'400'000'000'000}}};

constexpr std::string_view kNumberAdvice = "write a finite number in ";
constexpr std::string_view kDurationAdvice =
    "write a whole number and a unit in quotes, such as \"500ms\", \"10s\", \"15m\" or \"24h\"";

std::string type_name(const toml::node& node) {
  switch (node.type()) {
  case toml::node_type::string:
    return "a string";
  case toml::node_type::integer:
    return "an integer";
  case toml::node_type::floating_point:
    return "a number";
  case toml::node_type::boolean:
    return "a boolean";
  case toml::node_type::table:
    return "a table";
  case toml::node_type::array:
    return "an array";
  default:
    return "a date or time";
  }
}

bool contains(const Range& r, double x) {
  return (r.low_open ? x > r.low : x >= r.low) && (r.high_open ? x < r.high : x <= r.high);
}

std::string bound_text(double bound) {
  return std::isinf(bound) ? "∞" : double_text(bound);
}

} // namespace

std::string number_text(double value) {
  std::string text = double_text(value);
  if (text.find_first_of(".e") == std::string::npos) {
    text += ".0";
  }
  return text;
}

std::string duration_text(Duration value) {
  const std::int64_t ns = value.count();
  // Days are accepted but not written: "24h" is how traders say it.
  for (std::size_t i = kUnits.size() - 1; i-- > 0;) {
    if (ns % kUnits[i].ns == 0 && (ns != 0 || kUnits[i].word == "s")) {
      return std::to_string(ns / kUnits[i].ns) + std::string(kUnits[i].word);
    }
  }
  return std::to_string(ns / kUnits[0].ns) + "ms"; // parse_duration gives whole milliseconds only
}

std::optional<Duration> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const char* end_of_text = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), end_of_text, count);
  if (error != std::errc{} || count < 0) {
    return std::nullopt;
  }
  const std::string_view word(end, static_cast<std::size_t>(end_of_text - end));
  for (const Unit& unit : kUnits) {
    std::int64_t ns = 0;
    if (word == unit.word && !__builtin_mul_overflow(count, unit.ns, &ns)) {
      return Duration{ns};
    }
  }
  return std::nullopt;
}

std::string quoted(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20U || byte == 0x7FU) {
      out += "\\u00";
      out += kHex[byte >> 4U];
      out += kHex[byte & 0xFU];
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string range_text(const Range& r) {
  std::string out(r.low_open || std::isinf(r.low) ? "(" : "[");
  out += bound_text(r.low);
  out += ", ";
  out += bound_text(r.high);
  out += r.high_open || std::isinf(r.high) ? ")" : "]";
  return out;
}

std::string choices_text(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    out += (out.empty() ? "" : " | ") + word;
  }
  return out;
}

std::string range_text(Duration low, Duration high) {
  std::string out("[");
  out += duration_text(low);
  out += ", ";
  out += duration_text(high);
  return out + ']';
}

Problem read_number(const toml::node& node, const Range& range, double& out) {
  if (!node.is_number()) {
    return "is " + type_name(node) + "; " + std::string(kNumberAdvice) + range_text(range);
  }
  const double value = *node.value<double>();
  if (!std::isfinite(value)) {
    return "is not finite; " + std::string(kNumberAdvice) + range_text(range);
  }
  if (!contains(range, value)) {
    return double_text(value) + " is out of range; " + std::string(kNumberAdvice) +
           range_text(range);
  }
  out = value;
  return std::nullopt;
}

Problem read_integer(const toml::node& node, const Range& range, std::int64_t& out) {
  if (!node.is_integer()) {
    return "is " + type_name(node) + "; write a whole number in " + range_text(range);
  }
  const std::int64_t value = *node.value<std::int64_t>();
  if (!contains(range, static_cast<double>(value))) {
    return std::to_string(value) + " is out of range; write a whole number in " + range_text(range);
  }
  out = value;
  return std::nullopt;
}

Problem read_boolean(const toml::node& node, bool& out) {
  if (!node.is_boolean()) {
    return "is " + type_name(node) + "; write true or false without quotes";
  }
  out = *node.value<bool>();
  return std::nullopt;
}

Problem read_text(const toml::node& node, std::string& out) {
  if (!node.is_string()) {
    return "is " + type_name(node) + "; write a text in double quotes";
  }
  out = *node.value<std::string>();
  if (out.find('\0') != std::string::npos) {
    return "holds a NUL character; remove it";
  }
  return std::nullopt;
}

Problem read_duration(const toml::node& node, Duration low, Duration high, Duration& out) {
  if (!node.is_string()) {
    return "is " + type_name(node) + "; " + std::string(kDurationAdvice);
  }
  const std::string text = *node.value<std::string>();
  const std::optional<Duration> value = parse_duration(text);
  if (!value) {
    return quoted(text) + " is no duration; " + std::string(kDurationAdvice);
  }
  if (*value < low || *value > high) {
    return quoted(text) + " is out of range; write a duration in " + range_text(low, high);
  }
  out = *value;
  return std::nullopt;
}

Problem read_choice(const toml::node& node, const std::vector<std::string>& choices,
                    std::size_t& out) {
  std::string list;
  for (const std::string& choice : choices) {
    list += (list.empty() ? "" : ", ") + quoted(choice);
  }
  if (!node.is_string()) {
    return "is " + type_name(node) + "; write one of " + list;
  }
  const std::string text = *node.value<std::string>();
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (choices[i] == text) {
      out = i;
      return std::nullopt;
    }
  }
  return quoted(text) + " is not known; write one of " + list;
}

} // namespace rg::config
