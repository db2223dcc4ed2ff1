#pragma once
// Protocol v2's spelling of the exchange's notions (weex-api §7), and its errors (§6).

#include "infra/exchange/candle_store.hpp"
#include "infra/exchange/request_auth.hpp"
#include "infra/exchange/venue_types.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rg::exchange::v2 {

/// Thrown by endpoint code; the router turns it into an envelope.
struct Error {
  int http = 400;
  std::string code;
  std::string message;
  std::string chinese; ///< empty = no Chinese text on record
};
[[nodiscard]] Error parameter_invalid(std::string_view name); ///< 40020
[[nodiscard]] Error parameter_empty();                        ///< 40019
[[nodiscard]] Error validation_failed();                      ///< 40017
[[nodiscard]] Error from_refusal(const Refusal& refusal);
[[nodiscard]] Error from_auth(AuthFailure failure);

/// A symbol of the eight, spelled as v2 spells it; other texts give nothing.
[[nodiscard]] std::optional<Symbol> symbol_of(std::string_view text);
/// Whether a text at least looks like a contract ("cmt_bchusdt").
[[nodiscard]] bool looks_like_contract(std::string_view text);

[[nodiscard]] std::optional<CandleInterval> granularity_of(std::string_view text); ///< REST: "1m" …
[[nodiscard]] std::optional<CandleInterval>
channel_interval_of(std::string_view text); ///< "MINUTE_1" …

[[nodiscard]] std::string_view margin_mode(MarginMode m); ///< "SHARED", "ISOLATED"
[[nodiscard]] std::optional<MarginMode> margin_mode_of(std::int64_t number); ///< 1, 3
[[nodiscard]] std::string_view position_side(PositionSide s);                ///< "LONG", "SHORT"
[[nodiscard]] std::string_view order_side(Side s);                           ///< "BUY", "SELL"
[[nodiscard]] std::string_view
order_type(const Order& o); ///< "open_long", "burst_liquidate_short" …
[[nodiscard]] std::string_view direction(PositionSide position, bool opens,
                                         bool liquidation); ///< "OPEN_LONG" …
[[nodiscard]] std::string_view execution(const Order& o);   ///< "normal", "postOnly", "fok", "ioc"
[[nodiscard]] std::string_view order_status(OrderStatus s); ///< "open" …
[[nodiscard]] std::string_view business_type(BillKind k);
[[nodiscard]] std::string_view trigger_source(const Order& o); ///< "CONTRACT_PRICE", "MARK_PRICE"

// Socket words.
[[nodiscard]] std::string_view push_type(const Order& o);  ///< "LIMIT", "STOP_MARKET" …
[[nodiscard]] std::string_view push_tif(const Order& o);   ///< "GOOD_TIL_CANCEL" …
[[nodiscard]] std::string_view push_status(OrderStatus s); ///< "OPEN" …
[[nodiscard]] std::string_view push_cancel_reason(CancelReason r);

/// Decimals of a step: 0.0001 → 4, 100 → 0.
[[nodiscard]] int places_of(std::int64_t step_units);
[[nodiscard]] int size_places(Symbol s);
[[nodiscard]] int price_places(Symbol s);

} // namespace rg::exchange::v2
