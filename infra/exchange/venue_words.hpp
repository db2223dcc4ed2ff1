#pragma once
// Words of the venue that both generations of the protocol share (weex-api §7).

#include "infra/exchange/candle_store.hpp"
#include "infra/exchange/venue_types.hpp"

#include <string_view>

namespace rg::exchange {

[[nodiscard]] std::string_view position_side(PositionSide s); ///< "LONG", "SHORT"
[[nodiscard]] std::string_view order_side(Side s);            ///< "BUY", "SELL"
[[nodiscard]] std::string_view direction(PositionSide position, bool opens,
                                         bool liquidation);    ///< "OPEN_LONG" …
[[nodiscard]] std::string_view separated_mode(bool separated); ///< "SEPARATED", "COMBINED"
[[nodiscard]] std::string_view business_type(BillKind k);      ///< "position_funding" …
[[nodiscard]] std::string_view transfer_reason(BillKind k);    ///< "USER_TRANSFER" …
[[nodiscard]] std::string_view source_word(TriggerSource s);   ///< "CONTRACT_PRICE", "MARK_PRICE"
/// Of an order: plain ones have none.
[[nodiscard]] std::string_view trigger_source(const Order& o);
[[nodiscard]] std::string_view cancel_reason(CancelReason r); ///< of the sockets

/// Decimals of a step: 0.0001 → 4, 100 → 0.
[[nodiscard]] int places_of(std::int64_t step_units);
/// The same, counting on below zero: 100 → -2 (weex-api §8.2).
[[nodiscard]] int signed_places_of(std::int64_t step_units);
/// Decimals with which the contract's numbers are written, whatever its steps are by now.
[[nodiscard]] int size_places(Symbol s);
[[nodiscard]] int price_places(Symbol s);

} // namespace rg::exchange
