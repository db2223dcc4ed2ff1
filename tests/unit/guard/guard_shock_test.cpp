// Injected one-minute shocks, second by second: noticed within the first third of the move.

#include "tests/support/catch.hpp"
#include "tests/unit/guard/guard_samples.hpp"

#include <iostream>

using namespace rg;
using namespace rg::test;

namespace {

/// Share of shocks of `sigmas` minute sigmas, spread evenly over sixty seconds, at which the level
/// stood at `level` or above when a third of the move was done.
double share_noticed(double sigmas, GuardLevel level, double part, int runs) {
  constexpr double kSigma = 0.001;
  int noticed = 0;
  for (int run = 0; run < runs; ++run) {
    TickMarket market(kSigma, 1000 + static_cast<std::uint64_t>(run));
    market.seconds(3 * 3600 + 7 * run % 60);
    const double step = (run % 2 == 0 ? 1.0 : -1.0) * sigmas * kSigma / 60.0;
    for (int s = 0; s < static_cast<int>(60.0 * part); ++s) {
      market.advance();
      static_cast<void>(market.second(step));
    }
    noticed += market.guard.state().level >= level ? 1 : 0;
  }
  return static_cast<double>(noticed) / runs;
}

} // namespace

TEST_CASE("a shock of twelve sigmas is noticed in its first third", "[unit][guard]") {
  const double share = share_noticed(12.0, GuardLevel::caution, 1.0 / 3.0, 400);
  std::cout << "12 sigma, first third: " << share << '\n';
  CHECK(share >= 0.99);
}

TEST_CASE("a shock of twenty sigmas is noticed in its first third", "[unit][guard]") {
  const double share = share_noticed(20.0, GuardLevel::caution, 1.0 / 3.0, 400);
  std::cout << "20 sigma, first third: " << share << '\n';
  CHECK(share >= 0.99);
}

TEST_CASE("shocks are noticed by their end in any case", "[unit][guard]") {
  CHECK(share_noticed(12.0, GuardLevel::caution, 1.0, 200) >= 0.995);
}

TEST_CASE("ordinary seconds raise hardly any caution", "[unit][guard]") {
  TickMarket market(0.001, 77);
  market.seconds(3 * 3600);
  int cautions = 0;
  for (int i = 0; i < 2 * 86'400; ++i) {
    market.advance();
    const auto changed = market.second();
    cautions += changed && changed->level == GuardLevel::caution ? 1 : 0;
  }
  CHECK(cautions <= 8); // in two days of seconds
}
