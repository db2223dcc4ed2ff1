// Margin and position modes (weex-api §7, §9.2, §16): v2 tells them under account.modeSetting, v3
// as rows of its own.

#include "infra/weex/lists.hpp"

#include <algorithm>

namespace rg::weex::wire {

namespace {

using json::Value;

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return json::same_word(text, word); });
}

ParseError read_row(Value row, std::vector<PairModes>& out) {
  PairModes modes;
  std::string_view name;
  bool has_margin = false, good = true;
  const bool whole = json::each_field(row, [&](std::string_view key, Value v) {
    const std::string_view word = json::scalar(v);
    if (key == "symbol") {
      name = word;
    } else if (key == "marginMode" || key == "marginType") {
      has_margin = true;
      good = good && !word.empty();
      modes.cross = is_one_of(word, {"shared", "crossed", "cross", "1"});
    } else if (key == "separatedMode" || key == "separatedModeEnum" || key == "separatedType") {
      good = good && !word.empty();
      modes.combined = is_one_of(word, {"combined", "1"});
    } else if (key == "positionMode" || key == "positionModeEnum") {
      good = good && !word.empty();
      modes.hedge = is_one_of(word, {"hedge", "2"});
    }
    return true;
  });
  if (!whole) {
    return ParseError::malformed;
  }
  const auto symbol = symbol_of(name);
  if (!symbol && !name.empty()) {
    return ParseError::none;
  }
  if (name.empty() || !has_margin) {
    return ParseError::missing_field;
  }
  modes.symbol = *symbol;
  out.push_back(modes);
  return good ? ParseError::none : ParseError::bad_value;
}

ParseError read_rows(Value rows, std::vector<PairModes>& out) {
  ParseError problem = ParseError::none;
  const bool shaped = json::each_element(rows, [&](Value row) {
    problem = read_row(row, out);
    return problem == ParseError::none;
  });
  return shaped || problem != ParseError::none ? problem : ParseError::malformed;
}

/// The rows under account.modeSetting.
ParseError read_account(Value object, std::vector<PairModes>& out) {
  ParseError problem = ParseError::missing_field;
  const bool shaped = json::each_field(object, [&](std::string_view key, Value account) {
    return key != "account" || json::each_field(account, [&](std::string_view name, Value rows) {
             problem = name == "modeSetting" ? read_rows(rows, out) : problem;
             return name != "modeSetting" || problem == ParseError::none;
           });
  });
  return shaped || problem != ParseError::missing_field ? problem : ParseError::malformed;
}

} // namespace

ParseError read_modes(json::Parser& parser, std::string_view text, std::vector<PairModes>& modes,
                      VenueError& error) {
  modes.clear();
  bool read = false;
  Envelope envelope = open_envelope(parser, text, [&](Value payload) {
    read = true;
    simdjson::ondemand::json_type type{};
    const bool is_array = payload.type().get(type) == simdjson::SUCCESS &&
                          type == simdjson::ondemand::json_type::array;
    return is_array ? read_rows(payload, modes) : read_account(payload, modes);
  });
  error = std::move(envelope.error);
  ParseError problem = envelope.problem;
  if (problem == ParseError::none && error.code == 0 && !read) {
    problem = ParseError::missing_field;
  }
  if (problem != ParseError::none) {
    modes.clear();
  }
  std::sort(modes.begin(), modes.end(),
            [](const PairModes& a, const PairModes& b) { return a.symbol < b.symbol; });
  return problem;
}

} // namespace rg::weex::wire
