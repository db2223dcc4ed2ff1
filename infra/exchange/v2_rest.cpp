// The endpoints of v2 and its envelope (weex-api §5, §6).

#include "infra/exchange/v2_endpoints.hpp"

namespace rg::exchange::v2 {

namespace {

constexpr bool kPublic = false, kPrivate = true, kReads = false, kChanges = true;
constexpr auto kNone = OrderItems::none;
constexpr auto kOne = OrderItems::one;

// Weights from weex-api §5.
constexpr Route kRoutes[] = {
    {"GET", "market/time", kPublic, kReads, kNone, 1, 0, get_time},
    {"GET", "market/contracts", kPublic, kReads, kNone, 10, 0, get_contracts},
    {"GET", "market/depth", kPublic, kReads, kNone, 1, 0, get_depth},
    {"GET", "market/tickers", kPublic, kReads, kNone, 40, 0, get_tickers},
    {"GET", "market/ticker", kPublic, kReads, kNone, 1, 0, get_ticker},
    {"GET", "market/trades", kPublic, kReads, kNone, 5, 0, get_trades},
    {"GET", "market/candles", kPublic, kReads, kNone, 1, 0, get_candles},
    {"GET", "market/historyCandles", kPublic, kReads, kNone, 5, 0, get_history_candles},
    {"GET", "market/index", kPublic, kReads, kNone, 1, 0, get_index},
    {"GET", "market/open_interest", kPublic, kReads, kNone, 2, 0, get_open_interest},
    {"GET", "market/funding_time", kPublic, kReads, kNone, 1, 0, get_funding_time},
    {"GET", "market/getHistoryFundRate", kPublic, kReads, kNone, 5, 0, get_history_fund_rate},
    {"GET", "market/currentFundRate", kPublic, kReads, kNone, 1, 0, get_current_fund_rate},
    {"GET", "account/getAccounts", kPrivate, kReads, kNone, 5, 5, get_accounts},
    {"GET", "account/getAccount", kPrivate, kReads, kNone, 1, 1, get_account},
    {"GET", "account/assets", kPrivate, kReads, kNone, 5, 10, get_assets},
    {"POST", "account/bills", kPrivate, kReads, kNone, 2, 5, post_bills},
    {"GET", "account/settings", kPrivate, kReads, kNone, 1, 1, get_settings},
    {"POST", "account/leverage", kPrivate, kChanges, kOne, 10, 20, post_leverage},
    {"POST", "account/adjustMargin", kPrivate, kChanges, kNone, 15, 30, post_adjust_margin},
    {"POST", "account/modifyAutoAppendMargin", kPrivate, kChanges, kNone, 15, 30, post_auto_append},
    {"GET", "account/position/allPosition", kPrivate, kReads, kNone, 10, 15, get_all_positions},
    {"GET", "account/position/singlePosition", kPrivate, kReads, kNone, 2, 3, get_single_position},
    {"POST", "account/position/changeHoldModel", kPrivate, kChanges, kNone, 20, 50,
     post_change_hold_model},
    {"POST", "order/placeOrder", kPrivate, kChanges, kOne, 2, 5, post_place_order},
    {"POST", "order/batchOrders", kPrivate, kChanges, OrderItems::batch, 5, 10, post_batch_orders},
    {"POST", "order/cancel_order", kPrivate, kChanges, kOne, 2, 3, post_cancel_order},
    {"POST", "order/cancel_batch_orders", kPrivate, kChanges, OrderItems::batch, 5, 10,
     post_cancel_batch},
    {"POST", "order/cancelAllOrders", kPrivate, kChanges, kOne, 40, 50, post_cancel_all},
    {"GET", "order/detail", kPrivate, kReads, kNone, 2, 2, get_detail},
    {"GET", "order/history", kPrivate, kReads, kNone, 10, 10, get_history},
    {"GET", "order/current", kPrivate, kReads, kNone, 2, 2, get_current},
    {"GET", "order/fills", kPrivate, kReads, kNone, 5, 5, get_fills},
    {"POST", "order/plan_order", kPrivate, kChanges, kOne, 2, 5, post_plan_order},
    {"POST", "order/cancel_plan", kPrivate, kChanges, kOne, 2, 3, post_cancel_plan},
    {"GET", "order/currentPlan", kPrivate, kReads, kNone, 3, 3, get_current_plan},
    {"GET", "order/historyPlan", kPrivate, kReads, kNone, 5, 10, get_history_plan},
    {"POST", "order/placeTpSlOrder", kPrivate, kChanges, kOne, 2, 5, post_place_tpsl},
    {"POST", "order/modifyTpSlOrder", kPrivate, kChanges, kOne, 2, 5, post_modify_tpsl},
    {"POST", "order/closePositions", kPrivate, kChanges, kOne, 40, 50, post_close_positions},
    {"POST", "order/uploadAiLog", kPrivate, kChanges, kNone, 1, 1, post_upload_ai_log},
};

void write_error(JsonWriter& out, const ApiError& error, std::string_view text, Timestamp wall) {
  out.begin_object()
      .text("code", error.code)
      .text("msg", text)
      .integer("requestTime", wall.ms())
      .null("data")
      .end_object();
}

} // namespace

const RestProtocol& rest_protocol() {
  static const RestProtocol kProtocol{"/capi/v2/", kRoutes,   &spelling(), &spelling(),
                                      from_door,   from_auth, write_error, false};
  return kProtocol;
}

} // namespace rg::exchange::v2
