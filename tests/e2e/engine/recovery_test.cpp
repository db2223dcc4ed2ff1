// kill -9 in the middle of a run, and what the same journal makes of it: no order twice, no fill
// lost, the position that the exchange has, stops where they belong.

#include "tests/e2e/engine/books.hpp"
#include "tests/support/catch.hpp"

using namespace rg;
using namespace rg::test;

TEST_CASE("kill -9 and restart on the same journal: nothing doubled, nothing lost", "[e2e]") {
  const TempDir dir;
  ExchangeProcess exchange(dir, "5", "1200");
  EngineUnderTest engine(dir, exchange.greeting(), {.more = kBriskRules});

  engine.start();
  INFO("first run: " << engine.told());
  // Killed with an entry on its way: sent, and its answer perhaps not in yet.
  REQUIRE(wait_for([&] { return engine.events(OrderState::sent, OrderRole::entry) >= 1; },
                   std::chrono::seconds(60)));
  CHECK(engine.end(SIGKILL) == 128 + SIGKILL);

  engine.start();
  REQUIRE(
      wait_for([&] { return engine.journalled<Fill>().size() >= 3; }, std::chrono::seconds(120)));
  CHECK(engine.end(SIGKILL) == 128 + SIGKILL);

  engine.start();
  const std::size_t before = engine.events(OrderState::sent, OrderRole::entry);
  REQUIRE(wait_for([&] { return engine.events(OrderState::sent, OrderRole::entry) >= before + 2; },
                   std::chrono::seconds(60)));
  // The market goes on between two questions, so a look may fall into a change; one that agrees
  // comes soon.
  REQUIRE(wait_for([&] { return engine_and_exchange_agree(engine); }, std::chrono::seconds(30)));
  const int exit_code = engine.end(SIGTERM);
  INFO("last run: " << engine.told());
  CHECK(exit_code == 0);

  // What the exchange has now, against what the journal says.
  const Json venue_positions = engine.account("positions");
  const Json venue_orders = engine.account("orders");
  const Json venue_fills = engine.account("fills");
  const auto journal_fills = engine.journalled<Fill>();

  std::set<std::string> told, known;
  for (const Fill& fill : journal_fills) {
    const bool once = known.insert(std::to_string(fill.venue_fill_id)).second;
    CHECK(once);
  }
  std::int64_t last_known = 0;
  for (const Fill& fill : journal_fills) {
    last_known = std::max(last_known, fill.exchange_time.ms());
  }
  const std::int64_t ended = [&] {
    std::int64_t ms = 0;
    for (const SupervisionRecord& r : engine.journalled<SupervisionRecord>()) {
      ms = r.kind == "shutdown" ? r.data_time.ms() : ms;
    }
    return ms;
  }();
  REQUIRE(ended > 0);
  bool later_fills = false; // the market goes on after the engine's end: stops may trigger
  for (const Json& fill : venue_fills) {
    const std::string id = fill.at("venue_fill_id").get<std::string>();
    told.insert(id);
    if (fill.at("ts_ms").get<std::int64_t>() <= ended) {
      INFO("fill " << fill.dump());
      CHECK(known.contains(id));
    }
    later_fills = later_fills || !known.contains(id);
  }
  for (const std::string& id : known) {
    INFO("fill " << id);
    CHECK(told.contains(id));
  }
  if (!later_fills) {
    CHECK(positions_of(journal_fills) == positions_of(venue_positions));
    for (const Json& position : venue_positions) {
      bool has_stop = false;
      for (const Json& order : venue_orders) {
        has_stop = has_stop ||
                   (order.at("trigger").get<bool>() && order.at("symbol") == position.at("symbol"));
      }
      INFO(position.dump());
      CHECK(has_stop);
    }
  }
  // One decision, at most one entry at the venue.
  std::set<std::string> client_ids;
  for (const OrderEvent& e : engine.journalled<OrderEvent>()) {
    if (e.to == OrderState::sent && e.role == OrderRole::entry) {
      INFO(e.client_id.text());
      CHECK(client_ids.insert(std::string(e.client_id.text())).second);
    }
  }
  CHECK(engine.run({"verify", "--journal", engine.journal(), "--key", dir / "journal.key"})
            .exit_code == 0);
  for (const RunRecord& run : engine.journalled<RunRecord>()) {
    const Finished replay =
        engine.run({"replay", "--journal", engine.journal(), "--run", run.run_id, "--json"});
    INFO("run " << run.run_id << ": " << replay.out << replay.err);
    CHECK(replay.exit_code == 0);
  }
  const Json counts = exchange.finish();
  INFO(counts.dump());
  CHECK(counts.at("repeated_client_oids") == 0);
  CHECK(counts.at("max_requests_per_second").get<int>() <= 10);
  CHECK(counts.at("rejected_429") == 0);
}

TEST_CASE("signals and the kill file act on a running engine, and the latch survives", "[e2e]") {
  const TempDir dir;
  ExchangeProcess exchange(dir, "9", "900");
  EngineUnderTest engine(dir, exchange.greeting());
  engine.start();
  REQUIRE(wait_for([&] { return engine.recorded("reconciled"); }, std::chrono::seconds(30)));

  // SIGHUP with one pair disabled: applied without a restart.
  std::string config = read_file(engine.config());
  write_file(engine.config(), config + "[pairs.cmt_ltcusdt]\nenabled = false\n");
  engine.signal(SIGHUP);
  REQUIRE(wait_for([&] { return engine.recorded("disabled"); }, std::chrono::seconds(10)));
  REQUIRE(wait_for([&] { return engine.recorded("stopped"); }, std::chrono::seconds(30)));

  // A broken file changes nothing.
  write_file(engine.config(), config + "[pairs.cmt_ltcusdt]\nenabled = maybe\n");
  engine.signal(SIGHUP);
  REQUIRE(wait_for([&] { return engine.told().find("configuration refused") != std::string::npos; },
                   std::chrono::seconds(10)));
  write_file(engine.config(), config);

  write_file(dir / "KILL", "");
  REQUIRE(wait_for([&] { return engine.recorded("kill_latched"); }, std::chrono::seconds(10)));
  CHECK(engine.end(SIGKILL) == 128 + SIGKILL);
  std::filesystem::remove(dir / "KILL");

  engine.start();
  REQUIRE(wait_for(
      [&] {
        const Finished status = engine.run({"status", "--config", engine.config(), "--json"});
        return status.exit_code == 0 && Json::parse(status.out).value("reconciled", false);
      },
      std::chrono::seconds(30)));
  const Json status =
      Json::parse(engine.run({"status", "--config", engine.config(), "--json"}).out);
  CHECK(status.at("tier") == "latched");
  CHECK(engine.account("positions").empty());
  CHECK(engine.end(SIGTERM) == 0);
}

TEST_CASE("run refuses what it cannot do, in one line", "[e2e]") {
  const TempDir dir;
  write_file(dir / "live.toml",
             "mode = \"live\"\n[exchange]\nrest_url = \"https://api-contract.weex.com\"\n"
             "ws_public_url = \"wss://ws-contract.weex.com/v2/ws/public\"\n"
             "ws_private_url = \"wss://ws-contract.weex.com/v2/ws/private\"\n");
  const Finished live = run_engine({"run", "--config", dir / "live.toml"}, dir.path());
  CHECK(live.exit_code == 2);
  CHECK(live.err.find("mode") != std::string::npos);
  const Finished none = run_engine({"run", "--config", dir / "none.toml"}, dir.path());
  CHECK(none.exit_code == 2);
  CHECK(none.err.find("none.toml") != std::string::npos);
}
