#include "infra/exchange/v3_words.hpp"

#include <algorithm>
#include <array>

namespace rg::exchange::v3 {

namespace {

struct IntervalWord {
  std::string_view word;
  bool rest; ///< REST takes it too
};
constexpr std::array<IntervalWord, kIntervalCount> kIntervals{{{"1m", true},
                                                               {"5m", true},
                                                               {"15m", true},
                                                               {"30m", true},
                                                               {"1h", true},
                                                               {"2h", false},
                                                               {"4h", true},
                                                               {"6h", false},
                                                               {"8h", false},
                                                               {"12h", true},
                                                               {"1d", true},
                                                               {"1w", true},
                                                               {"1M", false}}};

ApiError error(std::string_view code, std::string message, int http = 400) {
  return {http, std::string(code), std::move(message), ""};
}

} // namespace

ApiError parameter_invalid(std::string_view name) {
  if (name == "symbol") {
    return bad_symbol();
  }
  return error("-1142", "Parameter " + std::string(name) + " is invalid");
}
ApiError parameter_empty() {
  return error("-1141", "Parameter cannot be empty");
}
ApiError validation_failed() {
  return error("-1140", "Parameter validation failed");
}
ApiError bad_json() {
  return error("-1135", "Invalid JSON request");
}
ApiError bad_client_id() {
  return error("-1180",
               "The client order id must have 1 to 36 characters of A-Z a-z 0-9 . : / _ -");
}
ApiError bad_symbol() {
  return error("-1121", "Invalid symbol");
}
ApiError bad_combination(std::string_view what) {
  return error("-1128", "Invalid combination of parameters: " + std::string(what));
}
ApiError no_order_named() {
  return error("-1140", "Either orderId or origClientOrderId must be sent.");
}
ApiError start_after_end() {
  return error("-1171", "startTime cannot be greater than endTime");
}
ApiError range_too_long(int days) {
  return error("-1170", "The time range cannot exceed " + std::to_string(days) + " days");
}

ApiError from_refusal(const Refusal& refusal) {
  switch (refusal.kind) {
  case RefusalKind::order_not_found:
    return error("-3200", "Order does not exist");
  case RefusalKind::leverage_limit:
    return error("-3313", "Leverage exceeds the limit");
  case RefusalKind::not_tradable:
    return error("-1058", "No permission for this trading pair");
  case RefusalKind::too_large:
    return error("-3007", refusal.message);
  case RefusalKind::engine:
  case RefusalKind::not_found:
    break;
  }
  return error("-1054", refusal.message);
}

ApiError from_auth(AuthFailure failure) {
  switch (failure) {
  case AuthFailure::no_key:
    return error("-1040", "Header ACCESS-KEY is required");
  case AuthFailure::no_signature:
    return error("-1041", "Header ACCESS-SIGN is required");
  case AuthFailure::no_timestamp:
    return error("-1042", "Header ACCESS-TIMESTAMP is required");
  case AuthFailure::bad_timestamp:
    return error("-1043", "Invalid ACCESS-TIMESTAMP");
  case AuthFailure::unknown_key:
    return error("-1044", "Invalid ACCESS-KEY");
  case AuthFailure::expired:
    return error("-1046", "Request timestamp expired");
  case AuthFailure::no_passphrase:
  case AuthFailure::wrong_passphrase:
    return error("-1049", "API key or passphrase incorrect");
  case AuthFailure::wrong_signature:
    break;
  }
  return error("-1047", "API authentication failed");
}

ApiError from_door(DoorRefusal refusal, std::string_view method) {
  switch (refusal) {
  case DoorRefusal::no_such_path:
    return error("404", "Not Found", 404);
  case DoorRefusal::wrong_method:
    return error("-1150", "Request method '" + std::string(method) + "' not supported", 405);
  case DoorRefusal::too_many_requests:
    return {429, "429", "Too many requests", "请求过于频繁"};
  case DoorRefusal::wrong_content_type:
    return error("-1045", "Invalid Content-Type, please use application/json");
  case DoorRefusal::address_not_allowed:
    return error("-1056", "Invalid IP address");
  case DoorRefusal::account_locked:
    return error("-1057", "User account is locked");
  case DoorRefusal::phone_unbound:
    return error("-1055", "User must bind phone or authenticator");
  case DoorRefusal::permission_denied:
    return error("-1051", "Permission denied");
  case DoorRefusal::api_not_permitted:
    return error("-3236", "No permission to access this API");
  case DoorRefusal::account_frozen:
    return error("-1050", "User status is abnormal");
  case DoorRefusal::api_disabled:
    return error("-1190", "Access forbidden, contact customer support", 403);
  case DoorRefusal::read_only_key:
    return error("-1052", "Insufficient permissions for this operation", 403);
  case DoorRefusal::no_user_agent:
    return error("-1052", "Header User-Agent is required", 403);
  case DoorRefusal::server_fault:
    break;
  }
  return error("-1000", "Unknown error", 500);
}

std::optional<Symbol> symbol_of(std::string_view text) {
  for (const Symbol s : Symbol::all()) {
    if (s.compact() == text) {
      return s;
    }
  }
  return std::nullopt;
}

namespace {

bool looks_like_contract(std::string_view text) {
  return text.size() > 4 && text.ends_with("USDT") &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

std::optional<Symbol> demo_symbol_of(std::string_view text) {
  for (const Symbol s : Symbol::all()) {
    if (symbol_name(s, true) == text) {
      return s;
    }
  }
  return std::nullopt;
}

} // namespace

const Spelling& spelling() {
  static const Spelling kWords{parameter_invalid, parameter_empty, validation_failed,  bad_json,
                               from_refusal,      symbol_of,       looks_like_contract};
  return kWords;
}

const Spelling& demo_spelling() {
  static const Spelling kWords{parameter_invalid, parameter_empty, validation_failed,  bad_json,
                               from_refusal,      demo_symbol_of,  looks_like_contract};
  return kWords;
}

std::string symbol_name(Symbol s, bool demo) {
  return demo ? std::string(s.base_coin()) + "SUSDT" : std::string(s.compact());
}

std::optional<CandleInterval> interval_of(std::string_view text) {
  for (std::size_t i = 0; i < kIntervals.size(); ++i) {
    if (kIntervals[i].word == text) {
      return static_cast<CandleInterval>(i);
    }
  }
  return std::nullopt;
}

std::optional<CandleInterval> rest_interval_of(std::string_view text) {
  const auto interval = interval_of(text);
  return interval && kIntervals[static_cast<std::size_t>(*interval)].rest ? interval : std::nullopt;
}

std::string_view interval_word(CandleInterval interval) {
  return kIntervals[static_cast<std::size_t>(interval)].word;
}

std::string_view margin_type(MarginMode m) {
  return m == MarginMode::cross ? "CROSSED" : "ISOLATED";
}
std::optional<MarginMode> margin_type_of(std::string_view text) {
  if (text == "CROSSED") {
    return MarginMode::cross;
  }
  return text == "ISOLATED" ? std::optional(MarginMode::isolated) : std::nullopt;
}

namespace {

constexpr std::array<std::string_view, 4> kTimesInForce{"GTC", "POST_ONLY", "FOK", "IOC"};

} // namespace

std::string_view time_in_force(TimeInForce t) {
  return kTimesInForce[static_cast<std::size_t>(t)];
}
std::optional<TimeInForce> time_in_force_of(std::string_view text) {
  const auto at = std::find(kTimesInForce.begin(), kTimesInForce.end(), text);
  return at == kTimesInForce.end()
             ? std::nullopt
             : std::optional(static_cast<TimeInForce>(std::distance(kTimesInForce.begin(), at)));
}

std::string_view order_type(const Order& o) {
  if (!o.conditional) {
    return o.market ? "MARKET" : "LIMIT";
  }
  if (o.origin == OrderOrigin::take_profit || o.take_profit_word) {
    return o.market ? "TAKE_PROFIT_MARKET" : "TAKE_PROFIT";
  }
  return o.market ? "STOP_MARKET" : "STOP";
}

std::string_view order_status(OrderStatus s) {
  constexpr std::array<std::string_view, 5> kWords{"UNTRIGGERED", "PENDING", "NEW", "CANCELED",
                                                   "FILLED"};
  return kWords[static_cast<std::size_t>(s)];
}

TriggerSource working_type(const Parameters& in, std::string_view name) {
  const std::string word = in.text(name).value_or("CONTRACT_PRICE");
  for (const TriggerSource s : {TriggerSource::last, TriggerSource::mark}) {
    if (source_word(s) == word) {
      return s;
    }
  }
  throw parameter_invalid(name);
}

} // namespace rg::exchange::v3
