#include "infra/exchange/v2_words.hpp"

#include <array>

namespace rg::exchange::v2 {

Error parameter_invalid(std::string_view name) {
  return {400, "40020", "Parameter " + std::string(name) + " is invalid",
          "参数" + std::string(name) + "错误"};
}
Error parameter_empty() {
  return {400, "40019", "Parameter cannot be empty", "参数不能为空"};
}
Error validation_failed() {
  return {400, "40017", "Parameter validation failed", "参数校验失败"};
}

Error from_refusal(const Refusal& refusal) {
  switch (refusal.kind) {
  case RefusalKind::order_not_found:
    return {400, "50005", "Order does not exist", "订单不存在"};
  case RefusalKind::leverage_limit:
    return {400, "50007", "Leverage cannot exceed the limit", ""};
  case RefusalKind::not_tradable:
    return {400, "50003", "Not have permission to trade this pair.", ""};
  case RefusalKind::engine:
  case RefusalKind::not_found:
    break;
  }
  return {400, "40015", refusal.message, ""};
}

Error from_auth(AuthFailure failure) {
  switch (failure) {
  case AuthFailure::no_key:
    return {400, "40001", "Header \"ACCESS_KEY\" is required", ""};
  case AuthFailure::no_signature:
    return {400, "40002", "Header \"ACCESS_SIGN\" is required", ""};
  case AuthFailure::no_timestamp:
    return {400, "40003", "Header \"ACCESS_TIMESTAMP\" is required", ""};
  case AuthFailure::no_passphrase:
    return {400, "40011", "Header \"ACCESS_PASSPHRASE\" is required", ""};
  case AuthFailure::bad_timestamp:
    return {400, "40005", "Invalid ACCESS_TIMESTAMP", ""};
  case AuthFailure::expired:
    return {400, "40008", "Request timestamp expired", ""};
  case AuthFailure::unknown_key:
    return {400, "40006", "Invalid ACCESS_KEY", ""};
  case AuthFailure::wrong_passphrase:
    return {400, "40012", "Incorrect API key/Passphrase", ""};
  case AuthFailure::wrong_signature:
    break;
  }
  return {400, "40009", "API verification failed", ""};
}

std::optional<Symbol> symbol_of(std::string_view text) {
  for (const Symbol s : Symbol::all()) {
    if (s.name() == text) {
      return s;
    }
  }
  return std::nullopt;
}

bool looks_like_contract(std::string_view text) {
  return text.size() > 8 && text.starts_with("cmt_") && text.ends_with("usdt");
}

std::optional<CandleInterval> granularity_of(std::string_view text) {
  struct Row {
    std::string_view word;
    CandleInterval interval;
  };
  constexpr std::array<Row, 9> kRows{{{"1m", CandleInterval::m1},
                                      {"5m", CandleInterval::m5},
                                      {"15m", CandleInterval::m15},
                                      {"30m", CandleInterval::m30},
                                      {"1h", CandleInterval::h1},
                                      {"4h", CandleInterval::h4},
                                      {"12h", CandleInterval::h12},
                                      {"1d", CandleInterval::d1},
                                      {"1w", CandleInterval::w1}}};
  for (const Row& row : kRows) {
    if (row.word == text) {
      return row.interval;
    }
  }
  return std::nullopt;
}

std::optional<CandleInterval> channel_interval_of(std::string_view text) {
  constexpr std::array<std::string_view, kIntervalCount> kWords{
      "MINUTE_1", "MINUTE_5", "MINUTE_15", "MINUTE_30", "HOUR_1", "HOUR_2", "HOUR_4",
      "HOUR_6",   "HOUR_8",   "HOUR_12",   "DAY_1",     "WEEK_1", "MONTH_1"};
  for (std::size_t i = 0; i < kWords.size(); ++i) {
    if (kWords[i] == text) {
      return static_cast<CandleInterval>(i);
    }
  }
  return std::nullopt;
}

std::string_view margin_mode(MarginMode m) {
  return m == MarginMode::cross ? "SHARED" : "ISOLATED";
}
std::optional<MarginMode> margin_mode_of(std::int64_t number) {
  if (number == 1) {
    return MarginMode::cross;
  }
  if (number == 3) {
    return MarginMode::isolated;
  }
  return std::nullopt;
}
std::string_view position_side(PositionSide s) {
  return s == PositionSide::long_side ? "LONG" : "SHORT";
}
std::string_view order_side(Side s) {
  return s == Side::buy ? "BUY" : "SELL";
}

std::string_view order_type(const Order& o) {
  const bool is_long = o.position == PositionSide::long_side;
  if (o.origin == OrderOrigin::liquidation) {
    return is_long ? "burst_liquidate_long" : "burst_liquidate_short";
  }
  if (o.opens) {
    return is_long ? "open_long" : "open_short";
  }
  return is_long ? "close_long" : "close_short";
}

std::string_view direction(PositionSide position, bool opens, bool liquidation) {
  const bool is_long = position == PositionSide::long_side;
  if (liquidation) {
    return is_long ? "BURST_LIQUIDATE_LONG" : "BURST_LIQUIDATE_SHORT";
  }
  if (opens) {
    return is_long ? "OPEN_LONG" : "OPEN_SHORT";
  }
  return is_long ? "CLOSE_LONG" : "CLOSE_SHORT";
}

std::string_view execution(const Order& o) {
  switch (o.tif) {
  case TimeInForce::gtc:
    return "normal";
  case TimeInForce::post_only:
    return "postOnly";
  case TimeInForce::fok:
    return "fok";
  case TimeInForce::ioc:
    break;
  }
  return "ioc";
}

std::string_view order_status(OrderStatus s) {
  constexpr std::array<std::string_view, 5> kWords{"untriggered", "pending", "open", "canceled",
                                                   "filled"};
  return kWords[static_cast<std::size_t>(s)];
}

std::string_view business_type(BillKind k) {
  constexpr std::array<std::string_view, 11> kWords{
      "transfer_in",        "transfer_out",        "margin_move_in",      "margin_move_out",
      "position_open_long", "position_open_short", "position_close_long", "position_close_short",
      "position_funding",   "start_liquidate",     "finish_liquidate"};
  return kWords[static_cast<std::size_t>(k)];
}

std::string_view trigger_source(const Order& o) {
  return o.trigger_source == TriggerSource::last ? "CONTRACT_PRICE" : "MARK_PRICE";
}

std::string_view push_type(const Order& o) {
  if (!o.conditional) {
    return o.market ? "MARKET" : "LIMIT";
  }
  if (o.origin == OrderOrigin::take_profit) {
    return o.market ? "TAKE_PROFIT_MARKET" : "TAKE_PROFIT_LIMIT";
  }
  return o.market ? "STOP_MARKET" : "STOP_LIMIT";
}

std::string_view push_tif(const Order& o) {
  switch (o.tif) {
  case TimeInForce::gtc:
    return "GOOD_TIL_CANCEL";
  case TimeInForce::post_only:
    return "POST_ONLY";
  case TimeInForce::fok:
    return "FILL_OR_KILL";
  case TimeInForce::ioc:
    break;
  }
  return "IMMEDIATE_OR_CANCEL";
}

std::string_view push_status(OrderStatus s) {
  constexpr std::array<std::string_view, 5> kWords{"UNTRIGGERED", "PENDING", "OPEN", "CANCELED",
                                                   "FILLED"};
  return kWords[static_cast<std::size_t>(s)];
}

std::string_view push_cancel_reason(CancelReason r) {
  switch (r) {
  case CancelReason::none:
    return "UNKNOWN_ORDER_CANCEL_REASON";
  case CancelReason::user:
    return "USER_CANCELED";
  case CancelReason::could_not_fill:
    return "COULD_NOT_FILL";
  case CancelReason::reduce_only:
    return "REDUCE_ONLY_CANCELED";
  case CancelReason::margin:
    return "MARGIN_NOT_ENOUGH";
  case CancelReason::liquidation:
    return "LIQUIDATE_CANCELED";
  case CancelReason::sibling_fired:
  case CancelReason::vanished:
    break;
  }
  return "INTERNAL_FAILED";
}

int places_of(std::int64_t step_units) {
  int places = kFixedDecimals;
  while (places > 0 && step_units % 10 == 0) {
    step_units /= 10;
    --places;
  }
  return places;
}
int size_places(Symbol s) {
  return places_of(contract_defaults()[s.id()].lot_size.raw());
}
int price_places(Symbol s) {
  return places_of(contract_defaults()[s.id()].tick_size.raw());
}

} // namespace rg::exchange::v2
