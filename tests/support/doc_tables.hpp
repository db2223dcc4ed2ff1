#pragma once
// Rows of tables in our documents, for tests that hold them against the code. No std::regex: what
// GCC 12 inlines of it under the sanitizers gives false warnings, and warnings are errors.

#include <cctype>
#include <string>
#include <string_view>
#include <vector>

namespace rg::test {

/// What stands between the bars of "| a | b |", blanks included; empty when the line is no row.
inline std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells;
  if (line.size() < 2 || line.front() != '|' || line.back() != '|') {
    return cells;
  }
  for (std::size_t from = 1; from < line.size();) {
    const std::size_t to = line.find('|', from);
    cells.emplace_back(line.substr(from, to - from));
    from = to + 1;
  }
  return cells;
}

/// The whole numbers in a text, "-1" among them.
inline std::vector<int> integers_in(std::string_view text) {
  std::vector<int> found;
  const auto digit = [&text](std::size_t i) {
    return i < text.size() && std::isdigit(static_cast<unsigned char>(text[i])) != 0;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (digit(i) || (text[i] == '-' && digit(i + 1))) {
      const std::size_t from = i;
      while (digit(i + 1)) {
        ++i;
      }
      found.push_back(std::stoi(std::string(text.substr(from, i + 1 - from))));
    }
  }
  return found;
}

/// True for a cell of whole numbers, blanks and commas alone, or an empty one.
inline bool is_number_list(std::string_view cell) {
  return cell.find_first_not_of("0123456789-, ") == std::string_view::npos;
}

} // namespace rg::test
