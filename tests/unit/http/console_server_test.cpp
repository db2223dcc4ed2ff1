// The API over real sockets on loopback.

#include "infra/http/console_server.hpp"
#include "infra/http/query.hpp"
#include "infra/net/http_client.hpp"
#include "infra/net/ws_client.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

using namespace rg;
using namespace rg::http;

namespace {

class FixedClock : public Clock {
public:
  [[nodiscard]] Timestamp now() const override { return Timestamp::from_ms(1'735'689'600'000); }
};

/// A console source with fixed answers that remembers what it was told to do.
class FakeSource : public ConsoleSource {
public:
  EngineStatus state;
  std::uint64_t state_version = 1;
  std::vector<OperatorCommand> commands;
  Decision known;

  [[nodiscard]] EngineStatus status() const override { return state; }
  [[nodiscard]] std::uint64_t version() const override { return state_version; }
  [[nodiscard]] PairHistory history(Symbol symbol) const override {
    PairHistory h;
    h.symbol = symbol;
    h.interval = std::chrono::minutes(15);
    return h;
  }
  [[nodiscard]] std::vector<EquityPoint> equity() const override {
    return {{Timestamp::from_ms(1000), 1.5, 0.0, 0.2}};
  }
  [[nodiscard]] std::vector<LimitStatus> limits() const override {
    return {{"gross_leverage", "Gross leverage", "x", 1.7, 2.0, std::nullopt}};
  }
  [[nodiscard]] std::vector<DecisionRow> decisions(const DecisionQuery& query) const override {
    if (query.symbol && *query.symbol != known.id.symbol) {
      return {};
    }
    return {{known, "Trade refused under unknown regime with 0% confidence."}};
  }
  [[nodiscard]] std::optional<DecisionDetail> decision(const DecisionId& id) const override {
    if (id != known.id) {
      return std::nullopt;
    }
    DecisionDetail detail;
    detail.decision = known;
    detail.sentence = "s";
    return detail;
  }
  [[nodiscard]] std::vector<OrderEvent> orders(std::size_t) const override { return {}; }
  [[nodiscard]] std::vector<Fill> fills(std::size_t) const override { return {}; }
  [[nodiscard]] std::string model_json() const override { return R"({"format":1})"; }
  [[nodiscard]] JournalCheck verify_journal() const override { return {true, 7, ""}; }
  [[nodiscard]] std::optional<std::string> export_csv(const std::string& table) const override {
    return table == "fills" ? std::optional<std::string>("a,b\n1,2\n") : std::nullopt;
  }
  void execute(OperatorCommand command) override { commands.push_back(std::move(command)); }
};

struct Served {
  net::IoLoop loop;
  FixedClock clock;
  FakeSource source;
  EngineStatus& status = source.state;
  std::vector<OperatorCommand>& commands = source.commands;
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
    source.known.id = {pair.symbol, Timestamp::from_ms(1'735'690'500'000), DecisionKind::signal, 0};
    server = std::make_unique<ConsoleServer>(loop, settings, token, clock, source);
    client = std::make_unique<net::HttpClient>(loop, server->url(), net::TlsTrust{}, 1);
  }

