#include "messages/units/notional.hpp"
#include "messages/units/price.hpp"
#include "messages/units/quantity.hpp"
#include "tests/support/catch.hpp"

#include <array>
#include <limits>
#include <string>

using namespace rg;

namespace {

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();

std::int64_t parsed(const char* text) {
  const auto price = Price::parse(text);
  REQUIRE(price);
  return price->raw();
}

} // namespace

TEST_CASE("plain decimals are read exactly", "[unit][messages]") {
  CHECK(parsed("0") == 0);
  CHECK(parsed("1") == 100'000'000);
  CHECK(parsed("0.00000001") == 1);
  CHECK(parsed("-0.00000001") == -1);
  CHECK(parsed("+2.5") == 250'000'000);
  CHECK(parsed(".5") == 50'000'000);
  CHECK(parsed("5.") == 500'000'000);
  CHECK(parsed("0.1000000000000") == 10'000'000); // zeros beyond the eighth decimal say nothing
  CHECK(parsed("92233720368.54775807") == kMax);
  CHECK(parsed("-92233720368.54775807") == -kMax);
}

TEST_CASE("anything but a plain decimal is refused with its reason", "[unit][messages]") {
  const auto error = [](const char* text) {
    const auto price = Price::parse(text);
    REQUIRE_FALSE(price);
    return price.error();
  };
  CHECK(error("") == NumberError::empty);
  for (const char* text : {"nan", "NaN", "inf", "-inf", "1e5", "1E5", "0x10", "1,5", " 1", "1 ",
                           "--1", "+-1", "1.2.3", ".", "-", "+", "-.", "1_000", "1\t"}) {
    INFO(text);
    CHECK(error(text) == NumberError::malformed);
  }
  CHECK(error("0.000000001") == NumberError::too_precise);
  CHECK(error("92233720368.54775808") == NumberError::out_of_range);
  CHECK(error("92233720369") == NumberError::out_of_range);
  CHECK(error("99999999999999999999999999999") == NumberError::out_of_range);
}

TEST_CASE("rounded reading goes where it is told, signs included", "[unit][messages]") {
  const auto rounded = [](const char* text, Rounding r) {
    const auto price = Price::parse_rounded(text, r);
    REQUIRE(price);
    return price->raw();
  };
  CHECK(rounded("0.000000019", Rounding::down) == 1);
  CHECK(rounded("0.000000011", Rounding::up) == 2);
  CHECK(rounded("-0.000000011", Rounding::down) == -2);
  CHECK(rounded("-0.000000019", Rounding::up) == -1);
  CHECK(rounded("0.000000015", Rounding::nearest) == 2);
  CHECK(rounded("-0.000000015", Rounding::nearest) == -2);
  CHECK(rounded("0.0000000149999", Rounding::nearest) == 1);
  CHECK_FALSE(Price::parse_rounded("92233720368.547758079", Rounding::up));
}

TEST_CASE("numbers are written in their shortest plain form", "[unit][messages]") {
  CHECK(Price::from_raw(0).text() == "0");
  CHECK(Price::from_raw(1).text() == "0.00000001");
  CHECK(Price::from_raw(-150'000'000).text() == "-1.5");
  CHECK(Price::from_raw(1'200'000'000).text() == "12");
  CHECK(Price::from_raw(kMax).text() == "92233720368.54775807");
  CHECK(Price::from_raw(kMin).text() == "-92233720368.54775808");
  CHECK(fixed::format_places(150'000'000, 3) == "1.500");
  CHECK(fixed::format_places(200'000'000, 0) == "2");
  CHECK_THROWS_AS(fixed::format_places(123, 2), InvariantBroken); // would cut digits
}

TEST_CASE("sums, products and steps that leave the range break an invariant", "[unit][messages]") {
  const Quantity most = Quantity::from_raw(kMax);
  const Quantity least = Quantity::from_raw(kMin);
  const Quantity unit = Quantity::from_raw(1);
  CHECK_THROWS_AS(most + unit, InvariantBroken);
  CHECK_THROWS_AS(least - unit, InvariantBroken);
  CHECK_THROWS_AS(-least, InvariantBroken);
  CHECK_THROWS_AS(least.abs(), InvariantBroken);
  CHECK_THROWS_AS(Price::from_raw(kMin) - Price::from_raw(1), InvariantBroken);
  CHECK_THROWS_AS(multiply(Price::from_raw(kMax), most, Rounding::down), InvariantBroken);
  CHECK_THROWS_AS(most.to_step(Quantity::from_raw(1'000), Rounding::up), InvariantBroken);
  CHECK_THROWS_AS(fixed::mul_div(kMax, 2, 1, Rounding::down), InvariantBroken);
  CHECK_THROWS_AS(fixed::mul_div(1, 1, 0, Rounding::down), InvariantBroken);
  CHECK_THROWS_AS(Price::from_double(1e11, Rounding::down), InvariantBroken);
  CHECK_THROWS_AS(Price::from_double(std::numeric_limits<double>::quiet_NaN(), Rounding::down),
                  InvariantBroken);
  CHECK_THROWS_AS(Price::from_double(std::numeric_limits<double>::infinity(), Rounding::up),
                  InvariantBroken);
  // At the edges themselves nothing breaks.
  CHECK((most - most).is_zero());
  CHECK((Quantity::from_raw(kMax - 1) + unit) == most);
}

TEST_CASE("a fee is never underestimated", "[unit][messages]") {
  // 0.0008 of 0.00000001 is less than one unit: still one unit.
  CHECK(fee_on(Notional::from_raw(1), Ratio{0.0008}).raw() == 1);
  CHECK(fee_on(Notional::zero(), Ratio{0.0008}).is_zero());
}
