#include "actors/strategy/session_vwap.hpp"
#include "tests/support/bar_builders.hpp"
#include "tests/support/catch.hpp"

using namespace rg;
using namespace rg::test;

namespace {

RuleBar flat_bar(std::int64_t index, double price, double volume) {
  return to_rule_bar(step_bar(index, price, price, volume));
}

} // namespace

TEST_CASE("session VWAP weighs log prices by volume", "[unit][strategy]") {
  SessionVwap vwap;
  vwap.on_bar(flat_bar(0, 100.0, 3.0));
  vwap.on_bar(flat_bar(1, 400.0, 1.0));
  // (3 ln 100 + 1 ln 400) / 4 = ln(100^¾ · 400^¼) = ln 141.42…
  CHECK(std::exp(vwap.value()) == Approx(100.0 * std::pow(4.0, 0.25)).epsilon(1e-12));
}

TEST_CASE("session VWAP starts anew at 00:00 UTC", "[unit][strategy]") {
  SessionVwap vwap;
  vwap.on_bar(flat_bar(95, 100.0, 50.0)); // the day's last quarter of an hour
  vwap.on_bar(flat_bar(96, 110.0, 1.0));
  CHECK(std::exp(vwap.value()) == Approx(110.0).epsilon(1e-12));
}

TEST_CASE("session VWAP without volume is the last typical price", "[unit][strategy]") {
  SessionVwap vwap;
  vwap.on_bar(flat_bar(0, 100.0, 0.0));
  vwap.on_bar(flat_bar(1, 104.0, 0.0));
  CHECK(std::exp(vwap.value()) == Approx(104.0).epsilon(1e-12));
}

TEST_CASE("session VWAP of the mirrored market is the mirrored VWAP", "[unit][strategy]") {
  SessionVwap up, mirrored;
  const double prices[] = {100.0, 103.0, 99.0, 120.0};
  for (std::int64_t i = 0; i < 4; ++i) {
    up.on_bar(flat_bar(i, prices[i], 1.0 + static_cast<double>(i)));
    mirrored.on_bar(flat_bar(i, 10'000.0 / prices[i], 1.0 + static_cast<double>(i)));
  }
  CHECK(up.value() + mirrored.value() == Approx(std::log(10'000.0)).epsilon(1e-9));
}
