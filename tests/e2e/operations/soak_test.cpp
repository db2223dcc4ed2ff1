// Market time in fast motion: memory, handles and threads of a running engine stay flat.

#include "tests/e2e/engine/live_engine.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/proc_facts.hpp"

using namespace rg;
using namespace rg::test;
using namespace std::chrono_literals;

TEST_CASE("days of market time in minutes leave memory, handles and threads flat", "[e2e]") {
  const bool soak = std::getenv("RG_SOAK") != nullptr;
  const auto third = soak ? 120s : 6s; // at 900 times life: 30 h, or 1.5 h, of market each
  const TempDir dir;
  ExchangeProcess exchange(dir, "21", "900");
  EngineUnderTest engine(dir, exchange.greeting());
  engine.start();
  REQUIRE(engine.wait_until_reconciled());
  struct Look {
    double memory = 0.0;
    std::size_t handles = 0, threads = 0;
    std::uint64_t records = 0;
  };
  const auto look_after = [&](std::chrono::seconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    std::uint64_t records = 0;
    REQUIRE(wait_for(
        [&] {
          const Json now = engine.status(); // a reader all the while, as a console is
          records = now.is_object() ? now.at("journal_records").get<std::uint64_t>() : records;
          return std::chrono::steady_clock::now() >= end;
        },
        time + 60s));
    return Look{memory_of(engine.pid()), handles_of(engine.pid()), threads_of(engine.pid()),
                records};
  };
  const Look first = look_after(third); // caches and histories fill
  const Look second = look_after(third);
  const Look last = look_after(third);
  std::printf("soak: %.0f s at 900 x, %llu records; resident %.1f, %.1f, %.1f MB; handles %zu, "
              "%zu, %zu; threads %zu, %zu, %zu\n",
              3.0 * std::chrono::duration<double>(third).count(),
              static_cast<unsigned long long>(last.records), first.memory, second.memory,
              last.memory, first.handles, second.handles, last.handles, first.threads,
              second.threads, last.threads);
  CHECK(last.records > first.records); // it lived
  CHECK(last.handles <= first.handles + 4);
  CHECK(last.threads <= first.threads);
  // Bars of the console's histories are kept up to a bound (2,000 a pair); what is left is noise.
  CHECK(last.memory - second.memory <= 0.05 * second.memory + 4.0);
  CHECK(engine.end(SIGTERM) == 0);
  CHECK(engine.run({"verify", "--journal", engine.journal(), "--key", dir / "journal.key"})
            .exit_code == 0);
}
