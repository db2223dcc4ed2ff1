// kill -9 at random moments, again and again, each time restarted on the same journal: 8 times, 200
// in the soak, or as often as RG_KILLS says.

#include "tests/e2e/engine/books.hpp"
#include "tests/support/catch.hpp"

#include <random>

using namespace rg;
using namespace rg::test;
using namespace std::chrono_literals;

namespace {

int wanted_kills() {
  if (const char* text = std::getenv("RG_KILLS"); text != nullptr) {
    return std::max(1, std::atoi(text));
  }
  return std::getenv("RG_SOAK") != nullptr ? 200 : 8;
}

/// The exchange may have told nothing yet about what happened after this data time.
std::int64_t end_of(const EngineUnderTest& engine) {
  std::int64_t ms = 0;
  for (const SupervisionRecord& r : engine.journalled<SupervisionRecord>()) {
    ms = r.kind == "shutdown" ? r.data_time.ms() : ms;
  }
  return ms;
}

} // namespace

TEST_CASE("killed at random moments: nothing doubled, nothing lost, nothing bare", "[e2e][kill]") {
  const TempDir dir;
  ExchangeProcess exchange(dir, "31", "900");
  EngineUnderTest engine(dir, exchange.greeting());
  std::mt19937 random(20'251'101);
  const int kills = wanted_kills();
  int with_orders = 0;
  std::size_t entries = 0;
  for (int i = 0; i < kills; ++i) {
    engine.start();
    // The moment is the point: from before the first question to the midst of trading.
    std::this_thread::sleep_for(std::chrono::milliseconds(50 + random() % 5'000));
    const int ended = engine.end(SIGKILL);
    INFO("start " << i << ": " << engine.told());
    REQUIRE(ended == 128 + SIGKILL); // it never ends by itself
    const std::size_t now = engine.events(OrderState::sent, OrderRole::entry);
    with_orders += now > entries ? 1 : 0;
    entries = now;
  }
  engine.start();
  const bool agreed = wait_for(
      [&] {
        const Json now = engine.status();
        return now.is_object() && engine_and_exchange_agree(engine);
      },
      120s);
  INFO(engine.told());
  REQUIRE(agreed);
  CHECK(engine.end(SIGTERM) == 0);

  std::set<std::string> known;
  for (const Fill& fill : engine.journalled<Fill>()) {
    if (fill.venue_fill_id != 0) {
      const bool once = known.insert(std::to_string(fill.venue_fill_id)).second;
      CHECK(once);
    }
  }
  const std::int64_t ended = end_of(engine);
  std::size_t told = 0;
  for (const Json& fill : engine.account("fills")) {
    if (fill.at("ts_ms").get<std::int64_t>() <= ended) { // the market goes on after the end
      ++told;
      INFO("fill " << fill.dump());
      CHECK(known.contains(fill.at("venue_fill_id").get<std::string>()));
    }
  }
  CHECK(engine.run({"verify", "--journal", engine.journal(), "--key", dir / "journal.key"})
            .exit_code == 0);
  const Json counts = exchange.finish();
  CHECK(counts.at("repeated_client_oids") == 0);
  CHECK(counts.at("max_requests_per_second").get<int>() <= 10);
  std::printf("kill loop: %d kills, %d of them after a new entry; %zu entries, %zu fills told, all "
              "of them in the journal once\n",
              kills, with_orders, entries, told);
}
