#pragma once
// Probability that realised volatility over the horizon exceeds 1.5 × the trailing baseline.

#include "actors/risk/volatility_state.hpp"
#include "messages/settings/model_parameters.hpp"

#include <array>

namespace rg {

/// Realised volatility above this multiple of the baseline is an expansion (design §15).
inline constexpr double kExpansionRatio = 1.5;

/// Inputs of the logistic model, bias first:
/// 0  1
/// 1  ½·(log forecast variance − log baseline variance): forecast volatility against the trailing 5
/// d 2  ½·(log variance of the last hour − log forecast variance): what the forecast discounted 3
/// posterior of high volatility; 1/3 where the filter has none 4  jump share of the last day 5  log
/// mean rhythm of the horizon's hours
using ExpansionInputs = std::array<double, ExpansionParameters::kInputs>;

[[nodiscard]] ExpansionInputs expansion_inputs(const VolatilityInputs& in,
                                               double log_forecast_variance, double p_volatile);
/// In (0, 1).
[[nodiscard]] double expansion_probability(const ExpansionParameters& parameters,
                                           const ExpansionInputs& in, double intercept = 0.0);

/// Shifts the logit per pair, learnt online from realised horizons by gradient steps on the log
/// loss.
class LogitShift {
public:
  explicit LogitShift(Duration interval);
  void on_realised(bool expanded, double probability);
  [[nodiscard]] double value() const { return shift_; }

private:
  double gain_;
  double shift_ = 0.0;
};

} // namespace rg
