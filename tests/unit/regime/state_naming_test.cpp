#include "actors/regime/state_naming.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/regime/model_samples.hpp"

#include <cmath>

using namespace rg;
using Eigen::Index;

namespace {

constexpr auto kVolatility = static_cast<Index>(Feature::realised_vol);
constexpr auto kEfficiency = static_cast<Index>(Feature::efficiency_ratio);

/// Unit covariances, equal shares; means of the two naming features by state.
GaussianHmm with_means(const std::array<double, 3>& volatility,
                       const std::array<double, 3>& efficiency) {
  GaussianHmm hmm = from_parameters(test::sample_hmm());
  hmm.transition = Eigen::Matrix3d::Constant(0.05) + 0.85 * Eigen::Matrix3d::Identity();
  hmm.initial.setConstant(1.0 / 3.0);
  for (Index k = 0; k < 3; ++k) {
    hmm.covariances[static_cast<std::size_t>(k)].setIdentity();
    hmm.means.row(k).setConstant(static_cast<double>(k)); // tells where a state came from
    hmm.means(k, kVolatility) = volatility[static_cast<std::size_t>(k)];
    hmm.means(k, kEfficiency) = efficiency[static_cast<std::size_t>(k)];
  }
  return hmm;
}

} // namespace

TEST_CASE("states are put into the order of their names", "[unit][regime]") {
  GaussianHmm hmm = with_means({2.0, 0.0, 0.5}, {0.9, -0.5, 0.5});
  hmm.transition << 0.8, 0.15, 0.05, 0.02, 0.9, 0.08, 0.01, 0.04, 0.95;
  const auto named = name_states(hmm);
  REQUIRE(named);
  // State 0 is the volatile one although it is also the most efficient; 2 trends, 1 ranges.
  CHECK(named->hmm.means(0, 0) == 2.0);
  CHECK(named->hmm.means(1, 0) == 1.0);
  CHECK(named->hmm.means(2, 0) == 0.0);
  CHECK(named->hmm.transition(0, 0) == 0.95); // trending → trending
  CHECK(named->hmm.transition(0, 1) == 0.04); // trending → range_bound
  CHECK(named->hmm.transition(2, 0) == 0.05); // high_volatility → trending
  CHECK(named->separation.volatility == Approx(1.5));
  CHECK(named->separation.efficiency == Approx(1.0));
}

TEST_CASE("states whose volatility is too close are refused", "[unit][regime]") {
  CHECK(name_states(with_means({0.26, 0.0, -1.0}, {0.0, 1.0, 0.0})));
  const auto refused = name_states(with_means({0.24, 0.0, -1.0}, {0.0, 1.0, 0.0}));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().find("volatilities") != std::string::npos);
  CHECK(refused.error().find("0.24") != std::string::npos);
}

TEST_CASE("states whose efficiency is too close are refused", "[unit][regime]") {
  CHECK(name_states(with_means({2.0, 0.0, 0.0}, {5.0, 0.26, 0.0})));
  const auto refused = name_states(with_means({2.0, 0.0, 0.0}, {5.0, 0.24, 0.0}));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().find("efficiency") != std::string::npos);
}

TEST_CASE("the pooled deviation weighs states by their share of time", "[unit][regime]") {
  // The rare state (share 1/11) varies 100 times as much: pooled variance 10/11 × 1 + 1/11 × 100
  // = 10.
  GaussianHmm hmm = with_means({4.0, 0.0, 0.0}, {0.0, 1.0, 0.0});
  hmm.transition << 0.0, 0.5, 0.5, 0.1, 0.9, 0.0, 0.1, 0.0, 0.9;
  hmm.covariances[0] *= 100.0;
  const auto named = name_states(hmm);
  REQUIRE(named);
  CHECK(named->separation.volatility == Approx(4.0 / std::sqrt(10.0)));
}
