// The account commands against the exchange over TLS, and the exchange as a command.

#include "tests/e2e/cli/venue_house.hpp"

using namespace rg;
using namespace rg::test;
using namespace std::chrono_literals;

TEST_CASE("the exchange of the command line speaks every second of life", "[e2e][cli]") {
  const TempDir dir;
  ExchangeProcess exchange(dir, "5", "1");
  const Json greeting = exchange.greeting();
  write_file(dir / "sim.toml", "[exchange]\nrest_url = " + greeting.at("rest_url").dump() +
                                   "\nca_file = " + greeting.at("ca_file").dump() + "\n");
  // The trades of a step are spread evenly over it: eight a second, where a step of 15 s would have
  // them two seconds apart.
  Json trades;
  REQUIRE(wait_for(
      [&] {
        const Finished told =
            run_engine({"market", "BTC", "--config", dir / "sim.toml", "--json"}, dir.path());
        INFO(told.out << told.err);
        REQUIRE(told.exit_code == 0);
        trades = Json::parse(told.out).at("trades");
        return trades.size() >= 2;
      },
      std::chrono::seconds(60)));
  const auto time_of = [&](std::size_t i) { return trades.at(i).at("ts_ms").get<std::int64_t>(); };
  CHECK(std::abs(time_of(1) - time_of(0)) <= 1000);
}

TEST_CASE("set-leverage sets and reads back, beyond 20x it refuses", "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house;
  const std::string config = house.config(dir);
  const Finished told = house.run(
      dir, {"set-leverage", "--config", config, "--pairs", "BTC,ETH", "--leverage", "7", "--json"});
  INFO(told.out << told.err);
  REQUIRE(told.exit_code == 0);
  const Json lines = Json::parse(told.out).at("leverage");
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].at("long_leverage") == 7);
  CHECK(lines[1].at("ok") == true);
  const Finished none = house.run(dir, {"set-leverage", "--config", config, "--leverage", "0"});
  CHECK(none.exit_code == 2);
  const Finished beyond = house.run(dir, {"set-leverage", "--config", config, "--leverage", "21"});
  CHECK(beyond.exit_code == 2);
  CHECK(beyond.err.find("20") != std::string::npos);
}

TEST_CASE("modes stay as they are while a pair has a position or an order", "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house;
  const std::string config = house.config(dir);
  house.server().with_core([](exchange::ExchangeCore& core) {
    exchange::NewOrder order;
    order.client_oid = "by-hand";
    order.symbol = *Symbol::parse("ETH");
    order.size = exchange::SentNumber::parse("0.1");
    order.price = exchange::SentNumber::parse("1");
    order.market = true;
    REQUIRE(core.place(0, order, Timestamp{}));
  });
  for (const char* command : {"set-margin-mode", "set-position-mode"}) {
    const Finished told = house.run(dir, {command, "--config", config});
    CHECK(told.exit_code == 1);
    CHECK(told.err.find("cmt_ethusdt: a position is open") != std::string::npos);
    CHECK(house.run(dir, {command, "--config", config, "--pairs", "BTC"}).exit_code == 0);
  }
}

TEST_CASE("orders lists trigger orders alone, and those that are no more", "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house;
  const std::string config = house.config(dir);
  house.server().with_core([](exchange::ExchangeCore& core) {
    const Timestamp wall = Timestamp::from_ms(1);
    exchange::NewOrder order;
    order.client_oid = "entry";
    order.symbol = *Symbol::parse("ETH");
    order.size = exchange::SentNumber::parse("0.1");
    order.market = true;
    REQUIRE(core.place(0, order, wall));
    exchange::NewTrigger stop;
    stop.symbol = order.symbol;
    stop.size = order.size;
    stop.trigger_price = exchange::SentNumber::parse("1");
    stop.client_oid = "gone";
    const auto id = core.place_trigger(0, stop, wall);
    REQUIRE(id);
    REQUIRE(core.cancel(0, *id, true, wall + 1h));
    stop.client_oid = "rests";
    REQUIRE(core.place_trigger(0, stop, wall));
  });
  const auto ids = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments{"orders", "--config", config, "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Finished told = house.run(dir, arguments);
    INFO(told.out << told.err);
    REQUIRE(told.exit_code == 0);
    std::string list;
    const Json orders = Json::parse(told.out).at("orders");
    for (const Json& order : orders) {
      list += order.at("client_order_id").get<std::string>() + " ";
    }
    return list;
  };
  CHECK(ids({}) == "rests ");
  CHECK(ids({"--triggers"}) == "rests ");
  CHECK(ids({"--triggers", "--history"}) == "gone ");
  CHECK(ids({"--triggers", "--history", "--pairs", "BTC"}).empty());
  CHECK(ids({"--history"}) == "entry ");
}
