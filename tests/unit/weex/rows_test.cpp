#include "infra/weex/json_reader.hpp"
#include "infra/weex/words.hpp"
#include "tests/support/catch.hpp"

#include <rapidcheck.h>

namespace rg::weex {

TEST_CASE("decimals are read exactly, rounded beyond the grid, refused when they are none",
          "[unit][weex]") {
  const auto units = [](const char* text) { return json::decimal(text); };
  CHECK(units("0") == 0);
  CHECK(units("0.") == 0);
  CHECK(units("09") == 9 * kFixedScale);
  CHECK(units("103436.1") == 10'343'610'000'000);
  CHECK(units("-0.00000001") == -1);
  CHECK(units("0.000000015") == 2); // nearest
  CHECK(units("0.000000014") == 1);
  CHECK(units("9999999999.99999999") == 999'999'999'999'999'999);
  CHECK(units("92233720368") == 9'223'372'036'800'000'000);
  CHECK(units("10000999657.8927028500000000") == 1'000'099'965'789'270'285);
  for (const char* bad : {"", ".", "-", "1.2.3", "1e3", "NaN", "inf", "0x1", " 1", "1 ", "+1",
                          "--1", "1,000", "92233720369", "99999999999999999999", "1.-"}) {
    INFO(bad);
    CHECK_FALSE(units(bad).has_value());
  }
}

TEST_CASE("the quick way to read decimals agrees with the exact one", "[unit][weex][property]") {
  rc::check("any number on the grid survives its text", [] {
    const auto raw =
        *rc::gen::inRange<std::int64_t>(-9'000'000'000'000'000'000, 9'000'000'000'000'000'000);
    RC_ASSERT(json::decimal(fixed::format(raw)) == raw);
  });
  rc::check("small numbers with any number of places", [] {
    const auto raw = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000);
    const auto places = *rc::gen::inRange(0, 9);
    const std::int64_t step =
        fixed::parse("0." +
                     std::string(static_cast<std::size_t>(places == 0 ? 0 : places - 1), '0') +
                     (places == 0 ? "0" : "1"))
            .value_or(0);
    const std::int64_t on_grid = places == 0 ? raw / kFixedScale * kFixedScale : raw / step * step;
    RC_ASSERT(json::decimal(fixed::format_places(on_grid, places)) == on_grid);
  });
  rc::check("any text gives nothing or what the exact parser gives", [](const std::string& text) {
    const auto quick = json::decimal(text);
    const auto exact = fixed::parse_rounded(text, Rounding::nearest);
    RC_ASSERT(!quick || (exact && *exact == *quick));
  });
}

TEST_CASE("symbols in the venue's spelling and others", "[unit][weex]") {
  for (const Symbol s : Symbol::all()) {
    CHECK(symbol_of(s.name()) == s);
    CHECK(symbol_of(s.compact()) == s);
  }
  CHECK(symbol_of("CMT_BTCUSDT") == *Symbol::parse("BTC"));
  for (const char* bad : {"", "cmt_", "cmt_suiusdt", "cmt_btcusd", "cmt_btcusdtx", "btc_usdt"}) {
    CHECK_FALSE(symbol_of(bad).has_value());
  }
}

TEST_CASE("stamps lie between 2001 and 2100", "[unit][weex]") {
  CHECK(json::stamp("1747203188154")->ms() == 1'747'203'188'154);
  for (const char* bad : {"", "0", "1747203188", "174720318815400", "-1747203188154",
                          "1747203188154.5", "4102444800001"}) {
    CHECK_FALSE(json::stamp(bad).has_value());
  }
}

TEST_CASE("order types as words and digits, any case", "[unit][weex]") {
  struct Case {
    const char* word;
    PositionSide position;
    bool opens, forced;
  };
  constexpr auto kLong = PositionSide::long_side, kShort = PositionSide::short_side;
  for (const Case& c :
       {Case{"open_long", kLong, true, false}, Case{"OPEN_SHORT", kShort, true, false},
        Case{"close_long", kLong, false, false}, Case{"Close_Short", kShort, false, false},
        Case{"1", kLong, true, false}, Case{"2", kShort, true, false},
        Case{"3", kLong, false, false}, Case{"4", kShort, false, false},
        Case{"5", kLong, false, false}, Case{"8", kShort, false, true},
        Case{"9", kLong, false, true}, Case{"10", kShort, false, true},
        Case{"offset_liquidate_long", kLong, false, true},
        Case{"agreement_close_short", kShort, false, true},
        Case{"burst_liquidate_short", kShort, false, true}}) {
    INFO(c.word);
    const auto type = wire::order_type(c.word);
    REQUIRE(type.has_value());
    CHECK(type->position == c.position);
    CHECK(type->opens == c.opens);
    CHECK(type->forced == c.forced);
  }
  for (const char* bad : {"", "0", "11", "open", "long", "openlong"}) {
    CHECK_FALSE(wire::order_type(bad).has_value());
  }
}

} // namespace rg::weex
