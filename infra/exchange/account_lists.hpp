#pragma once
// Which of an account's orders, fills and bills a query asks for; the generations only spell them.

#include "infra/exchange/account.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace rg::exchange {

/// What lists filter on; data time, bounds inclusive.
struct ListFilter {
  std::optional<Symbol> symbol;
  std::optional<OrderId> order;
  std::optional<Timestamp> from, to;
  OrderId after = 0; ///< orders with a greater id only
};
struct Page {
  std::size_t skip = 0, limit = 100;
};
/// Newest first.
template <class T> struct Rows {
  std::vector<const T*> rows;
  std::size_t total = 0; ///< that the filter takes, on whatever page
  [[nodiscard]] bool more(Page page) const { return total > page.skip + rows.size(); }
};

/// Normal orders in the book.
[[nodiscard]] Rows<Order> resting_orders(const Account& acc, const ListFilter& filter, Page page);
/// Trigger orders that wait and are listed by `wall`.
[[nodiscard]] Rows<Order> waiting_triggers(const Account& acc, const ListFilter& filter, Page page,
                                           Timestamp wall);
/// Final orders: those that acted as normal ones, those placed with a trigger, or all.
enum class Ended : std::uint8_t { normal, triggers, all };
[[nodiscard]] Rows<Order> ended_orders(const Account& acc, const ListFilter& filter, Ended which,
                                       Page page);
[[nodiscard]] Rows<FillRow> fills(const Account& acc, const ListFilter& filter, Page page);
/// @param type  the venue's business type; empty = all.
[[nodiscard]] Rows<Bill> bills(const Account& acc, const ListFilter& filter, std::string_view type,
                               Page page);

/// Filled value / filled size to the nearest 1e-8; 0 while nothing filled.
[[nodiscard]] Price average_price(const Order& o);

} // namespace rg::exchange
