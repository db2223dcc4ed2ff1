#pragma once
// One description per config key, from which parser, canonical text and the documented
// config/regimeguard.toml are made: they cannot drift apart.

#include "messages/settings/settings.hpp"

#include <toml++/toml.h>

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rg::config {

struct ConfigKey {
  std::string table; ///< "portfolio", "pairs.cmt_btcusdt"; empty = top level
  std::string name;
  std::string unit;  ///< "fraction of equity"
  std::string range; ///< "(0, 20]"
  std::string help;  ///< one line for people
  /// TOML text of the value, canonical.
  std::function<std::string(const EngineSettings&)> text;
  /// Takes over the value; answers what is wrong with it, or nothing.
  std::function<std::optional<std::string>(EngineSettings&, const toml::node&)> set;

  [[nodiscard]] std::string full_name() const { return table.empty() ? name : table + "." + name; }
};

/// Which numbers are allowed; an open end excludes the bound itself.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false;
  bool high_open = false;
};
[[nodiscard]] constexpr Range closed(double low, double high) {
  return {low, high, false, false};
}
[[nodiscard]] constexpr Range above(double low, double high) {
  return {low, high, true, false};
}
[[nodiscard]] constexpr Range within(double low, double high) {
  return {low, high, true, true};
}

// ---- values as text ----
[[nodiscard]] std::string
number_text(double value); ///< always with a point or exponent, as TOML wants
[[nodiscard]] std::string
duration_text(Duration value); ///< "15m", "500ms": the largest unit that divides
[[nodiscard]] std::optional<Duration> parse_duration(std::string_view text);
[[nodiscard]] std::string quoted(std::string_view text); ///< TOML basic string
[[nodiscard]] std::string range_text(const Range& range);
[[nodiscard]] std::string range_text(Duration low, Duration high);
[[nodiscard]] std::string choices_text(const std::vector<std::string>& words); ///< "a | b | c"

// ---- values from TOML; each answers an error text, or nothing and fills `out` ----
using Problem = std::optional<std::string>;
[[nodiscard]] Problem read_number(const toml::node& node, const Range& range, double& out);
[[nodiscard]] Problem read_integer(const toml::node& node, const Range& range, std::int64_t& out);
[[nodiscard]] Problem read_boolean(const toml::node& node, bool& out);
[[nodiscard]] Problem read_text(const toml::node& node, std::string& out);
[[nodiscard]] Problem read_duration(const toml::node& node, Duration low, Duration high,
                                    Duration& out);
/// One of the words in `choices` ("a | b | c"); the error lists them.
[[nodiscard]] Problem read_choice(const toml::node& node, const std::vector<std::string>& choices,
                                  std::size_t& out);

/// Where and what, the same for all kinds of key.
struct KeyText {
  std::string table, name, unit, help;
};

// `field` is a generic lambda `[](auto& s) -> auto& { return s.portfolio.max_drawdown; }`.

template <class F> ConfigKey number_key(KeyText k, Range range, F field) {
  return {k.table,
          k.name,
          k.unit,
          range_text(range),
          k.help,
          [field](const EngineSettings& s) { return number_text(field(s)); },
          [field, range](EngineSettings& s, const toml::node& n) {
            return read_number(n, range, field(s));
          }};
}

template <class F> ConfigKey count_key(KeyText k, Range range, F field) {
  return {k.table,
          k.name,
          k.unit,
          range_text(range),
          k.help,
          [field](const EngineSettings& s) { return std::to_string(field(s)); },
          [field, range](EngineSettings& s, const toml::node& n) {
            std::int64_t value = 0;
            Problem problem = read_integer(n, range, value);
            if (!problem) {
              field(s) = static_cast<std::remove_reference_t<decltype(field(s))>>(value);
            }
            return problem;
          }};
}

template <class F> ConfigKey duration_key(KeyText k, Duration low, Duration high, F field) {
  return {k.table,
          k.name,
          k.unit,
          range_text(low, high),
          k.help,
          [field](const EngineSettings& s) { return quoted(duration_text(field(s))); },
          [field, low, high](EngineSettings& s, const toml::node& n) {
            return read_duration(n, low, high, field(s));
          }};
}

template <class F> ConfigKey switch_key(KeyText k, F field) {
  return {k.table,
          k.name,
          k.unit,
          "true | false",
          k.help,
          [field](const EngineSettings& s) { return std::string(field(s) ? "true" : "false"); },
          [field](EngineSettings& s, const toml::node& n) { return read_boolean(n, field(s)); }};
}

/// `check` answers what is wrong with the text, or nothing.
template <class F>
ConfigKey text_key(KeyText k, std::string range, F field, Problem (*check)(const std::string&)) {
  return {k.table,
          k.name,
          k.unit,
          std::move(range),
          k.help,
          [field](const EngineSettings& s) { return quoted(field(s)); },
          [field, check](EngineSettings& s, const toml::node& n) {
            std::string value;
            Problem problem = read_text(n, value);
            if (!problem) {
              problem = check(value);
            }
            if (!problem) {
              field(s) = value;
            }
            return problem;
          }};
}

/// A key whose value is one word of a list that outlives the key; `field` holds an enumeration in
/// the list's order.
template <class F> ConfigKey word_key(KeyText k, const std::vector<std::string>& words, F field) {
  return {k.table,
          k.name,
          k.unit,
          choices_text(words),
          k.help,
          [field, &words](const EngineSettings& s) {
            return quoted(words[static_cast<std::size_t>(field(s))]);
          },
          [field, &words](EngineSettings& s, const toml::node& n) {
            std::size_t index = 0;
            Problem problem = read_choice(n, words, index);
            if (!problem) {
              field(s) = static_cast<std::remove_reference_t<decltype(field(s))>>(index);
            }
            return problem;
          }};
}

/// The whole list, in the order of the shipped file.
[[nodiscard]] const std::vector<ConfigKey>& config_keys();

// Its parts, one per file.
void add_engine_keys(std::vector<ConfigKey>& keys);
void add_model_keys(std::vector<ConfigKey>& keys);
void add_trading_keys(std::vector<ConfigKey>& keys);
void add_operations_keys(std::vector<ConfigKey>& keys);
void add_pair_keys(std::vector<ConfigKey>& keys);

/// What each table is for; one comment line above it in the shipped file.
[[nodiscard]] std::string table_help(std::string_view table);

/// Rules that involve more than one key. Answers the key to blame and what is wrong, or nothing.
struct CrossProblem {
  std::string key;
  std::string what;
};
[[nodiscard]] std::optional<CrossProblem> check_together(const EngineSettings& settings);

} // namespace rg::config
