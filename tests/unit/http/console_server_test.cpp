// The API over real sockets on loopback.

#include "infra/http/query.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/http/served.hpp"

using namespace rg;
using namespace rg::http;
using namespace rg::http::test;

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
  ++s.source.state_version;
  CHECK(s.call({"GET", "/healthz", {}, {}}).status == 200);
  s.status.wall_time = s.clock.now() - std::chrono::minutes(1);
  ++s.source.state_version;
  CHECK(s.call({"GET", "/healthz", {}, {}}).status == 503);
}

TEST_CASE("a flood of reads asks the engine once for each status that it publishes",
          "[unit][http]") {
  Served s;
  for (int i = 0; i < 20; ++i) {
    CHECK(s.call({"GET", "/healthz", {}, {}}).status == 200);
    CHECK(s.call({"GET", "/api/v1/status", {}, {}}).status == 200);
    CHECK(s.call({"GET", "/metrics", {}, {}}).status == 200);
  }
  CHECK(s.source.statuses_asked == 1);
  s.status.equity = *Notional::parse("12345.5");
  ++s.source.state_version;
  CHECK(s.call({"GET", "/metrics", {}, {}}).body.find("equity_usdt 12345.5\n") !=
        std::string::npos);
  CHECK(s.call({"GET", "/api/v1/status", {}, {}}).body.find("12345.5") != std::string::npos);
  CHECK(s.source.statuses_asked == 2);
}

TEST_CASE("operator calls become commands, with their reasons", "[unit][http]") {
  Served s;
  CHECK(s.post("/api/v1/kill", R"({"flatten":true,"reason":"drill"})").status == 202);
  CHECK(s.post("/api/v1/kill", "").status == 202);
  CHECK(s.post("/api/v1/pairs/ETH/pause", "{}").status == 202);
  CHECK(s.post("/api/v1/resume", R"({"reason":"drill over"})").status == 202);
  CHECK(s.post("/api/v1/pairs/SOL/kill", R"({"flatten":true,"reason":"delisting"})").status == 202);
  CHECK(s.post("/api/v1/pairs/SOL/kill", "").status == 202);
  REQUIRE(s.commands.size() == 6);
  CHECK(s.commands[4].action == OperatorAction::kill_pair_flatten);
  CHECK(s.commands[4].symbol.name() == "cmt_solusdt");
  CHECK(s.commands[4].reason == "delisting");
  CHECK(s.commands[5].action == OperatorAction::kill_pair_freeze);
  CHECK(s.commands[0].action == OperatorAction::kill_flatten);
  CHECK(s.commands[0].reason == "drill");
  CHECK(s.commands[1].action == OperatorAction::kill_freeze);
  CHECK(s.commands[2].action == OperatorAction::pause_pair);
  CHECK(s.commands[2].symbol.name() == "cmt_ethusdt");
  CHECK(s.commands[3].action == OperatorAction::resume_all);
}

TEST_CASE("a latched pair is resumed with a reason only", "[unit][http]") {
  Served s;
  s.status.pairs.resize(1);
  s.status.pairs[0].symbol = Symbol::parse("ETH").value();
  s.status.pairs[0].kill_latched = true;
  CHECK(s.post("/api/v1/pairs/ETH/resume", "{}").status == 400);
  CHECK(s.commands.empty());
  CHECK(s.post("/api/v1/pairs/ETH/resume", R"({"reason":"looked at it"})").status == 202);
  CHECK(s.post("/api/v1/pairs/BTC/resume", "{}").status == 202); // paused at most
  CHECK(s.commands.size() == 2);
}

TEST_CASE("refused calls are counted by what refused them", "[unit][http]") {
  Served s;
  CHECK(s.call({"POST", "/api/v1/kill", {}, "{}"}).status == 401);
  CHECK(s.call({"POST", "/api/v1/kill", {{"Origin", "https://evil.example"}}, "{}"}).status == 403);
  const std::string told = s.call({"GET", "/metrics", {}, {}}).body;
  CHECK(told.find("console_refused_total{reason=\"token\"} 1.0\n") != std::string::npos);
  CHECK(told.find("console_refused_total{reason=\"origin\"} 1.0\n") != std::string::npos);
  CHECK(told.find("console_refused_total{reason=\"host\"} 0.0\n") != std::string::npos);
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
  CHECK(s.call({"GET", "/api/v1/runs/none", {}, {}}).status == 404);
  CHECK(s.call({"GET", "/api/v1/runs", {}, {}}).status == 200);
}

TEST_CASE("pages of decisions are asked for by their place in the journal", "[unit][http]") {
  Served s;
  CHECK(s.call({"GET", "/api/v1/decisions?before=70&after=7&limit=3", {}, {}}).status == 200);
  CHECK(s.source.asked.before == 70);
  CHECK(s.source.asked.after == 7);
  CHECK(s.source.asked.limit == 3);
}

TEST_CASE("updates carry the figures, the snapshot alone the last decisions", "[unit][http]") {
  Served s;
  const auto seen = s.stream(0, [&](const nlohmann::json& m) {
    ++s.source.state_version;
    return m["kind"] == "status";
  });
  CHECK(seen.front()["status"].contains("last_decisions"));
  CHECK_FALSE(seen.back()["status"].contains("last_decisions"));
  CHECK(seen.back()["limits"][0]["id"] == "gross_leverage");
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
