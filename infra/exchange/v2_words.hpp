#pragma once
// Protocol v2's spelling of the exchange's notions (weex-api §7), and its errors (§6).

#include "infra/exchange/candle_store.hpp"
#include "infra/exchange/parameters.hpp"
#include "infra/exchange/request_auth.hpp"
#include "infra/exchange/venue_words.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rg::exchange::v2 {

using Error = ApiError;
[[nodiscard]] Error parameter_invalid(std::string_view name); ///< 40020
[[nodiscard]] Error parameter_empty();                        ///< 40019
[[nodiscard]] Error validation_failed();                      ///< 40017
[[nodiscard]] Error from_refusal(const Refusal& refusal);
[[nodiscard]] Error from_auth(AuthFailure failure);
[[nodiscard]] Error from_door(DoorRefusal refusal, std::string_view method);
[[nodiscard]] const Spelling& spelling();

/// A symbol of the eight, spelled as v2 spells it; other texts give nothing.
[[nodiscard]] std::optional<Symbol> symbol_of(std::string_view text);
/// Whether a text at least looks like a contract ("cmt_bchusdt").
[[nodiscard]] bool looks_like_contract(std::string_view text);

[[nodiscard]] std::optional<CandleInterval> granularity_of(std::string_view text); ///< REST: "1m" …
[[nodiscard]] std::optional<CandleInterval>
channel_interval_of(std::string_view text); ///< "MINUTE_1" …

[[nodiscard]] std::string_view margin_mode(MarginMode m); ///< "SHARED", "ISOLATED"
[[nodiscard]] std::optional<MarginMode> margin_mode_of(std::int64_t number); ///< 1, 3
[[nodiscard]] std::string_view
order_type(const Order& o); ///< "open_long", "burst_liquidate_short" …
[[nodiscard]] std::string_view execution(const Order& o);   ///< "normal", "postOnly", "fok", "ioc"
[[nodiscard]] std::string_view order_status(OrderStatus s); ///< "open" …

// Socket words.
[[nodiscard]] std::string_view push_type(const Order& o);  ///< "LIMIT", "STOP_MARKET" …
[[nodiscard]] std::string_view push_tif(const Order& o);   ///< "GOOD_TIL_CANCEL" …
[[nodiscard]] std::string_view push_status(OrderStatus s); ///< "OPEN" …

} // namespace rg::exchange::v2
