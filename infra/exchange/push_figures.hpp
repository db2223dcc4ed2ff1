#pragma once
// What both generations' private pushes spell alike: one place for each list of figures.

#include "infra/exchange/account.hpp"
#include "infra/exchange/json_writer.hpp"

namespace rg::exchange {

/// The members of a position from its separated mode to its isolated margin, inside an object that
/// is open.
void write_position_size(JsonWriter& out, const PositionRow& p, const Account& account);
/// ... and from what was opened and closed so far to its stamps. Between or after the two stands
/// `autoAppendIsolatedMargin`, as the generation has it.
void write_position_history(JsonWriter& out, const PositionRow& p);

} // namespace rg::exchange
