// live needs consent, paper sends nothing, and no journal mixes the kinds.

#include "tests/e2e/cli/venue_house.hpp"

using namespace rg;
using namespace rg::test;
using namespace std::chrono_literals;

namespace {

// Rules quick enough that an accelerated market makes them trade within a test.
const char* const kQuickRules = "[strategy]\nema_fast = 3\nema_slow = 12\nband_entry_z = 1.6\n"
                                "entry_life_bars = 3\ntrend_max_bars = 16\n";

} // namespace

TEST_CASE("real money needs a second word", "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house;
  const std::string live = house.config(dir, "live"), sim = house.config(dir, "sim");
  for (const char* command : {"run", "api-test"}) {
    INFO(command);
    const Finished told = house.run(dir, {command, "--config", live});
    CHECK(told.exit_code == 2);
    CHECK(std::count(told.err.begin(), told.err.end(), '\n') == 1);
    CHECK(told.err.find("--live") != std::string::npos);
    CHECK(told.err.find("REGIMEGUARD_LIVE=yes-real-money") != std::string::npos);
  }
  auto half = house.environment();
  half.emplace_back("REGIMEGUARD_LIVE=1"); // not the word
  CHECK(house.run(dir, {"run", "--config", live}, half).exit_code == 2);
  const Finished wrong = house.run(dir, {"run", "--config", sim, "--live"});
  CHECK(wrong.exit_code == 2);
  CHECK(wrong.err.find("sim") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(dir / "live.db"));
  CHECK(house.server().stats().private_calls == 0);
}

TEST_CASE("a live run starts with consent, and its journal is closed to other modes",
          "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house;
  const std::string live = house.config(dir, "live");
  auto consent = house.environment();
  consent.emplace_back("REGIMEGUARD_LIVE=yes-real-money");
  {
    Process engine({engine_binary(), "run", "--config", live}, dir / "run.out", dir / "run.err",
                   dir.path(), consent);
    REQUIRE(wait_for([&] { return house.server().stats().private_calls > 3; }, 30s));
    engine.signal(SIGTERM);
    CHECK(engine.wait() == 0);
  }
  write_file(dir / "mixed.toml", [&] {
    std::string text = read_file(live);
    return text.replace(text.find("\"live\""), 6, "\"paper\"");
  }());
  const Finished mixed = house.run(dir, {"run", "--config", dir / "mixed.toml"});
  INFO(mixed.err);
  CHECK(mixed.exit_code == 2);
  CHECK(mixed.err.find("live") != std::string::npos);
}

TEST_CASE("a watchdog of a paper engine does not touch the real account", "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house;
  const Finished told = house.run(dir, {"watchdog", "--config", house.config(dir, "paper")});
  INFO(told.out << told.err);
  CHECK(told.exit_code == 2);
  CHECK(told.err.find("paper") != std::string::npos);
}

TEST_CASE("paper trades on live data, and the venue sees neither an order nor a key",
          "[e2e][cli]") {
  const TempDir dir;
  VenueHouse house({.speed = 1200.0});
  const std::string config = house.config(dir, "paper", kQuickRules);
  const std::string journal = dir / "paper.db";
  const auto records = [&](auto record) {
    using Record = decltype(record);
    std::vector<Record> found;
    if (auto reader = JournalReader::open(journal)) {
      for (auto& stored : reader->template last<Record>()) {
        found.push_back(stored.record);
      }
    }
    return found;
  };
  const std::vector<std::string> no_keys{"WEEX_API_KEY=", "WEEX_SECRET_KEY=", "WEEX_PASSPHRASE="};
  std::size_t fills = 0;
  {
    Process engine({engine_binary(), "run", "--config", config}, dir / "run.out", dir / "run.err",
                   dir.path(), no_keys);
    const bool traded = wait_for([&] { return records(Fill{}).size() >= 2; }, 90s);
    INFO(read_file(dir / "run.err"));
    REQUIRE(traded);
    engine.signal(SIGKILL); // the paper account is in the journal, nowhere else
    engine.wait();
    fills = records(Fill{}).size();
  }
  {
    Process engine({engine_binary(), "run", "--config", config}, dir / "run.out", dir / "run2.err",
                   dir.path(), no_keys);
    const bool went_on = wait_for([&] { return records(Fill{}).size() >= fills + 2; }, 90s);
    INFO(read_file(dir / "run2.err"));
    CHECK(went_on);
    engine.signal(SIGTERM);
    CHECK(engine.wait() == 0);
  }
  CHECK(records(RunRecord{}).back().settings_text.find("mode = \"paper\"") != std::string::npos);
  std::set<VenueFillId> ids;
  for (const Fill& fill : records(Fill{})) {
    CHECK(ids.insert(fill.venue_fill_id).second);
  }
  for (const SupervisionRecord& r : records(SupervisionRecord{})) {
    INFO(r.kind << " " << r.detail);
    CHECK(r.kind != "position_corrected"); // the restarted paper account is the one that was left
  }
  CHECK(house.run(dir, {"verify", "--journal", journal}).exit_code == 0);
  const Finished replay = house.run(dir, {"replay", "--journal", journal, "--json"});
  INFO(replay.out << replay.err);
  CHECK(Json::parse(replay.out).at("identical") == true);

  const exchange::ExchangeStats seen = house.server().stats();
  CHECK(seen.order_requests == 0);
  CHECK(seen.private_calls == 0);
  CHECK(seen.orders == 0);
  CHECK(seen.ai_logs == 0);
}
