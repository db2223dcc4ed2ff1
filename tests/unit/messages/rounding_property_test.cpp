// Rounding towards less risk: the direction that callers ask for is the one they get.

#include "messages/settings/contract_rules.hpp"
#include "messages/units/notional.hpp"
#include "messages/units/price.hpp"
#include "messages/units/quantity.hpp"
#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <cmath>

using namespace rg;

namespace {

rc::Gen<std::int64_t> some_units() {
  return rc::gen::inRange<std::int64_t>(-(1LL << 60), 1LL << 60);
}
rc::Gen<std::int64_t> some_step() {
  return rc::gen::map(rc::gen::inRange(0, 11),
                      [](int power) { return static_cast<std::int64_t>(std::pow(10.0, power)); });
}

} // namespace

TEST_CASE("a step rounds down to the grid, up to the grid, or to the nearer one",
          "[unit][property][messages]") {
  REQUIRE(rc::check([] {
    const std::int64_t raw = *some_units();
    const std::int64_t step = *some_step();
    const std::int64_t down = fixed::to_step(raw, step, Rounding::down);
    const std::int64_t up = fixed::to_step(raw, step, Rounding::up);
    const std::int64_t nearest = fixed::to_step(raw, step, Rounding::nearest);
    RC_ASSERT(down % step == 0);
    RC_ASSERT(up % step == 0);
    RC_ASSERT(down <= raw);
    RC_ASSERT(raw <= up);
    RC_ASSERT(up - down == (raw % step == 0 ? 0 : step));
    RC_ASSERT(nearest == down || nearest == up);
    RC_ASSERT(std::llabs(nearest - raw) <= step - std::llabs(nearest - raw));
  }));
}

TEST_CASE("a value on the grid stays where it is, however rounded", "[unit][property][messages]") {
  REQUIRE(rc::check([] {
    const std::int64_t step = *some_step();
    const std::int64_t on_grid = *rc::gen::inRange<std::int64_t>(-1'000'000, 1'000'000) * step;
    for (const Rounding r : {Rounding::down, Rounding::up, Rounding::nearest}) {
      RC_ASSERT(fixed::to_step(on_grid, step, r) == on_grid);
    }
  }));
}

TEST_CASE("a sized quantity on the lot never exceeds what was computed",
          "[unit][property][messages]") {
  REQUIRE(rc::check([] {
    const auto symbol = Symbol::from_id(*rc::gen::inRange<std::uint8_t>(0, Symbol::kCount));
    const ContractRules& rules = contract_defaults()[symbol.id()];
    const double wanted =
        static_cast<double>(*rc::gen::inRange<std::int64_t>(0, 1'000'000'000)) / 997.0;
    const Quantity lots =
        Quantity::from_double(wanted, Rounding::down).to_step(rules.lot_size, Rounding::down);
    RC_ASSERT(lots.to_double() <= wanted * (1.0 + 1e-15));
    RC_ASSERT(lots.raw() % rules.lot_size.raw() == 0);
    RC_ASSERT(wanted - lots.to_double() < rules.lot_size.to_double() + 2e-8);
  }));
}

TEST_CASE("rounding from doubles brackets the double", "[unit][property][messages]") {
  REQUIRE(rc::check([] {
    const double x =
        static_cast<double>(*rc::gen::inRange<std::int64_t>(-(1LL << 50), 1LL << 50)) / 12'345.678;
    const auto down = Price::from_double(x, Rounding::down);
    const auto up = Price::from_double(x, Rounding::up);
    const double scaled = x * static_cast<double>(kFixedScale);
    RC_ASSERT(static_cast<double>(down.raw()) <= scaled);
    RC_ASSERT(static_cast<double>(up.raw()) >= scaled);
    RC_ASSERT(up.raw() - down.raw() <= 1);
  }));
}

TEST_CASE("a notional rounded up is never below the exact product, rounded down never above",
          "[unit][property][messages]") {
  REQUIRE(rc::check([] {
    const Price price = Price::from_raw(*rc::gen::inRange<std::int64_t>(1, 1LL << 44));
    const Quantity quantity = Quantity::from_raw(*rc::gen::inRange<std::int64_t>(0, 1LL << 40));
    const Notional down = multiply(price, quantity, Rounding::down);
    const Notional up = multiply(price, quantity, Rounding::up);
    RC_ASSERT(up.raw() - down.raw() <= 1);
    const long double exact = static_cast<long double>(price.raw()) *
                              static_cast<long double>(quantity.raw()) /
                              static_cast<long double>(kFixedScale);
    RC_ASSERT(static_cast<long double>(down.raw()) <= exact);
    RC_ASSERT(static_cast<long double>(up.raw()) >= exact);
    RC_ASSERT(fee_on(down, Ratio{0.0008}).to_double() >= 0.0008 * down.to_double() * (1.0 - 1e-15));
  }));
}
