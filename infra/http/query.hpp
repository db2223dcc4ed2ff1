#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rg::http {

/// Value of one parameter of a query string, percent-decoded; empty when absent.
[[nodiscard]] std::string query_value(std::string_view query, std::string_view name);
/// A count parameter within [1, most]; `fallback` when absent or no number.
[[nodiscard]] std::size_t query_count(std::string_view query, std::string_view name,
                                      std::size_t fallback, std::size_t most);

} // namespace rg::http
