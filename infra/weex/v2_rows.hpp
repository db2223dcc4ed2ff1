#pragma once
// Rows that REST answers (snake_case) and private pushes (camelCase) share but for their key names.

#include "infra/weex/v2_words.hpp"
#include "messages/venue/answers.hpp"

namespace rg::weex::v2 {

/// What a row reader found besides its error: rows of contracts outside the eight are left out.
enum class RowUse : std::uint8_t { take, foreign };

[[nodiscard]] ParseError read_fill(json::Value row, Fill& out, RowUse& use);
/// Flat rows (size 0) are taken: the caller decides.
[[nodiscard]] ParseError read_position(json::Value row, Position& out, RowUse& use);
/// @param trigger  the row comes from a list of trigger orders
[[nodiscard]] ParseError read_order(json::Value row, bool trigger, VenueOrder& out, RowUse& use);

} // namespace rg::weex::v2
