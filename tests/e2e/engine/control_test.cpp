// The operator's hand on a running engine: status, pause, resume, kill, by API, by file and by
// signal; what is latched stays latched until a person releases it.

#include "tests/e2e/engine/live_engine.hpp"
#include "tests/e2e/engine/served_exchange.hpp"

using namespace rg;
using namespace rg::test;
using namespace std::chrono_literals;

namespace {

/// An engine with a protected BTC position: opened by hand and adopted, so that no test waits for a
/// signal.
struct House {
  TempDir dir;
  ServedExchange exchange;
  EngineUnderTest engine;

  explicit House(bool console = true) : engine(dir, exchange.greeting(), {"adopt", console}) {
    exchange.buy(kBtc, "0.02", true);
    start();
  }
  void start() {
    engine.start();
    const auto reconciled = [&] { return reconciled_runs() >= starts + 1; };
    INFO(engine.told());
    REQUIRE(wait_for(reconciled, 30s));
    ++starts;
  }
  /// The stop has been seen, so a kill finds the desk at rest.
  void wait_for_stop() {
    REQUIRE(wait_for(
        [&] {
          return position_of("cmt_btcusdt").contains("stop_price") &&
                 position_of("cmt_btcusdt").at("stop_price").is_string();
        },
        20s));
  }
  [[nodiscard]] Json pair(const std::string& name) {
    const Json now = engine.status();
    return now.is_object() ? now.at("pairs").at(name) : Json::object();
  }
  [[nodiscard]] Json position_of(const std::string& name) {
    const Json position = pair(name).value("position", Json());
    return position.is_object() ? position : Json::object();
  }
  [[nodiscard]] bool stands(const std::string& name, const std::string& word) {
    const Json because = pair(name).value("not_trading_because", Json::array());
    return std::find(because.begin(), because.end(), word) != because.end();
  }
  [[nodiscard]] std::size_t recorded(const std::string& kind, const std::string& detail) const {
    std::size_t n = 0;
    for (const SupervisionRecord& r : engine.journalled<SupervisionRecord>()) {
      n += r.kind == kind && r.detail.find(detail) != std::string::npos ? 1 : 0;
    }
    return n;
  }
  [[nodiscard]] int reconciled_runs() const {
    return static_cast<int>(recorded("reconciled", "start-up"));
  }
  int starts = 0;
};

} // namespace

TEST_CASE("status, pause and resume through the API of a running engine", "[e2e][cli]") {
  House house;
  house.wait_for_stop();
  const Finished lines = house.engine.command({"status"});
  CHECK(lines.exit_code == 0);
  CHECK(lines.out.find("cmt_btcusdt") != std::string::npos);
  CHECK(lines.out.find("long 0.02") != std::string::npos);
  CHECK(lines.out.find("position_open") != std::string::npos);

  REQUIRE(house.engine.command({"pause", "eth", "--reason", "news at noon"}).exit_code == 0);
  REQUIRE(wait_for([&] { return house.stands("cmt_ethusdt", "pair_paused"); }, 10s));
  CHECK_FALSE(house.stands("cmt_solusdt", "pair_paused"));
  CHECK(house.recorded("paused", "news at noon (console)") == 1);

  CHECK(house.engine.end(SIGKILL) == 128 + SIGKILL); // a pause survives
  house.start();
  CHECK(wait_for([&] { return house.stands("cmt_ethusdt", "pair_paused"); }, 10s));

  REQUIRE(house.engine.command({"resume", "ETHUSDT"}).exit_code == 0);
  REQUIRE(wait_for([&] { return house.pair("cmt_ethusdt").value("paused", true) == false; }, 10s));
  CHECK_FALSE(house.stands("cmt_ethusdt", "pair_paused"));
  CHECK(house.engine.command({"pause", "SHIB"}).exit_code == 2);
  CHECK(house.engine.end(SIGTERM) == 0);
  const Finished gone = house.engine.command({"status"});
  CHECK(gone.exit_code == 2);
  CHECK(gone.err.find("engine.json") != std::string::npos);
}

