#include "infra/exchange/v2_rest.hpp"

#include <algorithm>
#include <cctype>

namespace rg::exchange {

using v2::Call;
using v2::Error;

/// How an endpoint counts against the order limit.
enum class OrderItems : std::uint8_t { none, one, batch, ids };

struct V2Rest::Route {
  std::string_view method, path;
  bool is_private;
  bool changes; ///< needs the trading permission
  OrderItems items;
  std::uint32_t ip_weight, uid_weight;
  void (*serve)(Call&);
};

namespace {

constexpr bool kPublic = false, kPrivate = true, kReads = false, kChanges = true;
constexpr auto kNone = OrderItems::none;
constexpr auto kOne = OrderItems::one;

// Weights from weex-api §5.
constexpr V2Rest::Route kRoutes[] = {
    {"GET", "market/time", kPublic, kReads, kNone, 1, 0, v2::get_time},
    {"GET", "market/contracts", kPublic, kReads, kNone, 10, 0, v2::get_contracts},
    {"GET", "market/depth", kPublic, kReads, kNone, 1, 0, v2::get_depth},
    {"GET", "market/tickers", kPublic, kReads, kNone, 40, 0, v2::get_tickers},
    {"GET", "market/ticker", kPublic, kReads, kNone, 1, 0, v2::get_ticker},
    {"GET", "market/trades", kPublic, kReads, kNone, 5, 0, v2::get_trades},
    {"GET", "market/candles", kPublic, kReads, kNone, 1, 0, v2::get_candles},
    {"GET", "market/historyCandles", kPublic, kReads, kNone, 5, 0, v2::get_history_candles},
    {"GET", "market/index", kPublic, kReads, kNone, 1, 0, v2::get_index},
    {"GET", "market/open_interest", kPublic, kReads, kNone, 2, 0, v2::get_open_interest},
    {"GET", "market/funding_time", kPublic, kReads, kNone, 1, 0, v2::get_funding_time},
    {"GET", "market/getHistoryFundRate", kPublic, kReads, kNone, 5, 0, v2::get_history_fund_rate},
    {"GET", "market/currentFundRate", kPublic, kReads, kNone, 1, 0, v2::get_current_fund_rate},
    {"GET", "account/getAccounts", kPrivate, kReads, kNone, 5, 5, v2::get_accounts},
    {"GET", "account/getAccount", kPrivate, kReads, kNone, 1, 1, v2::get_account},
    {"GET", "account/assets", kPrivate, kReads, kNone, 5, 10, v2::get_assets},
    {"POST", "account/bills", kPrivate, kReads, kNone, 2, 5, v2::post_bills},
    {"GET", "account/settings", kPrivate, kReads, kNone, 1, 1, v2::get_settings},
    {"POST", "account/leverage", kPrivate, kChanges, kOne, 10, 20, v2::post_leverage},
    {"POST", "account/adjustMargin", kPrivate, kChanges, kNone, 15, 30, v2::post_adjust_margin},
    {"POST", "account/modifyAutoAppendMargin", kPrivate, kChanges, kNone, 15, 30,
     v2::post_auto_append},
    {"GET", "account/position/allPosition", kPrivate, kReads, kNone, 10, 15, v2::get_all_positions},
    {"GET", "account/position/singlePosition", kPrivate, kReads, kNone, 2, 3,
     v2::get_single_position},
    {"POST", "account/position/changeHoldModel", kPrivate, kChanges, kNone, 20, 50,
     v2::post_change_hold_model},
    {"POST", "order/placeOrder", kPrivate, kChanges, kOne, 2, 5, v2::post_place_order},
    {"POST", "order/batchOrders", kPrivate, kChanges, OrderItems::batch, 5, 10,
     v2::post_batch_orders},
    {"POST", "order/cancel_order", kPrivate, kChanges, kOne, 2, 3, v2::post_cancel_order},
    {"POST", "order/cancel_batch_orders", kPrivate, kChanges, OrderItems::ids, 5, 10,
     v2::post_cancel_batch},
    {"POST", "order/cancelAllOrders", kPrivate, kChanges, kOne, 40, 50, v2::post_cancel_all},
    {"GET", "order/detail", kPrivate, kReads, kNone, 2, 2, v2::get_detail},
    {"GET", "order/history", kPrivate, kReads, kNone, 10, 10, v2::get_history},
    {"GET", "order/current", kPrivate, kReads, kNone, 2, 2, v2::get_current},
    {"GET", "order/fills", kPrivate, kReads, kNone, 5, 5, v2::get_fills},
    {"POST", "order/plan_order", kPrivate, kChanges, kOne, 2, 5, v2::post_plan_order},
    {"POST", "order/cancel_plan", kPrivate, kChanges, kOne, 2, 3, v2::post_cancel_plan},
    {"GET", "order/currentPlan", kPrivate, kReads, kNone, 3, 3, v2::get_current_plan},
    {"GET", "order/historyPlan", kPrivate, kReads, kNone, 5, 10, v2::get_history_plan},
    {"POST", "order/placeTpSlOrder", kPrivate, kChanges, kOne, 2, 5, v2::post_place_tpsl},
    {"POST", "order/modifyTpSlOrder", kPrivate, kChanges, kOne, 2, 5, v2::post_modify_tpsl},
    {"POST", "order/closePositions", kPrivate, kChanges, kOne, 40, 50, v2::post_close_positions},
    {"POST", "order/uploadAiLog", kPrivate, kChanges, kNone, 1, 1, v2::post_upload_ai_log},
};

constexpr std::string_view kPrefix = "/capi/v2/";
const Error kTooMany{429, "429", "Too many requests", "请求过于频繁"};

const V2Rest::Route* route_of(std::string_view path) {
  if (!path.starts_with(kPrefix)) {
    return nullptr;
  }
  path.remove_prefix(kPrefix.size());
  const auto* at = std::find_if(std::begin(kRoutes), std::end(kRoutes),
                                [&](const V2Rest::Route& r) { return r.path == path; });
  return at == std::end(kRoutes) ? nullptr : at;
}

/// How many order requests a body stands for, read before anything else is checked.
std::uint32_t items_in(OrderItems items, std::string_view body) {
  if (items == OrderItems::none || items == OrderItems::one) {
    return items == OrderItems::one ? 1 : 0;
  }
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS) {
    return 1;
  }
  std::size_t count = 0;
  for (const std::string_view name : {"orderDataList", "ids", "cids"}) {
    simdjson::dom::array array;
    if (root.at_key(name).get(array) == simdjson::SUCCESS) {
      count += array.size();
    }
  }
  return static_cast<std::uint32_t>(std::max<std::size_t>(count, 1));
}

/// The "numbers change their JSON type" fault: 18-digit ids lose or gain their quotes.
std::string with_other_id_types(const std::string& body) {
  std::string out;
  for (std::size_t i = 0; i < body.size();) {
    std::size_t end = i;
    while (end < body.size() && std::isdigit(static_cast<unsigned char>(body[end])) != 0) {
      ++end;
    }
    if (end - i == 18) {
      const bool quoted = i > 0 && body[i - 1] == '"' && end < body.size() && body[end] == '"';
      const std::string digits = body.substr(i, 18);
      if (quoted) {
        out.pop_back();
        out += digits;
        i = end + 1;
      } else {
        out += '"' + digits + '"';
        i = end;
      }
      continue;
    }
    const std::size_t stop = end > i ? end : i + 1;
    out.append(body, i, stop - i);
    i = stop;
  }
  return out;
}

/// The "unknown member" fault: one at the head of the first object.
std::string with_extra_field(std::string body) {
  const auto at = body.find('{');
  if (at != std::string::npos && at + 1 < body.size()) {
    body.insert(at + 1,
                body[at + 1] == '}' ? "\"newField\":{\"a\":[1]}" : "\"newField\":{\"a\":[1]},");
  }
  return body;
}

net::HttpResponse gateway_page(int status) {
  return {status, {{"Content-Type", "text/html"}}, "<html><body>upstream error</body></html>"};
}

} // namespace

