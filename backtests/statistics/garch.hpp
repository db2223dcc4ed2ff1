#pragma once
// GARCH(1,1) as a reference forecaster: h[t+1] = ω + α r[t]² + β h[t], returns with mean zero.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace rg {

struct GarchParameters {
  double omega = 0.0, alpha = 0.0, beta = 0.0; ///< ω > 0, α, β >= 0, α + β < 1
  [[nodiscard]] double persistence() const { return alpha + beta; }
  [[nodiscard]] double long_run_variance() const { return omega / (1.0 - persistence()); }
};

struct GarchFit {
  GarchParameters parameters;
  double log_likelihood = 0.0; ///< Gaussian, constants included
  std::size_t observations = 0;
  bool converged = false;
};

/// Runs the recursion over a pair's returns.
class GarchFilter {
public:
  /// @param start_variance  of the first return.
  GarchFilter(const GarchParameters& parameters, double start_variance)
      : p_(parameters), h_(start_variance) {}
  void on_return(double squared_return) {
    h_ = p_.omega + p_.alpha * squared_return + p_.beta * h_;
  }
  /// A slot without a return: the variance moves on as expected.
  void on_missing() { h_ = p_.omega + p_.persistence() * h_; }
  /// Of the next return.
  [[nodiscard]] double variance() const { return h_; }
  /// Expected sum of the next n squared returns.
  [[nodiscard]] double variance_over(std::size_t n) const;

private:
  GarchParameters p_;
  double h_;
};

/// Gaussian quasi maximum likelihood over several stretches of one pair (never joined). Each starts
/// at the mean squared return of all.
///
/// @param stretches  log returns per slot, NaN where there is none.
/// @return  empty for fewer than 500 returns or returns that never move.
/// @cost  about 500 passes over the data.
/// Source: Bollerslev 1986; quasi maximum likelihood after Bollerslev & Wooldridge 1992.
[[nodiscard]] std::optional<GarchFit> fit_garch(std::span<const std::vector<double>> stretches);

} // namespace rg
