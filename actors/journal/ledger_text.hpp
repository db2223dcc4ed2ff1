#pragma once
// How flows and corrections stand in the journal: in words for people, exact to the last unit for
// the ledger that reads them back.

#include "messages/account/account_snapshot.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rg {

/// "funding -0.1234 USDT, bill 77".
[[nodiscard]] std::string cash_flow_text(const CashFlow& flow);
struct FlowText {
  bool is_funding = false;
  Notional amount;
  std::uint64_t bill = 0;
};
[[nodiscard]] std::optional<FlowText> flow_in(std::string_view detail);

/// "the venue holds short 5820 worth 3515.3 USDT, we knew short 5810 worth 3509.2 USDT". `now` is
/// our book after the correction.
[[nodiscard]] std::string position_correction_text(const Position& now, const Position& before);
/// Side, quantity and value of what the venue holds.
[[nodiscard]] std::optional<Position> position_in(std::string_view detail);

/// "by -0.02 USDT, to 9959.77 USDT".
[[nodiscard]] std::string wallet_correction_text(Notional difference, Notional now);
[[nodiscard]] std::optional<Notional> wallet_in(std::string_view detail);

} // namespace rg
