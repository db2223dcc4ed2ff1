// SIGHUP and `regimeguard reload` on a running engine: all of a file or nothing of it.

#include "tests/e2e/engine/live_engine.hpp"
#include "tests/e2e/engine/served_exchange.hpp"

using namespace rg;
using namespace rg::test;
using namespace std::chrono_literals;

namespace {

struct House {
  TempDir dir;
  ServedExchange exchange;
  EngineUnderTest engine;

  House() : engine(dir, exchange.greeting(), {"refuse", true}) {
    engine.start();
    REQUIRE(engine.wait_until_reconciled());
    config = read_file(engine.config());
  }
  void write(const std::string& more) const { write_file(engine.config(), config + more); }
  [[nodiscard]] bool journalled(const std::string& kind, const std::string& subject,
                                const std::string& detail) const {
    for (const SupervisionRecord& r : engine.journalled<SupervisionRecord>()) {
      if (r.kind == kind && r.subject == subject && r.detail.find(detail) != std::string::npos) {
        return true;
      }
    }
    return false;
  }
  std::string config;
};

} // namespace

TEST_CASE("a reload changes limits and pairs of a running engine, on record key by key",
          "[e2e][cli]") {
  House house;
  house.write("[portfolio]\nmax_gross_leverage = 1.25\n[risk]\nrisk_per_trade = 0.004\n"
              "[pairs.cmt_ltcusdt]\nenabled = false\n");
  house.engine.signal(SIGHUP);
  REQUIRE(wait_for(
      [&] {
        return house.journalled("setting_changed", "portfolio.max_gross_leverage",
                                "2.0 -> 1.25 (SIGHUP)");
      },
      10s));
  CHECK(house.journalled("setting_changed", "risk.risk_per_trade", "0.015 -> 0.004"));
  CHECK(house.journalled("setting_changed", "pairs.cmt_ltcusdt.enabled", "true -> false"));
  CHECK(wait_for([&] { return house.journalled("stopped", "cmt_ltcusdt", ""); }, 30s));
  CHECK(wait_for([&] { return house.engine.status().value("settings_changes", 0) == 1; }, 5s));
  CHECK(house.engine.told().find("configuration taken") != std::string::npos);

  // The command does the same and says what came of it.
  house.write("[portfolio]\nmax_gross_leverage = 1.5\n");
  const Finished taken = house.engine.command({"reload"});
  INFO(taken.out << taken.err);
  CHECK(taken.exit_code == 0);
  CHECK(taken.out.find("portfolio.max_gross_leverage: 1.25 -> 1.5") != std::string::npos);
  CHECK(wait_for(
      [&] {
        return house.journalled("setting_changed", "portfolio.max_gross_leverage", "console");
      },
      5s));
  CHECK(house.engine.end(SIGTERM) == 0);
  const auto runs = house.engine.journalled<RunRecord>();
  REQUIRE(runs.size() == 1);
  const Finished replay = house.engine.run(
      {"replay", "--journal", house.engine.journal(), "--run", runs[0].run_id, "--json"});
  INFO(replay.out << replay.err);
  CHECK(replay.exit_code == 0); // the same inputs, the same records, the changes among them
}

TEST_CASE("a reload that is broken, beyond a bound or needs a restart changes nothing",
          "[e2e][cli]") {
  House house;
  struct Bad {
    const char* toml;
    const char* said;
  };
  const std::vector<Bad> all{
      {"[portfolio]\nmax_gross_leverage = 1.25\nmax_drawdown = maybe\n", "engine.toml:"},
      {"[portfolio]\nmax_gross_leverage = 25\n", "out of range"},
      {"[portfolio]\nmax_gross_leverage = 1.25\n[strategy]\nema_fast = 7\n", "needs a restart"},
  };
  for (const Bad& bad : all) {
    INFO(bad.toml);
    house.write(bad.toml);
    house.engine.signal(SIGHUP);
    CHECK(wait_for([&] { return house.journalled("settings_refused", "config", bad.said); }, 5s));
    const Finished refused = house.engine.command({"reload"});
    CHECK(refused.exit_code == 2);
    CHECK(refused.err.find(bad.said) != std::string::npos);
  }
  CHECK_FALSE(house.journalled("setting_changed", "portfolio.max_gross_leverage", ""));
  CHECK(house.engine.status().value("settings_changes", 9) == 0);
  CHECK(house.engine.end(SIGTERM) == 0);
}