V2Rest::V2Rest(ExchangeCore& core, const KeyRing& keys, const v2::Options& options)
    : core_(core), keys_(keys), options_(options) {}

V2Rest::Target V2Rest::split(std::string_view target) {
  const auto question = target.find('?');
  std::string_view path = target.substr(0, question);
  while (path.starts_with("//")) { // a base URL that ends in '/' doubles the slash
    path.remove_prefix(1);
  }
  return {std::string(path),
          question == std::string_view::npos ? "" : std::string(target.substr(question + 1))};
}

void V2Rest::charge(const net::ServerRequest& request, const Route& route, Timestamp wall) {
  const ApiKey* key = keys_.find(header_of(request.http, "ACCESS-KEY"));
  const auto budget =
      by_address_.try_emplace(request.remote_address, core_.options().weight_per_ten_seconds).first;
  bool within = budget->second.spend(route.ip_weight, wall);
  if (key != nullptr && route.is_private) {
    Account& acc = core_.account(key->account);
    if (const std::uint32_t items = items_in(route.items, request.http.body); items > 0) {
      within = acc.order_limit.take(items, wall) && within;
    }
    within = acc.weight.spend(route.uid_weight, wall) && within;
  }
  if (burst_left_ > 0) {
    --burst_left_;
    within = false;
  }
  if (!within) {
    ++too_many_;
    throw kTooMany;
  }
}

