#include "infra/exchange/rest_api.hpp"

#include <algorithm>

namespace rg::exchange {

namespace {

constexpr const char* kJsonType = "application/json;charset=UTF-8";

/// How many order requests a body stands for, read before anything else is checked.
std::uint32_t items_in(OrderItems items, std::string_view body) {
  if (items != OrderItems::batch) {
    return items == OrderItems::one ? 1 : 0;
  }
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS) {
    return 1;
  }
  std::size_t count = 0;
  for (const std::string_view name : {"orderDataList", "ids", "cids", // v2
                                      "batchOrders", "orderIdList", "origClientOrderIdList"}) {
    simdjson::dom::array array;
    if (root.at_key(name).get(array) == simdjson::SUCCESS) {
      count += array.size();
    }
  }
  return static_cast<std::uint32_t>(std::max<std::size_t>(count, 1));
}

bool has_body(const net::ServerRequest& request) {
  return request.http.method == "POST" ||
         (request.http.method == "DELETE" && !request.http.body.empty());
}

} // namespace

RestApi::RestApi(ExchangeCore& core, const KeyRing& keys, const ProtocolOptions& options)
    : core_(core), keys_(keys), options_(options) {}

RestApi::Target RestApi::split(std::string_view target) {
  const auto question = target.find('?');
  std::string_view path = target.substr(0, question);
  while (path.starts_with("//")) { // a base URL that ends in '/' doubles the slash
    path.remove_prefix(1);
  }
  return {std::string(path),
          question == std::string_view::npos ? "" : std::string(target.substr(question + 1))};
}

const RestProtocol& RestApi::protocol_of(std::string_view path) {
  return path.starts_with(v3::rest_protocol().prefix) ? v3::rest_protocol() : v2::rest_protocol();
}

/// The route of the path with this method; failing that, any route of the path.
const Route* RestApi::route_of(const RestProtocol& protocol, std::string_view path,
                               std::string_view method) {
  if (!path.starts_with(protocol.prefix)) {
    return nullptr;
  }
  path.remove_prefix(protocol.prefix.size());
  const Route* found = nullptr;
  for (const Route& route : protocol.routes) {
    if (route.path == path && (found == nullptr || route.method == method)) {
      found = &route;
    }
  }
  return found;
}

void RestApi::charge(const net::ServerRequest& request, const RestProtocol& protocol,
                     const Route& route, Timestamp wall) {
  const ApiKey* key = keys_.find(header_of(request.http, "ACCESS-KEY"));
  const auto budget =
      by_address_.try_emplace(request.remote_address, core_.options().weight_per_ten_seconds).first;
  const std::uint32_t limit =
      protocol.lower_weight_limit ? options_.v3_weight_per_ten_seconds : WeightBudget::kNoLimit;
  bool within = budget->second.spend(route.ip_weight, wall, limit);
  if (key != nullptr && route.is_private) {
    Account& acc = core_.account(key->account);
    if (const std::uint32_t items = items_in(route.items, request.http.body); items > 0) {
      within = acc.order_limit.take(items, wall) && within;
    }
    within = acc.weight.spend(route.uid_weight, wall, limit) && within;
  }
  if (burst_left_ > 0) {
    --burst_left_;
    within = false;
  }
  if (!within) {
    ++too_many_;
    throw protocol.door(DoorRefusal::too_many_requests, request.http.method);
  }
}

