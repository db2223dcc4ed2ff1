// api-test against the exchange over TLS: the round trip, and each way that it ends without one.

#include "tests/e2e/cli/venue_house.hpp"

#include <algorithm>

using namespace rg;
using namespace rg::test;

TEST_CASE("api-test trades ten dollars through the order desk and leaves nothing behind",
          "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house({.speed = 4.0});
  const std::string config = house.config(dir);
  // A round trip of before, which is none of the test's.
  Timestamp before;
  house.server().with_core([&](exchange::ExchangeCore& core) {
    exchange::NewOrder order;
    order.client_oid = "by-hand";
    order.symbol = Symbol::from_id(0);
    order.market = true;
    order.size = exchange::SentNumber::parse("0.1");
    REQUIRE(core.place(0, order, Timestamp{}));
    REQUIRE(core.close_positions(0, order.symbol, Timestamp{}).size() == 1);
    before = core.data_now();
  });
  REQUIRE(wait_for([&] { return house.server().stats().data_time > before; },
                   std::chrono::seconds(30)));
  const Finished told = house.run(dir, {"api-test", "--config", config, "--json"});
  INFO(told.out << told.err);
  REQUIRE(told.exit_code == 0);
  const Json test = Json::parse(told.out);
  CHECK(test.at("ok") == true);
  for (const Json& step : test.at("steps")) {
    INFO(step.dump());
    CHECK(step.at("ok") == true);
  }
  CHECK(test.at("fills").size() == 2); // of this round trip alone
  CHECK(house.flat());
  const std::string journal = dir / "sim.db";
  CHECK(house.run(dir, {"verify", "--journal", journal}).exit_code == 0);
  const Finished replay = house.run(dir, {"replay", "--journal", journal, "--json"});
  INFO(replay.out << replay.err);
  CHECK(Json::parse(replay.out).at("identical") == true);

  // Each order that the venue took has its log, with the chain's head and a bounded explanation.
  const auto logs = house.ai_logs();
  CHECK(logs.size() >= 2);
  for (const exchange::AiLog& log : logs) {
    CHECK(log.order != 0);
    CHECK(log.explanation.size() <= 1000);
    CHECK(Json::parse(log.input_json).at("journal").at("chain_head").get<std::string>().size() ==
          64);
  }

  { // the account now shows what happened
    const Json fills =
        Json::parse(house.run(dir, {"fills", "--config", config, "--json"}).out).at("fills");
    CHECK(fills.size() >= 2);
    const Json positions =
        Json::parse(house.run(dir, {"positions", "--config", config, "--json"}).out);
    CHECK(positions.at("positions").empty());
  }
}

TEST_CASE("api-test trades on a venue that replays fast, within the venue's limits", "[e2e][cli]") {
  for (const char* api : {"v2", "v3"}) {
    INFO(api);
    const TempDir dir;
    // A new desk holds its orders for a second of the wall: four minutes of this market.
    VenueHouse house({.speed = 240.0});
    const Finished told =
        house.run(dir, {"api-test", "--config", house.config_for(dir, api), "--json"});
    INFO(told.out << told.err);
    CHECK(told.exit_code == 0);
    CHECK(house.flat());
    // The engine's questions and the command's own count together.
    CHECK(house.server().stats().too_many == 0);
  }
}

TEST_CASE("api-test says why when nothing more can come of its trade", "[e2e][cli]") {
  const std::vector<std::pair<std::string, std::string>> obstacles{
      {R"({"symbol": "BTC", "status": "reduce_only"})", "the order ended as rejected: "},
      {R"({"account": 0, "withdraw": "9999.5"})", "refused: "}};
  for (const auto& [obstacle, said] : obstacles) {
    INFO(said);
    const TempDir dir;
    VenueHouse house({.speed = 4.0});
    house.server().with_core([&](exchange::ExchangeCore& core) {
      REQUIRE_FALSE(core.apply(exchange::parse_change(obstacle, "test").value()));
    });
    // With the patience that it is given, a step that waits it out would not end in this test.
    const Finished told =
        house.run(dir, {"api-test", "--config", house.config(dir), "--timeout", "600", "--json"});
    INFO(told.out << told.err);
    CHECK(told.exit_code == 1);
    const Json test = Json::parse(told.out);
    CHECK(test.at("ok") == false);
    const Json& steps = test.at("steps");
    CHECK(std::any_of(steps.begin(), steps.end(), [&](const Json& step) {
      return step.at("detail").get<std::string>().starts_with(said);
    }));
    CHECK(house.flat());
  }
}

TEST_CASE("api-test that a signal ends closes what it opened", "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house({.speed = 4.0});
  exchange::FaultRule always; // it waits for the log's ack with its position open, however long
  always.rate = 1.0;
  always.only = "uploadAiLog";
  house.set_fault(exchange::FaultKind::server_error, always);
  Process test(
      {engine_binary(), "api-test", "--config", house.config(dir), "--timeout", "600", "--json"},
      dir / "test.out", dir / "test.err", dir.path(), house.environment());
  REQUIRE(wait_for([&] { return !house.flat(); }, std::chrono::seconds(60)));
  test.signal(SIGTERM);
  const int code = test.wait();
  INFO(read_file(dir / "test.out") << read_file(dir / "test.err"));
  CHECK(code == 1);
  CHECK(house.flat());
  CHECK(read_file(dir / "test.out").find("ended by a signal") != std::string::npos);
}

TEST_CASE("api-test touches nothing on an account that holds something", "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house;
  house.server().with_core([](exchange::ExchangeCore& core) {
    exchange::NewOrder order;
    order.client_oid = "by-hand";
    order.symbol = *Symbol::parse("ETH");
    order.market = true;
    order.size = exchange::SentNumber::parse("0.1");
    REQUIRE(core.place(0, order, Timestamp{}));
  });
  const auto before = house.server().stats().orders;
  const Finished told = house.run(dir, {"api-test", "--config", house.config(dir)});
  CHECK(told.exit_code == 1);
  CHECK(told.err.find("cmt_ethusdt") != std::string::npos);
  CHECK(house.server().stats().orders == before);
}
