// The API over real sockets on loopback.

#include "infra/http/console_server.hpp"
#include "infra/net/http_client.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

using namespace rg;
using namespace rg::http;

namespace {

class FixedClock : public Clock {
public:
  [[nodiscard]] Timestamp now() const override { return Timestamp::from_ms(1'735'689'600'000); }
};

struct Served {
  net::IoLoop loop;
  FixedClock clock;
  EngineStatus status;
  std::vector<OperatorCommand> commands;
  std::string token = std::string(64, 'f');
  ConsoleSettings settings{true, "127.0.0.1:0", ""};
  std::unique_ptr<ConsoleServer> server;
  std::unique_ptr<net::HttpClient> client;

  Served() {
    status.wall_time = clock.now();
    status.public_link = status.private_link = status.reconciled = true;
    status.tier = "none";
    status.equity = *Notional::parse("10000.5");
    PairStatus pair;
    pair.symbol = *Symbol::parse("ETH");
    pair.not_trading_because = {"not_warm"};
    status.pairs.push_back(pair);
    server = std::make_unique<ConsoleServer>(
        loop, settings, token, clock, [this] { return status; },
        [this](OperatorCommand c) { commands.push_back(std::move(c)); });
    client = std::make_unique<net::HttpClient>(loop, server->url(), net::TlsTrust{}, 1);
  }

  net::HttpResult call(net::HttpRequest request) {
    net::HttpResult result;
    client->send(std::move(request), std::chrono::seconds(5), [&](net::HttpResult r) {
      result = std::move(r);
      loop.stop();
    });
    loop.run();
    return result;
  }
  net::HttpResult post(const std::string& path, const std::string& body) {
    return call({"POST", path, {{"Authorization", "Bearer " + token}}, body});
  }
};

} // namespace

TEST_CASE("status, health and metrics are served to readers", "[unit][http]") {
  Served s;
  const auto status = s.call({"GET", "/api/v1/status", {}, {}});
  REQUIRE(status.status == 200);
  const auto json = nlohmann::json::parse(status.body);
  CHECK(json["equity"] == "10000.5");
  CHECK(json["pairs"]["cmt_ethusdt"]["not_trading_because"][0] == "not_warm");
  CHECK(json["pairs"]["cmt_ethusdt"]["position"].is_null());
  CHECK(s.call({"GET", "/healthz", {}, {}}).status == 200);
  const auto metrics = s.call({"GET", "/metrics", {}, {}});
  CHECK(metrics.body.find("regimeguard_equity_usdt 10000.5\n") != std::string::npos);
}

TEST_CASE("health fails when a link is down or the engine stands still", "[unit][http]") {
  Served s;
  s.status.private_link = false;
  CHECK(s.call({"GET", "/healthz", {}, {}}).status == 503);
  s.status.private_link = true;
  s.status.wall_time = s.clock.now() - std::chrono::minutes(1);
  CHECK(s.call({"GET", "/healthz", {}, {}}).status == 503);
}

TEST_CASE("operator calls become commands, with their reasons", "[unit][http]") {
  Served s;
  CHECK(s.post("/api/v1/kill", R"({"flatten":true,"reason":"drill"})").status == 202);
  CHECK(s.post("/api/v1/kill", "").status == 202);
  CHECK(s.post("/api/v1/pairs/ETH/pause", "{}").status == 202);
  CHECK(s.post("/api/v1/resume", R"({"reason":"drill over"})").status == 202);
  REQUIRE(s.commands.size() == 4);
  CHECK(s.commands[0].action == OperatorAction::kill_flatten);
  CHECK(s.commands[0].reason == "drill");
  CHECK(s.commands[1].action == OperatorAction::kill_freeze);
  CHECK(s.commands[2].action == OperatorAction::pause_pair);
  CHECK(s.commands[2].symbol.name() == "cmt_ethusdt");
  CHECK(s.commands[3].action == OperatorAction::resume_all);
}

TEST_CASE("calls that are not in order change nothing", "[unit][http]") {
  Served s;
  CHECK(s.call({"POST", "/api/v1/kill", {}, "{}"}).status == 401);
  CHECK(s.post("/api/v1/resume", "{}").status == 400);
  CHECK(s.post("/api/v1/kill", "not json").status == 400);
  CHECK(s.post("/api/v1/pairs/SHIB/pause", "{}").status == 404);
  CHECK(s.post("/api/v1/pairs/BTC/explode", "{}").status == 404);
  CHECK(s.call({"DELETE", "/api/v1/status", {}, {}}).status == 405);
  CHECK(s.call({"GET", "/../etc/passwd", {}, {}}).status == 400);
  CHECK(s.call({"GET", "/nothing", {}, {}}).status == 404);
  CHECK(s.commands.empty());
}

TEST_CASE("listen addresses are read strictly", "[unit][http]") {
  CHECK(parse_listen("127.0.0.1:8080")->port == 8080);
  CHECK(parse_listen("[::1]:0")->host == "::1");
  CHECK_FALSE(parse_listen("127.0.0.1"));
  CHECK_FALSE(parse_listen(":80"));
  CHECK_FALSE(parse_listen("127.0.0.1:99999"));
  CHECK_FALSE(parse_listen("127.0.0.1:8o80"));
}
