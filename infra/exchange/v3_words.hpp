#pragma once
// Protocol v3's spelling of the exchange's notions, and its errors (weex-api §16).

#include "infra/exchange/parameters.hpp"
#include "infra/exchange/request_auth.hpp"
#include "infra/exchange/venue_words.hpp"

#include <string>

namespace rg::exchange::v3 {

// Errors: numeric negative codes.
[[nodiscard]] ApiError parameter_invalid(std::string_view name); ///< -1142
[[nodiscard]] ApiError parameter_empty();                        ///< -1141
[[nodiscard]] ApiError validation_failed();                      ///< -1140
[[nodiscard]] ApiError bad_json();                               ///< -1135
[[nodiscard]] ApiError bad_client_id();                          ///< -1180
[[nodiscard]] ApiError bad_symbol();                             ///< -1121
[[nodiscard]] ApiError bad_combination(std::string_view what);   ///< -1128
[[nodiscard]] ApiError no_order_named();                         ///< -1140, as recorded
[[nodiscard]] ApiError start_after_end();                        ///< -1171
[[nodiscard]] ApiError range_too_long(int days);                 ///< -1170
[[nodiscard]] ApiError from_refusal(const Refusal& refusal);
[[nodiscard]] ApiError from_auth(AuthFailure failure);
[[nodiscard]] ApiError from_door(DoorRefusal refusal, std::string_view method);
/// What rows of batches and cancels say of an order that is not there.
inline constexpr std::string_view kOrderNotFound = "FAILED_ORDER_NOT_FOUND";

[[nodiscard]] const Spelling& spelling();
[[nodiscard]] const Spelling& demo_spelling(); ///< BTCSUSDT instead of BTCUSDT

/// "BTCUSDT", or "BTCSUSDT" in demo trading.
[[nodiscard]] std::string symbol_name(Symbol s, bool demo = false);
[[nodiscard]] std::optional<Symbol> symbol_of(std::string_view text);

/// "1m" … "1M"; the REST endpoints take the nine that v2 takes, the sockets all.
[[nodiscard]] std::optional<CandleInterval> interval_of(std::string_view text);
[[nodiscard]] std::optional<CandleInterval> rest_interval_of(std::string_view text);
[[nodiscard]] std::string_view interval_word(CandleInterval interval);

[[nodiscard]] std::string_view margin_type(MarginMode m); ///< "CROSSED", "ISOLATED"
[[nodiscard]] std::optional<MarginMode> margin_type_of(std::string_view text);
[[nodiscard]] std::string_view time_in_force(TimeInForce t); ///< "GTC" …
[[nodiscard]] std::optional<TimeInForce> time_in_force_of(std::string_view text);
[[nodiscard]] std::string_view order_type(const Order& o);  ///< "LIMIT", "STOP_MARKET" …
[[nodiscard]] std::string_view order_status(OrderStatus s); ///< "NEW" …
[[nodiscard]] TriggerSource working_type(const Parameters& in, std::string_view name);

} // namespace rg::exchange::v3
