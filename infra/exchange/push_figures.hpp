#pragma once
// What both generations' private pushes spell alike: one place for each list of figures.

#include "infra/exchange/account.hpp"
#include "infra/exchange/json_writer.hpp"

#include <string_view>

namespace rg::exchange {

/// The words of an order that the generations spell differently.
struct OrderWords {
  std::string_view type, time_in_force, trigger_source, status;
};
/// The members of an order from its separated mode to its parent, inside an object that is open;
void write_order_terms(JsonWriter& out, const Order& o, const OrderWords& words);
/// from its leverage to its stamps;
void write_order_course(JsonWriter& out, const Order& o, const Account& account,
                        const OrderWords& words);
/// and, between the two or at the end, as the generation has it, what it says of its exits.
void write_order_exits(JsonWriter& out, const Order& o);
/// The members of a fill behind its margin mode.
/// @param fee_places  least number of decimals of the fee
void write_fill_figures(JsonWriter& out, const FillRow& f, int fee_places);
/// What is on its way to or from the collateral: nothing, ever.
void write_pending_amounts(JsonWriter& out);
/// What the collateral went through in all.
void write_collateral_sums(JsonWriter& out, const Totals& t);

/// The members of a position from its separated mode to its isolated margin, inside an object that
/// is open.
void write_position_size(JsonWriter& out, const PositionRow& p, const Account& account);
/// ... and from what was opened and closed so far to its stamps. Between or after the two stands
/// `autoAppendIsolatedMargin`, as the generation has it.
void write_position_history(JsonWriter& out, const PositionRow& p);

} // namespace rg::exchange
