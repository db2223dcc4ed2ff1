#include "app/venue_checkup.hpp"
#include "tests/support/catch.hpp"

using namespace rg;
using namespace rg::app;
using namespace std::chrono_literals;

TEST_CASE("the venue's contracts are judged against ours", "[unit][doctor]") {
  std::vector<ContractRules> live(contract_defaults().begin(), contract_defaults().end());
  CHECK(judge_contracts(live).finding == Finding::ok);
  live[3].taker_fee = Ratio(0.001);
  CHECK(judge_contracts(live).finding == Finding::note);
  CHECK(judge_contracts(live).found.find("taker fee 0.001") != std::string::npos);
  live[4].tradable = false;
  CHECK(judge_contracts(live).finding == Finding::broken);
  live[4].tradable = true;
  live.pop_back();
  const CheckLine missing = judge_contracts(live);
  CHECK(missing.finding == Finding::broken);
  CHECK_FALSE(missing.mend.empty());
}

TEST_CASE("leverage beyond the rules is broken, another than configured a note", "[unit][doctor]") {
  EngineSettings settings; // 5x
  std::vector<LeverageSetting> live;
  for (const Symbol symbol : Symbol::all()) {
    live.push_back({symbol, 5, 5});
  }
  CHECK(judge_leverage(live, settings).finding == Finding::ok);
  live[2].short_leverage = 10;
  CHECK(judge_leverage(live, settings).finding == Finding::note);
  settings.pairs[2].enabled = false;
  CHECK(judge_leverage(live, settings).finding == Finding::ok);
  live[3].short_leverage = -1; // v3: isolated or separated, whatever its leverage
  CHECK(judge_leverage(live, settings).found.find("cmt_bnbusdt isolated or separated") !=
        std::string::npos);
  live[2].long_leverage = 21; // also of a pair that is switched off
  CHECK(judge_leverage(live, settings).finding == Finding::broken);
}

TEST_CASE("the clock is judged by its settings", "[unit][doctor]") {
  const VenueClockSettings limits;
  CHECK(judge_clock(20s, 2s, limits).finding == Finding::ok);
  CHECK(judge_clock(20s + 1ms, 10ms, limits).finding == Finding::broken);
  CHECK(judge_clock(-20s - 1ms, 10ms, limits).finding == Finding::broken);
  CHECK(judge_clock(0s, 3s, limits).finding == Finding::broken);
}

TEST_CASE("the configured generation must be served", "[unit][doctor]") {
  CHECK(judge_generation(true, true, "v2").finding == Finding::ok);
  const CheckLine moved = judge_generation(false, true, "v2");
  CHECK(moved.finding == Finding::broken);
  CHECK(moved.mend.find("v3") != std::string::npos);
  CHECK(judge_generation(false, false, "v3").finding == Finding::broken);
}

TEST_CASE("isolated margin is broken: the caps count on cross", "[unit][doctor]") {
  const Symbol btc = Symbol::from_id(0), eth = Symbol::from_id(1);
  CHECK(judge_margin_modes({{btc}}).finding == Finding::ok);
  const CheckLine isolated = judge_margin_modes({{btc}, {.symbol = eth, .cross = false}});
  CHECK(isolated.finding == Finding::broken);
  CHECK(isolated.found == "isolated: cmt_ethusdt");
  CHECK(isolated.mend.starts_with("regimeguard set-margin-mode"));
  CHECK(judge_position_modes({{btc}, {.symbol = eth, .cross = false}}).finding == Finding::ok);
  const CheckLine apart = judge_position_modes({{.symbol = btc, .combined = false}});
  CHECK(apart.finding == Finding::broken);
  CHECK(apart.mend.starts_with("regimeguard set-position-mode"));
  CHECK(judge_position_modes({{.symbol = btc, .hedge = false}}).finding == Finding::broken);
  CHECK(judge_position_modes({}).finding == Finding::note);
  CHECK(judge_margin_modes({}).finding == Finding::note);
}
