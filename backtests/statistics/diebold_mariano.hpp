#pragma once
// Is one forecast's loss lower than another's by more than chance?

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace rg {

struct DieboldMariano {
  double mean_difference = 0.0; ///< of the loss differentials; < 0: the first forecast is better
  double statistic = 0.0;       ///< with the small-sample factor
  double p_two_sided = 0.0;     ///< Student's t with n − 1 degrees of freedom
  std::size_t observations = 0;
  std::size_t lags = 0; ///< of the Newey–West variance
};

/// Mean loss differential over its HAC standard error: Bartlett weights (Newey & West 1987) over
/// `lags`, autocovariances taken inside each stretch only; times the factor of Harvey, Leybourne &
/// Newbold (1997) for forecasts `horizon` steps ahead.
///
/// @param stretches  loss of the first minus loss of the second, in time order; never joined.
/// @param horizon  steps ahead, >= 1: overlapping forecasts make `horizon` − 1 lags correlated.
/// @param lags  0 = the larger of horizon − 1 and n^(1/3).
/// @return  empty for fewer than two observations or a variance that is not positive.
/// Source: Diebold & Mariano 1995.
[[nodiscard]] std::optional<DieboldMariano>
diebold_mariano(std::span<const std::vector<double>> stretches, std::size_t horizon,
                std::size_t lags = 0);

} // namespace rg
