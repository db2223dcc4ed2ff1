// What somebody else left on the account, and `[startup] foreign`.

#include "tests/e2e/engine/live_engine.hpp"
#include "tests/e2e/engine/served_exchange.hpp"

using namespace rg;
using namespace rg::test;
using namespace std::chrono_literals;

namespace {

std::string detail_of(const EngineUnderTest& engine, const std::string& kind) {
  std::string detail;
  for (const SupervisionRecord& r : engine.journalled<SupervisionRecord>()) {
    detail = r.kind == kind ? r.detail : detail;
  }
  return detail;
}

std::size_t lines_with(const std::string& text, const std::string& word) {
  std::istringstream in(text);
  std::size_t n = 0;
  for (std::string line; std::getline(in, line);) {
    n += line.find(word) != std::string::npos ? 1 : 0;
  }
  return n;
}

Json pair_of(EngineUnderTest& engine, const std::string& name) {
  const Json now = engine.status();
  return now.is_object() ? now.at("pairs").at(name) : Json::object();
}

} // namespace

TEST_CASE("foreign = refuse: the engine says what it found, changes nothing and stops", "[e2e]") {
  const TempDir dir;
  ServedExchange exchange;
  exchange.rest(kEth, "0.1");
  EngineUnderTest engine(dir, exchange.greeting(), {"refuse"});
  engine.start();
  CHECK(engine.wait() == 1);
  INFO(engine.told());
  CHECK(lines_with(engine.told(), "stopped: start-up: the account holds order cmt_ethusdt 0.1") ==
        1);
  CHECK(engine.told().find("foreign") != std::string::npos);

  exchange.buy(kBtc, "0.02", true);
  exchange.rest(kEth, "0.2");
  engine.start();
  CHECK(engine.wait() == 1);
  INFO(engine.told());
  CHECK(engine.told().find("cmt_ethusdt 0.2") != std::string::npos);
  CHECK(exchange.held(kBtc) == Quantity::parse("0.02").value());
  CHECK(exchange.live_orders() == 3); // both orders and the position's stop
  CHECK(exchange.order_requests() == 0);
}

TEST_CASE("foreign = refuse: a position alone is named too", "[e2e]") {
  const TempDir dir;
  ServedExchange exchange;
  exchange.buy(kBtc, "0.02", true);
  EngineUnderTest engine(dir, exchange.greeting(), {"refuse"});
  engine.start();
  CHECK(engine.wait() == 1);
  INFO(engine.told());
  CHECK(lines_with(engine.told(), "cmt_btcusdt long 0.02") == 1);
  CHECK(exchange.order_requests() == 0);
}

TEST_CASE("foreign = refuse: what was bought while the engine was away is nobody's secret",
          "[e2e]") {
  const TempDir dir;
  ServedExchange exchange;
  EngineUnderTest engine(dir, exchange.greeting(), {"refuse"});
  engine.start();
  REQUIRE(engine.wait_until_reconciled());
  CHECK(engine.end(SIGTERM) == 0);
  // Its fill lies within what the next start asks for, and is still not the engine's.
  exchange.buy(kBtc, "0.02", true);
  engine.start();
  CHECK(engine.wait() == 1);
  INFO(engine.told());
  CHECK(lines_with(engine.told(), "cmt_btcusdt long 0.02") == 1);
  CHECK(exchange.order_requests() == 0);
}

