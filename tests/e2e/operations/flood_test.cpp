// Ten thousand requests a second and a thousand half-open connections at the console of a running
// engine: it goes on trading, an operator gets through, and nothing is left behind.

#include "tests/e2e/engine/live_engine.hpp"
#include "tests/e2e/engine/served_exchange.hpp"
#include "tests/support/http_flood.hpp"
#include "tests/support/proc_facts.hpp"

using namespace rg;
using namespace rg::test;
using namespace std::chrono_literals;

namespace {

std::uint16_t console_port(const EngineUnderTest& engine) {
  const std::string told = engine.told();
  const std::size_t at = told.find("console: http://127.0.0.1:");
  return at == std::string::npos
             ? std::uint16_t{0}
             : static_cast<std::uint16_t>(
                   std::stoi(told.substr(at + std::string("console: http://127.0.0.1:").size())));
}

} // namespace

TEST_CASE("a flood at the console stops neither the engine nor its operator", "[e2e]") {
  const auto seconds = std::getenv("RG_SOAK") != nullptr ? 30s : 4s;
  const TempDir dir;
  ServedExchange exchange;
  EngineUnderTest engine(dir, exchange.greeting(), {"refuse", true});
  engine.start();
  REQUIRE(engine.wait_until_reconciled());
  const std::uint16_t port = console_port(engine);
  REQUIRE(port != 0);
  const std::size_t handles = handles_of(engine.pid());
  const double memory = memory_of(engine.pid());
  {
    HttpFlood flood(port, {10'000, 1'000, "/healthz"});
    REQUIRE(wait_for(
        [&] { return flood.counts().opened >= 1'000 && flood.counts().answered() > 1'000; }, 30s));
    const auto end = std::chrono::steady_clock::now() + seconds;
    // The engine's heartbeat goes on: its snapshot is renewed every tenth of a second.
    REQUIRE(wait_for([&] { return std::chrono::steady_clock::now() >= end; }, 60s));
    const Finished paused = engine.command({"pause", "eth", "--reason", "in the flood"});
    INFO(paused.out << paused.err);
    CHECK(paused.exit_code == 0);
    CHECK(wait_for([&] { return engine.recorded("paused"); }, 10s));
    CHECK(engine.command({"kill", "--reason", "in the flood"}).exit_code == 0);
    CHECK(wait_for([&] { return engine.recorded("kill_latched"); }, 10s));
    flood.stop();
    const FloodCounts& told = flood.counts();
    std::printf("flood: %llu requests, %llu answered (%llu refused), half-open connections opened "
                "%llu times\n",
                static_cast<unsigned long long>(told.sent),
                static_cast<unsigned long long>(told.answered()),
                static_cast<unsigned long long>(told.refused),
                static_cast<unsigned long long>(told.opened));
    CHECK(told.other == 0);
  }
  CHECK(wait_for([&] { return handles_of(engine.pid()) <= handles + 8; }, 20s));
  CHECK((!kSizeTells || memory_of(engine.pid()) < memory + 60.0));
  CHECK(engine.wait_for_tier("reduce_only"));
  const Json now = engine.status();
  REQUIRE(now.is_object());
  CHECK(now.at("restarts") == 0);
  CHECK(engine.end(SIGTERM) == 0);
}
