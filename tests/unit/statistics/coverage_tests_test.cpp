#include "backtests/statistics/coverage_tests.hpp"
#include "tests/support/catch.hpp"

#include <initializer_list>

using namespace rg;

namespace {

std::vector<bool> hits_at(std::size_t length, std::initializer_list<std::size_t> places) {
  std::vector<bool> hits(length, false);
  for (const std::size_t i : places) {
    hits[i] = true;
  }
  return hits;
}

} // namespace

TEST_CASE("Kupiec accepts the stated rate and refuses twice of it", "[unit][statistics]") {
  CHECK(*kupiec_p(5, 100, 0.05) == Approx(1.0));
  CHECK(*kupiec_p(10, 100, 0.05) < 0.05);
  CHECK_FALSE(kupiec_p(0, 0, 0.05));
}

TEST_CASE("Christoffersen finds hits that follow one another", "[unit][statistics]") {
  // 200 windows, eleven hits of which four follow a hit: 182, 7, 6, 4 transitions. Likelihoods and
  // tails worked out with scipy.
  HitTransitions hits;
  hits.add(hits_at(200, {3, 4, 17, 50, 51, 52, 90, 130, 131, 170, 199}));
  CHECK(hits.count(false, false) == 182);
  CHECK(hits.count(false, true) == 7);
  CHECK(hits.count(true, false) == 6);
  CHECK(hits.count(true, true) == 4);
  const auto test = christoffersen(hits, 0.05);
  REQUIRE(test);
  CHECK(test->independence_p == Approx(0.0006117045294273367).epsilon(1e-10));
  CHECK(test->coverage_p == Approx(0.0026678565240909175).epsilon(1e-10));
  CHECK(test->after_hit == Approx(0.4));
}

TEST_CASE("stretches are not joined", "[unit][statistics]") {
  HitTransitions hits;
  hits.add(hits_at(3, {2}));
  hits.add(hits_at(3, {0}));
  CHECK(hits.count(true, true) == 0); // the last of one and the first of the next
  CHECK(hits.count(false, true) == 1);
  CHECK(hits.count(true, false) == 1);
}

TEST_CASE("without a hit there is nothing to test", "[unit][statistics]") {
  HitTransitions hits;
  hits.add(hits_at(50, {}));
  CHECK_FALSE(christoffersen(hits, 0.05));
}
