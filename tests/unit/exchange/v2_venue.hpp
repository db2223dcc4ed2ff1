#pragma once
// A v2 client in the same process: signs, asks, reads JSON.

#include "infra/exchange/rest_api.hpp"
#include "tests/unit/exchange/scripted_market.hpp"

#include <nlohmann/json.hpp>

namespace rg::exchange::test {

using Json = nlohmann::ordered_json;

struct V2Venue : Venue {
  explicit V2Venue(ProtocolOptions options = {}, CoreOptions core_options = {},
                   FaultPlan faults = FaultPlan{}, const char* deposit = "10000")
      : Venue(core_options, std::move(faults), Timestamp::from_ms(1'735'689'600'000), deposit),
        rest(*core, keys, options) {
    ApiKey key;
    key.credentials = {"key-1", "rg-demo-secret-0123456789abcdef", "phrase"};
    key.account = account;
    keys.add(key);
  }

  net::ServerRequest request(const std::string& method, const std::string& target,
                             const std::string& body = "") const {
    net::ServerRequest r;
    r.remote_address = "127.0.0.1";
    r.http.method = method;
    r.http.target = target;
    r.http.body = body;
    const std::string stamp = std::to_string(wall.ms());
    r.http.headers = {
        {"ACCESS-KEY", "key-1"},
        {"ACCESS-SIGN", sign("rg-demo-secret-0123456789abcdef", stamp + method + target + body)},
        {"ACCESS-TIMESTAMP", stamp},
        {"ACCESS-PASSPHRASE", "phrase"},
        {"Content-Type", "application/json"},
        {"locale", "en-US"}};
    return r;
  }
  static void set_header(net::ServerRequest& r, const std::string& name, const std::string& value) {
    for (auto& [key, text] : r.http.headers) {
      if (key == name) {
        text = value;
        return;
      }
    }
    r.http.headers.emplace_back(name, value);
  }
  static void drop_header(net::ServerRequest& r, const std::string& name) {
    std::erase_if(r.http.headers, [&](const net::Header& h) { return h.first == name; });
  }

  struct Answer {
    int status = 0;
    Json json;
    std::string code() const {
      return json.is_object() && json.contains("code") ? json["code"].get<std::string>() : "";
    }
    std::string msg() const { return json["msg"].get<std::string>(); }
  };
  Answer ask(const net::ServerRequest& r) {
    const net::HttpResponse response = rest.handle(r, wall);
    return {response.status, Json::parse(response.body)};
  }
  Answer get(const std::string& target) { return ask(request("GET", "/capi/v2/" + target)); }
  Answer post(const std::string& path, const Json& body) {
    return ask(request("POST", "/capi/v2/" + path, body.dump()));
  }
  Json order_body(const std::string& size = "0.01", const std::string& type = "1",
                  const std::string& match = "1") {
    return {{"symbol", "cmt_btcusdt"},
            {"client_oid", "oid-" + std::to_string(next_client_id++)},
            {"size", size},
            {"type", type},
            {"order_type", "0"},
            {"match_price", match},
            {"price", "99000.0"}};
  }
  /// A second later: a fresh order budget.
  void wait() { wall = wall + 1s; }

  KeyRing keys;
  RestApi rest;
};

/// "key:type" of every member, in order: s text, n number, b bool, 0 null, a array, o object.
inline std::string shape(const Json& object) {
  std::string out;
  for (const auto& [key, value] : object.items()) {
    const char type = value.is_string()    ? 's'
                      : value.is_number()  ? 'n'
                      : value.is_boolean() ? 'b'
                      : value.is_null()    ? '0'
                      : value.is_array()   ? 'a'
                                           : 'o';
    out += (out.empty() ? "" : " ") + key + ":" + type;
  }
  return out;
}

} // namespace rg::exchange::test
