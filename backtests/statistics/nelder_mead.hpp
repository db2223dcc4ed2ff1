#pragma once
// Minimisation without derivatives for a handful of parameters.

#include <functional>
#include <span>
#include <vector>

namespace rg {

struct NelderMeadSettings {
  double first_step = 0.5;  ///< edge of the first simplex, in the parameters' units
  double tolerance = 1e-10; ///< stops when the values at the corners differ by less (relative)
  int max_evaluations = 2'000;
  int restarts = 1; ///< from the best point with a fresh simplex: guards against a flat one
};

struct NelderMeadResult {
  std::vector<double> at;
  double value = 0.0;
  int evaluations = 0;
  bool converged = false;
};

/// Downhill simplex with the standard coefficients (1, 2, ½, ½). Values that are not finite count
/// as worse than any other. Source: Nelder & Mead 1965; Lagarias et al. 1998 for the acceptance
/// rules.
[[nodiscard]] NelderMeadResult
nelder_mead(const std::function<double(std::span<const double>)>& objective,
            std::vector<double> start, const NelderMeadSettings& settings);

} // namespace rg