const ApiKey& V2Rest::authenticate(const net::ServerRequest& request, const Target& target,
                                   const Route& route, Timestamp wall) {
  const auto headers = keys_.check(request.http, {}, wall, KeyRing::Part::headers);
  if (headers.key == nullptr && headers.failure != AuthFailure::unknown_key) {
    throw v2::from_auth(headers.failure);
  }
  if (request.http.method == "POST" &&
      !header_of(request.http, "Content-Type").starts_with("application/json")) {
    throw Error{400, "40007", "Invalid Content_Type, use \"application/json\" format", ""};
  }
  const std::string query = target.query.empty() ? "" : "?" + target.query;
  std::vector<std::string> texts{request.http.method + target.path + query + request.http.body};
  if (!request.http.target.starts_with(target.path)) { // doubled slash, signed as it was sent
    texts.push_back(request.http.method + request.http.target + request.http.body);
  }
  const auto outcome = keys_.check(request.http, texts, wall, KeyRing::Part::rest);
  if (outcome.key == nullptr) {
    signature_failures_ += outcome.failure == AuthFailure::wrong_signature ? 1 : 0;
    throw v2::from_auth(outcome.failure);
  }
  const KeyFlags& flags = outcome.key->flags;
  if (!flags.only_address.empty() && flags.only_address != request.remote_address) {
    throw Error{400, "40018", "Invalid IP request", ""};
  }
  if (flags.frozen) {
    throw Error{400, "40013", "Account frozen", ""};
  }
  if (flags.api_disabled) {
    throw Error{400, "40753", "api permission disabled, contact customer support",
                "api权限已禁用,如有疑问请联系客服"};
  }
  if (flags.read_only && route.changes) {
    throw Error{403, "40022", "Insufficient permissions for this operation", ""};
  }
  return *outcome.key;
}

void V2Rest::answer(const net::ServerRequest& request, Timestamp wall, JsonWriter& out) {
  const Target target = split(request.http.target);
  const Route* route = route_of(target.path);
  if (route == nullptr) {
    throw Error{404, "404", "Not Found", ""};
  }
  if (route->method != request.http.method) {
    throw Error{405, "405", "Request method not supported", ""};
  }
  charge(request, *route, wall);
  const ApiKey* key = route->is_private ? &authenticate(request, target, *route, wall) : nullptr;
  const v2::Parameters in = request.http.method == "POST"
                                ? v2::Parameters::from_body(request.http.body, parser_)
                                : v2::Parameters::from_query(target.query);
  Call call{core_,
            options_,
            in,
            out,
            wall,
            key != nullptr ? key->account : 0,
            key != nullptr ? &key->flags : nullptr,
            hide_client_oid_};
  route->serve(call);
}