TEST_CASE("foreign = adopt: the position is managed with the stop it has, orders stay", "[e2e]") {
  const TempDir dir;
  ServedExchange exchange;
  exchange.buy(kBtc, "0.02", true);
  exchange.rest(kEth, "0.1");
  EngineUnderTest engine(dir, exchange.greeting(), {"adopt"});
  engine.start();
  REQUIRE(engine.wait_until_reconciled());
  CHECK(detail_of(engine, "adopted") == "cmt_btcusdt long 0.02");
  REQUIRE(wait_for(
      [&] {
        const Json position = pair_of(engine, "cmt_btcusdt").value("position", Json());
        return position.is_object() && position.at("stop_price").is_string();
      },
      20s));
  CHECK(exchange.live_orders() == 2);

  // Again after kill -9: the same account, the same answer.
  CHECK(engine.end(SIGKILL) == 128 + SIGKILL);
  engine.start();
  REQUIRE(engine.wait_until_reconciled());
  CHECK(pair_of(engine, "cmt_btcusdt").at("position").at("quantity") == "0.02");
  CHECK(engine.end(SIGTERM) == 0);
  CHECK(exchange.held(kBtc) == Quantity::parse("0.02").value());
}

TEST_CASE("foreign = adopt: a position that nothing protects is closed", "[e2e]") {
  const TempDir dir;
  ServedExchange exchange;
  exchange.buy(kBtc, "0.02", false);
  EngineUnderTest engine(dir, exchange.greeting(), {"adopt"});
  engine.start();
  REQUIRE(engine.wait_until_reconciled());
  REQUIRE(wait_for([&] { return exchange.flat(); }, 30s));
  CHECK(wait_for(
      [&] { return detail_of(engine, "unprotected").find("no stop") != std::string::npos; }, 10s));
  REQUIRE(wait_for([&] { return !engine.journalled<Fill>().empty(); }, 10s));
  const auto decisions = engine.journalled<DecisionRecord>();
  REQUIRE(decisions.size() == 1);
  CHECK(decisions[0].decision.outcome == Outcome::exit);
  CHECK(engine.end(SIGTERM) == 0);
}

TEST_CASE("foreign = ignore: the pair is left alone, also by a kill", "[e2e]") {
  const TempDir dir;
  ServedExchange exchange;
  exchange.buy(kBtc, "0.02", true);
  EngineUnderTest engine(dir, exchange.greeting(), {"ignore"});
  engine.start();
  REQUIRE(engine.wait_until_reconciled());
  CHECK(detail_of(engine, "ignored") == "cmt_btcusdt long 0.02");
  CHECK(pair_of(engine, "cmt_btcusdt").at("enabled") == false);
  CHECK(pair_of(engine, "cmt_btcusdt").at("position").is_null());

  // What its owner goes on doing there is no news of ours; news of other pairs comes after it.
  exchange.buy(kBtc, "0.01", false);
  exchange.buy(kEth, "0.1", true);
  REQUIRE(wait_for([&] { return !engine.journalled<Fill>().empty(); }, 10s));
  for (const Fill& fill : engine.journalled<Fill>()) {
    CHECK(fill.symbol == kEth);
  }
  CHECK(pair_of(engine, "cmt_btcusdt").at("position").is_null());

  REQUIRE(engine.command({"kill", "--flatten"}).exit_code == 0);
  REQUIRE(wait_for([&] { return exchange.held(kEth).is_zero(); }, 20s));
  REQUIRE(engine.wait_for_tier("latched"));
  CHECK(exchange.held(kBtc) == Quantity::parse("0.03").value());
  CHECK(exchange.live_orders() == 1); // the stop of the ignored position
  CHECK(engine.end(SIGTERM) == 0);
  CHECK(exchange.held(kBtc) == Quantity::parse("0.03").value());
}

TEST_CASE("live orders of another engine are refused whatever the policy", "[e2e]") {
  for (const char* policy : {"refuse", "adopt", "ignore"}) {
    INFO(policy);
    const TempDir dir;
    ServedExchange exchange;
    exchange.rest(kBtc, "0.02", "rg00beef-btc-1735690500000-s-e1");
    EngineUnderTest engine(dir, exchange.greeting(), {policy});
    engine.start();
    CHECK(engine.wait() == 1);
    CHECK(lines_with(engine.told(), "of another engine (rg00beef-btc-1735690500000-s-e1)") == 1);
    CHECK(exchange.live_orders() == 1);
  }
}
