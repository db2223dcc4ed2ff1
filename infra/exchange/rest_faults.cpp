// Injected faults of the REST side: what becomes of an answer on its way.

#include "infra/exchange/rest_api.hpp"

#include <algorithm>
#include <cctype>

namespace rg::exchange {

namespace {

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

RestApi::Outcome RestApi::handle_with_faults(const net::ServerRequest& request, Timestamp wall) {
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
    const RestProtocol& protocol = protocol_of(split(request.http.target).path);
    return {Fate::answer,
            {},
            failure(protocol.door(DoorRefusal::server_fault, request.http.method), protocol,
                    request, wall)};
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
