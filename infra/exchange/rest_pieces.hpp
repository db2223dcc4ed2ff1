#pragma once
// Pieces of endpoints that both generations read or write alike.

#include "infra/exchange/rest_call.hpp"

#include <string>
#include <vector>

namespace rg::exchange {

/// An order that a batch names, by the venue's id or by the client's.
struct NamedOrder {
  OrderId id = 0; ///< 0 = no such order: what is no id is no order either
  std::string client_oid;
};
/// The orders of two array members, of ids and of client ids; either may be absent. Elements are
/// texts or whole numbers, anything else is refused as an invalid parameter.
[[nodiscard]] std::vector<NamedOrder> named_orders(const Call& call, std::string_view ids,
                                                   std::string_view client_oids);

/// `limit` of a book: 15 or 200 levels.
[[nodiscard]] std::size_t depth_limit(const Call& call);
/// One side of a book as pairs of price and size.
void write_levels(const Call& call, std::string_view name, Symbol s, Side side, std::size_t limit);

/// The price that `priceType` asks for: the index, or the mark.
[[nodiscard]] Price index_or_mark(const Call& call, Symbol s);

} // namespace rg::exchange
