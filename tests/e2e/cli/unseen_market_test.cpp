// An exchange that the engine has never seen, with real candles at 120 times life and faults of
// many kinds: it opens and closes positions of its own and breaks no rule. Ten minutes; `make soak`
// alone.

#include "tests/e2e/engine/live_engine.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <iostream>

using namespace rg;
using namespace rg::test;
using namespace std::chrono_literals;

namespace {

// Rates per request, message or step: something goes wrong every few seconds.
const char* const kFaults = R"({"seed": 7, "faults": {
  "server_error": {"rate": 0.003}, "bad_gateway": {"rate": 0.003}, "executed_502": {"rate": 0.003},
  "timeout_before": {"rate": 0.002}, "timeout_after": {"rate": 0.002},
  "drop_before": {"rate": 0.002}, "drop_after": {"rate": 0.002},
  "slow_answer": {"rate": 0.01, "delay_ms": 800}, "rate_limit_burst": {"rate": 0.0005, "length": 2},
  "ws_drop": {"rate": 0.00002}, "ws_lose": {"rate": 0.0005}, "ws_duplicate": {"rate": 0.001},
  "ws_delay": {"rate": 0.0005, "delay_ms": 500}, "ws_corrupt": {"rate": 0.0001},
  "depth_skip": {"rate": 0.0005}, "cancel_race": {"rate": 0.05}, "client_oid_null": {"rate": 0.2},
  "extra_fields": {"rate": 0.1}, "numbers_as_strings": {"rate": 0.1}}})";

std::string market_data() {
  const char* told = std::getenv("RG_MARKET_DATA");
  return told != nullptr ? told : "../shared/market-data/1m-perp-2025";
}

/// What the sampled status may never show.
struct Watch {
  double worst_leverage = 0.0;
  std::size_t looks = 0, open_looks = 0;
  std::string offence;

  void look(const Json& status, double cap) {
    if (!status.is_object()) {
      return;
    }
    ++looks;
    worst_leverage = std::max(worst_leverage, status.at("max_gross_leverage").get<double>());
    if (worst_leverage > cap) {
      offence = "gross leverage above the cap";
    }
    for (const auto& [name, pair] : status.at("pairs").items()) {
      open_looks += pair.at("position").is_object() ? 1 : 0;
    }
  }
};

} // namespace

TEST_CASE("real candles at 120 x with faults: it trades, and breaks no rule", "[e2e][soak]") {
  std::error_code none;
  if (std::getenv("RG_SOAK") == nullptr || !std::filesystem::is_directory(market_data(), none)) {
    std::cout << "skipped: needs RG_SOAK=1 and candles in RG_MARKET_DATA or "
                 "../shared/market-data/1m-perp-2025\n";
    return;
  }
  const char* const minutes_told = std::getenv("RG_SOAK_MINUTES");
  const auto minutes = std::chrono::minutes(minutes_told != nullptr ? std::atoi(minutes_told) : 10);
  const TempDir dir;
  write_file(dir / "faults.json", kFaults);
  Process venue({engine_binary(), "exchange", "--port", "0", "--data",
                 std::filesystem::absolute(market_data()).string(), "--speed", "120", "--faults",
                 dir / "faults.json"},
                dir / "exchange.out", dir / "exchange.err", dir.path());
  REQUIRE(wait_for([&] { return read_file(dir / "exchange.out").find('\n') != std::string::npos; },
                   120s));
  EngineUnderTest engine(dir, Json::parse(read_file(dir / "exchange.out")));
  engine.start();
  Watch watch;
  const auto end = std::chrono::steady_clock::now() + minutes;
  while (std::chrono::steady_clock::now() < end) {
    watch.look(engine.status(), 2.0);
    std::this_thread::sleep_for(2s); // between two looks at a running engine
  }
  const Json last = engine.status();
  const int code = engine.end(SIGTERM);
  INFO(engine.told());
  CHECK(code == 0);
  venue.signal(SIGTERM);
  venue.wait();
  const std::string told = read_file(dir / "exchange.err");
  const Json counts = Json::parse(told.substr(told.find('{')));

  std::size_t opened = 0, closed = 0;
  std::set<VenueFillId> ids;
  for (const Fill& fill : engine.journalled<Fill>()) {
    ids.insert(fill.venue_fill_id);
    ++(fill.opens ? opened : closed);
  }
  CHECK(opened >= 3);
  CHECK(closed >= 2);
  CHECK(ids.size() == opened + closed); // each fill once
  CHECK(watch.offence.empty());
  CHECK(watch.worst_leverage <= 2.0);
  CHECK(counts.at("max_requests_per_second").get<int>() <= 10);
  CHECK(counts.at("repeated_client_oids") == 0);
  CHECK(engine.run({"verify", "--journal", engine.journal()}).exit_code == 0);
  const Finished replay = engine.run({"replay", "--journal", engine.journal(), "--json"});
  INFO(replay.out << replay.err);
  CHECK(Json::parse(replay.out).at("identical") == true);
  std::size_t acked = engine.journalled<AiLogRecord>().size();
  WARN("opened " << opened << ", closed " << closed << " fills; exchange " << counts.dump()
                 << "; AI logs acked " << acked << "; looks " << watch.looks << ", worst leverage "
                 << watch.worst_leverage << ", equity "
                 << (last.is_object() ? last.at("equity").dump() : "?"));
}
