#include "infra/config/model/interval_text.hpp"
#include "tests/support/catch.hpp"

using namespace rg;
using namespace std::chrono_literals;

TEST_CASE("intervals are read and written in their largest whole unit", "[unit][model_file]") {
  CHECK(parse_interval("15m") == Duration{15min});
  CHECK(parse_interval("1h") == Duration{1h});
  CHECK(parse_interval("60m") == Duration{1h});
  CHECK(parse_interval("30s") == Duration{30s});
  CHECK(parse_interval("2d") == Duration{48h});
  CHECK(interval_text(15min) == "15m");
  CHECK(interval_text(60min) == "1h");
  CHECK(interval_text(90s) == "90s");
  CHECK(interval_text(24h) == "1d");
}

TEST_CASE("anything else is no interval", "[unit][model_file]") {
  for (const char* text : {"", "m", "15", "15x", "0m", "-5m", "1.5h", " 15m", "15m ",
                           "99999999999999999999m", "9000000000d"}) {
    INFO(text);
    CHECK_FALSE(parse_interval(text));
  }
}