TEST_CASE("SIGUSR1 flattens and latches, the latch survives kill -9 until a person releases it",
          "[e2e]") {
  House house;
  house.wait_for_stop();
  house.engine.signal(SIGUSR1);
  REQUIRE(wait_for([&] { return house.exchange.flat(); }, 20s));
  REQUIRE(house.engine.wait_for_tier("latched"));
  // The stop of what was closed goes too.
  CHECK(wait_for([&] { return house.exchange.live_orders() == 0; }, 20s));
  CHECK(house.engine.end(SIGKILL) == 128 + SIGKILL);

  house.start();
  const bool still_latched = house.engine.wait_for_tier("latched");
  INFO(house.engine.command({"status", "--json"}).out << house.engine.told());
  REQUIRE(still_latched);
  CHECK(wait_for([&] { return house.stands("cmt_btcusdt", "kill_latched"); }, 10s));

  const Finished no_reason = house.engine.command({"resume", "--all"});
  CHECK(no_reason.exit_code == 2);
  CHECK(no_reason.err.find("--reason") != std::string::npos);
  CHECK(house.engine.wait_for_tier("latched"));
  REQUIRE(house.engine.command({"resume", "--all", "--reason", "looked at it"}).exit_code == 0);
  REQUIRE(house.engine.wait_for_tier("none"));
  CHECK_FALSE(house.stands("cmt_btcusdt", "kill_latched"));
  CHECK(house.recorded("latch_released", "looked at it (console)") == 1);
  CHECK(house.engine.end(SIGTERM) == 0);
}

TEST_CASE("kill keeps protected positions, kill --flatten closes them", "[e2e][cli]") {
  House house;
  house.wait_for_stop();
  const Finished frozen = house.engine.command({"kill", "--reason", "odd prices", "--json"});
  CHECK(frozen.exit_code == 0);
  CHECK(Json::parse(frozen.out).at("by") == "api");
  REQUIRE(house.engine.wait_for_tier("reduce_only"));
  CHECK(house.exchange.held(kBtc) == Quantity::parse("0.02").value());
  CHECK(house.exchange.live_orders() == 1); // its stop
  CHECK(house.recorded("kill_latched", "reduce_only: odd prices") == 1);

  REQUIRE(house.engine.command({"kill", "--flatten"}).exit_code == 0);
  REQUIRE(wait_for([&] { return house.exchange.flat(); }, 20s));
  REQUIRE(house.engine.wait_for_tier("latched"));
  CHECK(house.engine.end(SIGTERM) == 0);
}

TEST_CASE("kill works with HTTP off: by file and signal, and it keeps its word", "[e2e][cli]") {
  House house(false);
  REQUIRE(wait_for([&] { return house.exchange.live_orders() == 1; }, 20s));
  const Finished off = house.engine.command({"status"});
  CHECK(off.exit_code == 2);
  CHECK(off.err.find("console") != std::string::npos);

  // Without --flatten the position stays, whatever the way.
  const Finished frozen = house.engine.command({"kill", "--reason", "by file", "--json"});
  CHECK(frozen.exit_code == 0);
  CHECK(Json::parse(frozen.out).at("by") == "file and signal");
  REQUIRE(
      wait_for([&] { return house.recorded("kill_latched", "reduce_only: by file") >= 1; }, 10s));
  REQUIRE(wait_for([&] { return house.recorded("kill_latched", "SIGUSR1") >= 1; }, 10s));
  CHECK(house.recorded("kill_latched", "flatten") == 0);
  CHECK(house.exchange.held(kBtc) == Quantity::parse("0.02").value());

  const Finished flatten = house.engine.command({"kill", "--flatten"});
  CHECK(flatten.exit_code == 0);
  CHECK(flatten.out.find("engine signalled") != std::string::npos);
  REQUIRE(wait_for([&] { return house.exchange.flat(); }, 20s));
  CHECK(house.engine.end(SIGTERM) == 0);
}

TEST_CASE("kill works when HTTP is dead: the frozen process obeys as soon as it runs again",
          "[e2e][cli]") {
  House house;
  house.wait_for_stop();
  house.engine.signal(SIGSTOP);
  const Finished killed = house.engine.command({"kill", "--flatten", "--json"});
  CHECK(killed.exit_code == 0);
  CHECK(killed.err.find("does not answer") != std::string::npos);
  CHECK(Json::parse(killed.out).at("by") == "file and signal");
  CHECK_FALSE(house.exchange.flat());
  house.engine.signal(SIGCONT);
  REQUIRE(wait_for([&] { return house.exchange.flat(); }, 20s));
  REQUIRE(house.engine.wait_for_tier("latched"));
  CHECK(house.engine.end(SIGTERM) == 0);
}

