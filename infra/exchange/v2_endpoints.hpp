#pragma once
// The endpoints of v2: each reads its parameters from the call and writes its answer.

#include "infra/exchange/rest_call.hpp"
#include "infra/exchange/v2_words.hpp"

namespace rg::exchange::v2 {

/// Acks of weex-api §6, shapes 2 and 3.
void write_ack_200(Call& call);
void write_ack_00000(Call& call, std::string_view data);

// Market data (v2_market.cpp).
void get_time(Call& call);
void get_contracts(Call& call);
void get_ticker(Call& call);
void get_tickers(Call& call);
void get_depth(Call& call);
void get_trades(Call& call);
void get_candles(Call& call);
void get_history_candles(Call& call);
void get_index(Call& call);
void get_open_interest(Call& call);
void get_current_fund_rate(Call& call);
void get_funding_time(Call& call);
void get_history_fund_rate(Call& call);

// Account (v2_account.cpp).
void get_assets(Call& call);
void get_accounts(Call& call);
void get_account(Call& call);
void post_bills(Call& call);
void get_settings(Call& call);
void post_leverage(Call& call);
void post_adjust_margin(Call& call);
void post_auto_append(Call& call);
void get_all_positions(Call& call);
void get_single_position(Call& call);
void post_change_hold_model(Call& call);

// Orders (v2_orders.cpp).
void post_place_order(Call& call);
void post_batch_orders(Call& call);
void post_cancel_order(Call& call);
void post_cancel_batch(Call& call);
void post_cancel_all(Call& call);
void get_detail(Call& call);
void get_current(Call& call);
void get_history(Call& call);
void get_fills(Call& call);
void post_close_positions(Call& call);
void post_upload_ai_log(Call& call);

// Trigger orders (v2_triggers.cpp).
void post_plan_order(Call& call);
void post_cancel_plan(Call& call);
void get_current_plan(Call& call);
void get_history_plan(Call& call);
void post_place_tpsl(Call& call);
void post_modify_tpsl(Call& call);

/// A collateral row (v2_account.cpp), REST spelling.
void write_collateral(JsonWriter& out, const ExchangeCore& core, AccountIndex a);

} // namespace rg::exchange::v2
