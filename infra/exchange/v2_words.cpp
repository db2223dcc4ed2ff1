#include "infra/exchange/v2_words.hpp"

#include <array>

namespace rg::exchange::v2 {

ApiError parameter_invalid(std::string_view name) {
  return {400, "40020", "Parameter " + std::string(name) + " is invalid",
          "参数" + std::string(name) + "错误"};
}
ApiError parameter_empty() {
  return {400, "40019", "Parameter cannot be empty", "参数不能为空"};
}
ApiError validation_failed() {
  return {400, "40017", "Parameter validation failed", "参数校验失败"};
}

ApiError from_refusal(const Refusal& refusal) {
  switch (refusal.kind) {
  case RefusalKind::order_not_found:
    return {400, "50005", "Order does not exist", "订单不存在"};
  case RefusalKind::leverage_limit:
    return {400, "50007", "Leverage cannot exceed the limit", ""};
  case RefusalKind::not_tradable:
    return {400, "50003", "Not have permission to trade this pair.", ""};
  case RefusalKind::too_large:
  case RefusalKind::engine:
  case RefusalKind::not_found:
    break;
  }
  return {400, "40015", refusal.message, ""};
}

ApiError from_auth(AuthFailure failure) {
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

ApiError from_door(DoorRefusal refusal, std::string_view method) {
  static_cast<void>(method);
  switch (refusal) {
  case DoorRefusal::no_such_path:
    return {404, "404", "Not Found", ""};
  case DoorRefusal::wrong_method:
    return {405, "405", "Request method not supported", ""};
  case DoorRefusal::too_many_requests:
    return {429, "429", "Too many requests", "请求过于频繁"};
  case DoorRefusal::wrong_content_type:
    return {400, "40007", "Invalid Content_Type, use \"application/json\" format", ""};
  case DoorRefusal::address_not_allowed:
    return {400, "40018", "Invalid IP request", ""};
  case DoorRefusal::phone_unbound:
    return {400, "40016", "The user must bind phone or authenticator", ""};
  case DoorRefusal::permission_denied:
    return {400, "40014", "Invalid permissions", ""};
  case DoorRefusal::api_not_permitted:
    return {400, "50004", "Not have permission to access this API.", ""};
  case DoorRefusal::account_locked: // v2 has no word of its own for it
  case DoorRefusal::account_frozen:
    return {400, "40013", "Account frozen", ""};
  case DoorRefusal::api_disabled:
    return {400, "40753", "api permission disabled, contact customer support",
            "api权限已禁用,如有疑问请联系客服"};
  case DoorRefusal::read_only_key:
    return {403, "40022", "Insufficient permissions for this operation", ""};
  case DoorRefusal::no_user_agent:
    return {403, "40022", "Header \"User-Agent\" is required", ""};
  case DoorRefusal::server_fault:
    break;
  }
  return {500, "50000", "Internal error", ""};
}

const Spelling& spelling() {
  static const Spelling kWords{parameter_invalid,  parameter_empty, validation_failed,
                               validation_failed,  from_refusal,    symbol_of,
                               looks_like_contract};
  return kWords;
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

} // namespace rg::exchange::v2