net::HttpResponse V2Rest::failure(const Error& error, const net::ServerRequest& request,
                                  Timestamp wall) const {
  const bool chinese = force_chinese_ || header_of(request.http, "locale").starts_with("zh");
  JsonWriter out;
  out.begin_object()
      .text("code", error.code)
      .text("msg", chinese && !error.chinese.empty() ? error.chinese : error.message)
      .integer("requestTime", wall.ms())
      .null("data")
      .end_object();
  return {error.http, {{"Content-Type", "application/json;charset=UTF-8"}}, out.take()};
}

net::HttpResponse V2Rest::handle(const net::ServerRequest& request, Timestamp wall) {
  ++requests_;
  net::HttpResponse response = respond(request, wall);
  if (order_observer_) {
    const Route* route = route_of(split(request.http.target).path);
    if (route != nullptr && route->items != OrderItems::none) {
      order_observer_(request, response.status, wall);
    }
  }
  return response;
}

net::HttpResponse V2Rest::respond(const net::ServerRequest& request, Timestamp wall) {
  writer_.clear();
  try {
    answer(request, wall, writer_);
  } catch (const Error& error) {
    return failure(error, request, wall);
  }
  return {200, {{"Content-Type", "application/json;charset=UTF-8"}}, writer_.str()};
}

V2Rest::Outcome V2Rest::handle_with_faults(const net::ServerRequest& request, Timestamp wall) {
  FaultPlan& faults = core_.faults();
  if (!faults.any()) {
    return {Fate::answer, {}, handle(request, wall)};
  }
  const std::string& subject = request.http.target;
  if (faults.active(FaultKind::clock_skew)) {
    wall = wall + std::chrono::milliseconds{faults.rule(FaultKind::clock_skew).delay_ms};
  }
  if (faults.strikes(FaultKind::drop_before, subject)) {
    return {Fate::cut, {}, {}};
  }
  if (faults.strikes(FaultKind::timeout_before, subject)) {
    return {Fate::never, {}, {}};
  }
  if (faults.strikes(FaultKind::bad_gateway, subject)) {
    return {Fate::answer, {}, gateway_page(502)};
  }
  if (faults.strikes(FaultKind::ip_refused, subject)) {
    return {Fate::answer, {}, gateway_page(521)};
  }
  if (faults.strikes(FaultKind::server_error, subject)) {
    return {Fate::answer, {}, failure({500, "50000", "Internal error", ""}, request, wall)};
  }
  if (faults.strikes(FaultKind::rate_limit_burst, subject)) {
    burst_left_ = faults.rule(FaultKind::rate_limit_burst).length;
  }
  force_chinese_ = faults.strikes(FaultKind::chinese_message, subject);
  hide_client_oid_ = faults.strikes(FaultKind::client_oid_null, subject);
  net::HttpResponse response = handle(request, wall);
  force_chinese_ = hide_client_oid_ = false;
  if (faults.strikes(FaultKind::numbers_as_strings, subject)) {
    response.body = with_other_id_types(response.body);
  }
  if (faults.strikes(FaultKind::extra_fields, subject)) {
    response.body = with_extra_field(std::move(response.body));
  }
  if (faults.strikes(FaultKind::drop_after, subject)) {
    return {Fate::cut, {}, {}};
  }
  if (faults.strikes(FaultKind::timeout_after, subject)) {
    return {Fate::never, {}, {}};
  }
  if (faults.strikes(FaultKind::executed_502, subject)) {
    return {Fate::answer, {}, gateway_page(502)};
  }
  if (faults.strikes(FaultKind::slow_answer, subject)) {
    const auto delay = std::chrono::milliseconds{faults.rule(FaultKind::slow_answer).delay_ms};
    return {Fate::late, std::max<Duration>(delay, Duration{}), std::move(response)};
  }
  return {Fate::answer, {}, std::move(response)};
}

} // namespace rg::exchange
