#pragma once
// Small deterministic regressions for the risk fit. Design matrices are row-major, rows × columns.

#include <cstddef>
#include <span>
#include <vector>

namespace rg {

struct DesignMatrix {
  std::size_t columns = 0;
  std::vector<double> values; ///< rows × columns

  [[nodiscard]] std::size_t rows() const { return columns == 0 ? 0 : values.size() / columns; }
  [[nodiscard]] std::span<const double> row(std::size_t i) const {
    return {values.data() + i * columns, columns};
  }
};

/// argmin |y − Xβ|² + ridge·rows·|β without the first|². Columns >= 1, rows >= columns, ridge >= 0.
[[nodiscard]] std::vector<double> least_squares(const DesignMatrix& x, std::span<const double> y,
                                                double ridge);

/// Logistic regression by iteratively reweighted least squares with step halving; labels 0 or 1.
/// Ridge as above; at most 50 iterations, stops when the mean log loss improves by less than 1e-12.
[[nodiscard]] std::vector<double> logistic_regression(const DesignMatrix& x,
                                                      std::span<const double> labels, double ridge);

/// Conditional quantile at `level` with weights of columns 1.. kept >= 0 (the bias, column 0, is
/// free): smoothed pinball loss (logistic kernel, bandwidth 0.2 → 0.02 of the residuals' spread) by
/// damped Newton steps; a weight that would turn negative is held at 0 and the rest fitted anew.
/// The bias is moved at the end so that exactly 1 − level of the residuals are positive, ties
/// apart.
[[nodiscard]] std::vector<double> quantile_regression(const DesignMatrix& x,
                                                      std::span<const double> y, double level);

} // namespace rg
