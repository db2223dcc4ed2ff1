// A refit beside the real engine: it falls due, is judged, comes on record, and trading and replay
// do not notice.

#include "tests/e2e/engine/live_engine.hpp"
#include "tests/e2e/models/candle_text.hpp"
#include "tests/support/catch.hpp"

#include <filesystem>

using namespace rg;
using namespace rg::test;
namespace fs = std::filesystem;

namespace {

/// Ninety days of two pairs' quarter-hour candles.
std::string made_candles(const TempDir& dir) {
  const std::string folder = dir / "candles";
  fs::create_directories(folder);
  std::uint64_t seed = 1;
  for (const char* pair : {"BTC", "ETH"}) {
    MarketSample sample;
    sample.symbol = *Symbol::parse(pair);
    sample.seed = seed++;
    sample.bars = 90 * 96;
    write_file(folder + "/" + pair + "USDT-15m-20240101-20240330.csv",
               candle_text(candles(sample)));
  }
  return folder;
}

std::optional<SupervisionRecord> refit_of(const EngineUnderTest& engine) {
  for (const SupervisionRecord& r : engine.journalled<SupervisionRecord>()) {
    if (r.kind.starts_with("refit_")) {
      return r;
    }
  }
  return std::nullopt;
}

void ask_for_refits(const EngineUnderTest& engine, const std::string& candles,
                    const std::string& out, const std::string& model) {
  write_file(engine.config(), read_file(engine.config()) + "[model]\nrefit_every = \"10s\"\n" +
                                  "refit_data = \"" + candles + "\"\nrefit_out = \"" + out +
                                  "\"\nfile = \"" + model + "\"\n");
}

} // namespace

TEST_CASE("a running engine refits, the gates judge, and the run still replays", "[e2e][engine]") {
  const TempDir dir;
  const std::string data = made_candles(dir);
  const ExchangeProcess exchange(dir, "11", "900");
  EngineUnderTest engine(dir, exchange.greeting());

  // In force is a fit of the first two months: a refit on a little more agrees with it.
  const std::string in_force = dir / "in_force.json";
  const Finished trained =
      engine.run({"train", "--data", data, "--until", "2024-03-01", "--out", in_force});
  INFO(trained.err);
  REQUIRE(trained.exit_code == 0);
  ask_for_refits(engine, data, dir / "models", in_force);
  engine.start();
  REQUIRE(wait_for([&] { return refit_of(engine).has_value(); }, std::chrono::seconds(90)));
  const auto bars = engine.journalled<EquityRecord>().size();
  REQUIRE(wait_for([&] { return engine.journalled<EquityRecord>().size() > bars + 2; },
                   std::chrono::seconds(60))); // it goes on
  CHECK(engine.end(SIGTERM) == 0);
  const SupervisionRecord promoted = *refit_of(engine);
  INFO(promoted.detail);
  CHECK(promoted.kind == "refit_promoted");
  CHECK(promoted.subject == "model");
  CHECK(fs::exists(dir / "models/model.json"));
  CHECK(promoted.detail.find("model.json") != std::string::npos);
  const Finished replayed = engine.run({"replay", "--journal", engine.journal()});
  INFO(replayed.out << replayed.err);
  CHECK(replayed.exit_code == 0);
}

TEST_CASE("a refit that the gates refuse leaves no file and says which gate", "[e2e][engine]") {
  const TempDir dir;
  const std::string data = made_candles(dir);
  const ExchangeProcess exchange(dir, "12", "900");
  EngineUnderTest engine(dir, exchange.greeting());
  // In force is the built-in model, which never saw such a market.
  ask_for_refits(engine, data, dir / "models", "");
  engine.start();
  REQUIRE(wait_for([&] { return refit_of(engine).has_value(); }, std::chrono::seconds(90)));
  CHECK(engine.end(SIGTERM) == 0);
  const SupervisionRecord refused = *refit_of(engine);
  INFO(refused.detail);
  CHECK(refused.kind == "refit_refused");
  CHECK_FALSE(refused.detail.empty());
  CHECK_FALSE(fs::exists(dir / "models/model.json"));
}
