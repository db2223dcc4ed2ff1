// The endpoints of v3 and its error form (weex-api §16). Weights as v3's pages give them.

#include "infra/exchange/v3_endpoints.hpp"

namespace rg::exchange::v3 {

namespace {

constexpr bool kPublic = false, kPrivate = true, kReads = false, kChanges = true, kDemo = true;
constexpr auto kNone = OrderItems::none;
constexpr auto kOne = OrderItems::one;
constexpr auto kBatch = OrderItems::batch;

constexpr Route kRoutes[] = {
    {"GET", "market/time", kPublic, kReads, kNone, 1, 0, get_time},
    {"GET", "market/exchangeInfo", kPublic, kReads, kNone, 1, 0, get_exchange_info},
    {"GET", "market/apiTradingSymbols", kPublic, kReads, kNone, 5, 0, get_trading_symbols},
    {"GET", "market/depth", kPublic, kReads, kNone, 1, 0, get_depth},
    {"GET", "market/ticker/24hr", kPublic, kReads, kNone, 40, 0, get_day_tickers},
    {"GET", "market/ticker/bookTicker", kPublic, kReads, kNone, 1, 0, get_book_tickers},
    {"GET", "market/trades", kPublic, kReads, kNone, 5, 0, get_trades},
    {"GET", "market/klines", kPublic, kReads, kNone, 1, 0, get_klines},
    {"GET", "market/indexPriceKlines", kPublic, kReads, kNone, 1, 0, get_index_klines},
    {"GET", "market/markPriceKlines", kPublic, kReads, kNone, 1, 0, get_mark_klines},
    {"GET", "market/historyKlines", kPublic, kReads, kNone, 5, 0, get_history_klines},
    {"GET", "market/symbolPrice", kPublic, kReads, kNone, 1, 0, get_symbol_price},
    {"GET", "market/openInterest", kPublic, kReads, kNone, 2, 0, get_open_interest},
    {"GET", "market/premiumIndex", kPublic, kReads, kNone, 1, 0, get_premium_index},
    {"GET", "market/fundingRate", kPublic, kReads, kNone, 5, 0, get_funding_rates},
    {"GET", "account/balance", kPrivate, kReads, kNone, 5, 10, get_balance},
    {"GET", "account/commissionRate", kPrivate, kReads, kNone, 5, 10, get_commission_rate},
    {"GET", "account/accountConfig", kPrivate, kReads, kNone, 5, 10, get_account_config},
    {"GET", "account/symbolConfig", kPrivate, kReads, kNone, 5, 10, get_symbol_config},
    {"GET", "account/position/allPosition", kPrivate, kReads, kNone, 10, 15, get_all_positions},
    {"GET", "account/position/singlePosition", kPrivate, kReads, kNone, 2, 3, get_single_position},
    {"POST", "account/income", kPrivate, kReads, kNone, 2, 5, post_income},
    {"POST", "account/marginType", kPrivate, kChanges, kNone, 20, 50, post_margin_type},
    {"POST", "account/leverage", kPrivate, kChanges, kOne, 10, 20, post_leverage},
    {"POST", "account/positionMargin", kPrivate, kChanges, kNone, 15, 30, post_position_margin},
    {"POST", "account/modifyAutoAppendMargin", kPrivate, kChanges, kNone, 15, 30, post_auto_append},
    {"POST", "order", kPrivate, kChanges, kOne, 2, 5, post_order},
    {"DELETE", "order", kPrivate, kChanges, kOne, 2, 3, delete_order},
    {"GET", "order", kPrivate, kReads, kNone, 2, 3, get_order},
    {"POST", "batchOrders", kPrivate, kChanges, kBatch, 5, 10, post_batch_orders},
    {"DELETE", "batchOrders", kPrivate, kChanges, kBatch, 5, 10, delete_batch_orders},
    {"DELETE", "allOpenOrders", kPrivate, kChanges, kOne, 5, 10, delete_all_open_orders},
    {"GET", "openOrders", kPrivate, kReads, kNone, 2, 3, get_open_orders},
    {"GET", "order/history", kPrivate, kReads, kNone, 10, 10, get_order_history},
    {"GET", "userTrades", kPrivate, kReads, kNone, 5, 5, get_user_trades},
    {"POST", "algoOrder", kPrivate, kChanges, kOne, 2, 5, post_algo_order},
    {"DELETE", "algoOrder", kPrivate, kChanges, kOne, 2, 3, delete_algo_order},
    {"DELETE", "algoOpenOrders", kPrivate, kChanges, kOne, 5, 10, delete_algo_open_orders},
    {"GET", "openAlgoOrders", kPrivate, kReads, kNone, 3, 3, get_open_algo_orders},
    {"GET", "allAlgoOrders", kPrivate, kReads, kNone, 5, 10, get_all_algo_orders},
    {"POST", "placeTpSlOrder", kPrivate, kChanges, kOne, 2, 5, post_place_tpsl},
    {"POST", "modifyTpSlOrder", kPrivate, kChanges, kOne, 2, 5, post_modify_tpsl},
    {"POST", "closePositions", kPrivate, kChanges, kOne, 40, 50, post_close_positions},
    {"POST", "order/uploadAiLog", kPrivate, kChanges, kNone, 1, 1, post_upload_ai_log},
    {"GET", "sim/balance", kPrivate, kReads, kNone, 5, 10, get_balance, kDemo},
    {"GET", "sim/position/allPosition", kPrivate, kReads, kNone, 10, 15, get_all_positions, kDemo},
    {"GET", "sim/order/history", kPrivate, kReads, kNone, 10, 10, get_order_history, kDemo},
    {"POST", "sim/order", kPrivate, kChanges, kOne, 2, 5, post_order, kDemo},
};

void write_error(JsonWriter& out, const ApiError& error, std::string_view text, Timestamp) {
  out.begin_object().key("code").raw(error.code).text("msg", text).end_object();
}

} // namespace

const RestProtocol& rest_protocol() {
  static const RestProtocol kProtocol{"/capi/v3/", kRoutes,   &spelling(), &demo_spelling(),
                                      from_door,   from_auth, write_error, true};
  return kProtocol;
}

} // namespace rg::exchange::v3
