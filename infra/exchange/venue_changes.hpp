#pragma once
// What changes at a venue while clients trade there: rules, fees and status of a contract,
// maintenance of the whole venue, money that comes and goes. By a schedule or by hand.

#include "infra/exchange/venue_types.hpp"
#include "messages/support/input_error.hpp"
#include "messages/support/result.hpp"

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace rg::exchange {

/// Only what is named changes. Steps, sizes and leverage are > 0, fees within ± 10 %.
struct ContractChange {
  Symbol symbol;
  std::optional<Price> tick_size;
  std::optional<Quantity> lot_size, min_quantity, max_quantity, max_position, max_market_open;
  std::optional<Ratio> maker_fee, taker_fee;
  std::optional<double> max_leverage;
  std::optional<ContractStatus> status;
};

/// The whole venue: nobody is answered, nothing trades.
struct MaintenanceChange {
  bool begins = true;
};

enum class CashMove : std::uint8_t { deposit, withdraw, transfer_in, transfer_out };
struct CashChange {
  AccountIndex account = 0;
  CashMove move = CashMove::deposit;
  Notional amount; ///< > 0
};

using VenueChange = std::variant<ContractChange, MaintenanceChange, CashChange>;

struct TimedChange {
  Duration at{}; ///< wall time since the exchange started
  VenueChange change;
};

/// One object such as {"symbol": "BTC", "taker_fee": "0.001"}, {"maintenance": "begin"} or
/// {"account": 0, "deposit": "500"}; an unknown key, a wrong type or a senseless number is named.
[[nodiscard]] Result<VenueChange, InputError> parse_change(std::string_view json,
                                                           const std::string& where);
/// The same objects, each with "at_s", as a JSON array; by time, equal times in their order.
[[nodiscard]] Result<std::vector<TimedChange>, InputError> parse_changes(std::string_view json,
                                                                         const std::string& where);

} // namespace rg::exchange
