#pragma once
// How flows and corrections stand in the journal: in words for people, exact to the last unit for
// the ledger that reads them back.

#include "messages/account/account_snapshot.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rg {

/// "funding -0.1234 USDT, bill 77".
[[nodiscard]] std::string cash_flow_text(const CashFlow& flow);
struct FlowText {
  bool is_funding = false;
  bool is_transfer = false; ///< deposit or withdrawal
  Notional amount;
  std::uint64_t bill = 0;
};
[[nodiscard]] std::optional<FlowText> flow_in(std::string_view detail);

/// "10000 USDT with all flows before 1735700000000 and bills 77, 78". `flows`: all that the balance
/// contains, the newest of them at `newest`.
[[nodiscard]] std::string opening_balance_text(Notional wallet, Timestamp newest,
                                               const std::vector<CashFlow>& flows);
struct OpeningText {
  Notional wallet;
  Timestamp bills_until; ///< data time of the newest flow; zero = the account had none
  std::vector<std::uint64_t> newest_bills; ///< of that very instant
};
[[nodiscard]] std::optional<OpeningText> opening_in(std::string_view detail);

/// "the venue holds short 5820 worth 3515.3 USDT, we knew short 5810 worth 3509.2 USDT". `now` is
/// our book after the correction.
[[nodiscard]] std::string position_correction_text(const Position& now, const Position& before);
/// Side, quantity and value of what the venue holds.
[[nodiscard]] std::optional<Position> position_in(std::string_view detail);

/// "by -0.02 USDT, to 9959.77 USDT".
[[nodiscard]] std::string wallet_correction_text(Notional difference, Notional now);
[[nodiscard]] std::optional<Notional> wallet_in(std::string_view detail);

} // namespace rg