const ApiKey& RestApi::authenticate(const net::ServerRequest& request, const Target& target,
                                    const RestProtocol& protocol, const Route& route,
                                    Timestamp wall) {
  const auto refuse = [&](DoorRefusal why) { return protocol.door(why, request.http.method); };
  const auto headers = keys_.check(request.http, {}, wall, KeyRing::Part::headers);
  if (headers.key == nullptr && headers.failure != AuthFailure::unknown_key) {
    throw protocol.auth(headers.failure);
  }
  if (has_body(request) &&
      !header_of(request.http, "Content-Type").starts_with("application/json")) {
    throw refuse(DoorRefusal::wrong_content_type);
  }
  const std::string query = target.query.empty() ? "" : "?" + target.query;
  std::vector<std::string> texts{request.http.method + target.path + query + request.http.body};
  if (!request.http.target.starts_with(target.path)) { // doubled slash, signed as it was sent
    texts.push_back(request.http.method + request.http.target + request.http.body);
  }
  const auto outcome = keys_.check(request.http, texts, wall, KeyRing::Part::rest);
  if (outcome.key == nullptr) {
    signature_failures_ += outcome.failure == AuthFailure::wrong_signature ? 1 : 0;
    throw protocol.auth(outcome.failure);
  }
  const KeyFlags& flags = outcome.key->flags;
  if (!flags.only_address.empty() && flags.only_address != request.remote_address) {
    throw refuse(DoorRefusal::address_not_allowed);
  }
  if (flags.barred) {
    throw refuse(*flags.barred);
  }
  if (flags.read_only && route.changes) {
    throw refuse(DoorRefusal::read_only_key);
  }
  return *outcome.key;
}

AccountIndex RestApi::demo_account(AccountIndex account) {
  const auto known = demo_accounts_.find(account);
  if (known != demo_accounts_.end()) {
    return known->second;
  }
  const AccountIndex demo = core_.add_account(options_.demo_deposit);
  core_.account(demo).demo = true;
  demo_accounts_.emplace(account, demo);
  return demo;
}

void RestApi::answer(const net::ServerRequest& request, const Target& target, Timestamp wall,
                     JsonWriter& out) {
  const RestProtocol& protocol = protocol_of(target.path);
  const Route* route = route_of(protocol, target.path, request.http.method);
  if (route == nullptr) {
    throw protocol.door(DoorRefusal::no_such_path, request.http.method);
  }
  if (route->method != request.http.method) {
    throw protocol.door(DoorRefusal::wrong_method, request.http.method);
  }
  if (core_.in_maintenance()) {
    throw protocol.door(DoorRefusal::server_fault, request.http.method);
  }
  charge(request, protocol, *route, wall);
  const ApiKey* key =
      route->is_private ? &authenticate(request, target, protocol, *route, wall) : nullptr;
  const Spelling& spelling = route->demo ? *protocol.demo_spelling : *protocol.spelling;
  const Parameters in = has_body(request)
                            ? Parameters::from_body(request.http.body, parser_, spelling)
                            : Parameters::from_query(target.query, spelling);
  Call call{core_,
            options_,
            in,
            out,
            wall,
            key != nullptr ? key->account : 0,
            key != nullptr ? &key->flags : nullptr,
            hide_client_oid_,
            route->demo};
  if (route->demo) {
    call.account = demo_account(call.account);
  }
  route->serve(call);
}

net::HttpResponse RestApi::failure(const ApiError& error, const RestProtocol& protocol,
                                   const net::ServerRequest& request, Timestamp wall) const {
  const bool chinese = force_chinese_ || header_of(request.http, "locale").starts_with("zh");
  JsonWriter out;
  protocol.write_error(out, error,
                       chinese && !error.chinese.empty() ? error.chinese : error.message, wall);
  return {error.http, {{"Content-Type", kJsonType}}, out.take()};
}

net::HttpResponse RestApi::handle(const net::ServerRequest& request, Timestamp wall) {
  ++requests_;
  net::HttpResponse response = respond(request, wall);
  if (order_observer_) {
    const Target target = split(request.http.target);
    const Route* route = route_of(protocol_of(target.path), target.path, request.http.method);
    if (route != nullptr && route->items != OrderItems::none) {
      order_observer_(request, response.status, wall);
    }
  }
  return response;
}

net::HttpResponse RestApi::respond(const net::ServerRequest& request, Timestamp wall) {
  writer_.clear();
  const Target target = split(request.http.target);
  try {
    answer(request, target, wall, writer_);
  } catch (const ApiError& error) {
    return failure(error, protocol_of(target.path), request, wall);
  }
  return {200, {{"Content-Type", kJsonType}}, writer_.str()};
}

} // namespace rg::exchange
