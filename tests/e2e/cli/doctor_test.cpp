// doctor against the exchange over TLS: each line of its table, and the mend that it names.

#include "tests/e2e/cli/venue_house.hpp"

#include <algorithm>

using namespace rg;
using namespace rg::test;

namespace {

Json check_of(const Json& doctor, const std::string& id) {
  for (const Json& line : doctor.at("checks")) {
    if (line.at("id") == id) {
      return line;
    }
  }
  return Json::object();
}

} // namespace

TEST_CASE("doctor finds everything in order, and says so line by line", "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house;
  const std::string config = house.config(dir);
  const Finished told = house.run(dir, {"doctor", "--config", config, "--json"});
  INFO(told.out << told.err);
  REQUIRE(told.exit_code == 0);
  const Json doctor = Json::parse(told.out);
  CHECK(doctor.at("ok") == true);
  for (const char* id :
       {"config", "network", "api", "clock", "credentials", "permission_read", "permission_trade",
        "contracts", "margin_mode", "position_mode", "stream_public", "stream_private"}) {
    INFO(id);
    CHECK(check_of(doctor, id).value("finding", "") == "ok");
  }
  // The account begins with the venue's 20x; the engine would set its own before it trades.
  CHECK(check_of(doctor, "leverage").value("finding", "") == "note");
  CHECK(house.server().stats().order_requests <= 1); // the harmless cancel

  const Finished table = house.run(dir, {"doctor", "--config", config});
  CHECK(table.exit_code == 0);
  CHECK(std::count(table.out.begin(), table.out.end(), '\n') >= 12);
}

TEST_CASE("doctor names what is broken and its mend", "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house({.faults = {{exchange::FaultKind::clock_skew,
                                {.rate = 1.0, .delay_ms = 25'000, .only = {}}}}});
  { // a skewed clock
    const Finished told = house.run(dir, {"doctor", "--config", house.config(dir), "--json"});
    INFO(told.out << told.err);
    CHECK(told.exit_code == 1);
    CHECK(check_of(Json::parse(told.out), "clock").at("finding") == "broken");
  }
  { // a wrong secret
    auto wrong = house.environment();
    wrong[1] = "WEEX_SECRET_KEY=not-the-secret";
    const Finished told =
        house.run(dir, {"doctor", "--config", house.config(dir), "--json"}, wrong);
    INFO(told.out << told.err);
    CHECK(told.exit_code == 1);
    const Json doctor = Json::parse(told.out);
    CHECK(check_of(doctor, "permission_read").at("finding") == "broken");
    CHECK_FALSE(check_of(doctor, "permission_read").at("mend").get<std::string>().empty());
    CHECK(check_of(doctor, "stream_private").at("finding") == "skipped");
  }
  { // nobody there
    write_file(dir / "none.toml", "[exchange]\nrest_url = \"https://127.0.0.1:1\"\n");
    const Finished told = house.run(dir, {"doctor", "--config", dir / "none.toml", "--json"});
    CHECK(told.exit_code == 1);
    CHECK(check_of(Json::parse(told.out), "network").at("finding") == "broken");
  }
}

TEST_CASE("doctor's table is whole where the certificate file is missing", "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house;
  write_file(dir / "ca.toml",
             "[exchange]\nrest_url = \"https://127.0.0.1:1\"\nca_file = \"absent.pem\"\n");
  const Finished told = house.run(dir, {"doctor", "--config", dir / "ca.toml", "--json"});
  INFO(told.out << told.err);
  CHECK(told.exit_code == 1);
  const Json doctor = Json::parse(told.out);
  const Finished sound = house.run(dir, {"doctor", "--config", house.config(dir), "--json"});
  CHECK(doctor.at("checks").size() == Json::parse(sound.out).at("checks").size());
  CHECK(check_of(doctor, "network").at("found").get<std::string>().find("absent.pem") !=
        std::string::npos);
  CHECK(check_of(doctor, "stream_private").at("finding") == "skipped");
}

TEST_CASE("what the venue's limits turn away is asked again, not taken for a missing right",
          "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house;
  const std::string config = house.config(dir);
  for (const char* where : {"cancel", "assets", "account/leverage"}) {
    INFO(where);
    exchange::FaultRule once;
    once.rate = 1.0;
    once.length = 1;
    once.only = where;
    once.max = 1;
    house.set_fault(exchange::FaultKind::rate_limit_burst, once);
    const bool change = std::string(where) == "account/leverage";
    const Finished told =
        change ? house.run(dir, {"set-leverage", "--config", config, "--pairs", "BTC"})
               : house.run(dir, {"doctor", "--config", config});
    INFO(told.out << told.err);
    CHECK(told.exit_code == 0);
  }
}

TEST_CASE("doctor names the command that mends an isolated pair, and it does", "[e2e][cli]") {
  const Symbol eth = *Symbol::parse("ETH");
  for (const char* api : {"v2", "v3"}) {
    INFO(api);
    const TempDir dir;
    VenueHouse house;
    const std::string config = house.config_for(dir, api);
    house.server().with_core([&](exchange::ExchangeCore& core) {
      REQUIRE_FALSE(core.set_modes(0, eth, exchange::MarginMode::isolated, false));
    });
    const Json line = check_of(
        Json::parse(house.run(dir, {"doctor", "--config", config, "--json"}).out), "margin_mode");
    CHECK(line.value("finding", "") == "broken");
    CHECK(line.value("found", "") == "isolated: cmt_ethusdt");
    REQUIRE(line.value("mend", "").starts_with("regimeguard set-margin-mode"));

    const Finished mended = house.run(dir, {"set-margin-mode", "--config", config, "--json"});
    INFO(mended.out << mended.err);
    CHECK(mended.exit_code == 0);
    const Json modes = Json::parse(mended.out).at("modes");
    CHECK(modes.size() == Symbol::kCount);
    for (const Json& pair : modes) {
      CHECK(pair.at("ok") == true);
      CHECK(pair.at("found") == "cross");
    }
    CHECK(house.run(dir, {"doctor", "--config", config}).exit_code == 0);
    CHECK(house.run(dir, {"set-position-mode", "--config", config}).exit_code == 0);
    CHECK(house.run(dir, {"set-position-mode", "--config", config, "--mode", "one"}).exit_code ==
          2);
  }
}
