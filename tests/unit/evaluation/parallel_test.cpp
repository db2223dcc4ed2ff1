#include "backtests/parallel.hpp"
#include "tests/support/catch.hpp"

#include <stdexcept>
#include <string>

using namespace rg;

TEST_CASE("every piece of work is done once, whatever the threads", "[unit][evaluation]") {
  for (const unsigned threads : {0U, 1U, 3U, 16U}) {
    std::vector<int> done(100, 0);
    for_each_index(done.size(), threads, [&](std::size_t i) { ++done[i]; });
    CHECK(done == std::vector<int>(100, 1));
  }
  for_each_index(0, 4, [](std::size_t) { FAIL("there is no work"); });
  CHECK(useful_threads() >= 1);
}

TEST_CASE("a piece that throws ends the work with its own words", "[unit][evaluation]") {
  const auto run = [](unsigned threads) {
    for_each_index(50, threads, [](std::size_t i) {
      if (i >= 7) {
        throw std::runtime_error("piece " + std::to_string(i));
      }
    });
  };
  CHECK_THROWS_WITH(run(1), "piece 7");
  CHECK_THROWS_AS(run(4), std::runtime_error);
}
