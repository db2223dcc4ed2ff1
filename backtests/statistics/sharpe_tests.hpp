#pragma once
// How much of a Sharpe ratio is left once its length, shape and the number of tries are counted.

#include <cstddef>
#include <optional>
#include <span>

namespace rg {

/// Moments of a return series, per period and not annualised.
struct SharpeSample {
  double sharpe = 0.0;   ///< mean / sample standard deviation
  double skewness = 0.0; ///< of the population form, 0 for a normal
  double kurtosis = 3.0; ///< not excess: 3 for a normal
  std::size_t observations = 0;
};

/// Empty for fewer than three returns or no deviation.
[[nodiscard]] std::optional<SharpeSample> sharpe_sample(std::span<const double> returns);

/// P(true Sharpe > benchmark), both per period.
/// Source: Bailey & López de Prado 2012, The Sharpe ratio efficient frontier.
[[nodiscard]] double probabilistic_sharpe(const SharpeSample& sample, double benchmark);

/// Expected maximum of the Sharpe ratios of `trials` >= 1 independent skill-less strategies whose
/// estimates have this variance (per period). 0 for one trial.
[[nodiscard]] double expected_maximum_sharpe(double trials, double variance_of_trials);

/// probabilistic_sharpe against that expected maximum.
/// Source: Bailey & López de Prado 2014, The deflated Sharpe ratio.
[[nodiscard]] double deflated_sharpe(const SharpeSample& sample, double trials,
                                     double variance_of_trials);

} // namespace rg