TEST_CASE("a kill without an engine waits for the next start", "[e2e][cli]") {
  House house;
  house.wait_for_stop();
  CHECK(house.engine.end(SIGKILL) == 128 + SIGKILL); // its endpoint file stays behind
  const Finished killed = house.engine.command({"kill", "--flatten"});
  CHECK(killed.exit_code == 0);
  CHECK(killed.out.find("no running engine was found") != std::string::npos);
  house.start();
  REQUIRE(wait_for([&] { return house.exchange.flat(); }, 20s));
  REQUIRE(house.engine.wait_for_tier("latched"));
  // The file would latch again at the next start, and resume says so.
  const Finished resumed = house.engine.command({"resume", "--all", "--reason", "over"});
  CHECK(resumed.exit_code == 0);
  CHECK(resumed.err.find("KILL is still there") != std::string::npos);
  CHECK(house.engine.end(SIGTERM) == 0);
}

TEST_CASE("kill --pair --flatten closes one pair, latched over kill -9 until it is resumed",
          "[e2e][cli]") {
  House house;
  house.wait_for_stop();
  const Finished other =
      house.engine.command({"kill", "--pair", "eth", "--reason", "odd", "--json"});
  CHECK(other.exit_code == 0);
  CHECK(Json::parse(other.out).at("by") == "api");
  REQUIRE(wait_for([&] { return house.stands("cmt_ethusdt", "kill_latched"); }, 10s));
  CHECK(house.exchange.held(kBtc) == Quantity::parse("0.02").value());

  const Finished killed =
      house.engine.command({"kill", "--pair", "cmt_btcusdt", "--flatten", "--reason", "delisting"});
  CHECK(killed.exit_code == 0);
  REQUIRE(wait_for([&] { return house.exchange.flat(); }, 20s));
  CHECK(wait_for([&] { return house.exchange.live_orders() == 0; }, 20s));
  CHECK(wait_for(
      [&] { return house.recorded("pair_kill_latched", "flatten: delisting (console)") == 1; },
      10s));
  CHECK(house.engine.status().at("tier") == "none");
  CHECK_FALSE(house.stands("cmt_solusdt", "kill_latched"));

  CHECK(house.engine.end(SIGKILL) == 128 + SIGKILL);
  house.start();
  REQUIRE(wait_for([&] { return house.stands("cmt_btcusdt", "kill_latched"); }, 10s));
  CHECK(house.stands("cmt_ethusdt", "kill_latched"));
  const Finished no_reason = house.engine.command({"resume", "--pair", "BTC"});
  CHECK(no_reason.exit_code == 1);
  CHECK(no_reason.err.find("needs a reason") != std::string::npos);
  REQUIRE(house.engine.command({"resume", "--pair", "BTC", "--reason", "listed on"}).exit_code ==
          0);
  REQUIRE(wait_for([&] { return !house.stands("cmt_btcusdt", "kill_latched"); }, 10s));
  CHECK(house.stands("cmt_ethusdt", "kill_latched"));
  CHECK(house.engine.command({"kill", "--pair", "SHIB"}).exit_code == 2);
  CHECK(house.engine.end(SIGTERM) == 0);
}

TEST_CASE("kill --pair works with HTTP off: by a file of the pair's own", "[e2e][cli]") {
  House house(false);
  REQUIRE(wait_for([&] { return house.exchange.live_orders() == 1; }, 20s));
  const Finished killed =
      house.engine.command({"kill", "--pair", "BTC", "--flatten", "--reason", "by hand", "--json"});
  CHECK(killed.exit_code == 0);
  CHECK(Json::parse(killed.out).at("by") == "file");
  REQUIRE(wait_for([&] { return house.exchange.flat(); }, 20s));
  CHECK(wait_for(
      [&] { return house.recorded("pair_kill_latched", "flatten: by hand (kill_file)") == 1; },
      10s));
  CHECK(house.recorded("kill_latched", "SIGUSR1") == 0);
  // A signal still means the whole account, whatever lies there for a pair.
  house.engine.signal(SIGUSR1);
  REQUIRE(wait_for([&] { return house.recorded("kill_latched", "flatten: SIGUSR1") == 1; }, 10s));
  CHECK(house.engine.end(SIGTERM) == 0);
}
