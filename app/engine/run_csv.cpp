#include "app/engine/run_csv.hpp"

#include "app/commands.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

namespace rg::app {

namespace {

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  for (;;) {
    const std::size_t comma = line.find(',');
    fields.push_back(line.substr(0, comma));
    if (comma == std::string_view::npos) {
      return fields;
    }
    line.remove_prefix(comma + 1);
  }
}

} // namespace

std::optional<RunCsv> RunCsv::read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return std::nullopt;
  }
  RunCsv csv;
  csv.path_ = path;
  std::ostringstream text;
  text << in.rdbuf();
  csv.content_ = std::make_shared<const std::string>(std::move(text).str());
  const std::string& content = *csv.content_;
  std::size_t line = 0;
  for (std::size_t at = 0; at < content.size();) {
    const std::size_t end = std::min(content.find('\n', at), content.size());
    csv.split(at, end, ++line);
    at = end + 1;
  }
  if (csv.columns_.empty()) {
    throw UsageError(path + ": is empty; a run's files start with a header");
  }
  return csv;
}

void RunCsv::split(std::size_t from, std::size_t to, std::size_t line) {
  const auto fields = fields_of(std::string_view(*content_).substr(from, to - from));
  if (line == 1) {
    columns_.assign(fields.begin(), fields.end());
    return;
  }
  if (fields.size() != columns_.size()) {
    throw UsageError(path_ + ":" + std::to_string(line) + ": " + std::to_string(fields.size()) +
                     " fields, the header has " + std::to_string(columns_.size()));
  }
  fields_.insert(fields_.end(), fields.begin(), fields.end());
}

std::size_t RunCsv::column(std::string_view name) const {
  const auto found = std::find(columns_.begin(), columns_.end(), name);
  if (found == columns_.end()) {
    throw UsageError(path_ + ":1: has no column '" + std::string(name) +
                     "'; is this a file of `backtest --out`?");
  }
  return static_cast<std::size_t>(found - columns_.begin());
}

std::string_view RunCsv::text(std::size_t row, std::size_t column) const {
  return fields_[row * columns_.size() + column];
}

std::optional<double> RunCsv::number(std::size_t row, std::size_t column) const {
  const std::string_view field = text(row, column);
  if (field.empty()) {
    return std::nullopt;
  }
  double value = 0.0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc{} || end != field.data() + field.size()) {
    throw UsageError(path_ + ":" + std::to_string(row + 2) + ": '" + std::string(field) +
                     "' is no number (column " + columns_[column] + ")");
  }
  return value;
}

std::int64_t RunCsv::integer(std::size_t row, std::size_t column) const {
  return static_cast<std::int64_t>(number(row, column).value_or(0.0));
}

} // namespace rg::app
