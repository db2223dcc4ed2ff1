#pragma once
// The few distribution functions that the tests here need.

namespace rg {

/// P(Z <= x), Z standard normal.
[[nodiscard]] double normal_cdf(double x);
/// x with normal_cdf(x) = p, 0 < p < 1; to about 1e-14 relative.
[[nodiscard]] double standard_normal_quantile(double p);
/// P(X > x) for χ² with 1 or 2 degrees of freedom (asserted), x >= 0.
[[nodiscard]] double chi_square_survival(double x, int degrees);
/// P(|T| > |t|), Student's t with `degrees` > 0.
[[nodiscard]] double student_t_two_sided(double t, double degrees);
/// Regularised incomplete beta function I_x(a, b), a, b > 0, 0 <= x <= 1; continued fraction by
/// Lentz's method (Press et al., Numerical Recipes, §6.4).
[[nodiscard]] double incomplete_beta(double a, double b, double x);

} // namespace rg
