#pragma once
// Reads the files of `backtest --out` back (design §15): plain CSV, no quotes.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rg::app {

/// A whole file in memory, fields addressed by the header's names.
class RunCsv {
public:
  /// Empty optional when the file is absent. @throws UsageError naming file and line when a row has
  /// another number of fields than the header.
  [[nodiscard]] static std::optional<RunCsv> read(const std::string& path);

  [[nodiscard]] std::size_t rows() const { return fields_.size() / columns_.size(); }
  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }
  /// @throws UsageError when there is no such column.
  [[nodiscard]] std::size_t column(std::string_view name) const;
  [[nodiscard]] std::string_view text(std::size_t row, std::size_t column) const;
  /// Empty for an empty field. @throws UsageError for what is no number.
  [[nodiscard]] std::optional<double> number(std::size_t row, std::size_t column) const;
  [[nodiscard]] std::int64_t integer(std::size_t row, std::size_t column) const;

private:
  void split(std::size_t from, std::size_t to, std::size_t line);

  std::string path_;
  std::shared_ptr<const std::string> content_; // stays where it is when the table is moved
  std::vector<std::string> columns_;
  std::vector<std::string_view> fields_; // of all rows, into content_
};

} // namespace rg::app
