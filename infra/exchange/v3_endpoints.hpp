#pragma once
// The endpoints of v3: each reads its parameters from the call and writes its answer.

#include "infra/exchange/account_lists.hpp"
#include "infra/exchange/rest_call.hpp"
#include "infra/exchange/v3_words.hpp"

namespace rg::exchange::v3 {

/// {"code":"200","msg":"success","requestTime":…}: acks of settings.
void write_ack(Call& call);

// Market data (v3_market.cpp, v3_prices.cpp).
void get_time(Call& call);
void get_exchange_info(Call& call);
void get_trading_symbols(Call& call);
void get_day_tickers(Call& call);
void get_book_tickers(Call& call);
void get_depth(Call& call);
void get_trades(Call& call);
void get_klines(Call& call);
void get_index_klines(Call& call);
void get_mark_klines(Call& call);
void get_history_klines(Call& call);
void get_symbol_price(Call& call);
void get_open_interest(Call& call);
void get_premium_index(Call& call);
void get_funding_rates(Call& call);

// Account (v3_account.cpp).
void get_balance(Call& call);
void get_commission_rate(Call& call);
void get_account_config(Call& call);
void get_symbol_config(Call& call);
void get_all_positions(Call& call);
void get_single_position(Call& call);
void post_income(Call& call);
void post_margin_type(Call& call);
void post_leverage(Call& call);
void post_position_margin(Call& call);
void post_auto_append(Call& call);
void post_upload_ai_log(Call& call);

// Orders (v3_orders.cpp).
void post_order(Call& call);
void post_batch_orders(Call& call);
void delete_order(Call& call);
void delete_batch_orders(Call& call);
void delete_all_open_orders(Call& call);
void delete_algo_open_orders(Call& call);
void post_close_positions(Call& call);

// What they became (v3_order_lists.cpp).
void get_order(Call& call);
void get_open_orders(Call& call);
void get_order_history(Call& call);
void get_user_trades(Call& call);
void get_open_algo_orders(Call& call);
void get_all_algo_orders(Call& call);

// Orders that wait for a price (v3_algo.cpp).
void post_algo_order(Call& call);
void delete_algo_order(Call& call);
void post_place_tpsl(Call& call);
void post_modify_tpsl(Call& call);

/// 1 to 36 characters of A-Z a-z 0-9 . : / _ -, required; else -1180.
[[nodiscard]] std::string client_id(const Parameters& in, std::string_view name);
/// BUY/SELL and LONG/SHORT: whether the order opens.
struct Sides {
  PositionSide position = PositionSide::long_side;
  bool opens = true;
};
[[nodiscard]] Sides sides(const Parameters& in);
/// {"orderId":"…","clientOrderId":"…","success":true,"errorCode":"","errorMessage":""}; a row that
/// failed names the error.
void write_order_ack(JsonWriter& out, OrderId id, std::string_view client_key,
                     std::string_view client, const ApiError* error);
/// startTime and endTime; refuses a start behind the end and a range of more than `days`.
[[nodiscard]] ListFilter list_filter(Call& call, int days);

} // namespace rg::exchange::v3
