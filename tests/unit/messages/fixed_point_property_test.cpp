// Against 128-bit arithmetic and text made by hand, over generated numbers.

#include "messages/units/notional.hpp"
#include "messages/units/price.hpp"
#include "messages/units/quantity.hpp"
#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <limits>
#include <optional>
#include <string>

using namespace rg;

namespace {

__extension__ typedef __int128 Wide;

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();

/// All magnitudes alike: small and huge numbers both matter.
rc::Gen<std::int64_t> units() {
  return rc::gen::apply([](std::int64_t raw, int shift) { return raw >> shift; },
                        rc::gen::arbitrary<std::int64_t>(), rc::gen::inRange(0, 63));
}

template <class Work> std::optional<std::int64_t> value_or_broken(Work work) {
  try {
    return work();
  } catch (const InvariantBroken&) {
    return std::nullopt;
  }
}

std::optional<std::int64_t> narrowed(Wide w) {
  if (w > Wide{kMax} || w < Wide{kMin}) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(w);
}

Wide floor_div(Wide a, Wide b) {
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

Wide rounded_div(Wide a, Wide b, Rounding r) {
  const Wide down = floor_div(a, b);
  if (r == Rounding::down || down * b == a) {
    return down;
  }
  if (r == Rounding::up) {
    return down + 1;
  }
  const Wide twice = 2 * (a - down * b); // half away from zero
  const Wide magnitude = b < 0 ? -b : b;
  const Wide rest = twice < 0 ? -twice : twice;
  return rest > magnitude || (rest == magnitude && (a < 0) == (b < 0)) ? down + 1 : down;
}

rc::Gen<Rounding> rounding() {
  return rc::gen::element(Rounding::down, Rounding::up, Rounding::nearest);
}

} // namespace

TEST_CASE("text and number are the same thing", "[unit][property][messages]") {
  REQUIRE(rc::check("parse(format(x)) == x", [] {
    const std::int64_t raw = *units();
    RC_PRE(raw != kMin); // its magnitude has no positive twin, parse refuses it
    const auto again = Price::parse(Price::from_raw(raw).text());
    RC_ASSERT(again.has_value());
    RC_ASSERT(again->raw() == raw);
  }));
  REQUIRE(rc::check("format(parse(text)) is the canonical text", [] {
    const auto whole = *rc::gen::inRange<std::uint64_t>(0, 92'233'720'367ULL);
    const auto part = *rc::gen::inRange<std::uint64_t>(0, 100'000'000ULL);
    std::string digits = std::to_string(part);
    digits.insert(0, 8 - digits.size(), '0');
    const std::string zeros(*rc::gen::inRange<std::size_t>(0, 5), '0');
    const auto price = Price::parse(zeros + std::to_string(whole) + "." + digits + zeros);
    RC_ASSERT(price.has_value());
    while (!digits.empty() && digits.back() == '0') {
      digits.pop_back();
    }
    RC_ASSERT(price->text() == std::to_string(whole) + (digits.empty() ? "" : "." + digits));
  }));
  REQUIRE(rc::check("fixed places read back to the same number", [] {
    const auto raw = *units();
    RC_PRE(raw != kMin);
    RC_ASSERT(fixed::parse(fixed::format_places(raw, 8)).value() == raw);
  }));
}

TEST_CASE("no text makes a number it does not say", "[unit][property][messages]") {
  REQUIRE(rc::check([] {
    const auto text = *rc::gen::container<std::string>(
        rc::gen::element('0', '1', '9', '5', '.', '-', '+', 'e', ' ', 'n'));
    const auto price = Price::parse(text);
    if (price) {
      RC_ASSERT(text.find_first_not_of("0123456789.+-") == std::string::npos);
      RC_ASSERT(Price::parse(price->text())->raw() == price->raw());
    }
  }));
}

TEST_CASE("sums and differences are exact or break, never wrap", "[unit][property][messages]") {
  REQUIRE(rc::check([] {
    const std::int64_t a = *units(), b = *units();
    const auto sum =
        value_or_broken([&] { return (Notional::from_raw(a) + Notional::from_raw(b)).raw(); });
    const auto difference =
        value_or_broken([&] { return (Notional::from_raw(a) - Notional::from_raw(b)).raw(); });
    RC_ASSERT(sum == narrowed(Wide{a} + Wide{b}));
    RC_ASSERT(difference == narrowed(Wide{a} - Wide{b}));
  }));
}

TEST_CASE("products are exact in 128 bits and rounded as told", "[unit][property][messages]") {
  REQUIRE(rc::check([] {
    const std::int64_t price = *units(), quantity = *units();
    const Rounding r = *rounding();
    const auto got = value_or_broken(
        [&] { return multiply(Price::from_raw(price), Quantity::from_raw(quantity), r).raw(); });
    RC_ASSERT(got == narrowed(rounded_div(Wide{price} * Wide{quantity}, Wide{kFixedScale}, r)));
  }));
  REQUIRE(rc::check([] {
    const std::int64_t a = *units(), b = *units();
    const std::int64_t c = *rc::gen::suchThat(units(), [](std::int64_t x) { return x != 0; });
    const Rounding r = *rounding();
    const auto got = value_or_broken([&] { return fixed::mul_div(a, b, c, r); });
    RC_ASSERT(got == narrowed(rounded_div(Wide{a} * Wide{b}, Wide{c}, r)));
  }));
}

TEST_CASE("a double and back is the same number as long as a double can tell",
          "[unit][property][messages]") {
  REQUIRE(rc::check([] {
    const auto raw = *rc::gen::inRange<std::int64_t>(-(1LL << 49), 1LL << 49);
    const double x = Price::from_raw(raw).to_double();
    RC_ASSERT(Price::from_double(x, Rounding::nearest).raw() == raw);
    // The nearest double: what reading the text gives.
    RC_ASSERT(x == std::stod(Price::from_raw(raw).text()));
  }));
}
