#include "infra/heartbeat/heartbeat_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

using namespace rg;
using namespace rg::test;

namespace {

Heartbeat sample() {
  Heartbeat beat;
  beat.run_id = "0123456789abcdef";
  beat.pid = 4711;
  beat.wall = Timestamp::from_ms(1'735'689'600'123);
  beat.blind_since = Timestamp::from_ms(1'735'689'600'000);
  beat.starting = false;
  beat.ended = true;
  beat.end_reason = "the order actor keeps crashing";
  beat.tier = "reduce_only";
  beat.pairs = {Symbol::from_id(0), Symbol::from_id(3)};
  beat.held = {{Symbol::from_id(3), PositionSide::short_side, Quantity::parse("1.5").value(),
                Price::parse("210.25").value()}};
  return beat;
}

} // namespace

TEST_CASE("a heartbeat comes back as it was written", "[unit][watchdog]") {
  const TempDir dir;
  const std::string path = dir / "made/on/the/way/heartbeat";
  REQUIRE(write_heartbeat(path, sample()));
  const auto read = read_heartbeat(path);
  REQUIRE(read);
  REQUIRE(read->has_value());
  const Heartbeat& beat = **read;
  CHECK(beat.run_id == "0123456789abcdef");
  CHECK(beat.pid == 4711);
  CHECK(beat.wall == sample().wall);
  CHECK(beat.blind_since == sample().blind_since);
  CHECK_FALSE(beat.starting);
  CHECK(beat.ended);
  CHECK(beat.end_reason == sample().end_reason);
  CHECK(beat.tier == "reduce_only");
  CHECK(beat.pairs == sample().pairs);
  REQUIRE(beat.held.size() == 1);
  CHECK(beat.held[0].symbol == Symbol::from_id(3));
  CHECK(beat.held[0].side == PositionSide::short_side);
  CHECK(beat.held[0].quantity == Quantity::parse("1.5").value());
  CHECK(beat.held[0].stop_price == Price::parse("210.25").value());
  CHECK(std::distance(std::filesystem::directory_iterator(dir / "made/on/the/way"), {}) == 1);
}

TEST_CASE("no file is no heartbeat, a broken one is an error, never a crash", "[unit][watchdog]") {
  const TempDir dir;
  const auto none = read_heartbeat(dir / "heartbeat");
  REQUIRE(none);
  CHECK_FALSE(none->has_value());
  REQUIRE(write_heartbeat(dir / "heartbeat", sample()));
  const std::string whole = read_file(dir / "heartbeat");
  for (std::size_t length = 0; length + 2 < whole.size(); ++length) {
    write_file(dir / "cut", whole.substr(0, length));
    CHECK_FALSE(read_heartbeat(dir / "cut"));
  }
  for (const char* text : {"[]", "null", R"({"run_id": 7})", "\xff\xfe"}) {
    write_file(dir / "odd", text);
    CHECK_FALSE(read_heartbeat(dir / "odd"));
  }
  CHECK_FALSE(write_heartbeat(dir.path(), sample())); // a folder stands there
}
