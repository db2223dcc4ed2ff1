#pragma once
// A v3 client in the same process, and the v3 websockets without sockets.

#include "tests/unit/exchange/stream_venue.hpp"

namespace rg::exchange::test {

struct V3Venue : StreamVenue {
  using StreamVenue::StreamVenue;

  Answer call(const std::string& method, const std::string& target, const std::string& body = "") {
    return ask(request(method, "/capi/v3/" + target, body));
  }
  Answer get(const std::string& target) { return call("GET", target); }
  Answer post(const std::string& path, const Json& body) { return call("POST", path, body.dump()); }
  Answer del(const std::string& target) { return call("DELETE", target); }
  /// The code of an error, 0 of anything else.
  static int code(const Answer& a) {
    return a.json.is_object() && a.json.contains("code") && a.json["code"].is_number()
               ? a.json["code"].get<int>()
               : 0;
  }
  Json entry(const std::string& side = "BUY", const std::string& position = "LONG",
             const std::string& price = "") {
    Json body{
        {"symbol", "BTCUSDT"},      {"side", side},
        {"positionSide", position}, {"type", price.empty() ? "MARKET" : "LIMIT"},
        {"quantity", "0.01"},       {"newClientOrderId", "v3-" + std::to_string(next_client_id++)}};
    if (!price.empty()) {
      body["timeInForce"] = "GTC";
      body["price"] = price;
    }
    return body;
  }
  Json algo(const std::string& type, const std::string& trigger, const std::string& side = "SELL") {
    return {{"symbol", "BTCUSDT"},
            {"side", side},
            {"positionSide", "LONG"},
            {"type", type},
            {"quantity", "0.01"},
            {"triggerPrice", trigger},
            {"clientAlgoId", "algo-" + std::to_string(next_client_id++)}};
  }

  Client connect_public() { return connect("/v3/ws/public"); }
  Client connect_private() { return connect("/v3/ws/private"); }
  static void say(Client& c, const std::string& method, const Json& params, const Json& id = "1") {
    c.handler.on_text(Json{{"id", id}, {"method", method}, {"params", params}}.dump());
  }
};

} // namespace rg::exchange::test
