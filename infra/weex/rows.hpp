#pragma once
// Rows of orders, fills and positions. REST answers and private pushes of both generations share
// them but for the names of their keys, and no name means two things: one reader takes them all.

#include "infra/weex/words.hpp"
#include "messages/venue/answers.hpp"

namespace rg::weex::wire {

/// What a row reader found besides its error: rows of contracts outside the eight are left out.
enum class RowUse : std::uint8_t { take, foreign };

/// `value / size`, nearest on the grid; size > 0.
[[nodiscard]] Price price_of(Notional value, Quantity size);

[[nodiscard]] ParseError read_fill(json::Value row, Fill& out, RowUse& use);
/// Flat rows (size 0) are taken: the caller decides.
[[nodiscard]] ParseError read_position(json::Value row, Position& out, RowUse& use);
/// @param trigger  the row comes from a list of trigger orders
[[nodiscard]] ParseError read_order(json::Value row, bool trigger, VenueOrder& out, RowUse& use);

} // namespace rg::weex::wire
