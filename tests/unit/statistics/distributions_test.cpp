#include "backtests/statistics/distributions.hpp"
#include "tests/support/catch.hpp"

using namespace rg;

// Numbers: scipy.stats and scipy.special.

TEST_CASE("the normal distribution and its quantiles", "[unit][statistics]") {
  CHECK(normal_cdf(1.3) == Approx(0.9031995154143897).epsilon(1e-14));
  CHECK(standard_normal_quantile(0.975) == Approx(1.959963984540054).epsilon(1e-13));
  CHECK(standard_normal_quantile(0.6) == Approx(0.2533471031357997).epsilon(1e-13));
  CHECK(standard_normal_quantile(1e-6) == Approx(-4.753424308822899).epsilon(1e-12));
}

TEST_CASE("tails of chi-square with one and two degrees of freedom", "[unit][statistics]") {
  CHECK(chi_square_survival(3.7, 1) == Approx(0.054412467991601404).epsilon(1e-13));
  CHECK(chi_square_survival(3.7, 2) == Approx(0.1572371663136276).epsilon(1e-13));
  CHECK(chi_square_survival(-1e-12, 1) == 1.0); // rounding below zero is no evidence
}

TEST_CASE("Student's t on both sides, few and many degrees of freedom", "[unit][statistics]") {
  CHECK(student_t_two_sided(2.1, 7) == Approx(0.07387119621292265).epsilon(1e-12));
  CHECK(student_t_two_sided(-2.1, 7) == Approx(0.07387119621292265).epsilon(1e-12));
  CHECK(student_t_two_sided(0.4, 3) == Approx(0.7159351539743701).epsilon(1e-12));
  CHECK(student_t_two_sided(5.5, 250) == Approx(9.37577313565358e-08).epsilon(1e-9));
  CHECK(student_t_two_sided(1.96, 100'000) == Approx(0.04999856319430168).epsilon(1e-9));
}

TEST_CASE("the incomplete beta function", "[unit][statistics]") {
  CHECK(incomplete_beta(2.5, 0.5, 0.3) == Approx(0.018927124071945658).epsilon(1e-12));
  CHECK(incomplete_beta(2, 3, 0.9) == Approx(0.9963).epsilon(1e-13));
  CHECK(incomplete_beta(30, 40, 0.4) == Approx(0.31814380259056413).epsilon(1e-12));
  CHECK(incomplete_beta(2, 3, 0.0) == 0.0);
  CHECK(incomplete_beta(2, 3, 1.0) == 1.0);
}