  /// Messages of the live stream until `enough` says stop.
  std::vector<nlohmann::json> stream(std::uint64_t since,
                                     const std::function<bool(const nlohmann::json&)>& enough) {
    std::vector<nlohmann::json> seen;
    net::WsClient ws(loop, {});
    ws.connect("ws" + server->url().substr(4) + "/api/v1/stream", {},
               {[&] {
                  ws.send(nlohmann::json{{"since", since}}.dump());
                },
                [&](std::string_view text) {
                  seen.push_back(nlohmann::json::parse(text));
                  if (enough(seen.back())) {
                    loop.stop();
                  }
                },
                [&](const std::string&) { loop.stop(); }});
    loop.run();
    return seen;
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

TEST_CASE("the views are served, and unknown ones are not", "[unit][http]") {
  Served s;
  const std::string id = s.source.known.id.text();
  CHECK(nlohmann::json::parse(
            s.call({"GET", "/api/v1/decisions?pair=ETH&limit=5", {}, {}}).body)["decisions"]
            .size() == 1);
  CHECK(
      nlohmann::json::parse(s.call({"GET", "/api/v1/decisions?pair=BTC", {}, {}}).body)["decisions"]
          .empty());
  CHECK(s.call({"GET", "/api/v1/decisions?pair=SHIB", {}, {}}).status == 400);
  CHECK(s.call({"GET", "/api/v1/decisions?outcome=maybe", {}, {}}).status == 400);
  CHECK(s.call({"GET", "/api/v1/decisions/" + id, {}, {}}).status == 200);
  CHECK(s.call({"GET", "/api/v1/decisions/btc-1-s", {}, {}}).status == 404);
  CHECK(s.call({"GET", "/api/v1/pairs/ETH/history", {}, {}}).status == 200);
  CHECK(s.call({"GET", "/api/v1/pairs/SHIB/history", {}, {}}).status == 404);
  const auto limits = nlohmann::json::parse(s.call({"GET", "/api/v1/limits", {}, {}}).body);
  CHECK(limits["limits"][0]["state"] == "warning"); // 1.7 of 2.0 is above 80 %
  CHECK(s.call({"GET", "/api/v1/journal/export/fills.csv", {}, {}}).body == "a,b\n1,2\n");
  CHECK(s.call({"GET", "/api/v1/journal/export/secrets.csv", {}, {}}).status == 404);
  CHECK(nlohmann::json::parse(s.call({"GET", "/api/v1/journal/verify", {}, {}}).body)["records"] ==
        7);
}

TEST_CASE("the page carries a strict content policy", "[unit][http]") {
  Served s;
  const auto page = s.call({"GET", "/", {}, {}});
  CHECK(page.status == 200);
  CHECK(page.header("Content-Security-Policy").find("default-src 'none'") !=
        std::string_view::npos);
  CHECK(s.call({"GET", "/assets/none.js", {}, {}}).status == 404);
}

TEST_CASE("the stream starts with a snapshot, streams decisions once, and resumes",
          "[unit][http]") {
  Served s;
  const auto first = s.stream(0, [&](const nlohmann::json& m) {
    if (m["kind"] == "snapshot") {
      s.status.last_decisions.push_back(s.source.known);
      ++s.source.state_version;
    }
    return m["kind"] == "status" && m["seq"] >= 2;
  });
  REQUIRE(first.size() >= 3);
  CHECK(first.front()["kind"] == "snapshot");
  std::size_t decisions = 0;
  std::uint64_t last = 0;
  for (const auto& m : first) {
    decisions += m["kind"] == "decision" ? 1 : 0;
    CHECK(m["seq"].get<std::uint64_t>() >= last);
    last = m["seq"].get<std::uint64_t>();
  }
  CHECK(decisions == 1);
  // A client that had seen everything before the decision gets the decision again, then the
  // snapshot.
  const auto resumed = s.stream(first[0]["seq"].get<std::uint64_t>() + 1,
                                [](const nlohmann::json& m) { return m["kind"] == "snapshot"; });
  CHECK(resumed.back()["kind"] == "snapshot");
}

TEST_CASE("a stream client that speaks out of turn is closed", "[unit][http]") {
  Served s;
  std::string reason;
  net::WsClient ws(s.loop, {});
  ws.connect("ws" + s.server->url().substr(4) + "/api/v1/stream", {},
             {[&] { ws.send("hello"); }, [](std::string_view) {},
              [&](std::string why) {
                reason = std::move(why);
                s.loop.stop();
              }});
  s.loop.run();
  CHECK_FALSE(reason.empty());
}

TEST_CASE("query strings are decoded", "[unit][http]") {
  CHECK(query_value("a=1&q=two+words%21&b=", "q") == "two words!");
  CHECK(query_value("a=1", "b").empty());
  CHECK(query_value("q=%4", "q") == "%4");
  CHECK(query_count("limit=5", "limit", 9, 100) == 5);
  CHECK(query_count("limit=5000", "limit", 9, 100) == 100);
  CHECK(query_count("limit=-5", "limit", 9, 100) == 9);
}

TEST_CASE("listen addresses are read strictly", "[unit][http]") {
  CHECK(parse_listen("127.0.0.1:8080")->port == 8080);
  CHECK(parse_listen("[::1]:0")->host == "::1");
  CHECK_FALSE(parse_listen("127.0.0.1"));
  CHECK_FALSE(parse_listen(":80"));
  CHECK_FALSE(parse_listen("127.0.0.1:99999"));
  CHECK_FALSE(parse_listen("127.0.0.1:8o80"));
}
