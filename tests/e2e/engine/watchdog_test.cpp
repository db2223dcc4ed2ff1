// The watchdog as a process beside the engine: the engine is stopped with a position open, and
// wakes up again to what the watchdog has done.

#include "tests/e2e/engine/live_engine.hpp"
#include "tests/e2e/engine/served_exchange.hpp"

using namespace rg;
using namespace rg::test;
using namespace std::chrono_literals;

namespace {

/// An engine that has adopted a protected BTC position, and its watchdog.
struct Guarded {
  TempDir dir;
  ServedExchange exchange;
  EngineUnderTest engine;
  std::unique_ptr<Process> watchdog;

  explicit Guarded(const std::string& action) : engine(dir, exchange.greeting(), {"adopt"}) {
    exchange.buy(kBtc, "0.02", true);
    write_file(engine.config(), read_file(engine.config()) + "[watchdog]\nheartbeat = \"" +
                                    (dir / "heartbeat") + "\"\nblind_after = \"3s\"\naction = \"" +
                                    action + "\"\n");
    engine.start();
    REQUIRE(wait_for([&] { return engine.recorded("reconciled"); }, 60s));
    REQUIRE(wait_for(
        [&] {
          return beat().find("stop_price\":\"0\"") == std::string::npos &&
                 beat().find("cmt_btcusdt\",\"side") != std::string::npos;
        },
        60s));
    watchdog = std::make_unique<Process>(
        std::vector<std::string>{engine_binary(), "watchdog", "--config", engine.config(),
                                 "--json"},
        dir / "dog.out", dir / "dog.err", dir.path(), engine.environment());
    REQUIRE(wait_for([&] { return said("watching"); }, 30s));
  }
  [[nodiscard]] std::string beat() const { return read_file(dir / "heartbeat"); }
  [[nodiscard]] bool said(const std::string& event) const {
    return read_file(dir / "dog.out").find("\"event\":\"" + event + '"') != std::string::npos;
  }
  /// Milliseconds from the last beat to the watchdog's first request.
  [[nodiscard]] std::int64_t reaction_ms() const {
    std::istringstream lines(read_file(dir / "dog.out"));
    for (std::string line; std::getline(lines, line);) {
      const Json said = Json::parse(line);
      if (said.at("event") == "close" || said.at("event") == "place_stop") {
        return said.at("ts_ms").get<std::int64_t>() -
               Json::parse(beat()).at("wall_ms").get<std::int64_t>();
      }
    }
    return -1;
  }
  int end_watchdog() {
    watchdog->signal(SIGTERM);
    return watchdog->wait();
  }
};

} // namespace

TEST_CASE("SIGSTOP with an open position: the watchdog closes it, the engine does not fight",
          "[e2e]") {
  Guarded house("flatten");
  // Alive: nothing is touched for twice the time after which it would act.
  std::this_thread::sleep_for(6s);
  CHECK(house.exchange.held(kBtc) == Quantity::parse("0.02").value());
  CHECK_FALSE(house.said("engine_dead"));

  house.engine.signal(SIGSTOP);
  REQUIRE(wait_for([&] { return house.exchange.flat(); }, 30s));
  const std::int64_t reaction = house.reaction_ms();
  INFO(read_file(house.dir / "dog.out"));
  CHECK(reaction >= 3'000);  // not before its time
  CHECK(reaction <= 15'000); // blind_after, a look, and a busy machine
  REQUIRE(wait_for([&] { return house.exchange.live_orders() == 0; }, 30s)); // its stop as well
  REQUIRE(wait_for([&] { return house.said("verified"); }, 30s));
  const std::uint64_t requests = house.exchange.order_requests();

  house.engine.signal(SIGCONT);
  REQUIRE(wait_for([&] { return house.said("engine_back"); }, 30s));
  REQUIRE(wait_for(
      [&] {
        const Json now = house.engine.status();
        return now.is_object() && now.at("reconciled").get<bool>() &&
               now.at("pairs").at("cmt_btcusdt").at("position").is_null();
      },
      60s));
  CHECK(house.engine.recorded("stalled"));
  CHECK(house.exchange.flat());
  CHECK(house.exchange.live_orders() == 0);
  // The engine placed nothing against it; at most it swept the pair's stops once more.
  for (const OrderEvent& e : house.engine.journalled<OrderEvent>()) {
    INFO(e.client_id.text());
    CHECK(e.to != OrderState::sent);
  }
  CHECK(house.exchange.order_requests() <= requests + 3);
  CHECK(house.end_watchdog() == 0);
  CHECK(house.engine.end(SIGTERM) == 0);
}

TEST_CASE("kill -9 with an open position and its stop gone: the watchdog puts the stop back",
          "[e2e]") {
  Guarded house("protect");
  house.exchange.rest(kEth, "0.1"); // an entry that would go on resting
  CHECK(house.engine.end(SIGKILL) == 128 + SIGKILL);
  house.exchange.drop_stops();
  REQUIRE(wait_for([&] { return house.said("verified"); }, 60s));
  INFO(read_file(house.dir / "dog.out"));
  CHECK(house.said("place_stop"));
  CHECK(house.said("cancel_entries"));
  CHECK(house.exchange.held(kBtc) == Quantity::parse("0.02").value());
  CHECK(house.exchange.live_orders() == 1); // the stop alone
  CHECK(house.end_watchdog() == 0);

  house.engine.start(); // and it takes the watchdog's stop for its own
  REQUIRE(house.engine.wait_until_reconciled());
  CHECK(house.exchange.held(kBtc) == Quantity::parse("0.02").value());
  CHECK(house.engine.end(SIGTERM) == 0);
}

TEST_CASE("an ordered end is no death", "[e2e]") {
  Guarded house("flatten");
  CHECK(house.engine.end(SIGTERM) == 0);
  REQUIRE(wait_for([&] { return house.said("engine_ended"); }, 30s));
  std::this_thread::sleep_for(5s);
  CHECK(house.exchange.held(kBtc) == Quantity::parse("0.02").value());
  CHECK_FALSE(house.said("engine_dead"));
  CHECK(house.end_watchdog() == 0);
}
